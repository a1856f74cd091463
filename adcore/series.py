"""One image series of a DICOM upload, told by what the scanner did and never by a name or an identifier."""

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
