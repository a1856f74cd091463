"""One participant under several identifiers, joined through any chain of links."""

from collections.abc import Iterable


def linked_names(links: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """All identifiers of a participant, by each of them.

    Links are transitive: A = B and B = C make A, B and C one participant.

    Args:
        links: pairs of identifiers that belong to one participant.
    """
    groups: dict[str, set[str]] = {}
    for first, second in links:
        large, small = groups.get(first, {first}), groups.get(second, {second})
        if len(large) < len(small):
            large, small = small, large
        large |= small
        groups.update(dict.fromkeys(small, large))
        groups.update({first: large, second: large})
    return {name: frozenset(group) for name, group in groups.items()}


def canonical_names(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The name, alphabetically the first, that stands for each linked name."""
    return {name: min(group) for name, group in linked_names(links).items()}
