"""Describe a series in a closed vocabulary; free text from the header is never shown."""

from collections.abc import Sequence

import numpy as np

from adcore.readers.dicom.header import Frame, Header
from adcore.readers.dicom.kind import Kind
from adcore.readers.dicom.parts import Part

MODALITIES = {
    "MR": "MR",
    "CT": "CT",
    "PT": "PET",
    "NM": "nuclear medicine",
    "US": "ultrasound",
    "CR": "an X-ray",
    "DX": "an X-ray",
    "MG": "a mammogram",
    "XA": "an angiogram",
    "RF": "fluoroscopy",
    "OT": "an image of another kind",
    "SC": "a screen capture",
    "SEG": "a segmentation",
    "RTSTRUCT": "outlines for radiotherapy",
    "RTDOSE": "a radiotherapy dose",
}
T1 = "T1-weighted"


def modality(code: str) -> str:
    """A modality in words."""
    return MODALITIES.get(code, "an image of unknown modality")


def weighting(header: Header, kind: Kind) -> str | None:
    """The contrast weighting by the sequence timing, by rules of thumb for 1.5 and 3 T; None where it is unclear."""
    echo, repetition, inversion = kind.echo_ms, header.repetition_ms, kind.inversion_ms
    if "EP" in header.scanning:
        return "echo-planar"
    if not echo or not repetition or header.modality != "MR":
        return None
    if echo >= 60:
        return "FLAIR" if inversion and inversion >= 1500 else "T2-weighted"
    if "GR" in header.scanning:
        return T1 if echo <= 12 else "T2*-weighted"
    if inversion and 300 <= inversion <= 1400:
        return T1
    if "SE" in header.scanning and echo <= 30:
        return T1 if repetition <= 1000 else "proton-density-weighted"
    return None


def describe(part: Part, spacing: tuple[float, ...] | None, details: Sequence[str] = ()) -> str:
    """One line for a list of series.

    Args:
        spacing: millimetres between voxels; None where the images form no volume.
        details: words that tell it from others.
    """
    first, kind = part.headers[0], part.frames[0].kind
    shown = kind.component if not kind.is_magnitude else kind.mp2rage or weighting(first, kind)
    count = len(part.places)
    parts = [modality(first.modality), shown, *details, _plane(part.frames[0])]
    parts.append(f"{count} image{'s' * (count != 1)} of {max(first.columns, 0)} x {max(first.rows, 0)}")
    parts.append(" x ".join(f"{length:.3g}" for length in spacing) + " mm" if spacing else None)
    return ", ".join(part for part in parts if part)


def _plane(frame: Frame) -> str | None:
    orientation = frame.orientation
    if orientation is None:
        return None
    with np.errstate(all="ignore"):
        normal = np.abs(np.cross(orientation[:3], orientation[3:]))
    if not np.isfinite(normal).all() or normal.max() < 0.5:
        return None
    return ("sagittal", "coronal", "axial")[int(np.argmax(normal))]
