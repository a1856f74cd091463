"""Each unsuitable scan is made of a head as its name says, lies where the head lay, and is refused by its cause."""

import numpy as np
import pytest
from nibabel.affines import apply_affine

from adcore.case.scan import Scan
from adcore.errors import AdcoreError
from adcore.prepare.stages import prepare_scan
from adcore.studies.unsuitable_scans import Case, cases, cropped, near_coil, noisy_air, thick, tissue_map, turned, windowed
from tests.support.builders import as_scan, head, orientations, reorient


@pytest.fixture(scope="module")
def healthy() -> Scan:
    phantom = head((3.0, 3.5, 4.0))
    return as_scan(phantom.voxels, phantom.affine)


def named(name: str, amount: str = "") -> Case:
    (case,) = [case for case in cases() if case.name == name and amount in ("", case.amount)]
    return case


def test_every_case_is_a_scan_of_its_own_and_only_the_first_two_have_to_pass(healthy: Scan) -> None:
    made = [case.change(healthy) for case in cases()]
    assert len({(case.name, case.amount) for case in cases()}) == len(made)
    assert [case.suitable for case in cases()] == [True, True] + [False] * (len(made) - 2)
    told = {(scan.voxels.tobytes(), scan.affine.tobytes(), scan.stated) for scan in made}
    assert len(told) == len(made)
    assert all(scan.voxels.dtype == np.float32 and np.isfinite(scan.voxels).all() for scan in made)


@pytest.mark.parametrize("factor", [1.0, 1.3, 1.8])
def test_a_window_keeps_whole_numbers_of_8_bits_and_clips_from_a_factor_above_1(healthy: Scan, factor: float) -> None:
    voxels = windowed(healthy, factor).voxels
    assert len(np.unique(voxels)) <= 256
    assert voxels.max() == 255
    assert ((voxels == 255).mean() > 0.002) == (factor > 1)


def test_a_coil_is_brighter_at_the_skin_and_the_shorter_its_reach_the_more(healthy: Scan) -> None:
    def fall(scan: Scan) -> float:
        middle = tuple(n // 2 for n in scan.voxels.shape)
        return float(scan.voxels[middle] / np.percentile(scan.voxels, 99))

    assert fall(healthy) > fall(near_coil(healthy, 35.0)) > fall(near_coil(healthy, 20.0))


def test_the_air_of_an_mp2rage_has_any_value_and_the_head_keeps_its_order(healthy: Scan) -> None:
    scan = noisy_air(healthy)
    air, inside = healthy.voxels < 0.03 * healthy.voxels.max(), healthy.voxels > 0.3
    assert scan.voxels[air].std() > 1000
    assert np.corrcoef(scan.voxels[inside], healthy.voxels[inside])[0, 1] > 0.99


def test_a_map_of_tissues_has_four_values(healthy: Scan) -> None:
    assert len(np.unique(tissue_map(healthy).voxels)) == 4


def test_thick_and_cropped_scans_stay_where_the_head_lay(healthy: Scan) -> None:
    averaged = thick(healthy, 8.0)
    assert averaged.spacing[2] == pytest.approx(8.0)
    np.testing.assert_allclose(apply_affine(averaged.affine, (1, 2, 0)), apply_affine(healthy.affine, (1, 2, 0.5)))
    for order, flips in list(orientations())[::7]:
        scan = as_scan(*reorient(healthy.voxels, healthy.affine, order, flips))
        cut = cropped(scan, 40.0)
        place = tuple(n // 3 for n in cut.voxels.shape)
        before = np.linalg.solve(scan.affine, [*apply_affine(cut.affine, place), 1])[:3].round().astype(int)
        assert scan.voxels[tuple(before)] == cut.voxels[place]
        assert _top(scan) - _top(cut) == pytest.approx(40.0, abs=10)


def _top(scan: Scan) -> float:
    return float(apply_affine(scan.affine, np.argwhere(scan.voxels > 0.3))[:, 2].max())


def test_a_turned_header_keeps_the_voxel_size_and_its_right_side(healthy: Scan) -> None:
    scan = turned(healthy)
    np.testing.assert_allclose(scan.spacing, healthy.spacing)
    np.testing.assert_array_equal(scan.affine[0], healthy.affine[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "amount", "cause"),
    [
        ("display window burned in", "1.6", "clipping"),
        ("contrast of a FLAIR", "", "grey_and_white_matter"),
        ("noise in the air, as an MP2RAGE's UNI", "", "noise_in_air"),
        ("surface coil, not normalised", "reach 35 mm", "receive_gain"),
        ("surface coil, not normalised", "reach 20 mm", "receive_gain"),
        ("header turned", "", "position"),
        ("map of tissues", "", "different values"),
        ("a child's by its header", "", "an age of 3 years"),
    ],
)
def test_a_twin_of_each_input_from_the_field_is_refused_by_its_cause(healthy: Scan, name: str, amount: str, cause: str) -> None:
    assert cause in _causes(named(name, amount).change(healthy))


def _causes(scan: Scan) -> str:
    """The codes of the failed checks, or the sentence of a scan that is refused before them."""
    try:
        checks = prepare_scan(scan).checks
    except AdcoreError as error:
        return str(error).replace("the receive coil's sensitivity", "receive_gain")
    return " ".join(check.code for check in checks if not check.passed)
