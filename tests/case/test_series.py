import pytest

from adcore.case.series import SourceSeries
from adcore.readers import read_upload
from tests.support.dicom_builder import CANARY, put, series, upload

FRAME = "1.2.3"


@pytest.mark.parametrize("wrong", ["", "MEYER^ANNA", "1..2", "01.2", "1.2 ", "1" * 65])
def test_nothing_but_an_identifier_is_kept(wrong: str) -> None:
    with pytest.raises(ValueError, match="unique identifiers"):
        SourceSeries("1.2", "1.3", "1.4", "1.5", (wrong,), (1,))


def test_every_slice_has_its_image() -> None:
    with pytest.raises(ValueError, match="for each slice"):
        SourceSeries("1.2", "1.3", "1.4", "1.5", ("1.6", "1.7"), (1,))


def test_a_series_is_remembered_slice_by_slice_whatever_the_order_of_its_files() -> None:
    slices = series()
    put(slices, FrameOfReferenceUID=FRAME)
    scan = read_upload(upload(reversed(slices)))
    assert scan.source is not None
    assert scan.source.instance_uids == tuple(data.SOPInstanceUID for data in slices)
    assert (scan.source.study_uid, scan.source.frame_of_reference_uid) == (slices[0].StudyInstanceUID, FRAME)
    assert not scan.source.multi_frame
    assert slices[0].SOPInstanceUID not in repr(scan)


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_a_series_that_does_not_identify_itself_is_read_without_a_source() -> None:
    slices = series()
    assert read_upload(upload(slices)).source is None  # no frame of reference
    put(slices, FrameOfReferenceUID=CANARY)
    assert read_upload(upload(slices)).source is None
