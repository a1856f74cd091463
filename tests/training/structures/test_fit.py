from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from nibabel.affines import from_matvec

from adcore.cohorts.ixi import LabelledSubject
from adcore.prepare.segmentation.network import StructureNetwork
from adcore.prepare.segmentation.structures import OUTSIDE, Side, label_of
from adcore.training.structures.augment import HeadAugmentation, HeadAugmenter
from adcore.training.structures.cases import Case, held_out_participants
from adcore.training.structures.fit import StructuresConfig, fit_structures

LEFT, RIGHT = label_of("white matter", Side.LEFT), label_of("white matter", Side.RIGHT)


@pytest.fixture(scope="module")
def case() -> Case:
    """A bright box, its left third and right two thirds labelled apart, on a grid of 4 mm."""
    labels = torch.zeros(40, 50, 40, dtype=torch.uint8)
    labels[8:16, 8:42, 8:32], labels[16:32, 8:42, 8:32] = LEFT, RIGHT
    affine = from_matvec(np.diag([4.0, 4.0, 4.0]), [-78.0, -118.0, -80.0])
    return Case("one", 0.9 * (labels > 0).float(), labels, np.linalg.inv(affine))


def test_the_same_seed_gives_the_same_view_and_another_one_another(case: Case) -> None:
    augmenter = HeadAugmenter(HeadAugmentation())
    image, labels = augmenter.view(case, 3)
    again, labels_again = augmenter.view(case, 3)
    assert torch.equal(image, again)
    assert torch.equal(labels, labels_again)
    assert not torch.equal(labels, augmenter.view(case, 4)[1])


def test_a_mirrored_view_exchanges_the_labels_of_the_sides(case: Case) -> None:
    still = {
        "turn_degrees": 0.0,
        "shift_mm": 0.0,
        "scale": 0.0,
        "warp_mm": 0.0,
        "thick": 0.0,
        "cut": 0.0,
        "strip": 0.0,
        "planted": 0.0,
    }
    _, plain = HeadAugmenter(HeadAugmentation(mirror=0.0, **still)).view(case, 1)
    _, mirrored = HeadAugmenter(HeadAugmentation(mirror=1.0, **still)).view(case, 1)
    assert (plain == LEFT).sum() < (plain == RIGHT).sum()
    assert (mirrored == LEFT).sum() > (mirrored == RIGHT).sum()
    middle = plain.shape[0] // 2
    assert (mirrored[middle + 20 :] == LEFT).sum() == 0  # left stays at low x, where the patient's left is


def test_what_is_cut_off_has_no_label(case: Case) -> None:
    augmenter = HeadAugmenter(HeadAugmentation(cut=1.0, cut_mm=120.0))
    for seed in range(6):
        image, labels = augmenter.view(case, seed)
        dark = [(image[0].abs().amax(dim=axes) == 0) for axes in ((1, 2), (0, 2), (0, 1))]
        for axis, slices in enumerate(dark):
            assert (labels.movedim(axis, 0)[slices] == OUTSIDE).all()


def test_participants_held_out_are_every_fifth_by_age_and_folds_share_nobody() -> None:
    subjects = tuple(LabelledSubject(f"p{i:02d}", Path("x"), Path("y"), 20.0 + i, "F") for i in range(23))
    folds = [held_out_participants(subjects, fold) for fold in range(5)]
    assert set().union(*folds) == {subject.person for subject in subjects}
    assert sum(map(len, folds)) == len(subjects)
    assert folds[0] == {"p00", "p05", "p10", "p15", "p20"}


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of few channels: a step of the whole one takes ten times as long."""
    monkeypatch.setattr("adcore.prepare.segmentation.network.CHANNELS", (4, 4, 4, 4))
    monkeypatch.setattr("adcore.prepare.segmentation.network.FEATURES", 4)


@pytest.mark.slow
@pytest.mark.usefixtures("narrow")
def test_training_interrupted_after_one_step_resumes_to_the_same_weights(case: Case, tmp_path: Path) -> None:
    whole = fit_structures([case], StructuresConfig(steps=2, falling=2, checkpoint_steps=1), tmp_path / "whole.pt")
    begun = StructuresConfig(steps=1, falling=1, checkpoint_steps=1, learning_rate=3e-3)
    # The falling end of a shorter run starts earlier: keep the first step's rate the same.
    assert begun.rate(0) == StructuresConfig(steps=2, falling=2).rate(0)
    fit_structures([case], begun, tmp_path / "cut.pt")
    resumed = fit_structures([case], StructuresConfig(steps=2, falling=2, checkpoint_steps=1), tmp_path / "cut.pt")
    for ours, theirs in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.slow
@pytest.mark.usefixtures("narrow")
def test_training_goes_on_from_the_weights_of_another_network(case: Case, tmp_path: Path) -> None:
    begun = fit_structures([case], StructuresConfig(steps=1, falling=1), tmp_path / "one.pt")
    no_step = fit_structures([case], StructuresConfig(steps=0), tmp_path / "none.pt", begun)
    for name, weights in begun.state_dict().items():
        assert torch.equal(no_step.state_dict()[name], weights)


@pytest.mark.slow
@pytest.mark.usefixtures("narrow")
def test_training_in_bfloat16_goes_on_from_a_checkpoint_in_float32_with_other_last_bits(case: Case, tmp_path: Path) -> None:
    one, two = StructuresConfig(steps=1, falling=1, checkpoint_steps=1), StructuresConfig(steps=2, falling=1)
    begun, _ = (fit_structures([case], one, tmp_path / path) for path in ("whole.pt", "half.pt"))
    resumed = fit_structures([case], replace(one, bfloat16=True), tmp_path / "half.pt")
    assert torch.equal(_flat(begun), _flat(resumed))  # no step was left, so nothing was computed anew
    whole = fit_structures([case], two, tmp_path / "whole.pt")
    half = fit_structures([case], replace(two, bfloat16=True), tmp_path / "half.pt")
    apart = _flat(whole) - _flat(half)
    assert 0 < apart.abs().max() < 2e-3
    assert apart.norm() < (_flat(whole) - _flat(begun)).norm() / 2  # beside what the step has changed


def _flat(network: StructureNetwork) -> torch.Tensor:
    return torch.cat([weights.flatten() for weights in network.parameters()])
