from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from adcore.cohorts.t88 import SHIPPED, SHIPPED_TILT, derive_t88_map, derive_t88_tilt


@pytest.mark.slow
def test_the_shipped_map_is_the_one_that_the_slices_give(shared_data: Path) -> None:
    found, correlation = derive_t88_map(shared_data / "oasis1")
    assert correlation > 0.96
    np.testing.assert_allclose(astuple(found), astuple(SHIPPED), atol=0.05)


@pytest.mark.slow
def test_the_shipped_tilt_is_the_one_that_the_slices_give(shared_data: Path) -> None:
    found, upright, tilted = derive_t88_tilt(shared_data / "oasis1")
    assert tilted > upright + 0.03
    np.testing.assert_allclose(astuple(found), astuple(SHIPPED_TILT), atol=0.05)
