"""What kind of image a plane is: magnitude or phase, normalised or not, its echo and inversion, and its part in an MP2RAGE.

Texts of the header are only compared with lists and never shown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Component(StrEnum):
    """The part of the complex signal that an image shows."""

    MAGNITUDE = "magnitude"
    PHASE = "phase image"
    REAL = "real part"
    IMAGINARY = "imaginary part"


COMPONENTS = {
    **dict.fromkeys(("P", "PHASE", "PHASE MAP"), Component.PHASE),
    **dict.fromkeys(("R", "REAL", "R_FFE", "R_SE", "R_IR"), Component.REAL),
    **dict.fromkeys(("I", "IMAGINARY", "I_FFE", "I_SE", "I_IR"), Component.IMAGINARY),
    **dict.fromkeys(("M", "MAGNITUDE"), Component.MAGNITUDE),
}
"""By a value of Image Type after the first two (PS3.3, C.8.3.1.1.1; makers add others), or of Complex Image Component."""

GE_COMPONENTS = (Component.MAGNITUDE, Component.PHASE, Component.REAL, Component.IMAGINARY)
"""By GE's own number, the private element (0043,102F)."""

MP2RAGE = re.compile(r"mp2rage", re.IGNORECASE)
MP2RAGE_PARTS = {
    "MP2RAGE, combined and denoised (UNI-DEN)": r"uni[-_ ]?den",
    "MP2RAGE, combined (UNI)": r"(?<![a-z])uni(?![a-z])",
    "MP2RAGE, first inversion (INV1)": r"inv[-_ ]?1(?!\d)",
    "MP2RAGE, second inversion (INV2)": r"inv[-_ ]?2(?!\d)",
    "MP2RAGE, T1 map": r"t1[-_ ]?(map|images)",
}
"""By name, what the description of the series or its Image Type contains (Marques 2010, NeuroImage 49:1271)."""

NOT_T1 = ("MP2RAGE, first inversion (INV1)", "MP2RAGE, second inversion (INV2)", "MP2RAGE, T1 map")
"""Parts of an MP2RAGE whose tissues have other intensities than in a T1."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of one image plane.

    Attributes:
        component: None where the header does not say.
        mp2rage: the part of an MP2RAGE, in words; None for other sequences.
        normalised: whether the image is corrected for the sensitivity of the coil, by Siemens' value NORM.
        echo_ms, inversion_ms: None where unknown.
        values: of Image Type after the first two, only to tell kinds apart.
    """

    component: Component | None = None
    mp2rage: str | None = None
    normalised: bool = False
    echo_ms: float | None = None
    inversion_ms: float | None = None
    values: tuple[str, ...] = ()

    @property
    def is_magnitude(self) -> bool:
        """Whether the image shows the magnitude; so does one whose header does not say."""
        return self.component in (None, Component.MAGNITUDE)


UNKNOWN_KIND = Kind()


def component_of(image_type: Sequence[str], stated: str, ge: int | None) -> Component | None:
    """The component of a plane.

    Args:
        image_type: values of Image Type or Frame Type, in upper case.
        stated: Complex Image Component of an enhanced object; empty where it is absent.
        ge: GE's number; None where it is absent.
    """
    found = (COMPONENTS[value] for value in (stated, *image_type[2:]) if value in COMPONENTS)
    return next(found, GE_COMPONENTS[ge] if ge is not None and 0 <= ge < len(GE_COMPONENTS) else None)


def mp2rage_part(description: str, image_type: Sequence[str]) -> str | None:
    """The part of an MP2RAGE in words; None for other sequences."""
    told = " ".join((description, *image_type[2:]))
    if not MP2RAGE.search(told) and "UNI" not in image_type:
        return None
    return next((name for name, mark in MP2RAGE_PARTS.items() if re.search(mark, told, re.IGNORECASE)), None)
