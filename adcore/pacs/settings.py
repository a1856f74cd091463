"""Where the archive is and how this program signs in there: from the environment alone, never from what a user types."""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from adcore.errors import ArchiveError

PACS_VARIABLE = "ADCORE_PACS"
"""Environment variable: address of the archive's DICOMweb service."""

USER_VARIABLE, PASSWORD_VARIABLE = "ADCORE_PACS_USER", "ADCORE_PACS_PASSWORD"
"""Environment variables: what the archive knows this program by (HTTP Basic)."""

TOKEN_VARIABLE = "ADCORE_PACS_TOKEN"
"""Environment variable: a bearer token, instead of user and password."""

CERTIFICATES_VARIABLE = "ADCORE_PACS_CA"
"""Environment variable: file of the certificates that vouch for the archive, where a hospital signs its own."""

OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class ArchiveSettings:
    """An archive that answers DICOMweb.

    Attributes:
        url: its root, such as https://pacs.hospital.example/dicom-web.
        certificates: file that vouches for it; None takes the public authorities.

    Raises:
        ArchiveError: the address is none, holds a password, or secrets would travel in the clear to another machine.
    """

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    certificates: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ArchiveError(
                f"Expected an address such as https://pacs.hospital.example/dicom-web in {PACS_VARIABLE}. Correct it there."
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ArchiveError(
                f"Expected an address without user, password or query in {PACS_VARIABLE}, since addresses end up in logs. Put "
                f"them into {USER_VARIABLE} and {PASSWORD_VARIABLE}, or a token into {TOKEN_VARIABLE}."
            )
        if (self.password or self.token) and parts.scheme == "http" and parts.hostname not in OWN_MACHINE:
            raise ArchiveError(
                "Expected an address that begins with https: over http the password and the patients' images would travel "
                f"readable by all on the network. Let the archive speak TLS, and correct {PACS_VARIABLE}."
            )

    @property
    def host(self) -> str:
        """Name and port, as users may see them."""
        return urlsplit(self.url).netloc


def archive_settings() -> ArchiveSettings | None:
    """The archive of this environment; None where there is none.

    Raises:
        ArchiveError: its settings are not valid.
    """
    url = os.environ.get(PACS_VARIABLE)
    if not url:
        return None
    user, password, token, certificates = (
        os.environ.get(name) or None for name in (USER_VARIABLE, PASSWORD_VARIABLE, TOKEN_VARIABLE, CERTIFICATES_VARIABLE)
    )
    return ArchiveSettings(url.rstrip("/"), user, password, token, certificates)
