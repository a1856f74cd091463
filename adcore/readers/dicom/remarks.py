"""Sentences on a series that was read: what was left out, what was read over, and what its header says of the images."""

from collections.abc import Sequence

from adcore.readers.dicom.checks import padding_of
from adcore.readers.dicom.codecs import CODECS
from adcore.readers.dicom.header import Header
from adcore.readers.dicom.kind import NOT_T1
from adcore.readers.dicom.mended import Mended
from adcore.readers.dicom.parts import Part
from adcore.readers.dicom.wording import T1, weighting

DISPLAY_BITS = 8
"""Up to so many bits a pixel an image was made for display; an MR image has 16 allocated (DICOM PS3.3 C.8.3.1), of which scanners
use 12 or more."""

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
"""SOP class, and the stem of its multi-frame ones, of what was captured from a screen or made from other images."""


def left_out(part: Part, copies: int, others: Sequence[Part]) -> tuple[str, ...]:
    """What an upload contains besides the images that are read.

    Args:
        copies: of its images.
        others: images of the same upload that the user did not choose between.
    """
    series = [other.headers[0].series for other in others]
    key = part.headers[0].series
    whole = len(set(series) - {key})
    kinds = sum(len(other.places) for other, of in zip(others, series, strict=True) if of == key)
    warnings = []
    if whole:
        warnings.append(f"{whole} other series of the upload {_were(whole)} ignored.")
    if kinds:
        warnings.append(f"{_images(kinds)} of another kind in the series {_were(kinds)} ignored.")
    if part.strays:
        warnings.append(f"{_images(part.strays)} of another size or orientation in the series {_were(part.strays)} ignored.")
    if copies:
        many = "copies of images of the series were" if copies > 1 else "copy of an image of the series was"
        warnings.append(f"{copies} exact {many} ignored.")
    if part.scattered:
        warnings.append("Each image has a series identifier of its own; they were read as one series.")
    if any(map(padding_of, part.headers)):
        warnings.append("Padding after the pixels of the images was ignored.")
    return tuple(warnings)


def by_header(part: Part) -> tuple[str, ...]:
    """What was read over in the headers, and what they say of contrast, depth of intensities and compression."""
    header, kind = part.headers[0], part.frames[0].kind
    weighted, codec = weighting(header, kind), CODECS.get(header.pixels.syntax)
    warnings = [str(fault) for fault in Mended if any(fault in header.mended for header in part.headers)]
    if kind.mp2rage in NOT_T1:
        warnings.append(f"According to its header the series is {kind.mp2rage}; this program needs a T1-weighted scan.")
    elif weighted not in (None, T1):
        known = {"echo time": kind.echo_ms, "repetition time": header.repetition_ms}
        times = ", ".join(f"{name} {value:g} ms" for name, value in known.items() if value)
        told = f" ({times})" if times else ""
        warnings.append(f"According to its header{told} the series looks {weighted}; this program needs a T1-weighted scan.")
    if any(header.shows_text for header in part.headers):
        warnings.append("According to its header the images show text (Burned In Annotation), which may name the patient.")
    if header.bits_stored <= DISPLAY_BITS:
        warnings.append(
            f"The images hold {header.bits_stored} bits{_derived(header)}, as pictures saved for display; scanners write 12 or "
            "more. A display window may have clipped the intensities: export the original series if there is one."
        )
    if codec is not None and codec.lossy:
        warnings.append("The images were stored with lossy compression, which may have removed detail.")
    return tuple(warnings)


def _derived(header: Header) -> str:
    """That the images were made from others, where the header says so."""
    derived = "DERIVED" in header.image_type or header.sop_class.startswith(SECONDARY_CAPTURE)
    return " and were derived from others, according to their header" if derived else ""


def unaccounted(count: int) -> tuple[str, ...]:
    """The warning for so many images with bytes after their pixels: some were perhaps inserted before."""
    if not count:
        return ()
    images = "1 image come bytes that its header does" if count == 1 else f"{count} images come bytes that their headers do"
    return (f"After the pixels of {images} not account for: the pixels may be shifted or damaged.",)


def _images(count: int) -> str:
    return f"{count} image{'s' * (count != 1)}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
