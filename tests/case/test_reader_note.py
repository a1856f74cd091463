import json

import pytest

from adcore.case.reader_note import ReaderNote
from adcore.errors import ReaderNoteError


def test_an_estimate_given_before_the_answer_cannot_be_changed_after_it() -> None:
    note = ReaderNote.first(0.3, "likely unimpaired")
    assert note.before_model
    with pytest.raises(ReaderNoteError, match="so it is locked"):
        note.revised(False, "", 0.7)
    kept = note.revised(False, "The horns are wide.", 0.3)
    assert (kept.estimate, kept.before_model, kept.agrees, kept.why) == (0.3, True, False, "The horns are wide.")
    assert kept.word == "likely unimpaired"


def test_whoever_gave_none_before_may_estimate_afterwards_and_it_is_marked_so() -> None:
    note = ReaderNote.first(None)
    assert not note.before_model
    later = note.revised(True, "", 0.6)
    assert (later.estimate, later.before_model) == (0.6, False)


def test_a_word_alone_counts_as_given_before() -> None:
    assert ReaderNote.first(None, "inconclusive").before_model


@pytest.mark.parametrize("estimate", [-0.01, 1.01, 60.0, float("nan")])
def test_an_estimate_that_is_no_probability_is_refused(estimate: float) -> None:
    with pytest.raises(ReaderNoteError, match="from 0 to 100%"):
        ReaderNote.first(estimate)


def test_a_note_survives_json() -> None:
    note = ReaderNote.afterwards(None, "Undecided.", 0.5)
    assert ReaderNote(**json.loads(json.dumps(note.to_json()))) == note
