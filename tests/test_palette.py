"""One palette for charts, reports and pages."""

import re
from itertools import chain
from pathlib import Path

from adcore import palette
from adcore.palette import BLUE, on_white, rgb, transparent

ROOT = Path(__file__).parents[1]


def test_a_colour_is_the_same_in_every_form() -> None:
    assert rgb("#2f77a8") == (47, 119, 168)
    assert transparent("#2f77a8", 0.18) == "rgba(47, 119, 168, 0.18)"
    assert on_white("#2f77a8", 1.0) == rgb("#2f77a8")
    assert on_white("#2f77a8", 0.0) == (255, 255, 255)


def test_no_python_file_writes_a_colour_of_the_palette_again() -> None:
    colours = {value for value in vars(palette).values() if isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value)}
    written = [spelling for colour in colours for spelling in (colour, str(rgb(colour))[1:-1])]
    for file in chain((ROOT / "adcore").rglob("*.py"), (ROOT / "app").rglob("*.py")):
        if file.name != "palette.py":
            assert not any(spelling in file.read_text() for spelling in written), file


def test_the_pages_style_sheet_uses_the_blue_of_the_charts() -> None:
    assert BLUE in (ROOT / "assets" / "style.css").read_text()
