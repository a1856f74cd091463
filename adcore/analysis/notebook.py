"""An analysis as a notebook shows it: the answer with its interval, the reasons, and three of the networks' slices."""

import base64
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adcore.words import points_interval

BRIGHTEST = 1.3
"""Intensity drawn white; white matter is near 1."""

NO_ANSWER = "No probability"


def html_of(document: dict[str, Any], slices: NDArray[np.float32]) -> str:
    """The view.

    Args:
        document: of Analysis.to_json.
        slices: float32 (N, H, W), as PreparedScan.slices; drawn in radiological convention.
    """
    fused = document["fused"]
    headline = NO_ANSWER if document["category"] is None else document["category"].capitalize()
    number = "" if fused is None else points_interval(fused["probability"], fused["low"], fused["high"])
    reasons = "".join(f"<li>{escape(reason['sentence'])}</li>" for reason in (*document["reasons"], *document["notes"]))
    return (
        f"<div><b>{escape(headline)}</b> {escape(number)}<br>"
        f'<img alt="Three coronal slices, the patient\'s right at the left" src="data:image/png;base64,{_picture(slices)}">'
        f"<ul>{reasons}</ul><small>{escape(document['case'])}. {escape(document['disclaimer'])}</small></div>"
    )


def _picture(slices: NDArray[np.float32]) -> str:
    """The first, middle and last slice side by side, as base64 of a PNG."""
    shown = [slices[number, :, ::-1] for number in (0, len(slices) // 2, -1)]
    grey = (np.clip(np.concatenate(shown, axis=1) / BRIGHTEST, 0, 1) * 255).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
