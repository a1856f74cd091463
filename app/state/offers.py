"""The files that one user may fetch: at an address that can't be guessed, for as long as the session holds the offer."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

Make = Callable[[], bytes]


@dataclass(frozen=True, eq=False)
class FileOffer:
    """One file that a page offers.

    Attributes:
        label: the text of its button.
        name: the name under which the browser saves it.
        media_type: such as "application/pdf".
        make: makes the content, on a thread of its own; called at each press.
    """

    label: str
    name: str
    media_type: str
    make: Make


@dataclass(eq=False)
class Offers:
    """The files of one answer; they can be fetched while this object exists.

    Attributes:
        token: the secret part of their address.
        files: the files last offered, by name.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    files: dict[str, FileOffer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _held[self.token] = self

    def replace(self, files: Sequence[FileOffer]) -> None:
        """Offer these files and no others."""
        self.files = {file.name: file for file in files}


_held: WeakValueDictionary[str, Offers] = WeakValueDictionary()


def find(token: str, name: str) -> FileOffer | None:
    """The file at this address, if a session still offers it."""
    offers = _held.get(token)
    return offers.files.get(name) if offers else None
