"""Pieces of HTML: escaped text, tables, tiles, charts, and the page that holds them."""

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from adcore import words
from adcore.model.card_schema import MetricInterval
from adcore.words import DISCLAIMER

CONFIG = {"displayModeBar": False, "responsive": True}


def page(title: str, body: str) -> str:
    """A whole page with style, script and plotly inside it."""
    assets = files("adcore") / "assets" / "report"
    return Template((assets / "page.html").read_text()).substitute(
        title=escape(title),
        style=(assets / "page.css").read_text(),
        script=(assets / "page.js").read_text(),
        plotly=get_plotlyjs(),
        disclaimer=escape(DISCLAIMER),
        body=body,
    )


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text."""
    return f'<p class="{kind}">{escape(text)}</p>'


def warning(loud: str, text: str) -> str:
    """A framed paragraph that can't be missed."""
    return f'<p class="loud" role="note"><strong>{escape(loud)}</strong> {escape(text)}</p>'


def tiles(values: dict[str, str]) -> str:
    """Large figures with small names."""
    cells = "".join(
        f'<div class="tile"><b>{escape(value)}</b><span>{escape(name)}</span></div>' for name, value in values.items()
    )
    return f'<div class="tiles">{cells}</div>'


def chart(title: str, note: str, figure: go.Figure) -> str:
    """One chart with its title and what it shows."""
    plot = figure.to_html(full_html=False, include_plotlyjs=False, config=CONFIG, default_width="100%")
    return f'<figure class="chart" style="margin:0"><h4>{escape(title)}</h4><p>{escape(note)}</p>{plot}</figure>'


def charts(parts: Sequence[str]) -> str:
    """Charts beside one another, as many as fit."""
    return f'<div class="charts">{"".join(parts)}</div>'


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], sortable: bool = False) -> str:
    """A table of plain text; a sortable one scrolls by itself."""
    heads = "".join(
        f'<th scope="col">{f"<button>{escape(name)}</button>" if sortable else escape(name)}</th>' for name in headings
    )
    body = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows)
    content = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll{" tall" if sortable else ""}">{content}</div>'


def details(summary: str, body: str, opened: bool = False) -> str:
    """A part that opens when its summary is pressed."""
    return f"<details{' open' if opened else ''}><summary>{escape(summary)}</summary>{body}</details>"


def interval(found: MetricInterval | None) -> str:
    """'0.82 (0.75 to 0.88)', or a dash."""
    return "–" if found is None else words.interval(found.value, found.low, found.high)


def _cell(value: str) -> str:
    kind = ' class="nowrap"' if len(value) < 44 else ' class="long"'
    return f"<td{kind}>{escape(value)}</td>"
