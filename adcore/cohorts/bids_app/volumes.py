"""volumes.tsv of one scan: every structure and every sum with norms, in millilitres, with its place among healthy adults."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pandas as pd

from adcore.analysis import Analysis
from adcore.prepare.segmentation.structures import STRUCTURES
from adcore.volumetry.findings import INTRACRANIAL, MEASURES
from adcore.volumetry.norms import load_norms

INTRACRANIAL_NAME = "intracranial volume"

SCORES = {
    "z": "Standard deviations above healthy adults of the same age, sex and head size; n/a without norms.",
    "z_low": "Lower end of the 95% interval of z, from the size of the normative cohort.",
    "z_high": "Upper end of that interval.",
    "percentile": "Healthy adults of the same age, sex and head size with a smaller volume, in percent.",
    "percentile_low": "Lower end of its 95% interval.",
    "percentile_high": "Upper end of its 95% interval.",
}


def volume_table(analysis: Analysis) -> pd.DataFrame:
    """One row a volume; empty where a check failed."""
    rows = list(_rows(analysis)) if analysis.volumes else []
    table = pd.DataFrame(rows, columns=["structure", "index", "volume_ml", "share", *SCORES, "note"])
    return table.astype(dict.fromkeys(["volume_ml", "share", *SCORES], "float64"))


def volume_sidecar() -> dict[str, Any]:
    """What the columns hold, with the normative cohort."""
    norms = load_norms()
    youngest, oldest = norms.age_years
    cohort = (
        f"Norms: {norms.participants} healthy adults aged {youngest:.0f} to {oldest:.0f} ({norms.female} women), {norms.source}; "
        f"{norms.scanner}. {norms.method}"
    )
    return {
        "structure": {"Description": "A structure of dseg.tsv, or a sum of several. Left and right are the patient's."},
        "index": {"Description": "Labels in the segmentation, with spaces between."},
        "volume_ml": {"Description": "Volume in the patient's own space, measured on the atlas grid.", "Units": "mL"},
        "share": {"Description": f"Share of the {INTRACRANIAL_NAME}, which holds all labels, fluid included."},
        **{name: {"Description": text} for name, text in SCORES.items()},
        "z": {"Description": f"{SCORES['z']} {cohort}"},
        "note": {"Description": "Why a volume that has norms was not compared with them."},
    }


def _rows(analysis: Analysis) -> Iterator[dict[str, Any]]:
    findings = {finding.measure: finding for finding in (*analysis.volumes, *analysis.structure_volumes)}
    sums = {INTRACRANIAL_NAME: INTRACRANIAL, **{finding.measure: MEASURES[finding.measure] for finding in analysis.volumes}}
    single = {structure.name: (label,) for label, structure in enumerate(STRUCTURES, start=1)}
    whole = analysis.prepared.volume_ml(INTRACRANIAL)
    for name, labels in {**sums, **single}.items():
        volume, finding = analysis.prepared.volume_ml(labels), findings.get(name)
        yield {
            "structure": name,
            "index": " ".join(map(str, labels)),
            "volume_ml": volume,
            "share": volume / whole if whole else None,
            **(asdict(finding.score) if finding and finding.score else {}),
            "note": finding.reason if finding else None,
        }
