from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from adcore.errors import ReportError
from app.failures import UNFORESEEN
from app.state.downloads import NOT_BEGUN, Downloads


def refuse() -> bytes:
    raise ReportError("Expected maps, got none. Analyse again.")


def stumble() -> bytes:
    raise ZeroDivisionError("a secret detail")


def test_a_refusal_is_kept_as_a_sentence_that_names_the_file_and_the_browser_gets_none() -> None:
    downloads = Downloads()
    with pytest.raises(ReportError):
        downloads.make("Report", refuse)
    assert downloads.notice == "Report could not be made. Expected maps, got none. Analyse again."


def test_an_unforeseen_error_says_nothing_of_its_details() -> None:
    downloads = Downloads()
    with pytest.raises(ZeroDivisionError):
        downloads.make("Report", stumble)
    assert downloads.notice == f"Report could not be made. {UNFORESEEN}"


def test_a_file_that_is_made_takes_the_sentence_away() -> None:
    downloads = Downloads(notice="Report could not be made.")
    assert downloads.make("Report", lambda: b"made") == b"made"
    assert downloads.notice is None


def test_the_page_waits_until_the_file_is_over() -> None:
    downloads, go_on = Downloads(), Event()

    def stumble_later() -> bytes:
        go_on.wait(10)
        return stumble()

    with ThreadPoolExecutor(2) as threads:
        made = threads.submit(downloads.make, "Report", stumble_later)
        waiting = threads.submit(downloads.wait, 10)
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
        go_on.set()
        waiting.result(10)
        assert downloads.notice is not None
        assert isinstance(made.exception(10), ZeroDivisionError)


def test_a_press_that_the_browser_does_not_follow_is_told() -> None:
    downloads = Downloads()
    downloads.wait(0.01)
    assert downloads.notice == NOT_BEGUN
