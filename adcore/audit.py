"""An audit trail: one JSON line an event, in DICOM's terms, each chained to the one before by its hash.

Events, actions and outcomes are those of DICOM PS3.15, A.5. It holds no name, identifier or address: cases and users are in it by
their pseudonyms.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum, IntEnum
from pathlib import Path
from threading import Lock
from typing import Any

from adcore.errors import AuditError

FIRST = "0" * 64
"""What stands in the first record for the hash of the one before."""

NOT_WRITTEN = (
    "The audit trail could not be written, so nothing is shown or handed out: no answer without its record. What you entered is "
    "kept. Inform whoever runs this program; the disk may be full."
)


class AuditEvent(Enum):
    """What is recorded: code and meaning of DICOM's EventID, its EventActionCode, and code and meaning of EventTypeCode."""

    START = ("110100", "Application Activity", "E", ("110120", "Application Start"))
    STOP = ("110100", "Application Activity", "E", ("110121", "Application Stop"))
    LOGIN = ("110114", "User Authentication", "E", ("110122", "Login"))
    TOKENS = ("110113", "Security Alert", "E", ("110137", "User Security Attributes Changed"))
    IMPORT = ("110107", "Import", "C", None)
    ANALYSE = ("110110", "Patient Record", "E", None)
    QUERY = ("110112", "Query", "E", None)
    OPEN = ("110110", "Patient Record", "R", None)
    ERASE = ("110110", "Patient Record", "D", None)
    EXPORT = ("110106", "Export", "R", None)


class Outcome(IntEnum):
    """DICOM's EventOutcomeIndicator."""

    SUCCESS = 0
    MINOR_FAILURE = 4
    SERIOUS_FAILURE = 8


def user_id(name: str, key: str) -> str:
    """A user's identity: digest of the name that they sign in by, under a key, 64 hexadecimal digits."""
    return hmac.digest(key.encode(), name.encode(), "sha256").hex()


def user_pseudonym(identity: str) -> str:
    """How the trail calls a user, such as "User 5E0A-91C3"."""
    return f"User {identity[:4].upper()}-{identity[4:8].upper()}"


class AuditTrail:
    """Appends to one file; thread-safe, and safe beside other processes that append to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()

    def record(
        self, event: AuditEvent, subject: str | None = None, outcome: Outcome = Outcome.SUCCESS, user: str | None = None
    ) -> None:
        """Append one event; when this returns, it is on the disk.

        Args:
            subject: the case's pseudonym, or a file's name made of it; None where no case is concerned.
            user: the pseudonym of who did it; None where nobody signs in, or the program itself did.
        Raises:
            AuditError: it could not be written whole, and the file is as before; or its end is damaged.
        """
        try:
            with self._lock, _opened(self._path) as file:
                self._append(file, event, subject, outcome, user)
        except OSError as error:
            raise AuditError(NOT_WRITTEN) from error

    def _append(self, file: int, event: AuditEvent, subject: str | None, outcome: Outcome, user: str | None) -> None:
        size = os.fstat(file).st_size
        number, previous = _last(file, size)
        code, meaning, action, kind = event.value
        content = {
            "number": number + 1,
            "previous": previous,
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "event_id": {"code": code, "scheme": "DCM", "meaning": meaning},
            "event_type": kind and {"code": kind[0], "scheme": "DCM", "meaning": kind[1]},
            "action": action,
            "outcome": int(outcome),
            "subject": subject,
            "user": user,
        }
        line = json.dumps(content).encode() + b"\n"
        try:
            if os.write(file, line) != len(line):
                raise OSError("written in part")
            os.fsync(file)
        except OSError:
            if os.fstat(file).st_size > size:
                os.ftruncate(file, size)
            raise


def verify(path: Path) -> tuple[int, str]:
    """Check every record of a trail.

    Returns:
        the number of records, and the hash of the last. Records cut off at the end are missed by nobody but who knows these two.
    Raises:
        AuditError: names the first record that is damaged, altered, missing or out of place.
    """
    number, previous = 0, FIRST
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                content = _parsed(line)
                if content is None or content.get("number") != number or content.get("previous") != previous:
                    raise AuditError(
                        f"Record {number} does not follow from the one before: a record was altered, removed or inserted here or "
                        "just before. Keep the file, and compare it with a copy."
                    )
                previous = _hash(line)
    except OSError as error:
        raise AuditError(f"Expected an audit trail that can be read: {error.strerror}.") from error
    return number, previous


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The file, for this process alone."""
    import fcntl  # absent from Windows, which has to be able to import this module

    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _last(file: int, size: int) -> tuple[int, str]:
    """Number and hash of the last record."""
    if size == 0:
        return 0, FIRST
    tail = os.pread(file, 4096, max(0, size - 4096))  # a record has some hundred bytes
    line = tail[tail.rfind(b"\n", 0, -1) + 1 :]
    content = _parsed(line)
    if content is None or not isinstance(content.get("number"), int):
        raise AuditError(f"{NOT_WRITTEN} The last record is damaged: move the file aside, keep it, and a new one begins.")
    return content["number"], _hash(line)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
