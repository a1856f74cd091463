"""What the viewer needs, as one block of bytes: a JSON header, the scan and the maps as 8-bit volumes, the colours.

One raw block, because Streamlit turns a dictionary that holds bytes into text.
"""

import gzip
import hashlib
import json
import struct
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib import colormaps
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.branches import IMAGE_BRANCHES, Branch
from adcore.display_grid import DisplayGrid
from adcore.display_levels import EVERY, SAMPLING, first_window, focus_box, intensity_range
from adcore.prepare.landmark import voxel_on_plane
from adcore.scan import Scan, SourceFormat

COMPRESSION = 1
"""gzip level: the data goes to a nearby browser, so speed counts for more than size."""


def viewer_payload(scan: Scan, analysis: Analysis | None = None) -> bytes:
    """Pack a scan, and the maps of its analysis where there are any.

    Returns:
        uint32 header length (little endian), JSON header, then the blobs in the order the header names them. Volumes are
        uint8 in the display grid, x fastest, gzipped. A map's byte is 255 * raw value / display_maximum, clipped to
        0..255: the same scale for every patient.
    """
    grid = DisplayGrid.of(scan.voxels.shape, scan.affine)
    low, high = intensity_range(scan.voxels)
    t1 = np.clip((scan.voxels - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    volumes = {"t1": _compress(grid.arrange(t1))}
    overlays: list[dict[str, Any]] = []
    explanation = analysis.explanation if analysis else None
    if analysis and explanation:
        for branch in IMAGE_BRANCHES:
            maximum = explanation.display_maximum[branch]
            heat = np.clip(explanation.heatmaps[branch] * (255 / maximum), 0, 255).astype(np.uint8)
            volumes[branch.value] = _compress(grid.arrange(heat))
            overlays.append(
                {
                    "branch": branch.value,
                    "label": branch.label,
                    "maximum": maximum,
                    "positive": explanation.has_positive_evidence(branch),
                    "top_plane": _top_plane(analysis, branch, grid),
                }
            )
    header = {
        "scan": scan.sha256,
        "dim": grid.shape,
        "spacing": grid.spacing.tolist(),
        "affine": grid.affine.tolist(),
        "to_file": grid.to_file.tolist(),
        "to_atlas": _to_atlas(analysis, grid),
        "letters": grid.letters(scan.sides_known),
        "sides_known": scan.sides_known,
        "oblique_degrees": grid.oblique_degrees,
        "midline_mm": _midline_mm(t1, scan.affine),
        "synthetic": scan.source_format is SourceFormat.SYNTHETIC,
        "intensity": {"low": low, "high": high},
        "focus": focus_box(grid.arrange(t1), grid.spacing),
        **first_window(t1),
        "start": _start(analysis, grid),
        "overlays": overlays,
    }
    return _pack(header, volumes)


def _pack(header: dict[str, Any], volumes: dict[str, bytes]) -> bytes:
    blobs = [{"name": name, "size": len(blob), "gzip": True} for name, blob in volumes.items()]
    colours = _inferno()
    header["blobs"] = [*blobs, {"name": "colours", "size": len(colours), "gzip": False}]
    content = b"".join([*volumes.values(), colours])
    header["key"] = hashlib.sha256(json.dumps(header).encode() + content).hexdigest()[:16]
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + content


def _compress(volume: NDArray[np.uint8]) -> bytes:
    return gzip.compress(volume.tobytes("F"), COMPRESSION, mtime=0)


@lru_cache(maxsize=1)
def _inferno() -> bytes:
    """256 RGB triples of matplotlib's inferno."""
    return bytes((colormaps["inferno"](np.linspace(0, 1, 256))[:, :3] * 255).astype(np.uint8))


def _midline_mm(t1: NDArray[np.uint8], affine: NDArray[np.float64]) -> float:
    """Scanner x of the middle of the foreground: which side is which until the scan lies in atlas space."""
    sample = t1[EVERY]
    return float(apply_affine(affine, SAMPLING * np.argwhere(sample >= sample.mean()).mean(axis=0))[0])


def _to_atlas(analysis: Analysis | None, grid: DisplayGrid) -> list[list[float]] | None:
    """Display voxel to MNI152 millimetres, (4, 4), or None before the analysis or where the scan was refused."""
    if analysis is None or analysis.refusals:
        return None
    to_atlas: NDArray[np.float64] = np.linalg.inv(analysis.prepared.atlas_to_scan) @ grid.affine
    return to_atlas.tolist()  # type: ignore[no-any-return]


def _start(analysis: Analysis | None, grid: DisplayGrid) -> list[int]:
    """The first crosshair: on the middle one of the networks' planes, or the middle of the volume while they are unknown."""
    if analysis is None or analysis.refusals:
        return [size // 2 for size in grid.shape]
    return voxel_on_plane(analysis.prepared, grid, len(analysis.prepared.config.planes.y_mm) // 2)


def _top_plane(analysis: Analysis, branch: Branch, grid: DisplayGrid) -> list[int] | None:
    """A voxel on the plane that a network weighed most."""
    if analysis.prediction is None:
        return None
    return voxel_on_plane(analysis.prepared, grid, int(analysis.prediction.attention[branch].argmax()))
