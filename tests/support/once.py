"""Costly values made once a test session, also when several processes share the tests."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from filelock import FileLock

Value = TypeVar("Value")


def once_a_session(factory: pytest.TempPathFactory, name: str, make: Callable[[], Value]) -> Value:
    """The value that `make` gives: the first process makes it, the others read it from the session's temporary folder.

    Args:
        name: of the value, unlike every other one's.
    """
    folder: Path = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # each worker has a folder of its own in the session's
    kept = folder / f"{name}.pickle"
    with FileLock(f"{kept}.lock"):
        if not kept.is_file():
            kept.write_bytes(pickle.dumps(make()))
        value: Value = pickle.loads(kept.read_bytes())
    return value
