"""An untrained model and a synthetic cohort: everything that learning needs, small enough for a test."""

import copy
import shutil
import tempfile
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.cohort import Cohort
from adcore.model.calibration import Calibration
from adcore.model.card import ModelCard
from adcore.model.card_schema import StructuresBranchCard
from adcore.networks.late_fusion import LateFusionNetwork, save_network
from adcore.networks.structures_branch import READ, StructuresBranch
from adcore.prepare.slices import SliceConfig
from adcore.training.release.seal import seal_model

TINY_SLICES = SliceConfig(t88_slices=(92, 97), size=32, spacing_mm=4.7)

STRUCTURES = StructuresBranchCard(coefficients={name: 1.0 for name in READ}, intercept=0.0)

CALIBRATED = tuple(
    f"{inputs}_{branch}"
    for inputs in ("images", "no_mmse", "all")
    for branch in ("fused", "vgg16", "resnet50", "structures", "clinical")
    if (inputs, branch) != ("images", "clinical")
)


def untrained_network(seed: int = 0) -> LateFusionNetwork:
    """Random weights, ready to predict; a network of its own for each caller."""
    network, state = _drawn(seed)
    torch.set_rng_state(state)
    return copy.deepcopy(network)


@lru_cache(maxsize=1)
def _drawn(seed: int) -> tuple[LateFusionNetwork, torch.Tensor]:
    """The network, and torch's random state behind it: drawing 38 million weights takes a second."""
    torch.manual_seed(seed)
    network = LateFusionNetwork().eval().requires_grad_(False)
    network.structures = StructuresBranch.of(STRUCTURES)
    return network, torch.get_rng_state()


def untrained_card(slices: SliceConfig = SliceConfig(), weights: dict[str, str] | None = None, spread: float = 0.01) -> ModelCard:
    """A card with identity calibrations; `spread` is the variance of their coefficients."""
    return ModelCard(
        name="untrained",
        version="0",
        created="2026-01-01",
        adcore_version="0",
        disclaimer="untrained",
        intended_use="tests",
        not_for=[],
        reference_standard="none",
        data={"labelled_participants": 100, "impaired_participants": 40},
        method={},
        weights=weights or {"fusion.safetensors": "0" * 64},
        slices_digest=slices.digest,
        slices=asdict(slices),
        age_years=(60, 96),
        threshold=0.5,
        threshold_origin="tests",
        calibrations={name: Calibration(1.0, 0.0, ((spread, 0.0), (0.0, spread)), 100) for name in CALIBRATED},
        cam_maximum={branch.value: 0.5 for branch in IMAGE_BRANCHES},
        cam_maximum_origin="tests",
        metrics={},
        metrics_origin="tests",
        confusion={},
        baselines={},
        controls={},
        splits=[],
        seeds={},
        training_config={},
        limits=[],
        structures=STRUCTURES,
    )


def write_untrained_model(folder: Path) -> Path:
    """A model folder that load_predictor accepts."""
    return Path(shutil.copytree(_sealed().name, folder, dirs_exist_ok=True))


@lru_cache(maxsize=1)
def _sealed() -> tempfile.TemporaryDirectory[str]:
    """The folder that is copied, gone with the process: saving, hashing and sealing it takes two seconds."""
    kept = tempfile.TemporaryDirectory()
    untrained_card(weights=save_network(untrained_network(), Path(kept.name))).write(Path(kept.name))
    seal_model(Path(kept.name))
    return kept


def synthetic_cohort(labelled: int = 12, others: int = 6, slices: SliceConfig = TINY_SLICES, seed: int = 0) -> Cohort:
    """Random planes; labelled people of 60 and over, half of them impaired, and younger ones without a label."""
    generator = np.random.default_rng(seed)
    count = labelled + others
    old = np.arange(count) < labelled
    table = pd.DataFrame(
        {
            "person": [f"S{number:03d}" for number in range(count)],
            "session": [f"S{number:03d}_1" for number in range(count)],
            "age_years": np.where(old, generator.integers(60, 96, count), generator.integers(18, 59, count)).astype(float),
            "sex": generator.choice(["F", "M"], count),
            "education_years": generator.integers(8, 20, count).astype(float),
            "ses": generator.integers(1, 6, count).astype(float),
            "mmse": generator.integers(15, 31, count).astype(float),
            "cdr": np.where(old, np.where(np.arange(count) % 2, 0.5, 0.0), np.nan),
            "etiv_cm3": generator.normal(1500, 150, count),
            "nwbv": generator.normal(0.75, 0.05, count),
        }
    )
    stacks = generator.uniform(0, 1, (count, len(slices.t88_slices), slices.size, slices.size)).astype(np.float32)
    return Cohort(table, stacks, slices.t88_slices)
