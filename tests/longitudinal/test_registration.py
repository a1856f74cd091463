from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.cohorts.synthetic import make_head
from adcore.longitudinal.pose import rigid_component
from adcore.longitudinal.registration import Alignment, align_visits
from adcore.longitudinal.repeatability import Repeatability
from adcore.longitudinal.visit_image import VisitImage
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from adcore.prepare.template import CENTRE_MM, load_template
from adcore.studies.rescans import rescan
from tests.support.builders import as_scan
from tests.support.visits import FIRST, Visits

pytestmark = pytest.mark.slow


def aligned(*scans: PreparedScan) -> Alignment:
    return align_visits([VisitImage.of(scan) for scan in scans])


def error_mm(alignment: Alignment, moved: NDArray[np.float64], other: int = 1) -> float:
    """Farthest that a point of the brain ends up from where it truly went between the first visit and another."""
    common = load_template().levels[8].points_mm.numpy().astype(np.float64)
    true = apply_affine(moved, apply_affine(alignment.poses[0], common))
    return float(np.linalg.norm(apply_affine(alignment.poses[other], common) - true, axis=1).max())


@pytest.fixture(scope="module")
def grown(visits: Visits) -> Alignment:
    """The first visit and the one with more atrophy."""
    return aligned(visits.first, visits.later)


def test_a_known_movement_is_found_within_a_third_of_a_millimetre_and_atrophy_hardly_moves_it(visits: Visits) -> None:
    alignment = aligned(visits.first, visits.again, visits.later)
    assert error_mm(alignment, visits.moved, 1) < 0.3
    assert error_mm(alignment, visits.moved, 2) < 0.6


def test_exchanging_the_visits_gives_the_same_space(visits: Visits, grown: Alignment) -> None:
    back = aligned(visits.later, visits.first)
    for one, other in zip(grown.poses, reversed(back.poses), strict=True):
        assert np.allclose(one, other, atol=1e-6)
    assert grown.similarity == pytest.approx(back.similarity, abs=1e-6)


def test_the_space_lies_half_way_between_the_visits_own(visits: Visits, grown: Alignment) -> None:
    own = [rigid_component(scan.atlas_to_scan, CENTRE_MM) for scan in (visits.first, visits.later)]
    ways = [np.linalg.inv(start) @ pose for start, pose in zip(own, grown.poses, strict=True)]
    assert np.allclose(ways[0] @ ways[1], np.eye(4), atol=1e-8)
    assert not np.allclose(ways[0], np.eye(4), atol=1e-3)  # neither visit stays where it was


def test_a_scan_lies_on_itself(visits: Visits) -> None:
    alignment = aligned(visits.first, visits.first)
    assert np.allclose(alignment.poses[0], alignment.poses[1], atol=1e-9)
    assert alignment.similarity == pytest.approx(1)
    assert alignment.overlap == 1


def test_the_scan_of_another_subject_is_less_similar_than_the_limit_and_ones_own_after_atrophy_is_not(
    visits: Visits, grown: Alignment, repeatability: Repeatability
) -> None:
    other = prepare_scan(make_head(0.2, 6, FIRST))
    assert aligned(visits.first, other).similarity < repeatability.similarity_limit < grown.similarity


def test_a_real_head_that_was_moved_is_found(shared_data: Path) -> None:
    path = shared_data / "ixi" / "t1" / "IXI012-HH-1211_T1.nii.gz"
    if not path.exists():
        pytest.skip(f"needs {path}, which is absent")
    image = nib.load(path)
    scan = as_scan(np.asarray(image.dataobj, dtype=np.float32), image.affine)
    again = rescan(scan, np.random.default_rng(1))  # read on another grid, with noise and another receive field, not moved
    alignment = aligned(prepare_scan(scan), prepare_scan(again))
    assert error_mm(alignment, np.eye(4)) < 0.3
