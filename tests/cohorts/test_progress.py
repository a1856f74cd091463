"""Long work tells how far it is, whether or not someone sits at a terminal."""

import sys

from adcore.cohorts import progress
from adcore.cohorts.progress import with_progress


def test_a_log_gets_the_first_and_the_last_line_and_few_between(capsys):
    assert list(with_progress("abc", "checking", 3)) == ["a", "b", "c"]
    assert capsys.readouterr().err.splitlines() == ["checking: 0 of 3 done", "checking: 3 of 3 done"]


def test_a_line_is_due_after_some_time(capsys, monkeypatch):
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.0)
    list(with_progress("abc", "checking", 3))
    assert [line.split()[1] for line in capsys.readouterr().err.splitlines()] == ["0", "1", "2", "3"]


def test_a_line_tells_how_long_the_rest_will_take(capsys, monkeypatch):
    times = iter(range(0, 1000, 120))
    monkeypatch.setattr(progress, "monotonic", lambda: float(next(times)))
    list(with_progress("abcd", "checking", 4))
    assert "checking: 2 of 4 done, about 6 min left" in capsys.readouterr().err.splitlines()


def test_a_terminal_gets_a_bar(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(with_progress("abc", "checking", 3)) == ["a", "b", "c"]
    assert "3/3" in capsys.readouterr().err


def test_work_that_stops_is_not_called_done(capsys):
    steps = with_progress("abc", "checking", 3)
    next(steps)
    steps.close()
    assert "3 of 3" not in capsys.readouterr().err


def test_work_that_goes_on_counts_what_was_done_before(capsys):
    assert list(with_progress("bc", "training", 3, done=1)) == ["b", "c"]
    assert capsys.readouterr().err.splitlines() == ["training: 1 of 3 done", "training: 3 of 3 done"]
