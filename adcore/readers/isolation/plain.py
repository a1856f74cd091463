"""Plain data as JSON for the answers of a child process; decoding only constructs frozen dataclasses and enums of adcore.

A pickle can run arbitrary code in the process that loads it; this cannot.
"""

import sys
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import adcore.errors
from adcore.errors import AdcoreError

MAX_SENTENCE = 20_000
"""Largest number of characters of a refusal, which may list the series of an upload; no reader writes a longer one."""


def encode(value: object) -> Any:
    """Convert to JSON types: numbers, text, None, lists, tuples, dicts with text keys, enums and dataclasses of adcore.

    Raises:
        TypeError: the value contains something else.
    """
    if isinstance(value, Enum):
        return {"enum": _name(type(value)), "value": value.value}
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: encode(item) for key, item in value.items()}}
    if is_dataclass(value) and not isinstance(value, type):
        return {"dataclass": _name(type(value)), "fields": {f.name: encode(getattr(value, f.name)) for f in fields(value)}}
    raise TypeError(f"a child process cannot hand back {type(value).__name__}")


def decode(value: Any) -> Any:
    """Restore an encoded value; dataclasses validate themselves as usual.

    Raises:
        ValueError: it names something that is not a dataclass or enum of adcore.
    """
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(decode(item) for item in value["tuple"])
    if "dict" in value:
        return {key: decode(item) for key, item in value["dict"].items()}
    if "enum" in value:
        return _class(value["enum"], lambda found: issubclass(found, Enum))(value["value"])
    return _class(value["dataclass"], is_dataclass)(**{key: decode(item) for key, item in value["fields"].items()})


def encode_error(error: AdcoreError) -> dict[str, Any]:
    """A refusal: its class, its sentence and its attributes."""
    return {"error": type(error).__name__, "says": str(error), "attributes": encode(dict(vars(error)))}


def decode_error(message: dict[str, Any]) -> AdcoreError:
    """Restore an encoded refusal.

    Raises:
        ValueError: it is not one of adcore.errors, or its sentence is invalid.
    """
    kind = getattr(adcore.errors, message["error"])
    says = message["says"]
    if not (isinstance(kind, type) and issubclass(kind, AdcoreError)) or not isinstance(says, str) or len(says) > MAX_SENTENCE:
        raise ValueError("no refusal of adcore")
    error = kind.__new__(kind, says)  # its constructor may need other arguments than the sentence
    error.args = (says,)
    vars(error).update(decode(message["attributes"]))
    return error


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _class(name: str, wanted: Any) -> Any:
    module, _, qualname = name.partition(":")
    found = getattr(sys.modules.get(module), qualname, None) if module.startswith("adcore.") else None
    if not isinstance(found, type) or not wanted(found) or found.__module__ != module:
        raise ValueError("no dataclass or enum of adcore")
    return found
