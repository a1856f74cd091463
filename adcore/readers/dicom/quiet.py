"""Keeps pydicom from speaking: its warnings and log lines may repeat what stands in a header, names among it."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Within, pydicom warns and logs nothing."""
    # The logger stays silent afterwards: another thread may be reading at the same time.
    logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
