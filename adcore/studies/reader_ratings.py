"""The ratings that readers filled in, checked cell by cell and joined with the key."""

from pathlib import Path

import pandas as pd

from adcore.errors import CohortError
from adcore.studies.reader_sheets import KEY_FILE, RATED, RATINGS_FILE, session_folder

ALLOWED = {"likelihood": (0.0, 100.0), "mta_right": (0.0, 4.0), "mta_left": (0.0, 4.0), "seconds": (0.0, 36_000.0)}
"""Least and greatest value of each column. Ten hours a case are a slip of the pen."""


def read_ratings(out: Path) -> pd.DataFrame:
    """Every reading of a study with what its reader filled in; missing where a cell is empty.

    Returns:
        the key with RATED.
    Raises:
        CohortError: there is no study, or a file is missing or holds something else; the sentence says where.
    """
    try:
        key = pd.read_csv(out / KEY_FILE, dtype={"subject": str, "code": str})
    except (OSError, ValueError) as error:
        raise CohortError(
            f"Expected the folder of a reader study with its {KEY_FILE}, found none in {out.name}. "
            "Make one: adcore study readers export."
        ) from error
    sessions = key[["reader", "session"]].drop_duplicates().itertuples(index=False)
    ratings = pd.concat([_session(out, one.reader, one.session) for one in sessions])
    unknown = sorted(set(ratings["code"]) - set(key["code"]))
    if unknown or ratings["code"].duplicated().any():
        which = unknown[0] if unknown else ratings["code"][ratings["code"].duplicated()].iloc[0]
        raise CohortError(
            f"A row names the case {which}, which the key holds not or the ratings hold twice. Correct {RATINGS_FILE}."
        )
    return key.merge(ratings, on="code", how="left", validate="one_to_one")


def _session(out: Path, reader: int, session: int) -> pd.DataFrame:
    path = session_folder(out, reader, session) / RATINGS_FILE
    where = f"reader {reader}, session {session}"
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = pd.read_csv(path, dtype=str, sep=";" if ";" in text.partition("\n")[0] else ",", encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise CohortError(f"The {RATINGS_FILE} of {where} is missing or is not a table. Put it back.") from error
    lacking = [name for name in ("code", *RATED) if name not in table.columns]
    if lacking:
        raise CohortError(f"The {RATINGS_FILE} of {where} lacks the column {', '.join(lacking)}. Put it back.")
    for name in RATED:
        table[name] = [_number(value, name, code, where) for value, code in zip(table[name], table["code"], strict=True)]
    return table[["code", *RATED]]


def _number(value: object, name: str, code: object, where: str) -> float | None:
    """A cell's number; decimal commas and a percent sign are understood, and an empty cell is unknown."""
    if not isinstance(value, str) or not value.strip():
        return None
    low, high = ALLOWED[name]
    try:
        number = float(value.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise CohortError(f"Expected {name} from {low:g} to {high:g} for case {code} of {where}, got something else. Correct it.")
    return number
