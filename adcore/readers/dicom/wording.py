"""Describe a series in a closed vocabulary; free text from the header is never shown."""

import numpy as np

from adcore.readers.dicom.header import Header

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
MAGNITUDE, PHASE = "magnitude", "phase image"
KINDS = {"P": PHASE, "PHASE": PHASE, "PHASE MAP": PHASE, "M": MAGNITUDE, "MAGNITUDE": MAGNITUDE}
"""By a value of Image Type after the first two (PS3.3, C.8.3.1.1.1); makers add others."""


def modality(code: str) -> str:
    """A modality in words."""
    return MODALITIES.get(code, "an image of unknown modality")


def weighting(header: Header) -> str | None:
    """The contrast weighting by the sequence timing, by rules of thumb for 1.5 and 3 T; None where it is unclear."""
    echo, repetition, inversion = header.echo_ms, header.repetition_ms, header.inversion_ms
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


def kind_of(header: Header) -> str | None:
    """Magnitude or phase image; None where the header does not say."""
    return next((KINDS[value] for value in header.image_type[2:] if value in KINDS), None)


def describe(headers: list[Header], spacing: tuple[float, ...] | None) -> str:
    """One line for a list of series.

    Args:
        headers: the files of the series.
        spacing: millimetres between voxels; None where the series forms no volume.
    """
    first = headers[0]
    count = sum(len(header.frames) for header in headers)
    kind = kind_of(first)
    parts = [modality(first.modality), kind if kind == PHASE else weighting(first), _plane(first)]
    parts.append(f"{count} image{'s' * (count != 1)} of {max(first.columns, 0)} x {max(first.rows, 0)}")
    parts.append(" x ".join(f"{length:.3g}" for length in spacing) + " mm" if spacing else None)
    return ", ".join(part for part in parts if part)


def _plane(header: Header) -> str | None:
    orientation = header.frames[0].orientation
    if orientation is None:
        return None
    with np.errstate(all="ignore"):
        normal = np.abs(np.cross(orientation[:3], orientation[3:]))
    if not np.isfinite(normal).all() or normal.max() < 0.5:
        return None
    return ("sagittal", "coronal", "axial")[int(np.argmax(normal))]
