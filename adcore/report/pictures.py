"""Pictures of slices for export: side letters, position, pseudonym and disclaimer are burnt in, proportions are true."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import matplotlib
import numpy as np
from nibabel.affines import apply_affine
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import map_coordinates

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.case.scan import SourceFormat
from adcore.explain import Explanation
from adcore.explain.painting import LEAST, OPACITY, colour_ramp, is_drawn, painted
from adcore.prepare.slices import slice_points
from adcore.report.sheet import POINT_MM
from adcore.viewer.grid import DisplayGrid
from adcore.viewer.landmark import voxel_on_slice
from adcore.viewer.levels import first_window, focus_box, intensity_range, stored
from adcore.words import percent

PIXELS_PER_MM = 2.5
"""Resolution of a picture: enough for 1 mm voxels at the size of the page."""

AROUND_BRAIN_MM = 18.0
"""Margin of the pictures around the brain: skull and scalp."""

FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
POINTS = 8.2
"""Size of the text in a printed picture."""

SYNTHETIC = "SYNTHETIC"
STRIP_LINES = ("Research prototype. Not a medical device.", "Not for diagnostic use.")
AXES = {"coronal": (1, 0, 2), "sagittal": (0, 1, 2), "axial": (2, 0, 1)}
"""Display axes of each plane: normal, horizontal, vertical. The latter two run backwards on the page: the patient's right is on
the left of the picture, the face points to the left."""


Box = tuple[tuple[int, int], ...]
Voxel = tuple[int, int, int]
Size = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture.

    Attributes:
        image: RGB, including the strip with the text.
        title: "Coronal, T1".
        alt: alternative text.
    """

    image: Image.Image
    title: str
    alt: str


def key_pictures(analysis: Analysis, printed_mm: Size) -> tuple[Picture, ...]:
    """Coronal, sagittal and axial pictures of the raw T1 through one point, then the coronal one under each network's map.

    The coronal pictures show the networks' own slice with the most saliency, resampled, since it is oblique to the voxels of a
    tilted head; the others are slices of the scan's own voxels through the right medial temporal lobe on that slice. For a
    refused scan all are slices of its own voxels through the middle of the volume.

    Args:
        printed_mm: width and height of each on paper.
    """
    shown = views(analysis)
    explanation = analysis.explanation
    if explanation is not None:
        number = explanation.strongest_slice()
        shown += [_overlaid(shown[0], explanation, branch, number) for branch in IMAGE_BRANCHES]
    return tuple(drawn(analysis, view, printed_mm) for view in shown)


def colour_bar(width: int, height: int, signed: bool) -> Image.Image:
    """The colour scale of an overlay, from its first value (left) to its maximum (right)."""
    return Image.fromarray(np.repeat(colour_ramp(width, signed)[None], height, axis=0))


@dataclass(frozen=True, eq=False)
class View:
    """A slice before framing.

    Attributes:
        title: "Coronal, T1".
        where: its position in words.
        colours: uint8 (rows, columns, 3), in page order.
        spacing: millimetres between rows, and between columns.
        letters: at the left, right, top and bottom edge.
    """

    title: str
    where: str
    colours: NDArray[np.uint8]
    spacing: tuple[float, float]
    letters: tuple[str, str, str, str]


