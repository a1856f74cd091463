"""Small synthetic DICOM series: the slices of a volume whose voxels and affine are known, changed as a test needs it."""

import copy
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.pixels.encoders import RLELosslessEncoder
from pydicom.sequence import Sequence as Items
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from tests.support.builders import tiny_volume

VOXELS, AFFINE = tiny_volume((5, 6, 7))
"""The volume that every series here holds: 7 slices of 6 rows and 5 columns."""

CANARY = "ZZCANARY^NAME"
"""A patient's name that must show up nowhere."""

ENHANCED = "1.2.840.10008.5.1.4.1.1.4.1"


def series(voxels: NDArray = VOXELS, affine: NDArray[np.float64] = AFFINE, number: int = 1, **elements: object) -> list[Dataset]:
    """The slices of a volume in order, with these elements set in each of them."""
    right, down, step = (np.array([-1, -1, 1]) * affine[:3, axis] for axis in range(3))  # LPS
    origin = np.array([-1, -1, 1]) * affine[:3, 3]
    slices = []
    for depth in range(voxels.shape[2]):
        data = Dataset()
        data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, generate_uid(entropy_srcs=[str(number), str(depth)])
        data.StudyInstanceUID = generate_uid(entropy_srcs=["study"])
        data.SeriesInstanceUID = generate_uid(entropy_srcs=["series", str(number)])
        data.PatientName, data.PatientID, data.PatientBirthDate = CANARY, CANARY, "19410101"
        data.InstitutionName, data.SeriesDescription = CANARY, f"t1 {CANARY}"
        data.Modality, data.SeriesNumber, data.InstanceNumber = "MR", number, depth + 1
        data.ImageType, data.ScanningSequence = ["ORIGINAL", "PRIMARY", "M"], "GR"
        data.RepetitionTime, data.EchoTime, data.SliceThickness = 8, 3, 99  # the thickness is not the spacing
        data.ImageOrientationPatient = [*(right / np.linalg.norm(right)), *(down / np.linalg.norm(down))]
        data.ImagePositionPatient = list(origin + depth * step)
        data.PixelSpacing = [np.linalg.norm(down), np.linalg.norm(right)]
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.Columns, data.Rows = voxels.shape[:2]
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
        data.PixelData = np.ascontiguousarray(voxels[:, :, depth].T).astype("<u2").tobytes()
        for keyword in (keyword for keyword in data.dir() if getattr(data[keyword], "VR", "") == "DS"):
            value = data[keyword].value
            data[keyword].value = [f"{v:.10g}" for v in value] if isinstance(value, Iterable) else value
        put([data], **elements)
        slices.append(data)
    return slices


def enhanced(slices: Sequence[Dataset]) -> Dataset:
    """One multi-frame object of single slices."""
    data = copy.deepcopy(slices[0])
    data.SOPClassUID, data.NumberOfFrames = ENHANCED, len(slices)
    data.PixelData = b"".join(one.PixelData for one in slices)
    for keyword in ("ImageOrientationPatient", "ImagePositionPatient", "PixelSpacing"):
        delattr(data, keyword)
    data.SharedFunctionalGroupsSequence = Items([_group("PixelMeasuresSequence", PixelSpacing=slices[0].PixelSpacing)])
    data.PerFrameFunctionalGroupsSequence = Items([_place(one) for one in slices])
    return data


def compressed(slices: Sequence[Dataset], encode: Callable[[NDArray], bytes]) -> list[Dataset]:
    """The same slices with compressed pixels."""
    packed = copy.deepcopy(list(slices))
    for data in packed:
        pixels = np.frombuffer(data.PixelData, "<i2" if data.PixelRepresentation else "<u2").reshape(data.Rows, data.Columns)
        data.PixelData = encapsulate([encode(pixels)])
        data["PixelData"].is_undefined_length = True
    return packed


def rle(pixels: NDArray) -> bytes:
    """One frame as DICOM's run lengths."""
    return RLELosslessEncoder.encode(
        pixels.tobytes(),
        rows=pixels.shape[0],
        columns=pixels.shape[1],
        samples_per_pixel=1,
        number_of_frames=1,
        bits_allocated=16,
        bits_stored=16,
        pixel_representation=0,
        photometric_interpretation="MONOCHROME2",
    )


ENCODERS: dict[str, Callable[[NDArray], bytes]] = {
    "1.2.840.10008.1.2.5": rle,
    "1.2.840.10008.1.2.4.57": partial(imagecodecs.jpeg8_encode, lossless=True, bitspersample=12),
    "1.2.840.10008.1.2.4.70": partial(imagecodecs.jpeg8_encode, lossless=True, bitspersample=16),
    "1.2.840.10008.1.2.4.80": imagecodecs.jpegls_encode,
    "1.2.840.10008.1.2.4.90": partial(imagecodecs.jpeg2k_encode, codecformat="j2k", level=0, reversible=True),
    "1.2.840.10008.1.2.4.201": imagecodecs.htj2k_encode,
}
"""By transfer syntax, without loss."""


def put(slices: Iterable[Dataset], **elements: object) -> None:
    """Set these elements in every slice; None deletes one."""
    for data in slices:
        for keyword, value in elements.items():
            if value is None:
                delattr(data, keyword)
            else:
                setattr(data, keyword, value)


def moved(data: Dataset, millimetres: Sequence[float]) -> Dataset:
    """The same slice elsewhere."""
    twin = copy.deepcopy(data)
    twin.ImagePositionPatient = [f"{a + b:.10g}" for a, b in zip(data.ImagePositionPatient, millimetres, strict=True)]
    twin.SOPInstanceUID = generate_uid()
    return twin


def as_bytes(data: Dataset, syntax: str = ExplicitVRLittleEndian) -> bytes:
    """The file of one data set."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID = syntax
    meta.ImplementationClassUID = generate_uid(entropy_srcs=["adcore"])
    buffer = io.BytesIO()
    dcmwrite(buffer, FileDataset("", data, file_meta=meta, preamble=bytes(128)), enforce_file_format=True)
    return buffer.getvalue()


def claiming(content: bytes, syntax: str) -> bytes:
    """An explicit, little-endian file that claims another transfer syntax."""
    start = content.index(b"\x02\0\x10\0UI") + 6
    length = int.from_bytes(content[start : start + 2], "little")
    value = syntax.encode() + b"\0" * (len(syntax) % 2)
    return content[:start] + len(value).to_bytes(2, "little") + value + content[start + 2 + length :]


def upload(slices: Iterable[Dataset], syntax: str = ExplicitVRLittleEndian) -> list[tuple[str, bytes]]:
    """Files as a browser sends them, under names that must not be repeated."""
    return [(f"{CANARY}_{place}", as_bytes(data, syntax)) for place, data in enumerate(slices)]


def zipped(files: Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return buffer.getvalue()


def _place(data: Dataset) -> Dataset:
    group = _group("PlanePositionSequence", ImagePositionPatient=data.ImagePositionPatient)
    group.PlaneOrientationSequence = Items([_with(ImageOrientationPatient=data.ImageOrientationPatient)])
    group.PixelValueTransformationSequence = Items([_with(RescaleSlope=2, RescaleIntercept=-1)])
    return group


def _group(keyword: str, **elements: object) -> Dataset:
    return _with(**{keyword: Items([_with(**elements)])})


def _with(**elements: object) -> Dataset:
    data = Dataset()
    put([data], **elements)
    return data
