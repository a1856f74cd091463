"""Healthy heads before and after atrophy was planted, as features: by them the fusion learns not to be reassured by atrophy.

In a cohort of old people one sign can stand as yardstick for another: with hippocampus and horn held, wide ventricles go with
fewer impaired participants. That is right on average and wrong for the patient whose ventricles alone widen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.progress import with_progress
from adcore.cohorts.synthetic.planted import Planted, plant
from adcore.errors import CohortError, PreparationError
from adcore.networks.late_fusion import LateFusionNetwork, ScanFeatures
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan
from adcore.training.checkpoint import load_checkpoint, save_checkpoint

KINDS = (Planted.VENTRICLES, Planted.HIPPOCAMPI, Planted.WHOLE_BRAIN)
"""What is planted. Opened horns are left out: they raise every answer anyway."""

DEGREES = (0.6, 1.2)


@dataclass(frozen=True, eq=False)
class PlantedPairs:
    """The same heads without and with planted atrophy.

    Attributes:
        before, after: features of (P) scans, pair by pair.
    """

    before: ScanFeatures
    after: ScanFeatures

    def changes(self, network: LateFusionNetwork) -> Tensor:
        """How the fusion's input changes, (P, IMAGE_VECTOR)."""
        with torch.inference_mode():
            before, after = (network.image_vectors(features)[0] for features in (self.before, self.after))
        return (after - before).clone()


def read_planted(network: LateFusionNetwork, heads: Sequence[Path], path: Path, signature: str) -> PlantedPairs:
    """Plant KINDS at DEGREES into heads, prepare each anew, and compute its features.

    Args:
        heads: whole-head scans of healthy adults; one that is unfit, or whose planted scan can't be prepared, is left out.
        path: keeps what is done; a run with the same signature resumes from there.
    Raises:
        CohortError: no head is left.
    """
    state = load_checkpoint(path)
    done: dict[str, list[dict[str, Tensor]]] = state["done"] if state and state["signature"] == signature else {}
    y_mm: tuple[float, ...] = state["y_mm"] if state and done else ()
    left = [head for head in heads if head.name not in done]
    for head in with_progress(left, path.stem, len(heads), len(heads) - len(left)):
        base = prepare_scan(read_scan(head))
        y_mm = base.config.slices.y_mm
        done[head.name] = _pairs_of(network, base) if base.fit else []
        save_checkpoint(path, {"done": done, "signature": signature, "y_mm": y_mm})
    rows = [row for head in heads for row in done[head.name]]
    if not rows:
        raise CohortError("Every head given to plant atrophy into is unfit. Give whole-head scans of healthy adults.")
    sides = []
    for side in ("before", "after"):
        means = {branch: torch.cat([row[f"{side} {branch.value}"] for row in rows]) for branch in IMAGE_BRANCHES}
        sides.append(ScanFeatures(means, torch.cat([row[f"{side} shares"] for row in rows]), torch.tensor(y_mm)))
    return PlantedPairs(*sides)


def _pairs_of(network: LateFusionNetwork, base: PreparedScan) -> list[dict[str, Tensor]]:
    before, rows = _features(network, base, "before"), []
    for kind in KINDS:
        for degree in DEGREES:
            try:
                planted = prepare_scan(plant(base, kind, degree).scan)
            except PreparationError:
                continue
            rows.append(before | _features(network, planted, "after"))
    return rows


@torch.inference_mode()
def _features(network: LateFusionNetwork, prepared: PreparedScan, side: str) -> dict[str, Tensor]:
    read = network.read(torch.from_numpy(prepared.slices.copy()), prepared.config.slices.y_mm).features
    return {f"{side} {branch.value}": read.means[branch] for branch in IMAGE_BRANCHES} | {f"{side} shares": read.shares}
