"""Help texts of options that several commands take, and values that are read alike."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from adcore.explain.explanation import SaliencyMethod

MODEL_HELP = "Model name or folder; the shipped model if not given."
OASIS1_HELP = "Folder with OASIS-1's table and coronal slices."
RESCANS_HELP = f"{OASIS1_HELP} Its rescans show how much an unchanged subject's figures differ."
IXI_HELP = "Folder with IXI's participants.csv, t1 and dlmuse_seg."
SCANS_HELP = "T1 scans: .nii, .nii.gz, .mgh, .mgz, DICOM folders, or zip archives."
SEED_HELP = "Seed of the random numbers."
COHORT_HELP = "a BIDS folder, OASIS as distributed, or a CSV with the columns path and person"


def saliency_method(text: str | None) -> "SaliencyMethod | None":
    """The method of that name; None where none was given."""
    from adcore.explain.explanation import SaliencyMethod

    if text not in (None, *SaliencyMethod):
        raise typer.BadParameter(f"Expected {' or '.join(SaliencyMethod)}, got '{text}'.", param_hint="--saliency")
    return None if text is None else SaliencyMethod(text)
