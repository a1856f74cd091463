"""The visits of a synthetic patient, prepared once for all tests."""

import pytest

from adcore.cohorts.synthetic import make_head
from adcore.longitudinal.repeatability import Repeatability
from adcore.prepare.stages import prepare_scan
from tests.support.visits import FIRST, MOVED, SECOND, Visits, lying_anew, made_up_repeatability


@pytest.fixture(scope="session")
def visits() -> Visits:
    return Visits(
        prepare_scan(make_head(0.2, 5, FIRST)),
        prepare_scan(lying_anew(make_head(0.2, 5, SECOND))),
        prepare_scan(lying_anew(make_head(0.9, 5, SECOND))),
        MOVED,
    )


@pytest.fixture
def repeatability() -> Repeatability:
    return made_up_repeatability()
