"""The viewer as one HTML page that needs no server and no network: a file to open, or an element of a notebook.

Importing it loads neither Streamlit nor torch.
"""

import base64
import html
import json
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from adcore.atomic import write_atomically
from adcore.words import DISCLAIMER

if TYPE_CHECKING:
    from adcore.analysis import Analysis
    from adcore.case.scan import Scan

STATIC = Path(__file__).with_name("static")

HEIGHT = 820
"""Pixels of a notebook's element; a longer table scrolls in it."""

PAGE = Template(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class ViewerPage:
    """A page with one scan.

    Attributes:
        html: the whole page.
    """

    html: str

    def write(self, path: Path) -> None:
        """Write the page as a file, whole or not at all."""
        write_atomically(path, lambda file: file.write(self.html.encode()))

    def _repr_html_(self) -> str:
        """In a frame of its own, so that neither the notebook's styles nor its scripts meet the viewer's."""
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" title="adcore slice viewer" width="100%" height="{HEIGHT}" '
            'style="border: 0"></iframe>'
        )


def view(scan: "Scan", analysis: "Analysis | None" = None) -> ViewerPage:
    """A scan in three linked planes, with maps, structures and their table where it is analysed.

    Args:
        scan: as read_scan returns it.
        analysis: of this scan.
    """
    from adcore.viewer.payload import viewer_payload

    return page_of(viewer_payload(scan, analysis), scan.pseudonym)


def page_of(payload: bytes, title: str) -> ViewerPage:
    """A page with a payload of volume_payload."""
    text = PAGE.substitute(
        title=html.escape(title),
        disclaimer=html.escape(DISCLAIMER),
        style=(STATIC / "viewer.css").read_text(encoding="utf-8"),
        modules=json.dumps({"imports": {f"adcore/{path.name}": _inline(path) for path in sorted(STATIC.glob("*.js"))}}),
        payload=base64.b64encode(payload).decode(),
    )
    return ViewerPage(text)


def _inline(path: Path) -> str:
    """A module as a data URL; its imports of neighbours go through the page's import map, since data URLs have none."""
    text = path.read_text(encoding="utf-8").replace('from "./', 'from "adcore/')
    return f"data:text/javascript;base64,{base64.b64encode(text.encode()).decode()}"
