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
TARGET_HELP = "Column of the cohort's table that is the label; CDR if not given."
POSITIVE_HELP = "Values of the label that count as positive, with commas between, such as AD,MCI."
NEGATIVE_HELP = "Values that count as negative; all other known ones if not given."
LEAST_AGE_HELP = "Years below which nobody counts as labelled; 60 if not given, 0 for no floor."
PLANTED_HELP = (
    "Healthy adults' whole heads, as adcore prepare takes them: atrophy is planted into them, and the fused answer pays for "
    "falling where it was. Two CPU minutes a head."
)
MEASURES_HELP = (
    "Columns of numbers that the clinical branch reads beside the usual fields, with commas between, such as CSF or volumes: "
    "adcore prepare --keep keeps them."
)
COHORT_HELP = "a BIDS folder, OASIS as distributed, or a CSV with the columns path and person"


def named(text: str | None) -> list[str]:
    """Names with commas between."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def saliency_method(text: str | None) -> "SaliencyMethod | None":
    """The method of that name; None where none was given."""
    from adcore.explain.explanation import SaliencyMethod

    if text not in (None, *SaliencyMethod):
        raise typer.BadParameter(f"Expected {' or '.join(SaliencyMethod)}, got '{text}'.", param_hint="--saliency")
    return None if text is None else SaliencyMethod(text)
