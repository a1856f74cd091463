from pathlib import Path

import numpy as np
import pytest
import torch

from adcore.errors import RegistrationError
from adcore.prepare.coil import evened_by_depth, rim_at_template
from adcore.prepare.placement import place
from adcore.prepare.volume import Volume
from adcore.readers import read_scan
from adcore.studies.unsuitable_scans import near_coil
from tests.support.builders import Head, as_scan


def volume_of(phantom: Head, reach_mm: float | None = None) -> Volume:
    scan = as_scan(phantom.voxels, phantom.affine)
    scan = scan if reach_mm is None else near_coil(scan, reach_mm)
    return Volume(torch.from_numpy(np.array(scan.voxels)), phantom.affine)


@pytest.mark.parametrize("reach_mm", [15.0, 20.0, 30.0])
def test_a_coil_makes_the_rim_brighter_and_evening_it_by_depth_takes_that_back(phantom: Head, reach_mm: float) -> None:
    plain, coil = volume_of(phantom), volume_of(phantom, reach_mm)
    assert rim_at_template(coil, np.eye(4)) > 1.5 * rim_at_template(plain, np.eye(4))
    evened = rim_at_template(evened_by_depth(coil), np.eye(4))
    assert evened < 0.7 * rim_at_template(coil, np.eye(4))


@pytest.mark.parametrize("values", [np.zeros((5, 6, 7)), np.ones((5, 6, 7)), np.arange(210.0).reshape(5, 6, 7)])
def test_what_has_no_air_or_no_head_is_evened_without_complaint(values: np.ndarray) -> None:
    evened = evened_by_depth(Volume(torch.from_numpy(values.astype(np.float32)), np.diag([4.0, 5.0, 6.0, 1.0])))
    assert torch.isfinite(evened.values).all()


def test_outside_the_template_there_is_nothing_to_compare() -> None:
    far = np.eye(4)
    far[:3, 3] = 500
    assert rim_at_template(Volume(torch.ones(5, 6, 7), np.eye(4)), far) == 0.0


@pytest.mark.slow
@pytest.mark.parametrize("person", ["IXI216", "IXI577"])
def test_a_head_that_only_its_coil_hides_is_refused_by_that_cause(person: str, shared_data: Path) -> None:
    (path,) = (shared_data / "ixi" / "t1").glob(f"{person}-*")
    with pytest.raises(RegistrationError, match="receive coil's sensitivity was not normalised"):
        place(near_coil(read_scan(path), 20.0))
