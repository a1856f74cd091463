from dataclasses import astuple
from pathlib import Path

import numpy as np

from adcore.cohorts.t88 import SHIPPED, derive_t88_map


def test_the_shipped_map_is_the_one_that_the_slices_give(shared_data: Path) -> None:
    found, correlation = derive_t88_map(shared_data / "oasis1")
    assert correlation > 0.96
    np.testing.assert_allclose(astuple(found), astuple(SHIPPED), atol=0.05)
