"""Leave a child process what reading and analysing need, and refuse the rest: network, programs, other processes, writing files.

If a damaged file compromises a decoder, the child can read what the user can, but send nothing and change nothing. Two mechanisms
of Linux are used, each skipped silently if the kernel lacks it, the second also on processors that calls.py does not list:
Landlock for files (https://docs.kernel.org/userspace-api/landlock.html) and seccomp, which allows the calls of calls.py and
refuses all others (https://docs.kernel.org/userspace-api/seccomp_filter.html).
"""

import ctypes
import errno
import os
import platform
import struct

from adcore.readers.isolation.calls import ALLOWED, ARCHITECTURES, LIMITED, PROCESSORS, Limited

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2

LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446

LANDLOCK_CHANGES = sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12))
"""Writing, removing and creating files of any kind: all rights of the first version except executing and reading."""

LANDLOCK_TRUNCATE = 1 << 14
"""Available from the third version."""

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of the kernel's packet filters
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in what a filter sees of a call

ALLOW = 0x7FFF0000
DENY, ABSENT = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS

RECENT_CALLS = 424
"""First number of the calls from Linux 5.1 on. Where one is absent the C library does without, as on an older kernel: clone3
becomes clone, whose flags a filter can see. The x32 calls of x86 lie beyond them too."""

_libc = ctypes.CDLL(None)


def enter_sandbox() -> None:
    """Irrevocably give up what no reader needs; threads remain possible, for decoders."""
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _forbid_changes_to_files()
    if platform.machine() in PROCESSORS and struct.calcsize("P") == 8:
        code = filter_code(platform.machine())
        memory = ctypes.create_string_buffer(code)
        program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(memory))
        _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(program), 0, 0)


def _forbid_changes_to_files() -> None:
    for rights in (LANDLOCK_CHANGES | LANDLOCK_TRUNCATE, LANDLOCK_CHANGES):
        handled = ctypes.create_string_buffer(struct.pack("Q", rights), 8)
        ruleset = _libc.syscall(LANDLOCK_CREATE_RULESET, handled, ctypes.c_size_t(8), 0)
        if ruleset >= 0:
            _libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
            os.close(ruleset)
            return


def filter_code(processor: str) -> bytes:
    """The filter's instructions for one of PROCESSORS, 8 bytes each; a jump counts the instructions that it skips."""
    place = PROCESSORS.index(processor)
    limited = b"".join(_limited(number, one) for one in LIMITED.values() if (number := one.numbers[place]) is not None)
    allowed = [number for numbers in ALLOWED.values() if (number := numbers[place]) is not None]
    return b"".join(
        (
            _step(LOAD, ARCHITECTURE),
            _step(EQUAL, ARCHITECTURES[processor], 1),
            _step(RETURN, DENY),
            _step(LOAD, NUMBER),
            limited,
            *(_step(EQUAL, number, len(allowed) - order + 2) for order, number in enumerate(allowed)),
            _step(AT_LEAST, RECENT_CALLS, 1),
            _step(RETURN, DENY),
            _step(RETURN, ABSENT),
            _step(RETURN, ALLOW),
        )
    )


def _limited(number: int, rule: Limited) -> bytes:
    """The instructions for a call whose argument decides; any other call skips them."""
    if rule.among:
        count = len(rule.among)
        decide = [_step(EQUAL, value, count - order) for order, value in enumerate(rule.among)]
    elif rule.without:
        decide = [_step(ANY_BIT, rule.without, 0, 1)]
    else:
        decide = [_step(ANY_BIT, rule.having, 1)]
    steps = [_step(LOAD, FIRST_ARGUMENT + 8 * rule.argument), *decide, _step(RETURN, DENY), _step(RETURN, ALLOW)]
    return b"".join((_step(EQUAL, number, 0, len(steps)), *steps))


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
