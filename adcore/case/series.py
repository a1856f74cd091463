"""One image series of a DICOM upload, described by its acquisition and never by a name or an identifier."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """The description by which a user chooses a series.

    Attributes:
        number: 1 to n; independent of file names and order.
        description: "MR, T1-weighted, sagittal, 170 images of 256 x 256, 1 x 1 x 1 mm".
        images: how many.
        problem: why it cannot be read as a volume, in a sentence; None where it can.
    """

    number: int
    description: str
    images: int
    problem: str | None = None

    @property
    def readable(self) -> bool:
        """Whether it can be read as a volume, judging by its headers."""
        return self.problem is None

    def __str__(self) -> str:
        return f"{self.number}. {self.description}" + (f" (cannot be read: {self.problem})" if self.problem else "")


UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
"""DICOM PS3.5, section 9.1."""

MAX_UID = 64


@dataclass(frozen=True)
class SourceSeries:
    """The identifiers by which a derived DICOM object refers to its source. Neither shown nor written into JSON.

    Attributes:
        study_uid, series_uid, frame_of_reference_uid: of the whole series.
        sop_class_uid: of its images.
        instance_uids: the source image of each slice; the same for all frames of an enhanced object.
        frame_numbers: the frame of each slice in that image, counted from 1.

    Raises:
        ValueError: an identifier is invalid, or a slice lacks its image or frame.
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
