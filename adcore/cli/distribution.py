"""What the installed distribution says of itself: packages it needs, extras, and which of them are there."""

import re
from importlib.metadata import PackageNotFoundError, metadata, requires, version

DISTRIBUTION = "adcore"


def extras() -> list[str]:
    """The names of the extras."""
    return metadata(DISTRIBUTION).get_all("Provides-Extra") or []


def needed(extra: str | None = None) -> list[str]:
    """The packages that an extra needs, or without one, that everything needs."""
    names = []
    for requirement in requires(DISTRIBUTION) or []:
        name, marker = re.match(r"[\w.-]+", requirement), re.search(r"""extra == ["']([\w-]+)["']""", requirement)
        if name is not None and (marker.group(1) if marker else None) == extra:
            names.append(name.group())
    return names


def version_of(package: str) -> str | None:
    """The version installed; None where the package is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
