"""What was amended in reading the header of a DICOM file, each with the sentence that the reader of a result sees."""

from enum import StrEnum


class Mended(StrEnum):
    """A fault of a header that leaves no doubt about what it means."""

    ENCODING = "The files have another encoding than they state; they were read by their content."
    NO_SYNTAX = "The files do not state their encoding; they were read by their content."
    COMMAS = "Numbers of the header are written with decimal commas, and were read so."
    NO_SLOPE = "Rescale Slope is 0, which would make every voxel equal; intensities were read as stored."
