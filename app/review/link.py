"""Deep links to the review page: the address names a demo patient's key or a scan's pseudonym, never anything else."""

from app.shared.address import case_in_address, put_in_address
from app.shared.patients import choose, demo_patients
from app.state.review import Study
from app.state.session import Session

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
    if asked not in demo_patients() and kept is None:
        session.notice = NOT_FOUND
    elif session.busy:
        session.notice = BUSY
    elif kept is not None:
        session.reopen(kept)
    else:
        choose(session, asked)


def write_link(session: Session) -> None:
    """Put the open case into the address; without one, clear the address."""
    session.link = None if session.study is None else link_name(session.study)
    put_in_address(session.link)


def link_name(study: Study) -> str:
    """A demo patient's key, or the digits of the scan's pseudonym."""
    return study.origin if study.origin in demo_patients() else study.scan.pseudonym.removeprefix("Case ")
