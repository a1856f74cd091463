"""Elements of a data set as pydicom interprets them; a hostile one counts as absent."""

from collections.abc import Callable
from typing import TypeVar

from pydicom.dataset import Dataset

T = TypeVar("T")


def attempt(work: Callable[[], T]) -> T | None:
    """The result of `work`, or None if pydicom cannot interpret a hostile element.

    Its exceptions can be of any kind and contain the element's value; None keeps them out of any chain of exceptions.
    """
    try:
        return work()
    except Exception:
        return None


def text_of(data: Dataset, keyword: str) -> str:
    """The text of an element; empty where it is absent or cannot be understood."""
    value = attempt(lambda: str(data[keyword].value or "")) if keyword in data else None
    return (value or "").strip("\0 ")
