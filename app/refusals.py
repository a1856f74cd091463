"""What stopped a piece of work, as a sentence for the user."""

import logging
from concurrent.futures import CancelledError, Future
from typing import TypeVar

from adcore.errors import AdcoreError, AnalysisStoppedError
from adcore.worker import CANCELLED

T = TypeVar("T")

UNFORESEEN = (
    "An unexpected error occurred, so there is no result. What you entered is kept. "
    "Try again; if the error persists, note the steps that led to it and inform whoever runs this program."
)

_log = logging.getLogger(__name__)


def as_refusal(error: BaseException) -> AdcoreError:
    """The error itself if its text is meant for the user; otherwise a neutral one, with the details in the log."""
    if isinstance(error, AdcoreError):
        return error
    if isinstance(error, CancelledError):
        return AnalysisStoppedError(CANCELLED)
    _log.error("unexpected error", exc_info=error)
    return AdcoreError(UNFORESEEN)


def outcome(future: Future[T]) -> T:
    """Wait for a future's result.

    Raises:
        AdcoreError: whatever stopped it.
    """
    try:
        return future.result()
    except (Exception, CancelledError) as error:
        raise as_refusal(error) from error
