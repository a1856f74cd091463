"""A prepared phantom, made once for all tests of the preparation."""

import pytest

from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from tests.support.builders import Head, as_scan, head


@pytest.fixture(scope="session")
def phantom() -> Head:
    return head()


@pytest.fixture(scope="session")
def prepared(phantom: Head) -> PreparedScan:
    return prepare_scan(as_scan(phantom.voxels, phantom.affine))
