"""A share of a cohort for one of several machines, found from a scan's name alone: the machines need not know of each other."""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from adcore.errors import CohortError


@dataclass(frozen=True)
class Shard:
    """The `number`-th of `of` shares, counted from 1.

    Raises:
        CohortError: there is no such share.
    """

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of:
            raise CohortError(f"Expected a shard from 1/{self.of} to {self.of}/{self.of}, got {self.number}/{self.of}.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "3/40".

        Raises:
            CohortError: it is not of this form, or there is no such share.
        """
        found = re.fullmatch(r"(\d+)/([1-9]\d*)", text)
        if found is None:
            raise CohortError(f"Expected a shard such as 3/40, the third of forty, got '{text}'.")
        return cls(int(found[1]), int(found[2]))

    def holds(self, session: str) -> bool:
        """Whether a session belongs to this share; the same on every machine and with every other session."""
        digest = hashlib.sha256(session.encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1
