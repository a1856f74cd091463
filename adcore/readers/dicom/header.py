"""The attributes of one DICOM file that are needed to build a volume, and no others."""

import io
import math
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, BinaryIO

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset

from adcore.case.stated import StatedPatient
from adcore.errors import UnreadableScanError
from adcore.readers.dicom.decimal_commas import put_points
from adcore.readers.dicom.element import attempt, text_of
from adcore.readers.dicom.kind import UNKNOWN_KIND, Kind, component_of, mp2rage_part
from adcore.readers.dicom.mended import Mended
from adcore.readers.dicom.person import Person, person_of
from adcore.readers.dicom.skim import BIG_ENDIAN, Skimmed, skim
from adcore.readers.dicom.stated import STATED, scan_day, stated_of

WANTED = (
    *("ImageType", "SOPClassUID", "SOPInstanceUID", "Modality", "FrameType"),
    *("SpecificCharacterSet", "PatientName", "PatientID", *STATED),
    *(
        "ContrastBolusAgent",
        "ScanningSequence",
        "RepetitionTime",
        "EchoTime",
        "InversionTime",
        "EffectiveEchoTime",
        "InversionTimes",
    ),
    *("SeriesDescription", "ComplexImageComponent", "AnatomicalOrientationType", "BurnedInAnnotation"),
    *("StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "FrameOfReferenceUID"),
    *("ImagePositionPatient", "ImageOrientationPatient"),
    *("SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "Rows", "Columns", "PixelSpacing"),
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "RescaleSlope", "RescaleIntercept"),
)
SEQUENCES = (
    *("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "PlanePositionSequence"),
    *("PlaneOrientationSequence", "PixelMeasuresSequence", "PixelValueTransformationSequence"),
    *(
        "ContrastBolusAgentSequence",
        "MRImageFrameTypeSequence",
        "MREchoSequence",
        "MRTimingAndRelatedParametersSequence",
        "MRModifierSequence",
    ),
)
MAX_FRAMES = 2048
"""Largest number of frames read from an enhanced object: more than the 512 slices of a volume, to explain a refusal."""


def tags_of(keywords: tuple[str, ...]) -> frozenset[int]:
    """Tags by keyword."""
    return frozenset(tag for tag in map(tag_for_keyword, keywords) if tag is not None)


GE_CREATOR, GE_COMPONENT = 0x00430010, 0x0043102F
"""Private elements of GE: their owner, and the number of the component that the image shows."""

WANTED_TAGS, SEQUENCE_TAGS = tags_of(WANTED) | {GE_CREATOR, GE_COMPONENT}, tags_of(SEQUENCES)


@dataclass(frozen=True, slots=True)
class Frame:
    """One image plane. None means that the file lacks the attribute or its value is not a number.

    Attributes:
        position: centre of the first pixel, LPS millimetres.
        orientation: direction cosines along a row, then along a column, LPS.
        spacing: millimetres between rows, then between columns.
        slope, inter: intensity = slope * stored + inter.
        decimals: digits after the point with which the position is written.
        kind: what the image shows.
    """

    position: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing: tuple[float, ...] | None
    slope: float
    inter: float
    decimals: int = 0
    kind: Kind = UNKNOWN_KIND


@dataclass(frozen=True)
class Header:
    """One file.

    Attributes:
        file: its index among the files of the upload.
        person: only for comparison.
        stated: the patient's age and sex.
        series, instance, frame_of_reference: identifiers, for comparison and for references to the source.
        contrast: the contrast agent; free text, "a sequence" where it is only coded, empty where there is none.
        four_legged: whether the axes are those of an animal, by Anatomical Orientation Type.
        shows_text: whether the pixels show words, by Burned In Annotation.
        modality, photometric, image_type: as in the file, in upper case; they may contain anything.
        frames: one, or those of an enhanced object.
        day: of the scan; None where unknown.
        repetition_ms: None where unknown.
        mended: faults that were read over.
    """

    file: int
    person: Person = field(repr=False)
    stated: StatedPatient = field(repr=False)
    series: tuple[str, str] = field(repr=False)
    instance: str = field(repr=False)
    frame_of_reference: str = field(repr=False)
    series_number: int
    sop_class: str
    modality: str
    photometric: str
    image_type: tuple[str, ...]
    scanning: tuple[str, ...]
    contrast: str = field(repr=False)
    four_legged: bool
    shows_text: bool
    day: date | None = field(repr=False)
    repetition_ms: float | None
    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    claimed_frames: int
    frames: tuple[Frame, ...]
    pixels: Skimmed = field(repr=False)
    mended: frozenset[Mended] = frozenset()

    @property
    def bits_beneath(self) -> int:
        """Unused bits under the stored ones; 0 in nearly all files, and where High Bit is not stated."""
        return max(self.high_bit - self.bits_stored + 1, 0)


def read_header(file: BinaryIO, index: int) -> Header:
    """Read one DICOM file up to its pixels.

    Args:
        file: at its start; it is only read forward.
        index: its index among the files of the upload.
    Raises:
        ScanError: as skim.
    """
    skimmed = skim(file, WANTED_TAGS, SEQUENCE_TAGS)
    data = attempt(lambda: read_dataset(io.BytesIO(skimmed.dataset), skimmed.implicit, skimmed.syntax != BIG_ENDIAN))
    if data is None:
        raise UnreadableScanError("The header of a DICOM file is damaged. Export the series again.")
    mended = skimmed.mended | ({Mended.COMMAS} if put_points(data) else set())
    per_frame, shared = _items(data, "PerFrameFunctionalGroupsSequence"), _items(data, "SharedFunctionalGroupsSequence")[:1]
    first = (*per_frame[:1], *shared)
    frames = tuple(_frame((group, *shared), data) for group in per_frame[:MAX_FRAMES]) or (_frame((), data),)
    if all(frame.slope == 0 for frame in frames):
        frames, mended = tuple(replace(frame, slope=1.0, inter=0.0) for frame in frames), mended | {Mended.NO_SLOPE}
    return Header(
        file=index,
        person=person_of(data),
        stated=stated_of(data),
        series=(text_of(data, "StudyInstanceUID"), text_of(data, "SeriesInstanceUID")),
        instance=text_of(data, "SOPInstanceUID"),
        frame_of_reference=text_of(data, "FrameOfReferenceUID"),
        series_number=_integer(data, "SeriesNumber", 0),
        sop_class=text_of(data, "SOPClassUID"),
        modality=text_of(data, "Modality").upper(),
        photometric=text_of(data, "PhotometricInterpretation").upper(),
        image_type=_texts(data, "ImageType"),
        scanning=_texts(data, "ScanningSequence"),
        contrast=text_of(data, "ContrastBolusAgent") or ("a sequence" if _items(data, "ContrastBolusAgentSequence") else ""),
        four_legged=text_of(data, "AnatomicalOrientationType").upper() == "QUADRUPED",
        shows_text=text_of(data, "BurnedInAnnotation").upper() == "YES",
        day=scan_day(data),
        repetition_ms=_number(_group(first, "MRTimingAndRelatedParametersSequence", data), "RepetitionTime"),
        rows=_integer(data, "Rows", 0),
        columns=_integer(data, "Columns", 0),
        samples=_integer(data, "SamplesPerPixel", 1),
        bits_allocated=_integer(data, "BitsAllocated", 0),
        bits_stored=_integer(data, "BitsStored", 0),
        high_bit=_integer(data, "HighBit", -1),
        signed=_integer(data, "PixelRepresentation", 0) == 1,
        claimed_frames=_integer(data, "NumberOfFrames", 1),
        frames=frames,
        pixels=skimmed,
        mended=mended,
    )


def _frame(groups: tuple[Dataset, ...], data: Dataset) -> Frame:
    """One image plane from its own and the shared functional groups, else from the data set itself."""
    values, place = _group(groups, "PixelValueTransformationSequence", data), _group(groups, "PlanePositionSequence", data)
    return Frame(
        position=_numbers(place, "ImagePositionPatient", 3),
        orientation=_numbers(_group(groups, "PlaneOrientationSequence", data), "ImageOrientationPatient", 6),
        spacing=_numbers(_group(groups, "PixelMeasuresSequence", data), "PixelSpacing", 2),
        slope=_scaling(values, "RescaleSlope", 1.0),
        inter=_scaling(values, "RescaleIntercept", 0.0),
        decimals=max((_decimals(value) for value in _values(place, "ImagePositionPatient")), default=0),
        kind=_kind(groups, data),
    )


def _kind(groups: tuple[Dataset, ...], data: Dataset) -> Kind:
    shown = _group(groups, "MRImageFrameTypeSequence", data)
    image_type = _texts(shown, "FrameType") or _texts(data, "ImageType")
    ge = _ge_component(data) if GE_COMPONENT in data else None
    return Kind(
        component=component_of(image_type, text_of(shown, "ComplexImageComponent").upper(), ge),
        mp2rage=mp2rage_part(text_of(data, "SeriesDescription"), image_type),
        normalised="NORM" in image_type,
        echo_ms=_number(_group(groups, "MREchoSequence", data), "EffectiveEchoTime") or _number(data, "EchoTime"),
        inversion_ms=_number(_group(groups, "MRModifierSequence", data), "InversionTimes") or _number(data, "InversionTime"),
        values=image_type[2:],
    )


def _ge_component(data: Dataset) -> int | None:
    """GE's number, which is bytes where the file states no value representation."""
    owner = attempt(lambda: str(data[GE_CREATOR].value)) or ""
    value = attempt(lambda: data[GE_COMPONENT].value)
    if not owner.startswith("GEMS_PARM"):
        return None
    number = int.from_bytes(value[:2], "little") if isinstance(value, bytes) else value
    return number if isinstance(number, int) else None


def _decimals(value: object) -> int:
    """Digits after the point of a number as it is written; at most 16, the length of a decimal string."""
    exponent = attempt(lambda: int(Decimal(str(value)).as_tuple().exponent))
    return min(max(-(exponent or 0), 0), 16)


def _scaling(data: Dataset, keyword: str, neutral: float) -> float:
    """A number; `neutral` where it is absent or empty, NaN where it cannot be understood."""
    number = _number(data, keyword)
    if number is not None:
        return number
    stored = attempt(lambda: data.get_item(keyword).value) if keyword in data else b""
    empty = stored is None or not (stored.strip(b"\0 ") if isinstance(stored, bytes) else stored)
    return neutral if empty else math.nan


def _group(groups: tuple[Dataset, ...], keyword: str, data: Dataset) -> Dataset:
    """The first of these functional groups that is there, else the data set."""
    found = (item for group in groups for item in _items(group, keyword)[:1])
    return next(found, data)


def _items(data: Dataset, keyword: str) -> list[Dataset]:
    return attempt(lambda: list(data[keyword].value or ())) or [] if keyword in data else []


def _values(data: Dataset, keyword: str) -> list[Any]:
    """The values of an element; none where it is absent, empty or cannot be understood."""
    if keyword not in data:
        return []
    value = attempt(lambda: data[keyword].value)
    if value is None or isinstance(value, (str, bytes)):
        return [value] if value else []
    return attempt(lambda: list(value)) or [value] if hasattr(value, "__iter__") else [value]


def _texts(data: Dataset, keyword: str) -> tuple[str, ...]:
    return tuple((attempt(partial(str, value)) or "").strip().upper() for value in _values(data, keyword))


def _numbers(data: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    """So many finite numbers, or None."""
    numbers = attempt(lambda: tuple(float(value) for value in _values(data, keyword)))
    return numbers if numbers and len(numbers) == count and all(map(math.isfinite, numbers)) else None


def _number(data: Dataset, keyword: str) -> float | None:
    numbers = attempt(lambda: float(_values(data, keyword)[0]))
    return numbers if numbers is not None and math.isfinite(numbers) else None


def _integer(data: Dataset, keyword: str, absent: int) -> int:
    """A whole number; -1 where there is one that cannot be understood."""
    if keyword not in data or not _values(data, keyword):
        return absent
    number = _number(data, keyword)
    return int(number) if number is not None and number == int(number) else -1
