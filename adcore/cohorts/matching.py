"""Match rows of a table with scans; unmatched or unreadable ones are named, never dropped silently."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.progress import with_progress
from adcore.errors import AdcoreError, CohortError


def with_scans(table: pd.DataFrame, scanned: set[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows that have a scan, and a sentence for every row without a scan and every scan without a row.

    Raises:
        CohortError: no row has a scan.
    """
    rows = set(table["session"])
    if not rows & scanned:
        raise CohortError(
            f"Expected scans of the {len(rows)} sessions in the table, found none. Check that table and scans belong together "
            "and that the folders are as distributed."
        )
    left_out = [f"{session}: in the table, but has no scan." for session in sorted(rows - scanned)]
    left_out += [f"{session}: has a scan, but is not in the table." for session in sorted(scanned - rows)]
    return table[table["session"].isin(scanned)].reset_index(drop=True), tuple(left_out)


def read_slices_of(
    table: pd.DataFrame,
    read: Callable[[str], NDArray[np.float32]],
    t88_slices: tuple[int, ...],
    left_out: tuple[str, ...],
    description: str,
) -> Cohort:
    """The cohort of the sessions that can be read.

    Args:
        read: returns the slices of a session, (N, H, W), or raises AdcoreError.
        left_out: sentences about other sessions; those about unreadable sessions are added.
        description: label of the progress bar.
    Raises:
        CohortError: no session can be read.
    """
    stacks: dict[str, NDArray[np.float32]] = {}
    broken = []
    for session in with_progress(table["session"], description, len(table)):
        try:
            stacks[session] = read(session)
        except AdcoreError as error:
            broken.append(f"{session}: {error}")
    if not stacks:
        raise CohortError(f"None of the {len(broken)} sessions can be read. The first one is {broken[0]}")
    kept = table[table["session"].isin(set(stacks))].reset_index(drop=True)
    return Cohort(kept, np.stack([stacks[session] for session in kept["session"]]), t88_slices, (*left_out, *broken))
