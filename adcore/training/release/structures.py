"""From a trained structure network to its folder: weights, card, and the Dice of every participant held out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np

from adcore.cohorts.freesurfer import structures_of_freesurfer
from adcore.cohorts.ixi import LabelledSubject, with_sound_sides
from adcore.evaluation.segmentation.agreement import BRAIN, measure, measure_participants, summarise
from adcore.evaluation.segmentation.degradations import LabelledScan
from adcore.model.weights import load_weights, save_weights
from adcore.prepare.segmentation.model import WEIGHTS_FILE, StructuresCard, known_answers
from adcore.prepare.segmentation.network import CHANNELS, GRID_SHAPE, GRID_SPACING_MM, StructureNetwork
from adcore.prepare.segmentation.structures import OUTSIDE, STRUCTURES, Side, label_of
from adcore.readers import read_scan
from adcore.training.structures.cases import held_out_participants
from adcore.version import __version__
from adcore.words import DISCLAIMER

DICE_FILE = "dice.csv"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Split:
    """Who was trained on and who was not.

    Attributes:
        left_out: participants in neither, because their labels are broken.
    """

    trained_on: tuple[LabelledSubject, ...]
    held_out: tuple[LabelledSubject, ...]
    left_out: tuple[str, ...]

    @classmethod
    def of(cls, subjects: Sequence[LabelledSubject], fold: int) -> "Split":
        """Hold out every fifth subject by age, from `fold` (0 to 4) on, before broken labels are left out."""
        held_out = held_out_participants(subjects, fold)
        sound = with_sound_sides(subjects)
        return cls(
            tuple(one for one in sound if one.person not in held_out),
            tuple(one for one in sound if one.person in held_out),
            tuple(sorted({one.person for one in subjects} - {one.person for one in sound})),
        )


def write_structures(
    folder: Path,
    network: StructureNetwork,
    split: Split,
    training_config: dict[str, Any],
    foreign: Path | None,
    runs: Path,
    start: StructuresCard | None = None,
) -> StructuresCard:
    """Write the weights, measure them as they ship, and write the card.

    Args:
        training_config: with the seed, which the measurements use too.
        foreign: folder of labelled whole-head scans from elsewhere; None leaves them out.
        runs: where measurements are kept as they come in; those of the same weights are resumed.
        start: card of the network that the training went on from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sha256 = save_weights(network, folder / WEIGHTS_FILE)
    shipped = StructureNetwork()
    load_weights(shipped, folder / WEIGHTS_FILE, sha256)  # what follows is measured on the rounded weights that ship
    shipped.eval().requires_grad_(False)
    known_case = known_answers(shipped)
    seed = int(training_config["seed"])
    table = measure_participants(split.held_out, shipped, runs / f"dice-{sha256[:12]}.csv", seed)
    table.to_csv(folder / DICE_FILE, index=False, float_format="%.4f")
    version = "1" if start is None else str(int(start.version) + 1)
    card = StructuresCard(
        name="structures",
        version=version,
        created=datetime.now(UTC).date().isoformat(),
        adcore_version=__version__,
        disclaimer=DISCLAIMER,
        intended_use=(
            "Segments the intracranial space and the structures of the brain on an adult's T1 MRI, for adcore's slices, "
            "volumes and explanations. Not for surgery or any other use that needs a border accurate to the millimetre."
        ),
        method={
            "network": f"MONAI's U-Net, channels {CHANNELS}, with a spatial prior of the structures and a full-resolution stage",
            "grid": f"{' x '.join(map(str, GRID_SHAPE))} voxels of {GRID_SPACING_MM:g} mm in MNI152 space, after affine "
            "registration and a coarse bias correction",
            "structures": [one.name for one in STRUCTURES],
            "reference": "Automatic labels (DLMUSE) at 2 mm, not manual ones: the figures measure agreement with them.",
            **_history(start),
        },
        data={
            "source": "IXI (Hammersmith Hospital, Philips 3 T), healthy adults, CC BY-SA 3.0, resampled to 2 mm",
            "trained_on": sorted(one.person for one in split.trained_on),
            "held_out": sorted(one.person for one in split.held_out),
            "left_out": f"{', '.join(split.left_out) or 'nobody'}: labels that assign almost everything to one side",
            "ages_trained_on": _ages(split.trained_on),
            "ages_held_out": _ages(split.held_out),
        },
        weights={WEIGHTS_FILE: sha256},
        known_case=known_case,
        dice=summarise(table, seed),
        volume_ratios=summarise(table, seed, "volume_ratio"),
        dice_origin=(
            f"Mean over {len(split.held_out)} held-out participants of all ages, with 95% bootstrap intervals over participants; "
            "on the grid of their labels at 2 mm. Degraded scans are compared with the labels of the intact scan, those with "
            "planted atrophy with labels that were deformed alike."
        ),
        foreign=measure_foreign(foreign, shipped) if foreign else {},
        foreign_origin=(
            "Whole-head scans near 1 mm from other scanners. Their labels follow other rules: FreeSurfer's leave out most CSF "
            "and draw lobar borders elsewhere; brainchop's contain the brain only."
        ),
        training_config=training_config,
        limits=[
            "Trained on healthy adults from one scanner: it has seen no tumours, strokes, operations or children.",
            "Labels at 2 mm: small structures (amygdala, inferior horn) vary by a quarter of their volume.",
            "A structure outside the image has no label and counts as missing.",
        ],
    )
    card.write(folder)
    return StructuresCard.read(folder)


def measure_foreign(folder: Path, network: StructureNetwork) -> dict[str, dict[str, float]]:
    """Dice on labelled whole-head scans from elsewhere, by scan and structure, where both have the structure."""
    swm, brainchop = folder / "swm", folder / "brainchop_t1_crop.nii.gz"
    image = nib.Nifti1Image.from_filename(swm / "aparc.DKTatlas+aseg.nii.gz")
    structures = structures_of_freesurfer(np.asarray(image.dataobj).astype(np.int64))
    found = {"swm (FreeSurfer)": measure(LabelledScan(read_scan(swm / "T1.nii.gz"), structures, image.affine), network)}
    image = nib.Nifti1Image.from_filename(folder / "brainchop_labels.nii.gz")
    brain = np.where(np.asarray(image.dataobj) > 0, label_of("white matter", Side.LEFT), OUTSIDE).astype(np.uint8)
    scores = measure(LabelledScan(read_scan(brainchop), brain, image.affine), network)
    found["brainchop (grey and white matter)"] = {BRAIN: scores[BRAIN]}
    return {
        scan: {structure: round(one.dice, 4) for structure, one in scores.items() if np.isfinite(one.dice) and one.dice > 0}
        for scan, scores in found.items()
    }


def _history(start: StructuresCard | None) -> dict[str, str]:
    """How the weights came about before this training, where it went on from others."""
    if start is None:
        return {}
    before = start.method.get("history", f"Trained from nothing in {start.training_config['steps']} steps.")
    return {"history": f"Version {start.version}: {before} This version goes on from its weights with the settings below."}


def _ages(subjects: Sequence[LabelledSubject]) -> str:
    ages = [subject.age_years for subject in subjects if subject.age_years]
    if not ages:
        return "unknown"
    return f"{min(ages):.0f} to {max(ages):.0f} years, median {np.median(ages):.0f}"
