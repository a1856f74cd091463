"""The answer had a patient's own hippocampi or ventricles another volume: their scan is deformed, checked and answered again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from io import BytesIO

import numpy as np
import torch
from nibabel.affines import apply_affine
from PIL import Image
from scipy.optimize import brentq
from torch import Tensor

from adcore.analysis import Analysis
from adcore.cohorts.synthetic.deformation import Displacement
from adcore.cohorts.synthetic.planted import Planted, displacement
from adcore.errors import PreparationError
from adcore.pipeline import analyse
from adcore.predict import Predictor
from adcore.prepare.deform import deform
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.network import grid_affine
from adcore.prepare.segmentation.structures import labels_of
from adcore.prepare.volume import sample
from adcore.volumetry.norms import load_norms
from adcore.words import points

STRUCTURES = {"hippocampus": Planted.HIPPOCAMPI, "lateral ventricle": Planted.VENTRICLES}
"""What can be given another volume, both sides together, and the deformation that does it; horns count apart."""

MEDIAN = "median"
"""In place of a volume: that of healthy adults of this age, sex and head size."""

FARTHEST = 1.5
"""Degrees of deformation to either side up to which heads look like heads; below 0 hippocampi grow and ventricles narrow."""

DEGREE_TOLERANCE = 0.05
ENLARGED = 3
BRIGHTEST = 1.3
"""Intensity drawn white; white matter is near 1."""


@dataclass(frozen=True, eq=False)
class StructuresWhatIf:
    """An answer beside the one of the same patient with other structures.

    Attributes:
        asked: millilitres by structure, both sides together.
        degrees: of deformation, by structure.
        before, after: `after` has no prediction where the deformed scan fails its checks.
    """

    asked: dict[str, float]
    degrees: dict[str, float]
    before: Analysis
    after: Analysis

    @property
    def measured(self) -> dict[str, tuple[float, float]]:
        """Millilitres by structure as the program measures them, before and after."""
        both = (self.before.prepared, self.after.prepared)
        return {name: (both[0].volume_ml(labels_of(name)), both[1].volume_ml(labels_of(name))) for name in self.asked}

    @property
    def sentence(self) -> str:
        """What was changed, and what the answer became, or why there is none."""
        changes = "; ".join(
            f"{name} {old:.1f} to {new:.1f} ml ({self.asked[name]:.1f} asked)" for name, (old, new) in self.measured.items()
        )
        before, after = self.before.prediction, self.after.prediction
        if before is None or after is None:
            refused = " ".join(map(str, self.after.refusals)) or "There was no answer to begin with."
            return f"With {changes} there is no answer. {refused}"
        old, new = points(before.fused.probability), points(after.fused.probability)
        return f"With {changes} the probability goes from {old}% to {new}%."

    def picture(self) -> bytes:
        """PNG of the middle of the networks' slices, before and after, the patient's right at the left."""
        middle = len(self.before.prepared.slices) // 2
        shown = [one.prepared.slices[middle, :, ::-1] for one in (self.before, self.after)]
        grey = (np.clip(np.concatenate(shown, axis=1) / BRIGHTEST, 0, 1) * 255).astype(np.uint8)
        file = BytesIO()
        height, width = grey.shape
        Image.fromarray(grey).resize((ENLARGED * width, ENLARGED * height)).save(file, "PNG")
        return file.getvalue()


def what_if_structures(
    analysis: Analysis,
    targets: Mapping[str, float | str],
    predictor: Predictor,
    on_step: Callable[[str], None] | None = None,
) -> StructuresWhatIf:
    """Deform an analysed scan until structures have other volumes, and analyse it again from the start.

    It says what the model answers about such a picture, not what would become of the patient.

    Args:
        targets: of STRUCTURES, millilitres of both sides together, or MEDIAN.
        on_step: called with a sentence as each stage of the analysis begins.
    Raises:
        PreparationError: an unknown structure, or a volume that no deformation up to FARTHEST reaches.
        NormRangeError: MEDIAN, and age or sex is unknown or outside the norms.
    """
    prepared = analysis.prepared
    asked = {name: _millilitres(name, target, analysis) for name, target in targets.items()}
    degrees = {name: degree_for(prepared, name, volume) for name, volume in asked.items()}
    fields = [displacement(STRUCTURES[name], degree) for name, degree in degrees.items()]

    def origins(points: Tensor) -> Tensor:
        return reduce(lambda moved, field: field(moved), fields, points)

    scan = deform(prepared.scan, prepared.voxels_to_atlas, origins, prepared.structures).scan
    return StructuresWhatIf(asked, degrees, analysis, analyse(scan, analysis.record, predictor, on_step))


def degree_for(prepared: PreparedScan, structure: str, millilitres: float) -> float:
    """The degree of deformation at which a structure has a volume, by its segmentation moving along.

    Raises:
        PreparationError: it is not found in this scan, or no degree up to FARTHEST reaches the volume.
    """
    now = prepared.volume_ml(labels_of(structure))
    chances = prepared.segmentation.probabilities[list(labels_of(structure))].float().sum(dim=0, keepdim=True)
    points = apply_affine(grid_affine(), np.moveaxis(np.indices(chances.shape[1:]), 0, -1)).reshape(-1, 3).astype(np.float32)
    before = float(chances.sum())
    if not before or not now:
        raise PreparationError(f"No {structure} was found in this scan, so it can't be given another volume.")

    def beyond(degree: float) -> float:
        field = displacement(STRUCTURES[structure], degree)
        return now * _moved(chances, field, torch.from_numpy(points)) / before - millilitres

    if abs(now - millilitres) < 0.01 * now:
        return 0.0
    ends = beyond(-FARTHEST), beyond(FARTHEST)
    if ends[0] * ends[1] > 0:
        low, high = sorted(end + millilitres for end in ends)
        raise PreparationError(
            f"Both sides of the {structure} measure {now:.1f} ml here, and can be made {low:.1f} to {high:.1f} ml; got "
            f"{millilitres:.1f} ml. Choose a volume between these."
        )
    return float(brentq(beyond, -FARTHEST, FARTHEST, xtol=DEGREE_TOLERANCE))


def _moved(chances: Tensor, field: Displacement, points: Tensor) -> float:
    """Voxels of a structure after deformation: what comes from it, wherever it lies then."""
    to_grid = torch.from_numpy(np.linalg.inv(grid_affine()).astype(np.float32))
    come_from = field(points) @ to_grid[:3, :3].T + to_grid[:3, 3]
    return float(sample(chances, come_from)[0].sum())


def _millilitres(structure: str, target: float | str, analysis: Analysis) -> float:
    if structure not in STRUCTURES:
        raise PreparationError(
            f"Expected {' or '.join(STRUCTURES)}, got '{structure}'. Other structures can't be deformed alone."
        )
    if not isinstance(target, str):
        return float(target)
    if target != MEDIAN:
        raise PreparationError(f"Expected a volume in millilitres or '{MEDIAN}', got '{target}'.")
    norms, whole = load_norms(), next((volume.intracranial_ml for volume in analysis.volumes), 0.0)
    age, sex = norms.check_range(analysis.record.age_years, analysis.record.sex)
    curves = [curve for name, curve in norms.curves.items() if name in (f"left {structure}", f"right {structure}")]
    return sum(float(curve.expected(np.array([age]), sex, 0.0, whole)[0]) for curve in curves)
