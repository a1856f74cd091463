"""What reading the series of tests.support.dicom_builder gives: its volume, perhaps with warnings, or a refusal."""

from collections.abc import Sequence

import numpy as np
import pytest
from pydicom.dataset import Dataset

from adcore.case.scan import Scan
from adcore.errors import ScanError
from adcore.readers import read_upload
from tests.support.dicom_builder import AFFINE, VOXELS, upload


def assert_is_the_volume(scan: Scan) -> None:
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-6)


def assert_read_with(scan: Scan, *warnings: str) -> None:
    """The volume, with these warnings and no others."""
    assert_is_the_volume(scan)
    assert scan.warnings == warnings


def refusal(files: Sequence[tuple[str, bytes]], kind: type[ScanError] = ScanError) -> str:
    """The sentence with which an upload is refused."""
    with pytest.raises(kind) as caught:
        read_upload(files)
    return str(caught.value)


def refusal_of(slices: Sequence[Dataset], kind: type[ScanError] = ScanError) -> str:
    """The sentence with which a series is refused."""
    return refusal(upload(slices), kind)
