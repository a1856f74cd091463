"""One image series of a DICOM upload, told by what the scanner did and never by a name or an identifier."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """What a person needs in order to choose a series.

    Attributes:
        number: 1 to n, the same for the same images whatever their file names and order.
        description: "MR, T1-weighted, sagittal, 170 images of 256 x 256, 1 x 1 x 1 mm".
        images: how many.
        problem: why it cannot be read as a volume, as a sentence; None where it can.
    """

    number: int
    description: str
    images: int
    problem: str | None = None

    @property
    def readable(self) -> bool:
        """Whether it makes a volume, as far as its headers tell."""
        return self.problem is None

    def __str__(self) -> str:
        return f"{self.number}. {self.description}" + (f" (cannot be read: {self.problem})" if self.problem else "")


UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
"""DICOM PS3.5, section 9.1."""

MAX_UID = 64


@dataclass(frozen=True)
class SourceSeries:
    """What a derived DICOM object needs to point back. Neither shown nor written into a JSON.

    Attributes:
        study_uid, series_uid, frame_of_reference_uid: of the whole series.
        sop_class_uid: of its images.
        instance_uids: for each slice of the volume the image it came from; the same for all frames of an enhanced object.
        frame_numbers: for each slice the frame in that image, counted from 1.

    Raises:
        ValueError: an identifier is none, or not every slice has its image and frame.
    """

    study_uid: str
    series_uid: str
    frame_of_reference_uid: str
    sop_class_uid: str
    instance_uids: tuple[str, ...]
    frame_numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        uids = (self.study_uid, self.series_uid, self.frame_of_reference_uid, self.sop_class_uid, *self.instance_uids)
        if not all(len(uid) <= MAX_UID and UID.fullmatch(uid) for uid in uids):
            raise ValueError("expected unique identifiers of digits and dots")
        if not self.instance_uids or len(self.instance_uids) != len(self.frame_numbers):
            raise ValueError("expected an image and a frame for each slice")
        if not all(type(number) is int and number >= 1 for number in self.frame_numbers):
            raise ValueError("expected frames counted from 1")

    @property
    def multi_frame(self) -> bool:
        """Whether all slices are frames of one enhanced object."""
        return len(self.instance_uids) > 1 and len(set(self.instance_uids)) == 1
