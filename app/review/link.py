"""Deep links to the review page: the address names a demo patient's key or a scan's pseudonym, never anything else."""

from typing import TYPE_CHECKING

from adcore.errors import AdcoreError
from app.review.stored import open_stored
from app.shared.address import case_in_address, put_in_address
from app.shared.patients import choose, demo_patients
from app.state.review import Study
from app.state.session import Session
from app.store import stored_cases

if TYPE_CHECKING:
    from adcore.store import Case

NOT_FOUND = (
    "The link names a case that is not in this session, so it can't be opened. An uploaded scan exists only in the session of "
    "the user who uploaded it, until that page is closed. Upload the scan again, or choose a demo patient."
)
BUSY = "An analysis is still running, so the linked case was not opened. Wait until it has finished, then open the link again."


def follow_link(session: Session) -> None:
    """Open the case named in the address, once."""
    asked = case_in_address()
    if asked is None or asked == session.link:
        return
    session.link = asked
    if session.study is not None and asked == link_name(session.study):
        return
    kept = session.cases.named(asked)
    stored = None if asked in demo_patients() or kept else _stored(asked)
    if asked not in demo_patients() and kept is None and stored is None:
        session.notice = NOT_FOUND
    elif session.busy:
        session.notice = BUSY
    elif kept is not None:
        session.reopen(kept)
    elif stored is not None:
        open_stored(stored, session)
    else:
        choose(session, asked)


def _stored(digits: str) -> "Case | None":
    """The user's stored case whose pseudonym has these digits; none also where the store can't be read, which the page says."""
    try:
        return next((case for case in stored_cases() if case.pseudonym.removeprefix("Case ") == digits), None)
    except AdcoreError:
        return None


def write_link(session: Session) -> None:
    """Put the open case into the address; without one, clear the address."""
    session.link = None if session.study is None else link_name(session.study)
    put_in_address(session.link)


def link_name(study: Study) -> str:
    """A demo patient's key, or the digits of the scan's pseudonym."""
    return study.origin if study.origin in demo_patients() else study.scan.pseudonym.removeprefix("Case ")
