"""A prepared phantom, made once for all tests of the preparation."""

import pytest

from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from tests.support.builders import Head, as_scan, head
from tests.support.once import once_a_session


@pytest.fixture(scope="session")
def phantom() -> Head:
    return head()


@pytest.fixture(scope="session")
def prepared(phantom: Head, tmp_path_factory: pytest.TempPathFactory) -> PreparedScan:
    return once_a_session(tmp_path_factory, "phantom", lambda: prepare_scan(as_scan(phantom.voxels, phantom.affine)))
