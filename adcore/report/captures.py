"""Pictures that leave alone, where a viewer shows nothing else: hippocampi outlined, and each map above its colour scale."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.explain import Explanation
from adcore.explain.painting import scale_ends
from adcore.report.outlined import outlined_pictures
from adcore.report.pictures import Picture, colour_bar, key_pictures, with_strip
from adcore.report.wording import LOOKED

BOX_MM = (91.0, 98.0)
"""The size on paper that the text of a picture is drawn for."""

BAR_PIXELS = 14
TEXT = 1 / 27
"""Size of the text under a scale, as a share of the picture's width: about that of the text above it."""


@dataclass(frozen=True, eq=False)
class Capture:
    """One picture.

    Attributes:
        name: of its file.
        directions: where its rows and its columns run to, as DICOM writes it: the patient's left, feet or back.
    """

    name: str
    picture: Picture
    directions: tuple[str, str]


def captures(analysis: Analysis) -> Iterator[Capture]:
    """The pictures; of a refused scan two plain slices."""
    coronal, axial = outlined_pictures(analysis, BOX_MM)
    yield Capture("picture_coronal", coronal, ("L", "F"))
    yield Capture("picture_axial", axial, ("L", "P"))
    if analysis.explanation is not None:
        maps = key_pictures(analysis, BOX_MM)[-len(IMAGE_BRANCHES) :]
        for branch, picture in zip(IMAGE_BRANCHES, maps, strict=True):
            yield Capture(f"picture_{branch}", _above_scale(picture, analysis.explanation, branch), ("L", "F"))


def _above_scale(picture: Picture, explanation: Explanation, branch: Branch) -> Picture:
    """A map with its colour scale, the numbers at its ends, and how to read it."""
    first, last = scale_ends(explanation.display_maximum[branch], explanation.method.signed)
    whole = Image.new("RGB", (picture.image.width, picture.image.height + 2 * BAR_PIXELS))
    whole.paste(picture.image, (0, 0))
    whole.paste(colour_bar(whole.width - 8, BAR_PIXELS, explanation.method.signed), (4, picture.image.height + BAR_PIXELS // 2))
    ends = f"{first:.3g} to {last:.3g} log-odds, left to right, the same for every patient"
    words = (f"Saliency map: {explanation.method.label}", ends, LOOKED)
    return Picture(with_strip(whole, words, round(TEXT * whole.width)), picture.title, f"{picture.alt}, scale {ends}")
