"""Which rows of a table have a scan, and which scans have a row; what stands alone is named, never dropped in silence."""

import pandas as pd

from adcore.errors import CohortError


def with_scans(table: pd.DataFrame, scanned: set[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows that have a scan, and a sentence for every row without one and every scan without a row.

    Raises:
        CohortError: no row has one.
    """
    rows = set(table["session"])
    if not rows & scanned:
        raise CohortError(
            f"Expected scans of the {len(rows)} sessions in the table, found none of them. Check that table and scans belong "
            "together and lie where they were distributed."
        )
    left_out = [f"{session}: in the table, but has no scan." for session in sorted(rows - scanned)]
    left_out += [f"{session}: has a scan, but is not in the table." for session in sorted(scanned - rows)]
    return table[table["session"].isin(scanned)].reset_index(drop=True), tuple(left_out)
