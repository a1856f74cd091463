"""The process that fuzzes: `python -m tests.readers.fuzz.run READER CORPUS [options of libFuzzer]`."""

import atexit
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["adcore", "pydicom"]):
    from tests.readers.fuzz.readers import several, target_of

from tests.readers.fuzz.hold import Holder
from tests.readers.fuzz.mutate import changed

reader, folder = sys.argv[1], Path(sys.argv[2]).parent
holder = Holder(target_of(reader, folder), folder)
atexit.register(holder.write)


def mutate(data: bytes, most: int, seed: int) -> bytes:
    return changed(data, most, seed, atheris.Mutate, several(reader))


atheris.Setup([sys.argv[0], *sys.argv[2:]], holder, custom_mutator=mutate)
atheris.Fuzz()
