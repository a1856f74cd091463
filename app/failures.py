"""What the user reads when something fails: the sentence of a refusal, or a neutral one; never a traceback."""

import logging

from adcore.errors import AdcoreError

UNFORESEEN = (
    "The program met an error it did not foresee, so there is no result. What you entered is kept. "
    "Try again; if it happens every time, note what you did and tell whoever runs the program."
)

_log = logging.getLogger(__name__)


def as_refusal(error: Exception) -> AdcoreError:
    """The error itself if it speaks to the user; otherwise a neutral one, and the details go to the log."""
    if isinstance(error, AdcoreError):
        return error
    _log.error("an error that was not foreseen", exc_info=error)
    return AdcoreError(UNFORESEEN)
