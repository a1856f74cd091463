"""What a user's search of the archive found: forgotten with the session, and with the next search."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adcore.pacs.entries import SeriesEntry, StudyEntry


@dataclass(frozen=True, eq=False)
class Found:
    """One patient's studies, each with its series."""

    studies: "tuple[tuple[StudyEntry, tuple[SeriesEntry, ...]], ...]" = field(default=(), repr=False)
