"""Which lines of the readers a corpus of inputs reaches, counted without the fuzzer."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import adcore.readers

ROOM = Path(adcore.readers.__file__).parent

Line = tuple[str, int]


def reached(target: Callable[[bytes], int], inputs: Iterable[bytes]) -> set[Line]:
    """The lines of functions of adcore/readers that run; module and number."""
    found: set[Line] = set()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(str(ROOM)):
            return None
        if event == "line":
            found.add((name, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        for data in inputs:
            try:
                target(data)
            except Exception:  # a finding, which is told elsewhere
                sys.settrace(trace)
    finally:
        sys.settrace(None)
    return found & lines()


def lines() -> set[Line]:
    """Every line of their functions that can run; the isolation has tests of its own."""
    modules = [path for path in ROOM.rglob("*.py") if "isolation" not in path.parts]
    return {(str(path), number) for path in modules for number in _inside(compile(path.read_text(), str(path), "exec"))}


def _inside(code: CodeType, in_function: bool = False) -> set[int]:
    """The numbers of lines in functions."""
    found = {number for _, _, number in code.co_lines() if number and number != code.co_firstlineno} if in_function else set()
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found |= _inside(inner, in_function or bool(inner.co_flags & 1))  # CO_OPTIMIZED: a function, not a class
    return found
