"""Keeps ids out of every log line, whoever writes it: those of sessions and uploads, and the secret part of a file's address."""

import logging
import re
from collections.abc import Mapping
from typing import Any

SECRET = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/files/)[\w-]+|(?<=/media/)\w+")
"""The first is the form of RFC 9562, in which Streamlit writes the ids of sessions and uploads."""


def keep_ids_out() -> None:
    """From now on, an ellipsis stands for each id in what this process logs."""
    logging.setLogRecordFactory(_record_without_ids)


def _record_without_ids(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = logging.LogRecord(*args, **kwargs)
    record.msg = _without_ids(record.msg)
    if isinstance(record.args, Mapping):
        record.args = {name: _without_ids(value) for name, value in record.args.items()}
    elif record.args:
        record.args = tuple(_without_ids(value) for value in record.args)
    return record


def _without_ids(value: object) -> object:
    return SECRET.sub("…", value) if isinstance(value, str) else value
