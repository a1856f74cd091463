"""Stand-ins for the source images: the elements that derived DICOM objects copy, without pixels."""

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.valuerep import DSfloat

from adcore.case.scan import Scan
from adcore.case.series import SourceSeries
from adcore.report.dicom.identity import Identity

LPS = np.array([-1.0, -1.0, 1.0])


def source_images(scan: Scan, source: SourceSeries, identity: Identity) -> list[Dataset]:
    """One data set for each image of the series in the order of the scan's slices; a single one for an enhanced object."""
    places = [_place(scan, number) for number in range(scan.voxels.shape[2])]
    measures = _measures(scan)
    if not source.multi_frame:
        return [
            _image(scan, source, identity, uid, {"ImagePositionPatient": place, **measures, **_orientation(scan)})
            for uid, place in zip(source.instance_uids, places, strict=True)
        ]
    data = _image(scan, source, identity, source.instance_uids[0], {})
    data.NumberOfFrames = max(source.frame_numbers)
    shared = _groups(PixelMeasuresSequence=measures, PlaneOrientationSequence=_orientation(scan))
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    frames = [_groups() for _ in range(data.NumberOfFrames)]
    for number, place in zip(source.frame_numbers, places, strict=True):
        frames[number - 1] = _groups(PlanePositionSequence={"ImagePositionPatient": place})
    data.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return [data]


def _image(scan: Scan, source: SourceSeries, identity: Identity, uid: str, elements: dict[str, object]) -> Dataset:
    data = Dataset()
    identity.put_into(data)
    data.SOPClassUID, data.SOPInstanceUID = source.sop_class_uid, uid
    data.StudyInstanceUID, data.SeriesInstanceUID = source.study_uid, source.series_uid
    data.FrameOfReferenceUID, data.PositionReferenceIndicator = source.frame_of_reference_uid, ""
    data.Modality = "MR"
    data.Columns, data.Rows = scan.voxels.shape[:2]
    for keyword, value in elements.items():
        setattr(data, keyword, value)
    return data


def _measures(scan: Scan) -> dict[str, object]:
    columns, rows, slices = (_decimal(value) for value in scan.spacing)
    return {"PixelSpacing": [rows, columns], "SliceThickness": slices, "SpacingBetweenSlices": slices}


def _orientation(scan: Scan) -> dict[str, object]:
    axes = LPS[:, None] * scan.affine[:3, :2] / scan.spacing[:2]
    return {"ImageOrientationPatient": [_decimal(value) for value in axes.T.ravel()]}


def _place(scan: Scan, number: int) -> list[DSfloat]:
    return [_decimal(value) for value in LPS * (scan.affine[:3, 3] + number * scan.affine[:3, 2])]


def _decimal(value: float) -> DSfloat:
    return DSfloat(float(value), auto_format=True)


def _groups(**sequences: dict[str, object]) -> Dataset:
    data = Dataset()
    for keyword, elements in sequences.items():
        item = Dataset()
        for name, value in elements.items():
            setattr(item, name, value)
        setattr(data, keyword, Sequence([item]))
    return data
