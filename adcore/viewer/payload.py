"""The viewer's data as one block of bytes: a JSON header, the scan and the maps as 8-bit volumes, the colour maps.

One raw block, because Streamlit turns a dictionary with bytes into text.
"""

import gzip
import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
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
from adcore.prepare.prepared import PreparedScan
from adcore.viewer.grid import DisplayGrid, Grid
from adcore.viewer.levels import brain_box, first_window, focus_box, foreground, intensity_range, stored
from adcore.viewer.overlays import Overlay, Place, attention_overlays, first_place
from adcore.viewer.regions import RegionTable, region_table
from adcore.viewer.resliced import network_planes, resliced_grid
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
    if analysis is None:
        return volume_payload(scan)
    structures = Structures.of(analysis.prepared)
    if not analysis.prepared.fit:
        return volume_payload(scan, structures=structures)  # whose outlines show what went wrong
    return volume_payload(
        scan,
        attention_overlays(analysis),
        to_atlas=analysis.prepared.voxels_to_atlas,
        structures=structures,
        regions=region_table(analysis),
        start=first_place(analysis),
        prepared=analysis.prepared,
    )


def volume_payload(
    scan: Scan,
    overlays: Sequence[Overlay] = (),
    *,
    space: str | None = None,
    to_atlas: NDArray[np.float64] | None = None,
    structures: Structures | None = None,
    regions: RegionTable | None = None,
    start: Place | None = None,
    prepared: PreparedScan | None = None,
) -> bytes:
    """Pack a scan and its overlays.

    Args:
        overlays: maps on the scan's own grid.
        space: name of a grid that several scans share: the viewer keeps crosshair, zoom, window and overlay settings when one
            payload replaces another of the same space. None: the scan's own.
        to_atlas: (4, 4), the scan's voxel indices to MNI152 millimetres.
        structures: labels, for outlines and the names in the read-out.
        regions: the table under the three planes; needs structures.
        start: where the crosshair starts; None: the middle.
        prepared: the scan as prepared; the viewer then frames its brain, and offers planes along the networks' slices.
    Returns:
        uint32 header length (little endian), JSON header, then the blobs in the order the header names them. Volumes are
        uint8 in the display grid, x fastest, gzipped; maps as Overlay.stored, also on their own cells. Labels stay on their
        own grid. The header describes the display grid, and under "resliced" what differs on that grid, which the browser
        samples.
    """
    grid = DisplayGrid.of(scan.voxels.shape, scan.affine)
    low, high = intensity_range(scan.voxels)
    t1 = stored(scan.voxels, low, high)
    volumes = {"t1": _compress(grid.arrange(t1))} | {
        each.name: _compress(grid.arrange(each.stored(each.values))) for each in overlays
    }
    volumes |= {f"{each.name}_cells": _compress(each.stored(each.cells.values).T) for each in overlays if each.cells}
    if structures:
        volumes["labels"] = _compress(structures.labels)
    contents = _Contents(scan.sides_known, overlays, to_atlas, structures, regions, start)
    brain = brain_box(prepared.brain_mask, grid) if prepared else None
    header = {
        "pseudonym": scan.pseudonym,
        "disclaimer": DISCLAIMER,
        "space": space or scan.sha256,
        "sides_known": scan.sides_known,
        "midline_mm": float(apply_affine(scan.affine, foreground(t1).mean(axis=0))[0]),  # where the atlas is unknown
        "resampled": space is not None,
        "synthetic": scan.source_format is SourceFormat.SYNTHETIC,
        "intensity": {"low": low, "high": high},
        **first_window(t1),
        **contents.on(grid),
        "focus": brain or focus_box(grid.arrange(t1), grid.spacing),
        "resliced": _resliced(prepared, grid, contents) if prepared else None,
    }
    return _pack(header, volumes)


@dataclass(frozen=True, eq=False)
class _Contents:
    """What lies in a scan, for the header; see volume_payload."""

    sides_known: bool
    overlays: Sequence[Overlay]
    to_atlas: NDArray[np.float64] | None
    structures: Structures | None
    regions: RegionTable | None
    start: Place | None

    def on(self, grid: Grid) -> dict[str, Any]:
        """A grid, and where the contents lie on it."""
        return {
            "dim": grid.shape,
            "spacing": grid.spacing.tolist(),
            "affine": grid.affine.tolist(),
            "to_file": grid.to_file.tolist(),
            "to_atlas": None if self.to_atlas is None else (self.to_atlas @ grid.to_file).tolist(),
            "letters": grid.letters(self.sides_known),
            "oblique_degrees": grid.oblique_degrees,
            "start": self.start(grid) if self.start else [size // 2 for size in grid.shape],
            "overlays": [_described(each, grid) for each in self.overlays],
            "structures": self.structures.described(grid) if self.structures else None,
            "regions": self.regions.described(grid) if self.structures and self.regions else None,
        }


def _resliced(prepared: PreparedScan, display: DisplayGrid, contents: _Contents) -> dict[str, Any]:
    """What differs on the resliced grid: `to_volume` leads from its voxels to those of the volumes."""
    grid = resliced_grid(prepared)
    return {
        **contents.on(grid),
        "focus": brain_box(prepared.brain_mask, grid) or [(0, size) for size in grid.shape],
        "to_volume": (np.linalg.inv(display.to_file) @ grid.to_file).tolist(),
        "network_planes": network_planes(prepared, grid),
    }


def _described(overlay: Overlay, grid: Grid) -> dict[str, Any]:
    return {
        "name": overlay.name,
        "label": overlay.label,
        "maximum": overlay.maximum,
        "signed": overlay.signed,
        "caption": overlay.caption,
        "positive": overlay.positive,
        "top_voxel": overlay.top(grid) if overlay.top else None,
        "cells": {"dim": overlay.cells.values.T.shape, "to_cells": (overlay.cells.from_voxels @ grid.to_file).tolist()}
        if overlay.cells
        else None,
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
