"""The viewer's data as one block of bytes: a JSON header, the scan and the maps as 8-bit volumes, the colour maps.

One raw block, because Streamlit turns a dictionary with bytes into text.
"""

import gzip
import hashlib
import json
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from cmcrameri import cm as crameri
from matplotlib import colormaps
from matplotlib.colors import Colormap
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.analysis import Analysis
from adcore.case.scan import Scan, SourceFormat
from adcore.viewer.grid import DisplayGrid
from adcore.viewer.levels import first_window, focus_box, foreground, intensity_range, stored
from adcore.viewer.overlays import Overlay, attention_overlays, first_voxel
from adcore.viewer.regions import RegionTable, region_table
from adcore.viewer.structures import Structures
from adcore.words import DISCLAIMER

COMPRESSION = 1
"""gzip level: the browser is nearby, so speed matters more than size."""

COLOUR_MAPS: dict[str, Colormap] = {
    "inferno": colormaps["inferno"],
    "cividis": colormaps["cividis"],
    "batlow": crameri.batlow,
    "signed": colormaps["berlin"],
}
"""By their names in the viewer. batlow and berlin: Crameri 2018; berlin is dark at 0, as inferno is."""


def viewer_payload(scan: Scan, analysis: Analysis | None = None) -> bytes:
    """Pack a scan with the saliency maps of its analysis, if any; see volume_payload."""
    if analysis is None or analysis.refusals:
        return volume_payload(scan)
    return volume_payload(
        scan,
        attention_overlays(analysis),
        to_atlas=analysis.prepared.voxels_to_atlas,
        structures=Structures.of(analysis.prepared),
        regions=region_table(analysis),
        start=first_voxel(analysis),
    )


def volume_payload(
    scan: Scan,
    overlays: Sequence[Overlay] = (),
    *,
    space: str | None = None,
    to_atlas: NDArray[np.float64] | None = None,
    structures: Structures | None = None,
    regions: RegionTable | None = None,
    start: tuple[int, int, int] | None = None,
) -> bytes:
    """Pack a scan and its overlays.

    Args:
        overlays: maps on the scan's own grid.
        space: name of a grid that several scans share: the viewer keeps crosshair, zoom, window and overlay settings when one
            payload replaces another of the same space. None: the scan's own.
        to_atlas: (4, 4), the scan's voxel indices to MNI152 millimetres.
        structures: labels, for outlines and the names in the read-out.
        regions: the table under the three planes; needs structures.
        start: the scan's voxel at which the crosshair starts; None: the middle.
    Returns:
        uint32 header length (little endian), JSON header, then the blobs in the order the header names them. Volumes are
        uint8 in the display grid, x fastest, gzipped; maps as Overlay.stored. Labels stay on their own grid.
    """
    grid = DisplayGrid.of(scan.voxels.shape, scan.affine)
    low, high = intensity_range(scan.voxels)
    t1 = stored(scan.voxels, low, high)
    volumes = {"t1": _compress(grid.arrange(t1))} | {each.name: _compress(grid.arrange(each.stored)) for each in overlays}
    if structures:
        volumes["labels"] = _compress(structures.labels)
    header = {
        "pseudonym": scan.pseudonym,
        "disclaimer": DISCLAIMER,
        "space": space or scan.sha256,
        "dim": grid.shape,
        "spacing": grid.spacing.tolist(),
        "affine": grid.affine.tolist(),
        "to_file": grid.to_file.tolist(),
        "to_atlas": None if to_atlas is None else (to_atlas @ grid.to_file).tolist(),
        "letters": grid.letters(scan.sides_known),
        "sides_known": scan.sides_known,
        "oblique_degrees": grid.oblique_degrees,
        "midline_mm": float(apply_affine(scan.affine, foreground(t1).mean(axis=0))[0]),  # where the atlas is unknown
        "synthetic": scan.source_format is SourceFormat.SYNTHETIC,
        "intensity": {"low": low, "high": high},
        "focus": focus_box(grid.arrange(t1), grid.spacing),
        **first_window(t1),
        "start": grid.voxel_of(start) if start else [size // 2 for size in grid.shape],
        "started": start is not None,
        "overlays": [_described(each, grid) for each in overlays],
        "structures": structures.described(grid) if structures else None,
        "regions": regions.described(grid) if structures and regions else None,
    }
    return _pack(header, volumes)


def _described(overlay: Overlay, grid: DisplayGrid) -> dict[str, Any]:
    return {
        "name": overlay.name,
        "label": overlay.label,
        "maximum": overlay.maximum,
        "signed": overlay.signed,
        "caption": overlay.caption,
        "positive": overlay.positive,
        "top_voxel": grid.voxel_of(overlay.top_voxel) if overlay.top_voxel else None,
    }


def _pack(header: dict[str, Any], volumes: dict[str, bytes]) -> bytes:
    colours = {f"colours_{name}": _colours(name) for name in COLOUR_MAPS}
    header["blobs"] = [{"name": name, "size": len(blob), "gzip": True} for name, blob in volumes.items()]
    header["blobs"] += [{"name": name, "size": len(blob), "gzip": False} for name, blob in colours.items()]
    content = b"".join([*volumes.values(), *colours.values()])
    header["key"] = hashlib.sha256(json.dumps(header).encode() + content).hexdigest()[:16]
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + content


def _compress(volume: NDArray[np.uint8]) -> bytes:
    return gzip.compress(volume.tobytes("F"), COMPRESSION, mtime=0)


@lru_cache(maxsize=len(COLOUR_MAPS))
def _colours(name: str) -> bytes:
    """256 RGB triples of a colour map."""
    return bytes((COLOUR_MAPS[name](np.linspace(0, 1, 256))[:, :3] * 255).astype(np.uint8))
