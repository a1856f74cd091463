"""The installed distributions that requirements call for."""

from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement


def needed(required: Iterable[str]) -> Iterator[str]:
    """The names of those that these, and theirs in turn, call for."""
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(text).name, extra) for text in required for extra in ("", *Requirement(text).extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            theirs = [Requirement(text) for text in distribution(name).requires or []]
        except PackageNotFoundError:  # another system's or build's, torch's CUDA for one
            continue
        waiting += [(one.name, more) for one in theirs if applies(one, extra) for more in ("", *one.extras)]
        yield name


def applies(requirement: Requirement, extra: str) -> bool:
    """Whether a requirement holds here, with an extra or with none ("")."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})
