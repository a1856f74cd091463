"""The table of participants who are in more than one data set, so that a split by participant holds across data sets."""

from pathlib import Path

from adcore.cohorts.tables import read_text_table
from adcore.errors import CohortError

LINKS = "shared_people_oasis1_oasis2.csv"
LINK_COLUMNS = ("oasis2_mri", "oasis1_id")


def links_of(folder: Path) -> tuple[tuple[str, str], ...]:
    """The pairs in a data set's own table LINKS; none where it has no such table.

    Raises:
        CohortError: one of the columns is missing.
    """
    return read_links(folder / LINKS) if (folder / LINKS).is_file() else ()


def read_links(path: Path) -> tuple[tuple[str, str], ...]:
    """Pairs of sessions of the same participant, from a table with the columns LINK_COLUMNS.

    Raises:
        CohortError: the table or one of the columns is missing.
    """
    table = read_text_table(path)
    missing = [name for name in LINK_COLUMNS if name not in table.columns]
    if missing:
        raise CohortError(f"Expected the columns {' and '.join(LINK_COLUMNS)} in {path.name}; missing {', '.join(missing)}.")
    first, second = (table[name].str.strip() for name in LINK_COLUMNS)
    return tuple(zip(first, second, strict=True))
