"""Tables as BIDS has them: tabs between cells, n/a for what is unknown, and a JSON file beside that describes the columns."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from adcore.atomic import write_atomically

UNKNOWN = "n/a"


def write_tsv(path: Path, table: pd.DataFrame, sidecar: Mapping[str, Any] | None = None) -> None:
    """Write a table whole or not at all, and the description of its columns.

    Args:
        sidecar: by column; None writes none.
    """
    words = {name: table[name].replace({r"[\t\r\n]+": " "}, regex=True) for name in table if table[name].dtype != "float64"}
    cells = table.assign(**words).replace({"": None})
    write_atomically(path, lambda file: cells.to_csv(file, sep="\t", index=False, na_rep=UNKNOWN, float_format="%.9g"))
    if sidecar is not None:
        write_json(path.with_suffix(".json"), sidecar)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file whole or not at all."""
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    write_atomically(path, lambda file: file.write(text.encode()))
