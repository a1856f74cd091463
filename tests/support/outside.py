"""Whether a process asks anything of another machine: it says so where it is started with WATCHED in PYTHONPATH."""

from pathlib import Path

WATCHED = Path(__file__).with_name("watched")
ASKS_OUTSIDE = "asks outside:"
