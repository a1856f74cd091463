"""The case store, where whoever runs the dashboard wants one: what is answered or noted is in it before it is shown.

A case belongs to the user who opened it; where nobody signs in, to the browser. Synthetic patients are nobody's, and not kept.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from adcore.analysis import Analysis
from adcore.case.reader_note import ReaderNote
from adcore.case.scan import Scan, SourceFormat
from adcore.errors import StoreError
from app.browser import this_owner
from app.user import Role, signs_in, this_user

if TYPE_CHECKING:
    from adcore.store import Case, CaseStore

STORE_VARIABLE = "ADCORE_STORE"
"""Environment variable: the URL of the case store's database; unset, nothing outlives a session."""

STORE_KEY_VARIABLE = "ADCORE_STORE_KEY"
"""Environment variable: the key that scans are encrypted with; unset, scans are not kept."""

RECEIVED_VARIABLE = "ADCORE_RECEIVED"
"""Environment variable: the least role that finds received cases among its own, where users sign in; unset, every role does."""

MOST_LISTED = 50


def case_store() -> "CaseStore | None":
    """The store; None where there is none.

    Raises:
        StoreError: it can't be used.
    """
    url = os.environ.get(STORE_VARIABLE)
    return _open(url, os.environ.get(STORE_KEY_VARIABLE) or None) if url else None


def is_kept(scan: Scan | None = None) -> bool:
    """Whether cases are kept at all; whether this one is."""
    return bool(os.environ.get(STORE_VARIABLE)) and (scan is None or scan.source_format is not SourceFormat.SYNTHETIC)


def where_kept() -> str:
    """Where a scan and its answer are kept and for how long, as sentences for the user."""
    if not is_kept():
        return "A scan is kept only in the memory of your session, and forgotten some minutes after you close the page."
    if os.environ.get(STORE_KEY_VARIABLE):
        return "This clinic keeps scans, encrypted, with their fields, answers and notes in its case store until they are erased."
    return "A scan is kept only in the memory of your session; this clinic keeps fields, answers and notes in its case store."


def keep(
    scan: Scan, answer: tuple[str, Analysis] | None = None, note: ReaderNote | None = None, owner: str | None = None
) -> None:
    """Keep an answer with the key of its inputs, a note, or both, before they are shown.

    Args:
        owner: whose they are; None: of the user for whom the page at hand runs.
    Raises:
        StoreError: nothing of it could be kept.
    """
    store = case_store()
    if store is not None and is_kept(scan):
        store.keep(owner or _owner(), scan, answer, note)


def keep_file(owner: str | None, scan_sha256: str | None, name: str, content: bytes) -> None:
    """Keep that a file was handed out to an owner, where it is of a case that is kept.

    Raises:
        StoreError: it could not be kept.
    """
    store = case_store()
    if store is not None and owner and scan_sha256:
        store.keep_file(owner, scan_sha256, name, content)


def stored_cases() -> "Sequence[Case]":
    """This user's cases and those received that their role sees, the one last changed first, without the answers' documents.

    A received case that this user has worked on is their own from then on.

    Raises:
        StoreError: they can't be read.
    """
    store = case_store()
    if store is None:
        return []
    own = store.cases(_owner(), MOST_LISTED)
    received = store.cases(_received(), MOST_LISTED) if _sees_received() else []
    mine = {case.scan_sha256 for case in own}
    every = [*own, *(case for case in received if case.scan_sha256 not in mine)]
    return sorted(every, key=lambda case: case.changed, reverse=True)[:MOST_LISTED]


def stored_case(scan_sha256: str) -> "Case | None":
    """This user's case of a scan, or the one received if their role sees it, with the answers' documents.

    Raises:
        StoreError: it can't be read.
    """
    store = case_store()
    if store is None:
        return None
    return store.case(_owner(), scan_sha256) or (store.case(_received(), scan_sha256) if _sees_received() else None)


def erase(case: "Case") -> None:
    """Erase a case for good, also where it was received, unless that is for an administrator.

    Raises:
        StoreError: something of it is still there.
    """
    store = case_store()
    if store is not None:
        if not is_received(case):
            store.erase(case)
        received = store.case(_received(), case.scan_sha256)
        if received is not None and _erases_received():
            store.erase(received)


def received_stays(case: "Case") -> bool:
    """Whether the case as it was received outlives what this user may erase: it is nobody's, so an administrator erases it.

    Raises:
        StoreError: it can't be read.
    """
    store = case_store()
    return store is not None and not _erases_received() and store.case(_received(), case.scan_sha256) is not None


def is_received(case: "Case") -> bool:
    """Whether it was sent here, and no user has worked on it yet."""
    return case.owner == _received()


def require_received() -> None:
    """Refuse to start where no role is named that could see received cases.

    Raises:
        RuntimeError: what was expected.
    """
    named = os.environ.get(RECEIVED_VARIABLE)
    if named and named not in [role.word for role in Role]:
        roles = ", ".join(role.word for role in Role)
        raise RuntimeError(f'Expected {RECEIVED_VARIABLE} to be one of the roles {roles}, got "{named}".')


def _sees_received() -> bool:
    least = Role[(os.environ.get(RECEIVED_VARIABLE) or Role.READER.word).upper()]
    user = this_user()
    return user.role >= least if user else not signs_in()


def _erases_received() -> bool:
    user = this_user()
    return user.role is Role.ADMINISTRATOR if user else not signs_in()


def _received() -> str:
    from adcore.store.case_store import RECEIVED

    return RECEIVED


def _owner() -> str:
    owner = this_owner()
    if owner is None:
        raise StoreError("There is no browser that this case could belong to. Reload the page, and allow it cookies.")
    return owner


@lru_cache(maxsize=1)
def _open(url: str, key: str | None) -> "CaseStore":
    try:
        from adcore.store import CaseStore
    except ModuleNotFoundError as error:
        raise StoreError(f"The case store needs the package {error.name}. Install adcore[store] and try again.") from error
    return CaseStore.open(url, key)
