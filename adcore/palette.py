"""The one palette of charts, reports and pages: colours that readers with colour blindness tell apart, on light and dark."""

BLUE = "#2f77a8"
"""The model, and whatever is emphasised."""

ORANGE = "#d55e00"
"""The operating point and the patient; Okabe and Ito's vermilion, distinct from the blue for every reader and by its shape."""

GREY = "#7d8894"
"""Whatever is there for comparison only; 3:1 against white and against the dark page."""

PALE_BLUE = "#8fa9bf"
"""A single branch beside the fused answer; whatever is paired with the blue and counts for less."""

MAUVE = "#b07aa1"
"""The second of two series beside the blue."""

SLATE = "#66727f"
"""Whiskers of intervals and the line of a threshold."""

LIGHTEST_BLUE = "#e3edf4"
"""The pale end of a scale towards the blue."""

OUTLINE = "#5dffb0"
"""The outline of a structure over a grey slice; the viewer's own for the hippocampus."""

CLEAR = "rgba(0, 0, 0, 0)"


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255 of '#rrggbb'."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def transparent(colour: str, opacity: float) -> str:
    """'rgba(47, 119, 168, 0.18)' of '#2f77a8'."""
    red, green, blue = rgb(colour)
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def on_white(colour: str, opacity: float) -> tuple[int, int, int]:
    """The opaque colour that a transparent one gives on white paper."""
    red, green, blue = (round(255 - opacity * (255 - part)) for part in rgb(colour))
    return red, green, blue
