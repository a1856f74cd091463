"""What is kept of one stored case, in words, with its file and the way to erase it."""

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from adcore.case.clinical import ClinicalRecord
from adcore.errors import AdcoreError
from adcore.predict import Category
from adcore.report.wording import HEADLINES, REFUSED
from adcore.words import points_interval
from app.audit import AuditEvent, record
from app.browser import this_owner
from app.files import FileOffer, show_file_buttons
from app.shared.fields import summary
from app.state.keys import ERASE_KEY, ERASE_SURE_KEY
from app.state.session import Session
from app.store import erase, is_received, received_stays

if TYPE_CHECKING:
    from adcore.store import Answer, Case

RECEIVED_STAYS = "The case as it was received stays for all who see received cases, until an administrator erases it."

NO_SCAN = "Its scan is not kept. Upload the scan again to see it with the maps: its fields and your note come back by themselves."


def age_and_sex(case: "Case") -> str:
    """'75 years, female', as last answered about."""
    kept = ClinicalRecord(**case.answers[-1].record)
    years = "age unknown" if kept.age_years is None else f"{kept.age_years:g} years"
    return f"{years}, {kept.sex.word if kept.sex else 'sex unknown'}"


def show_stored_case(case: "Case", session: Session) -> None:
    """Show all that is kept of a case, which was read with its answers' documents."""
    with st.container(border=True):
        _details(case, session)


def _details(case: "Case", session: Session) -> None:
    for answer in reversed(case.answers):
        st.markdown(_answer_in_words(answer))
    if case.notes:
        st.markdown("**Notes**\n\n" + "\n".join(f"- {_note_in_words(note.content)}" for note in reversed(case.notes)))
    if case.files:
        st.markdown("**Files handed out**\n\n" + "\n".join(f"- {file.name}, {when(file.written)}" for file in case.files))
    if not case.scan_kept:
        st.caption(NO_SCAN)
    name = f"adcore-{case.scan_sha256[:8]}-kept.json"
    session.stored_offers.replace(
        [FileOffer("All that is kept (JSON)", name, "application/json", partial(_as_json, case), case.scan_sha256)]
    )
    show_file_buttons(session.stored_offers, key="stored_files")
    if received_stays(case):
        st.caption(RECEIVED_STAYS)
        if is_received(case):
            return
    sure = st.checkbox("Erase this case for good, with all that is kept of it", key=f"{ERASE_SURE_KEY}{case.id}")
    if st.button("Erase", key=ERASE_KEY, disabled=not sure):
        _erase(case, session)


def _erase(case: "Case", session: Session) -> None:
    try:
        record(AuditEvent.ERASE, case.pseudonym)
        erase(case)
        if case.owner == this_owner() or is_received(case):
            session.forget(case.scan_sha256)
    except AdcoreError as error:
        st.warning(str(error), icon=None)
    else:
        st.rerun()


def _as_json(case: "Case") -> bytes:
    from adcore.store.export import case_json

    return json.dumps(case_json(case), indent=1).encode()


def _answer_in_words(answer: "Answer") -> str:
    """The answer as its headline, what it was made from, and why."""
    fused = answer.document["fused"]
    said = HEADLINES[Category(answer.category)] if answer.category else REFUSED
    number = f" · {points_interval(fused['probability'], fused['low'], fused['high'])} probability of impairment" if fused else ""
    reasons = " ".join(reason["sentence"] for reason in answer.document["reasons"])
    made = f"{answer.model_name}, adcore {answer.adcore_version}, {when(answer.answered)}"
    fields = summary(ClinicalRecord(**answer.record))
    return "  \n".join(line for line in (f"**{said}**{number}", reasons, f"{fields}", f":small[{made}]") if line)


def _note_in_words(note: dict[str, Any]) -> str:
    agrees = {True: "I agree", False: "I disagree", None: "Undecided"}[note["agrees"]]
    estimate = [] if note["estimate"] is None else [f"estimate {100 * note['estimate']:.0f}%"]
    blinded = ["before the answer"] if note["before_model"] else []
    return ", ".join([agrees, *estimate, *blinded, when(note["created"])]) + (f": {note['why']}" if note["why"] else "")


def when(time: str) -> str:
    """'2026-11-30 14:05 UTC' of a time in ISO 8601."""
    return f"{time[:16].replace('T', ' ')} UTC"
