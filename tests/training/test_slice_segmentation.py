from dataclasses import replace
from pathlib import Path

import pytest
import torch

from adcore.cohorts.ixi import LabelledSubject
from adcore.networks.slice_segmentation import SLICE_STRUCTURES
from adcore.prepare.segmentation.structures import STRUCTURES
from adcore.training.augment import Augmentation
from adcore.training.slice_segmentation import (
    COMMON_NAMES,
    SliceSegmentationConfig,
    fit_slice_segmentation,
    held_out_participants,
    measure_dice,
)
from tests.support.interrupted import interrupted_after_one_checkpoint
from tests.support.labelled import labelled_slices

MILD = Augmentation(**(dict.fromkeys(vars(Augmentation()), 0.0) | {"flip": 0.5}))
CONFIG = SliceSegmentationConfig(steps=30, batch=4, learning_rate=1e-2, save_every=10, augmentation=MILD)


def test_every_structure_has_a_class_on_slices() -> None:
    assert {COMMON_NAMES.get(one.kind, one.kind) for one in STRUCTURES} == set(SLICE_STRUCTURES[1:])


@pytest.mark.slow
def test_it_learns_two_structures_and_resumes_to_the_same_weights(tmp_path: Path) -> None:
    slices = labelled_slices()
    torch.manual_seed(0)
    whole = fit_slice_segmentation(slices, CONFIG, tmp_path / "whole")
    found = measure_dice(whole, labelled_slices(seed=1))
    assert found["white matter"] > 0.8
    with interrupted_after_one_checkpoint():
        fit_slice_segmentation(slices, CONFIG, tmp_path / "cut")
    resumed = fit_slice_segmentation(slices, CONFIG, tmp_path / "cut")
    for one, other in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.equal(one, other)


def test_participants_of_all_ages_are_held_out() -> None:
    subjects = [LabelledSubject(f"P{age}", Path(), Path(), float(age), "F") for age in range(20, 80)]
    held_out = held_out_participants(subjects, replace(CONFIG, held_out_every=6))
    assert held_out == {f"P{age}" for age in range(20, 80, 6)}
