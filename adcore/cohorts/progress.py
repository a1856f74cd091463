"""Progress of long work on many scans: a bar on a terminal, elsewhere a line now and then."""

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

from tqdm import tqdm

EVERY_SECONDS = 30.0
"""Least time between two lines, in a log or a file."""

T = TypeVar("T")


def with_progress(items: Iterable[T], name: str, total: int) -> Iterator[T]:
    """The items, one after another, while standard error tells how many are done.

    Args:
        name: "checking", "preparing".
        total: how many there are.
    """
    if sys.stderr.isatty():
        yield from tqdm(items, desc=name, total=total)
        return
    begun, told = monotonic(), -float("inf")
    for done, item in enumerate(items):
        now = monotonic()
        if now - told >= EVERY_SECONDS:
            _tell(f"{name}: {done} of {total} done{_left((now - begun) / done * (total - done)) if done else ''}")
            told = now
        yield item
    _tell(f"{name}: {total} of {total} done")


def _left(seconds: float) -> str:
    return f", about {seconds / 60:.0f} min left" if seconds >= 60 else ""


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
