"""The visits of a synthetic patient, prepared once for all tests."""

import pytest

from adcore.cohorts.synthetic import make_head
from adcore.longitudinal.repeatability import Repeatability
from adcore.prepare.stages import prepare_scan
from tests.support.once import once_a_session
from tests.support.visits import FIRST, MOVED, SECOND, Visits, lying_anew, made_up_repeatability


@pytest.fixture(scope="session")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Visits:
    return once_a_session(tmp_path_factory, "visits", prepared_visits)


@pytest.fixture
def repeatability() -> Repeatability:
    return made_up_repeatability()


def prepared_visits() -> Visits:
    return Visits(
        prepare_scan(make_head(0.2, 58, FIRST)),
        prepare_scan(lying_anew(make_head(0.2, 58, SECOND))),
        prepare_scan(lying_anew(make_head(0.9, 58, SECOND))),
        MOVED,
    )
