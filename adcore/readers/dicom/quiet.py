"""Silence pydicom, whose warnings and log lines may contain header values such as names."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_pydicom() -> Iterator[None]:
    """Suppress warnings and logging of pydicom inside the block."""
    # The logger stays silent afterwards: another thread may be reading at the same time.
    logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
