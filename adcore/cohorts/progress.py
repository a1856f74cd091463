"""Progress of long work on many scans: a bar on a terminal, elsewhere a line now and then."""

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

from tqdm import tqdm

EVERY_SECONDS = 30.0
"""Least time between two lines, in a log or a file."""

T = TypeVar("T")


def with_progress(items: Iterable[T], name: str, total: int, done: int = 0) -> Iterator[T]:
    """The items, one after another, while standard error tells how many are done.

    Args:
        name: "checking", "preparing".
        total: how many there are.
        done: of them before, in a run that was interrupted; `items` are the others.
    """
    if sys.stderr.isatty():
        yield from tqdm(items, desc=name, initial=done, total=total)
        return
    begun, told = monotonic(), -float("inf")
    for count, item in enumerate(items):
        now = monotonic()
        if now - told >= EVERY_SECONDS:
            left = _left((now - begun) / count * (total - done - count)) if count else ""
            _tell(f"{name}: {done + count} of {total} done{left}")
            told = now
        yield item
    _tell(f"{name}: {total} of {total} done")


def _left(seconds: float) -> str:
    return f", about {seconds / 60:.0f} min left" if seconds >= 60 else ""


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