def views(analysis: Analysis) -> list[View]:
    """The coronal, sagittal and axial view of the raw T1."""
    scan = analysis.prepared.scan
    grid = DisplayGrid.of(scan.voxels.shape, scan.affine)
    low, high = intensity_range(scan.voxels)
    t1 = grid.arrange(stored(scan.voxels, low, high))
    white = first_window(t1)["window"]
    box = _around_head(analysis, grid, t1)
    if analysis.explanation is None:
        x, y, z = (size // 2 for size in grid.shape)
        return [_slice(analysis, grid, t1, white, box, (x, y, z), plane) for plane in AXES]
    number = analysis.explanation.strongest_slice()
    x, y, z = voxel_on_slice(analysis.prepared, number, grid)
    others = [_slice(analysis, grid, t1, white, box, (x, y, z), plane) for plane in ("sagittal", "axial")]
    return [_network_slice(analysis, grid, number, low, white * (high - low) / 255), *others]


def _network_slice(analysis: Analysis, grid: DisplayGrid, number: int, low: float, white: float) -> View:
    """The raw T1 resampled along one of the networks' slices."""
    prepared = analysis.prepared
    points = prepared.voxels_from_atlas_points(slice_points(prepared.config.slices)[number])
    values = map_coordinates(prepared.scan.voxels, np.moveaxis(points, -1, 0), order=1, cval=low)[:, ::-1]
    y_mm, spacing = prepared.config.slices.y_mm[number], prepared.config.slices.spacing_mm
    (left, right), _, (bottom, top) = grid.letters(prepared.scan.sides_known)
    where = f"networks' slice, MNI y = {y_mm:.0f} mm"
    return View("Coronal, T1", where, grey((values - low) * (255 / white)), (spacing, spacing), (right, left, top, bottom))


def _overlaid(view: View, explanation: Explanation, branch: Branch, number: int) -> View:
    """The view under a network's map of that slice: blocks of the map's own cells in the colours of the scale."""
    values = _on_pixels(explanation.slice_maps[branch][number], view)
    scale = explanation.display_maximum[branch], explanation.method.signed
    coloured = is_drawn(values, *scale)
    mixed = np.where(coloured[..., None], (1 - OPACITY) * view.colours + OPACITY * painted(values, *scale), view.colours)
    title = f"Coronal, {branch.label}"
    if not explanation.has_map(branch):
        title += f": {explanation.why_empty(branch)}"
    elif not coloured.any():
        title += f": under {percent(LEAST)} of its scale here"
    return replace(view, title=title, colours=mixed.astype(np.uint8))


def _on_pixels(cells: NDArray[np.float32], view: View) -> NDArray[np.float32]:
    """A network's map (h, w) on the pixels of its slice in page order, one block of pixels per cell."""
    rows, columns = view.colours.shape[:2]
    down, over = (np.arange(size) * side // size for size, side in ((rows, cells.shape[0]), (columns, cells.shape[1])))
    return cells[np.ix_(down, over)][:, ::-1]


def _slice(
    analysis: Analysis, grid: DisplayGrid, t1: NDArray[np.uint8], white: float, box: Box, place: Voxel, plane: str
) -> View:
    """A slice of the scan's own voxels, cropped to the head."""
    across, right, up = AXES[plane]
    part = np.take(t1, place[across], axis=across)  # (right, up): the lower axis comes first
    part = part[slice(*box[right]), slice(*box[up])][::-1, ::-1].T
    (right_end, left_end), (bottom, top) = (grid.letters(analysis.prepared.scan.sides_known)[axis] for axis in (right, up))
    return View(
        f"{plane.capitalize()}, T1",
        _where(analysis, grid, place, across),
        grey(part * (255 / white)),
        (grid.spacing[up], grid.spacing[right]),
        (left_end, right_end, top, bottom),
    )


def _where(analysis: Analysis, grid: DisplayGrid, place: Voxel, axis: int) -> str:
    """Position of a slice: in the atlas where that is known, and in the scanner."""
    point = apply_affine(grid.affine, np.array(place, float))
    scanner = f"scanner {'xyz'[axis]} = {point[axis]:.0f} mm"
    if analysis.explanation is None:
        return scanner
    return f"MNI {'xyz'[axis]} = {analysis.prepared.atlas_from_scan_points(point)[axis]:.0f} mm, {scanner}"


def grey(values: NDArray) -> NDArray[np.uint8]:
    """Grey values, clipped to 0 to 255, as colours."""
    return np.repeat(np.clip(values, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def drawn(analysis: Analysis, view: View, printed_mm: Size) -> Picture:
    """Frame a view: proportions, letters, SYNTHETIC where it is, and the text under it.

    Args:
        printed_mm: width and height of its box on paper, from which its text gets POINTS.
    """
    size = tuple(round(view.colours.shape[way] * view.spacing[way] * PIXELS_PER_MM) for way in (1, 0))
    head = Image.fromarray(view.colours).resize(size, Image.Resampling.BILINEAR)
    words = (view.title, view.where, analysis.prepared.scan.pseudonym, *STRIP_LINES)
    pixels = _text_pixels(head, words, printed_mm)
    draw, font = ImageDraw.Draw(head), _font(round(1.3 * pixels))
    middle, (left, right, top, bottom) = (head.width / 2, head.height / 2), view.letters
    for text, place, anchor in (
        (left, (6, middle[1]), "lm"),
        (right, (head.width - 6, middle[1]), "rm"),
        (top, (middle[0], 4), "ma"),
        (bottom, (middle[0], head.height - 4), "md"),
    ):
        draw.text(place, text, fill="white", font=font, anchor=anchor, stroke_width=2, stroke_fill="black")
    synthetic = analysis.prepared.scan.source_format is SourceFormat.SYNTHETIC
    if synthetic:
        draw.text((6, 4), SYNTHETIC, fill="white", font=_font(pixels), anchor="la", stroke_width=2, stroke_fill="black")
    alt = f"{view.title}, {view.where}, radiological convention{', synthetic head' if synthetic else ''}"
    return Picture(with_strip(head, words, pixels), view.title, alt)


def _text_pixels(head: Image.Image, words: tuple[str, ...], printed_mm: Size) -> int:
    """The size of text that is POINTS on paper; the strip that it fills makes the picture higher, and so smaller on paper."""
    pixels = 1
    while True:
        height = head.height + _strip_pixels(words, pixels, head.width)
        mm_per_pixel = min(printed_mm[0] / head.width, printed_mm[1] / height)
        if pixels * mm_per_pixel >= POINTS * POINT_MM:
            return pixels
        pixels += 1


def _strip_pixels(words: tuple[str, ...], pixels: int, width: int) -> int:
    return round(1.25 * pixels) * len(_wrapped(words, pixels, width)) + 8


def _wrapped(words: tuple[str, ...], pixels: int, width: int) -> list[str]:
    """The texts as lines that fit the width."""
    font, lines = _font(pixels), []
    for text in words:
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width - 8:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def with_strip(head: Image.Image, words: tuple[str, ...], pixels: int) -> Image.Image:
    """The text under a picture, on black."""
    font, step = _font(pixels), round(1.25 * pixels)
    whole = Image.new("RGB", (head.width, head.height + _strip_pixels(words, pixels, head.width)))
    whole.paste(head, (0, 0))
    draw = ImageDraw.Draw(whole)
    for number, text in enumerate(_wrapped(words, pixels, head.width)):
        draw.text((whole.width / 2, head.height + 4 + step * number), text, fill="white", font=font, anchor="ma")
    return whole


def _around_head(analysis: Analysis, grid: DisplayGrid, t1: NDArray[np.uint8]) -> Box:
    """The drawn box of the volume: the brain with a margin, or the foreground where no brain was found."""
    foreground = focus_box(t1, grid.spacing)
    brain = grid.arrange(analysis.prepared.brain_mask)
    if analysis.refusals or not brain.any():
        return tuple((int(low), int(np.ceil(high))) for low, high in foreground)
    box = []
    for axis, (low, high) in enumerate(foreground):
        held = np.flatnonzero(brain.any(axis=tuple(other for other in range(3) if other != axis)))
        margin = AROUND_BRAIN_MM / grid.spacing[axis]
        box.append((int(max(low, held[0] - margin)), int(np.ceil(min(high, held[-1] + 1 + margin)))))
    return tuple(box)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)
