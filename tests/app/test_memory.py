"""What the pages' process does with freed memory, in a process of its own that glibc was told to keep it, as `make run` does."""

import os
import subprocess
import sys

import pytest

KEEPING = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296"}

PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from app.memory import give_freed_memory_back

def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

def work(_):
    arrays = [np.ones(3_000_000, np.uint8) for _ in range(10)]
    return len(arrays)

if sys.argv[1] == "given back":
    give_freed_memory_back()
with ThreadPoolExecutor(4) as threads:
    before = held()
    list(threads.map(work, range(8)))
    print(held() - before)
"""


def kept(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], env=os.environ | KEEPING, capture_output=True, text=True, check=True, timeout=60
    )
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc; glibc's settings")
def test_what_threads_have_freed_goes_back_to_the_system() -> None:
    assert kept("given back") < 10_000_000 < kept("as set")
