"""Which T1 scans of a BIDS folder are used: by participant, by session, and by the entities in a scan's file name."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from adcore.errors import CohortError

T1W = "t1w"
"""The entry of a filter file that is about the scans read here; those about other images are left alone."""

ENTITIES = {
    "subject": "sub",
    "session": "ses",
    "acquisition": "acq",
    "ceagent": "ce",
    "reconstruction": "rec",
    "run": "run",
    "echo": "echo",
    "part": "part",
    "chunk": "chunk",
    "inversion": "inv",
    "space": "space",
}
"""Entities by the names of PyBIDS, which filter files use, and their keys in file names."""

FIXED = {"datatype": "anat", "suffix": "T1w"}
"""What a filter may repeat, but not change."""

ANY = "*"
"""Any value, but there has to be one; null is none at all. Both as in filter files of fMRIPrep."""


SHOWN = 5
"""Labels that a refusal lists."""


@dataclass(frozen=True)
class BidsSelection:
    """What has to hold of a scan.

    Attributes:
        participants, sessions: names with sub- and ses-; empty for all.
        entities: by key in the file name, the values of which one has to stand there, ANY, or None for an absent key.
    """

    participants: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()
    entities: Mapping[str, tuple[str | None, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, participants: list[str], sessions: list[str], filters: Path | None) -> Self:
        """From labels, with or without their prefix, and a filter file.

        Raises:
            CohortError: the file is missing, or asks for something that no file name could tell.
        """
        return cls(
            frozenset(f"sub-{label.removeprefix('sub-')}" for label in participants),
            frozenset(f"ses-{label.removeprefix('ses-')}" for label in sessions),
            MappingProxyType({} if filters is None else _filters(filters)),
        )

    def asks_for(self, person: str, session: str) -> bool:
        """Whether a visit is wanted at all, by the names of its folders; "" is no session."""
        return (not self.participants or person in self.participants) and (not self.sessions or session in self.sessions)

    def takes(self, scan: Path) -> bool:
        """Whether a scan of a wanted visit is used, by the entities in its file name."""
        found = entities_of(scan)
        return all(any(_fits(found.get(key), value) for value in wanted) for key, wanted in self.entities.items())

    def check_labels(self, visits: Collection[tuple[str, str]]) -> None:
        """Refuse a label that no visit with a scan has.

        Raises:
            CohortError: there is one.
        """
        for asked, place in ((self.participants, 0), (self.sessions, 1)):
            there = {visit[place] for visit in visits if visit[place]}
            missing = sorted(asked - there)
            if missing:
                more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
                listed = ", ".join(sorted(there)[:SHOWN]) or "none"
                raise CohortError(f"No T1 scan of {missing[0]} was found. There are: {listed}{more}.")


def entities_of(scan: Path) -> dict[str, str]:
    """The entities of a file name, by their keys: {"sub": "01", "ses": "M00", "run": "1"}."""
    parts = (part.partition("-") for part in scan.name.partition(".")[0].split("_"))
    return {key: label for key, dash, label in parts if dash}


def _fits(label: str | None, wanted: str | None) -> bool:
    if wanted == ANY or label is None or wanted is None:
        return (label is not None) if wanted == ANY else label is wanted
    return label == wanted or (label.isdigit() and wanted.isdigit() and int(label) == int(wanted))


def _filters(path: Path) -> dict[str, tuple[str | None, ...]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CohortError(f"Expected a filter file {path}, but it cannot be opened. Check the path.") from error
    except ValueError as error:
        raise CohortError(f"{path.name} is not JSON: {error}. Correct it and try again.") from error
    asked = content.get(T1W, {}) if isinstance(content, dict) else None
    if not isinstance(asked, dict):
        raise CohortError(f'Expected {path.name} to hold {{"{T1W}": {{ENTITY: VALUE}}}}.')
    return {ENTITIES[name]: _values(path, name, value) for name, value in asked.items() if not _repeats(path, name, value)}


def _repeats(path: Path, name: str, value: Any) -> bool:
    """Whether an entry says what holds anyway."""
    if name in FIXED and value == FIXED[name]:
        return True
    if name in FIXED:
        raise CohortError(f"{path.name} asks for the {name} {value}, but only {FIXED[name]} is read. Remove it.")
    if name not in ENTITIES:
        known = ", ".join((*ENTITIES, *FIXED))
        raise CohortError(f"{path.name} filters by {name}, which is not known here. Known are {known}.")
    return False


def _values(path: Path, name: str, value: Any) -> tuple[str | None, ...]:
    """One value or a list of them, each text, a whole number or null."""
    values = value if isinstance(value, list) else [value]
    if not values or not all(each is None or (isinstance(each, str | int) and not isinstance(each, bool)) for each in values):
        raise CohortError(f"{path.name}: {name} takes text, a whole number, null, or a list of them, got {json.dumps(value)}.")
    return tuple(None if each is None else re.sub(f"^{ENTITIES[name]}-", "", str(each)) for each in values)
