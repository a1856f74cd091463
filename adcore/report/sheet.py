"""An A4 page with a fixed layout: text that is fitted to its box, tables, pictures. Knows nothing of analyses."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import matplotlib
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from PIL import Image

from adcore.palette import BLUE, rgb

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
"""DejaVu comes with matplotlib: Latin, Greek and Cyrillic, free to embed."""

WIDTH_MM, HEIGHT_MM, MARGIN_MM = 210.0, 297.0, 13.0
INNER_MM = WIDTH_MM - 2 * MARGIN_MM
INK, MUTED, RULE, ACCENT = (24, 32, 40), (90, 102, 115), (200, 207, 214), rgb(BLUE)
POINT_MM = 25.4 / 72
LEADING = 1.3
LEAST_POINTS = 8.0
"""Nothing is printed smaller."""
CUT = " [...]"
"""Marks a text that is longer than its box even in the smallest font."""


class Sheet(FPDF):
    """Pages in millimetres from the top left corner; nothing flows onto another page."""

    def __init__(self, title: str, created: datetime) -> None:
        super().__init__("portrait", "mm", "A4")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0.0
        self.add_font("dejavu", "", FONTS / "DejaVuSans.ttf")
        self.add_font("dejavu", "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_title(title)
        self.set_lang("en")
        self.set_creator("adcore")
        self.set_creation_date(created)

    def ink(self, points: float, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """Set font and colour for the text that follows."""
        self.set_font("dejavu", "B" if bold else "", points)
        self.set_text_color(*colour)

    def fitted(
        self,
        box: tuple[float, float, float, float],
        text: str,
        points: float,
        *,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
    ) -> float:
        """Write a text into a box (left, top, width, height) in the largest font up to `points` that fits.

        A text that does not fit in the smallest font is cut and marked as such.

        Returns:
            millimetres from the box's top to the end of the text.
        """
        left, top, width, height = box
        while True:
            self.ink(points, bold=bold, colour=colour)
            lines = self._lines(text, width)
            step = points * POINT_MM * LEADING
            room = max(1, int(height / step + 1e-6))
            if len(lines) <= room or points <= LEAST_POINTS:
                break
            points = max(LEAST_POINTS, points - 0.25)
        if len(lines) > room:
            lines = [*lines[: room - 1], self._cut_to(lines[room - 1] + CUT, width)]
        for number, line in enumerate(lines):
            self.set_xy(left, top + number * step)
            self.cell(width, step, line, new_x=XPos.LEFT, new_y=YPos.TOP)
        return len(lines) * step

    def line_of(
        self,
        left: float,
        top: float,
        width: float,
        text: str,
        points: float,
        *,
        bold: bool = False,
        align: str = "L",
        colour: tuple[int, int, int] = INK,
    ) -> None:
        """Write one line, in a smaller font where it is too long, cut where it is still too long."""
        self.ink(points, bold=bold, colour=colour)
        while self.get_string_width(text) > width and points > LEAST_POINTS:
            points = max(LEAST_POINTS, points - 0.25)
            self.ink(points, bold=bold, colour=colour)
        self.set_xy(left, top)
        self.cell(width, points * POINT_MM * LEADING, self._cut_to(text, width), align=align, new_x=XPos.LEFT, new_y=YPos.TOP)

    def heading(self, left: float, top: float, width: float, text: str) -> float:
        """Write a section's heading over a rule; return the top of its content."""
        self.line_of(left, top, width, text, 9, bold=True, colour=ACCENT)
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.line(left, top + 4.6, left + width, top + 4.6)
        return top + 5.8

    def rows(
        self,
        left: float,
        top: float,
        widths: Sequence[float],
        rows: Sequence[Sequence[str]],
        *,
        points: float = 8,
        step: float = 4.2,
        header: bool = True,
    ) -> float:
        """Write a table, its first row in bold where it is a header; return its lower edge."""
        for number, row in enumerate(rows):
            place = left
            for width, text in zip(widths, row, strict=True):
                first = header and number == 0
                self.line_of(place, top, width - 1.2, text, points, bold=first, colour=MUTED if first else INK)
                place += width
            top += step
        return top

    def picture(self, image: Image.Image, box: tuple[float, float, float, float], alt: str) -> None:
        """Place a picture as large as fits its box, with alternative text."""
        left, top, width, height = box
        scale = min(width / image.width, height / image.height)
        size = image.width * scale, image.height * scale
        self.image(image, left + (width - size[0]) / 2, top, *size, alt_text=alt, title=alt)

    def finished(self) -> bytes:
        """The PDF file."""
        return bytes(self.output())

    def _lines(self, text: str, width: float) -> list[str]:
        lines = self.multi_cell(width, None, text, dry_run=True, output=MethodReturnValue.LINES, align="L")
        return list(lines)  # type: ignore[arg-type]  # lines, by `output`

    def _cut_to(self, text: str, width: float) -> str:
        """The longest beginning of a text that fits, marked as cut."""
        if self.get_string_width(text) <= width:
            return text
        text = text.removesuffix(CUT)
        while text and self.get_string_width(text + CUT) > width:
            text = text[:-1]
        return text + CUT
