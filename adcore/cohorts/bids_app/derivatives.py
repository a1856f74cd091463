"""The files that the BIDS App writes for one scan: segmentation, volumes, report, and the whole result."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adcore.analysis import Analysis
from adcore.atomic import write_atomically
from adcore.cohorts.bids_app.tsv import write_json, write_tsv
from adcore.cohorts.bids_app.volumes import volume_sidecar, volume_table
from adcore.predict import Predictor
from adcore.report import report_pdf, structure_files

ALWAYS = ("analysis.json", "report.pdf")
WITH_VOLUMES = ("dseg.nii.gz", "dseg.json", "volumes.tsv", "volumes.json")
"""A scan that failed a check has no volumes, and a segmentation that nobody should use."""


@dataclass(frozen=True)
class Derivatives:
    """Where the files of a scan lie: at its place in the source folder, under its name with other endings.

    Attributes:
        source: the BIDS folder that was read.
        out: the folder of derivatives.
    """

    source: Path
    out: Path

    def path(self, scan: Path, ending: str) -> Path:
        """sub-01/ses-M00/anat/sub-01_ses-M00_ENDING."""
        stem = scan.name.partition(".")[0].removesuffix("T1w")
        return self.out / scan.parent.relative_to(self.source) / f"{stem}{ending}"

    def write(self, scan: Path, analysis: Analysis, predictor: Predictor) -> None:
        """Write the files of one scan; those of an earlier analysis that this one does not have are removed."""
        if analysis.volumes:
            labels = structure_files(analysis)["structures.nii.gz"]
            write_atomically(self.path(scan, "dseg.nii.gz"), lambda file: file.write(labels))
            write_json(self.path(scan, "dseg.json"), self._sidecar(scan, analysis))
            write_tsv(self.path(scan, "volumes.tsv"), volume_table(analysis), volume_sidecar())
        else:
            for ending in WITH_VOLUMES:
                self.path(scan, ending).unlink(missing_ok=True)
        report = report_pdf(analysis, predictor.card)
        write_atomically(self.path(scan, "report.pdf"), lambda file: file.write(report))
        write_json(self.path(scan, "analysis.json"), analysis.to_json())

    def written(self, scan: Path, document: dict[str, Any]) -> bool:
        """Whether all files are there that an analysis has, by its document."""
        return all(self.path(scan, ending).is_file() for ending in (*ALWAYS, *(WITH_VOLUMES if document["volumes"] else ())))

    def _sidecar(self, scan: Path, analysis: Analysis) -> dict[str, Any]:
        """What BIDS asks of a segmentation's metadata."""
        source = f"bids:raw:{scan.relative_to(self.source).as_posix()}"
        return {
            "Description": "Intracranial structures by adcore's network, on the scan's own grid; names in dseg.tsv.",
            "Manual": False,
            "Sources": [source],
            "SpatialReference": source,
            "StructuresSHA256": analysis.provenance.structures_sha256,
        }


def link(source: Path, out: Path) -> str:
    """The source folder as seen from the derivatives: a relative path, which says nothing of the machine."""
    return Path(os.path.relpath(source.resolve(), out.resolve())).as_posix()
