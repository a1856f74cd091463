"""Features of every slice of a cohort from the frozen convolutions, computed once and kept on disk."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.progress import with_progress
from adcore.networks.late_fusion import LateFusionNetwork, ScanFeatures
from adcore.training.checkpoint import load_checkpoint, save_checkpoint

SAVE_EVERY = 50
"""Sessions between checkpoints."""


@torch.inference_mode()
def read_features(network: LateFusionNetwork, cohort: Cohort, path: Path, signature: str) -> ScanFeatures:
    """Compute the features of every session.

    Args:
        path: keeps what is done; a run with the same signature on the same cohort resumes from there.
    """
    signature = f"{signature} {cohort.digest}"
    state = load_checkpoint(path)
    done: list[dict[str, Tensor]] = state["done"] if state and state["signature"] == signature else []
    for row in with_progress(range(len(done), len(cohort)), path.stem, len(cohort), len(done)):
        read = network.read(torch.from_numpy(cohort.slices[row]), cohort.y_mm).features
        done.append({**{branch.value: read.means[branch] for branch in IMAGE_BRANCHES}, "shares": read.shares})
        if len(done) % SAVE_EVERY == 0 or len(done) == len(cohort):
            save_checkpoint(path, {"done": done, "signature": signature})
    columns = {name: torch.cat([session[name] for session in done]) for name in done[0]}
    means = {branch: columns[branch.value] for branch in IMAGE_BRANCHES}
    return ScanFeatures(means, columns["shares"], torch.tensor(cohort.y_mm))


def mirror_images(cohort: Cohort) -> Cohort:
    """The same participants with left and right exchanged."""
    return replace(cohort, slices=np.ascontiguousarray(cohort.slices[..., ::-1]))


def outlines_of(cohort: Cohort) -> Cohort:
    """The same participants with bare outlines: 1 where their slices are not empty, 0 elsewhere."""
    return replace(cohort, slices=(cohort.slices > 0).astype(np.float32))
