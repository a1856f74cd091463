from dataclasses import replace
from pathlib import Path

import pytest
import torch

from adcore.cohorts.ixi import LabelledHead
from adcore.networks.slice_segmentation import PLANE_PARTS
from adcore.prepare.segmentation.structures import PARTS
from adcore.training.augment import Augmentation
from adcore.training.slice_segmentation import COMMON_NAMES, PlanePartsConfig, fit_plane_parts, held_out_people, measure_dice
from tests.support.labelled import labelled_planes

MILD = Augmentation(**(dict.fromkeys(vars(Augmentation()), 0.0) | {"flip": 0.5}))
CONFIG = PlanePartsConfig(steps=30, batch=4, learning_rate=1e-2, save_every=10, augmentation=MILD)


def test_every_part_has_a_class_on_planes() -> None:
    assert {COMMON_NAMES.get(part.structure, part.structure) for part in PARTS} == set(PLANE_PARTS[1:])


def test_it_learns_to_tell_two_parts_and_resumes_to_the_same_weights(tmp_path: Path) -> None:
    planes = labelled_planes()
    torch.manual_seed(0)
    whole = fit_plane_parts(planes, CONFIG, tmp_path / "whole")
    found = measure_dice(whole, labelled_planes(seed=1))
    assert found["white matter"] > 0.8

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        steps = iter([None, cut_off])
        patch.setattr("adcore.training.slice_segmentation.logger.info", lambda *_: (next(steps) or (lambda: None))())
        with pytest.raises(KeyboardInterrupt):
            fit_plane_parts(planes, CONFIG, tmp_path / "cut")
    resumed = fit_plane_parts(planes, CONFIG, tmp_path / "cut")
    for one, other in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.equal(one, other)


def test_people_of_all_ages_are_held_out() -> None:
    heads = [LabelledHead(f"P{age}", Path(), Path(), float(age), "F") for age in range(20, 80)]
    held_out = held_out_people(heads, replace(CONFIG, held_out_every=6))
    assert held_out == {f"P{age}" for age in range(20, 80, 6)}
