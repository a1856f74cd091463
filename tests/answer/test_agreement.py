import pytest

from adcore.answer.prediction import Branch, agreement
from adcore.model.calibration import Estimate


def said(**chances: float) -> dict[Branch, Estimate | None]:
    return {branch: Estimate(value, value, value) if (value := chances.get(branch.value)) else None for branch in Branch}


def test_the_gap_is_between_the_two_farthest_branches() -> None:
    found = agreement(said(vgg16=0.3, resnet50=0.45, clinical=0.9), 0.5)
    assert found is not None
    assert found.gap == pytest.approx(0.6)
    assert (found.lowest, found.highest, found.same_side) == (Branch.VGG16, Branch.CLINICAL, False)


def test_a_probability_at_the_threshold_counts_as_above() -> None:
    for clinical, same in ((0.5, True), (0.49, False)):
        found = agreement(said(vgg16=0.7, clinical=clinical), 0.5)
        assert found is not None
        assert found.same_side is same


def test_one_branch_has_nobody_to_agree_with() -> None:
    assert agreement(said(clinical=0.7), 0.5) is None


def test_structures_are_no_party_to_a_disagreement() -> None:
    assert agreement(said(vgg16=0.7, structures=0.1), 0.5) is None
    assert agreement(said(vgg16=0.7, clinical=0.8, structures=0.1), 0.5) == agreement(said(vgg16=0.7, clinical=0.8), 0.5)
