"""What makes a folder of derivatives a BIDS dataset: its description, the names of its labels, and a README."""

import json
from pathlib import Path

import pandas as pd

from adcore.atomic import write_atomically
from adcore.cohorts.bids_app.derivatives import link
from adcore.cohorts.bids_app.tsv import write_json, write_tsv
from adcore.prepare.segmentation.structures import OUTSIDE, STRUCTURES
from adcore.version import __version__
from adcore.words import DISCLAIMER

DESCRIPTION_FILE = "dataset_description.json"
LABELS_FILE = "dseg.tsv"
README_FILE = "README.md"
IGNORED_FILE = ".bidsignore"

BIDS_VERSION = "1.10.0"

IGNORED = ("*_volumes.tsv", "*_volumes.json", "*_report.pdf", "*_analysis.json", "group_T1w.tsv", "group_T1w.json")
"""Files for which BIDS has no name yet."""

README = f"""# Derivatives of adcore {__version__}

{DISCLAIMER}

| File | Holds |
|---|---|
| `sub-*/[ses-*/]anat/*_dseg.nii.gz` | intracranial structures on the scan's own grid; `dseg.tsv` names the labels |
| `*_volumes.tsv` | volumes in millilitres, with z-scores and percentiles among healthy adults |
| `*_report.pdf` | the report |
| `*_analysis.json` | the whole result |
| `group_T1w.tsv` | one row a scan, once `adcore bids BIDS OUT group` has run |

The JSON file beside a table describes its columns. `.bidsignore` lists the files for which BIDS has no name yet.
"""


def write_dataset(source: Path, out: Path) -> None:
    """Write the files at the top of the derivatives; the same from every process that shares them.

    Args:
        source: the BIDS folder that was read.
        out: the folder of derivatives.
    """
    about = _source_description(source)
    write_json(
        out / DESCRIPTION_FILE,
        {
            "Name": f"adcore derivatives of {about.get('Name', source.resolve().name)}",
            "BIDSVersion": BIDS_VERSION,
            "DatasetType": "derivative",
            "GeneratedBy": [{"Name": "adcore", "Version": __version__, "Description": DISCLAIMER}],
            "SourceDatasets": [{"DOI": about["DatasetDOI"]} if "DatasetDOI" in about else {"URL": link(source, out)}],
            "DatasetLinks": {"raw": link(source, out)},
        },
    )
    names = pd.DataFrame(
        [(OUTSIDE, "outside"), *((label, structure.name) for label, structure in enumerate(STRUCTURES, start=1))],
        columns=["index", "name"],
    )
    write_tsv(out / LABELS_FILE, names)
    write_atomically(out / README_FILE, lambda file: file.write(README.encode()))
    write_atomically(out / IGNORED_FILE, lambda file: file.write("".join(f"{name}\n" for name in IGNORED).encode()))


def _source_description(source: Path) -> dict[str, str]:
    """The source's own description; empty where it has none that can be read."""
    try:
        found = json.loads((source / DESCRIPTION_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
