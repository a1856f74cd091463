"""Has the pages' process give freed memory back to the system.

`make run` and the container have glibc keep freed memory, up to 4 GB a heap, which takes a fifth off a scan's time. Scans are
analysed in processes of their own, though: here it would only keep, in each thread's heap, what closed tabs have held.
"""

import ctypes

MIB = 1 << 20

MALLOPT = {-1: 4 * MIB, -3: MIB}
"""M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's malloc.h: arrays of 1 MiB and more have mappings of their own."""


def give_freed_memory_back() -> None:
    """Take back what MALLOC_TRIM_THRESHOLD_ and MALLOC_MMAP_THRESHOLD_ set, in this process; another C library stays as it is."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in MALLOPT.items():
            mallopt(parameter, value)
