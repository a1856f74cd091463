"""Tags and a note on the open case; all of them are saved as a table, and taken up again from one."""

import streamlit as st

from adcore.errors import AdcoreError
from adcore.evaluation.cases.case_notes import MOST_LETTERS, TAGS, CaseNote, notes_as_csv, read_notes
from app.files import FileOffer, show_file_buttons
from app.state.explorer import Explorer
from app.state.keys import CASE_NOTE_KEYS, CASE_TAGS_KEYS, NOTES_UPLOAD_KEY

FILE = "adcore-error-notes.csv"


def edit_note(cases: str, subject: str, explorer: Explorer) -> None:
    """Ask for tags and a note; they are kept at once.

    Args:
        cases: the set of cases, as the saved table names it.
    """
    place = (cases, subject)
    known = explorer.notes.get(place, CaseNote())
    tags_key, note_key = f"{CASE_TAGS_KEYS}{cases}_{subject}", f"{CASE_NOTE_KEYS}{cases}_{subject}"

    def keep() -> None:
        note = CaseNote(tuple(st.session_state[tags_key]), st.session_state[note_key].strip())
        if note == CaseNote():
            explorer.notes.pop(place, None)
        else:
            explorer.notes[place] = note
        explorer.notes_saved = False

    st.pills("Tags", TAGS, default=known.tags, selection_mode="multi", key=tags_key, on_change=keep)
    st.text_area("Note", known.note, max_chars=MOST_LETTERS, key=note_key, on_change=keep, height=80)


def show_notes(explorer: Explorer) -> None:
    """Offer all notes as a file, and read such a file."""
    with st.expander(f"Your tags and notes ({len(explorer.notes)})"):
        st.caption("Kept while this tab is open. Save them to go on another day. They may name participants: treat the file so.")
        if explorer.notes:
            if not explorer.notes_saved:
                st.html('<span data-unsaved="note" hidden></span>')  # the browser asks before it leaves

            def make() -> bytes:
                explorer.notes_saved = True
                return notes_as_csv(dict(explorer.notes))

            explorer.offers.replace([FileOffer("Tags and notes (CSV)", FILE, "text/csv", make)])
            show_file_buttons(explorer.offers, "error_notes")
        file = st.file_uploader("Go on from a saved table", type="csv", key=NOTES_UPLOAD_KEY)
        if file is None or explorer.notes_from == file.file_id:
            return
        explorer.notes_from = file.file_id
        try:
            explorer.notes = read_notes(file) | explorer.notes
        except AdcoreError as error:
            st.warning(str(error), icon=None)
            return
        st.rerun()
