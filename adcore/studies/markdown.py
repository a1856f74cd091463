"""Tables of the studies as Markdown, for the documents that cite them."""

from collections.abc import Iterable, Sequence

import pandas as pd


def markdown_lines(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Heading, rule and one line a row."""
    body = (f"| {' | '.join(map(str, row))} |" for row in rows)
    return [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns), *body]


def markdown(table: pd.DataFrame) -> str:
    """A table as Markdown."""
    return "\n".join(markdown_lines(list(table.columns), table.itertuples(index=False)))
