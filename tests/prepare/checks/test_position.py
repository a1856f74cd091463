import numpy as np
import pytest
from nilearn.datasets import load_mni152_template

from adcore.prepare.checks.position import check_position, check_registration, check_template
from adcore.prepare.placement import place
from adcore.prepare.registration import Registration
from tests.support.builders import Head, as_scan, rotation


@pytest.mark.parametrize(("correlation", "passed"), [(0.6, True), (0.44, False)])
def test_a_poor_match_with_the_atlas_fails_and_says_what_to_do(correlation: float, passed: bool) -> None:
    check = check_registration(Registration(np.eye(4), correlation, 1.0))
    assert check.passed is passed
    assert ("Check that" in check.sentence) is not passed


@pytest.mark.parametrize(("pose", "passed"), [(rotation(25, 0, 0), True), (rotation(0, 0, 90), False)])
def test_a_head_that_lies_otherwise_than_its_header_says_fails(pose: np.ndarray, passed: bool) -> None:
    check = check_position(Registration(pose @ np.diag([0.9, 1.0, 0.85, 1.0]), 0.6, 1.0))
    assert check.passed is passed
    assert check.value == pytest.approx(25 if passed else 90, abs=1)


@pytest.mark.parametrize(("correlation", "passed"), [(0.65, True), (0.79, True), (0.92, False)])
def test_a_version_of_the_template_is_named_and_no_persons_match_is(correlation: float, passed: bool) -> None:
    assert check_template(Registration(np.eye(4), correlation, 1.0)).passed is passed


@pytest.mark.parametrize("resolution_mm", [1, 2])
@pytest.mark.parametrize("turn", [np.eye(4), rotation(0, 0, 12)], ids=["in its own place", "turned"])
def test_the_template_is_nobodys_scan(resolution_mm: int, turn: np.ndarray) -> None:
    image = load_mni152_template(resolution=resolution_mm)
    registration = place(as_scan(np.asarray(image.dataobj), turn @ image.affine)).registration
    check = check_template(registration)
    assert not check.passed
    assert "MNI152" in check.sentence


def test_a_head_with_that_brain_and_something_of_its_own_is_somebodys(phantom: Head) -> None:
    assert check_template(place(as_scan(phantom.voxels, phantom.affine)).registration).passed
