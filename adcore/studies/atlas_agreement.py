"""Whole-head scans compared with the atlas and the training cohort: labels, mean slices, and stability of registration."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.progress import with_progress
from adcore.cohorts.target import LABELLED_AGE
from adcore.errors import AdcoreError, CohortError
from adcore.prepare.config import PreparationConfig
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from adcore.prepare.volume import Volume
from adcore.readers import read_scan
from adcore.studies.atlas_labels import (
    CEREBRA,
    DLMUSE_CSF,
    DLMUSE_HIPPOCAMPI,
    Overlap,
    brain_overlap,
    hippocampus_overlap,
    read_labels,
)
from adcore.studies.perturbations import displacements_mm
from adcore.studies.slice_agreement import SliceAgreement, compare_slices
from adcore.words import interval


@dataclass(frozen=True)
class SubjectAgreement:
    """One scan in atlas space.

    Attributes:
        outline: the program's own brain outline against MNI152's mask.
        labelled: all of its labels, CSF out to the dura included, against the same.
        tissue: its labels without that CSF, sulci closed.
        hippocampi: right and left against CerebrA's; None without the atlas.
        moved_mm: by perturbation; None for a scan that was not perturbed.
    """

    outline: Overlap
    labelled: Overlap
    tissue: Overlap
    hippocampi: tuple[Overlap, Overlap] | None
    moved_mm: dict[str, float] | None


@dataclass(frozen=True, eq=False)
class AtlasAgreement:
    """Agreement of a folder of healthy scans with atlas and cohort.

    Attributes:
        heads: by scan, oldest first.
        slices: of participants of LABELLED_AGE and over, compared with the cohort's.
        failures: scan and message of those that could not be used.
    """

    heads: dict[str, SubjectAgreement]
    slices: SliceAgreement
    failures: dict[str, str]


def read_participants(ixi: Path) -> pd.DataFrame:
    """IXI's participants, oldest first: `name` and `age_years`.

    Raises:
        CohortError: the table or one of its columns is missing.
    """
    path = ixi / "participants.csv"
    if not path.is_file():
        raise CohortError(f"Expected the table participants.csv in {ixi.name}, but it is not there.")
    raw = pd.read_csv(path)
    missing = {"MRID", "Age"} - set(raw.columns)
    if missing:
        raise CohortError(f"participants.csv has no column {' nor '.join(sorted(missing))}.")
    table = pd.DataFrame({"name": raw["MRID"], "age_years": raw["Age"].astype(float)})
    return table.sort_values("age_years", ascending=False, ignore_index=True)


def unimpaired(cohort: Cohort) -> Cohort:
    """The labelled participants with CDR 0, one session each."""
    labelled = cohort.labelled()
    return labelled.rows(~labelled.impaired)


def measure(ixi: Path, cohort: Cohort, cerebra: Path | None = None, perturbed: int = 0) -> AtlasAgreement:
    """Prepare every scan, skipping those that fail.

    Args:
        ixi: holds `participants.csv`, `t1/<MRID>_T1.nii.gz` and `dlmuse_seg/<MRID>_T1_DLMUSE.nii.gz`.
        cohort: whose unimpaired participants the slices are compared with.
        cerebra: CerebrA's folder; without it hippocampi are not compared.
        perturbed: number of scans, spread over the ages, that are also registered rotated, shifted and scaled.
    Raises:
        CohortError: the table or CerebrA's labels are missing, or no scan of LABELLED_AGE and over could be prepared.
    """
    participants, config = read_participants(ixi), PreparationConfig()
    atlas = read_labels(cerebra / CEREBRA) if cerebra else None
    to_perturb = {participants["name"][row] for row in np.linspace(0, len(participants) - 1, perturbed).astype(int)}
    heads: dict[str, SubjectAgreement] = {}
    failures: dict[str, str] = {}
    stacks, ages = [], []
    for name, age in with_progress(participants.itertuples(index=False), "scans", len(participants)):
        try:
            scan = read_scan(ixi / "t1" / f"{name}_T1.nii.gz")
            labels = read_labels(ixi / "dlmuse_seg" / f"{name}_T1_DLMUSE.nii.gz")
            prepared = prepare_scan(scan, config)
            heads[name] = _agreement(prepared, labels, atlas, name in to_perturb)
        except AdcoreError as error:
            failures[name] = str(error)
            continue
        if age >= LABELLED_AGE:
            stacks.append(prepared.slices)
            ages.append(age)
    slices = compare_slices(np.array(stacks, dtype=np.float32), np.array(ages), unimpaired(cohort), config.slices)
    return AtlasAgreement(heads, slices, failures)


def summary(agreement: AtlasAgreement) -> list[str]:
    """The figures as lines of text; medians, since the labels are automatic and occasionally wrong."""
    heads, slices = list(agreement.heads.values()), agreement.slices
    lines = [f"{len(heads)} scans registered, {len(agreement.failures)} failed"]
    lines += [f"  {name}: {sentence}" for name, sentence in agreement.failures.items()]
    for title, values in (
        ("brain outline", [head.outline.dice for head in heads]),
        ("all labels, with CSF to the dura", [head.labelled.dice for head in heads]),
        ("labels without that CSF, closed", [head.tissue.dice for head in heads]),
    ):
        lines.append(f"brain against MNI152's mask, {title}: Dice {_spread(values)}")
    pairs = [head.hippocampi for head in heads if head.hippocampi]
    for side, number in (("right", 0), ("left", 1)):
        if pairs:
            lines.append(
                f"{side} hippocampus against CerebrA's: Dice {_spread([pair[number].dice for pair in pairs])}, "
                f"centres {_spread([pair[number].distance_mm for pair in pairs])} mm apart"
            )
    for name, head in agreement.heads.items():
        if head.moved_mm:
            worst = max(head.moved_mm, key=head.moved_mm.__getitem__)
            lines.append(f"{name} perturbed in {len(head.moved_mm)} ways: at most {head.moved_mm[worst]:.2f} mm ({worst})")
    lines += [
        f"mean slices of {slices.participants} scans (mean age {slices.mean_age:.1f}) against unimpaired participants of the "
        f"cohort (effectively {slices.cohort_participants:.0f}, mean age {slices.cohort_mean_age:.1f}):",
        f"  correlation {slices.whole:.3f} over the whole images, {slices.inside:.3f} inside the outline, by slice "
        f"{min(slices.by_slice):.3f} to {max(slices.by_slice):.3f}",
        f"  {slices.unmirrored} of {slices.participants} scans correlate better with the cohort's mean than with its mirror "
        "image",
    ]
    return lines


def _agreement(prepared: PreparedScan, labels: Volume, atlas: Volume | None, perturb: bool) -> SubjectAgreement:
    place = prepared.atlas_to_scan
    outline = Volume(torch.from_numpy(prepared.brain_mask.astype(np.float32)), prepared.scan.affine)
    return SubjectAgreement(
        outline=brain_overlap(outline, place),
        labelled=brain_overlap(labels, place),
        tissue=brain_overlap(labels, place, above=DLMUSE_CSF),
        hippocampi=hippocampus_overlap(labels, DLMUSE_HIPPOCAMPI, place, atlas) if atlas else None,
        moved_mm=displacements_mm(prepared.scan) if perturb else None,
    )


def _spread(values: list[float]) -> str:
    low, middle, high = np.percentile(values, [0, 50, 100])
    return interval(middle, low, high, ".3f")
