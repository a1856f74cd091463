"""The files that one browser may fetch: at an address that can't be guessed, for as long as the session holds the offer."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from app.browser import this_browser

Make = Callable[[], bytes]


@dataclass(frozen=True, eq=False)
class FileOffer:
    """One file that a page offers.

    Attributes:
        label: the text of its button.
        name: the name under which the browser saves it.
        media_type: such as "application/pdf".
        make: makes the content, on a thread of its own; called at each press.
        scan_sha256: of the case that it is about; None where it is about none, or several scans.
    """

    label: str
    name: str
    media_type: str
    make: Make
    scan_sha256: str | None = None


@dataclass(eq=False)
class Offers:
    """The files of one answer; they can be fetched while this object exists.

    Attributes:
        browser: which may fetch them.
        token: the secret part of their address.
        files: the files last offered, by name.
    """

    browser: str | None = field(default_factory=this_browser)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    files: dict[str, FileOffer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _held[self.token] = self

    def replace(self, files: Sequence[FileOffer]) -> None:
        """Offer these files and no others."""
        self.files = {file.name: file for file in files}


_held: WeakValueDictionary[str, Offers] = WeakValueDictionary()


def find(token: str, name: str, browser: str | None) -> FileOffer | None:
    """The file at this address, if a session of the browser that asks still offers it."""
    offers = _held.get(token)
    return offers.files.get(name) if offers and browser and offers.browser == browser else None
