"""Deny a child process what no reader needs: network, programs, other processes, and writing files.

If a damaged file compromises a decoder, the child can read what the user can, but send nothing and change nothing. Two mechanisms
of Linux are used, each skipped silently if the kernel lacks it or the processor is not listed here:
Landlock for files (https://docs.kernel.org/userspace-api/landlock.html) and seccomp for the rest
(https://docs.kernel.org/userspace-api/seccomp_filter.html).
"""

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

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

FOREIGN_CALLS = 0x40000000
"""First number of the x32 calls of x86, which would bypass the list."""

CLONE_THREAD = 0x10000


@dataclass(frozen=True)
class _Calls:
    """The numbers of system calls on one processor."""

    architecture: int
    clone: int
    denied: tuple[int, ...]


IO_URING_SETUP, PIDFD_SEND_SIGNAL, CLONE3 = 425, 424, 435  # the same on every processor

CALLS = {
    # socket, connect, bind, fork, vfork, execve, kill, ptrace, rt_sigqueueinfo, tkill, tgkill, process_vm_*, execveat
    "x86_64": _Calls(0xC000003E, 56, (41, 42, 49, 57, 58, 59, 62, 101, 129, 200, 234, 310, 311, 322)),
    # ptrace, kill, tkill, tgkill, rt_sigqueueinfo, socket, bind, connect, execve, process_vm_*, execveat
    "aarch64": _Calls(0xC00000B7, 220, (117, 129, 130, 131, 138, 198, 200, 203, 221, 270, 271, 281)),
}

_libc = ctypes.CDLL(None)


def enter_sandbox() -> None:
    """Irrevocably give up what no reader needs; threads remain possible, for decoders."""
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _forbid_changes_to_files()
    calls = CALLS.get(platform.machine())
    if calls is not None and struct.calcsize("P") == 8:
        code = _filter(calls)
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


def _filter(calls: _Calls) -> bytes:
    """The instructions of the filter; a jump counts the instructions that it skips."""
    denied = (*calls.denied, IO_URING_SETUP, PIDFD_SEND_SIGNAL)
    to_deny = len(denied) + 6
    return b"".join(
        (
            _step(LOAD, ARCHITECTURE),
            _step(EQUAL, calls.architecture, 0, to_deny + 1),
            _step(LOAD, NUMBER),
            _step(AT_LEAST, FOREIGN_CALLS, to_deny - 1),
            *(_step(EQUAL, number, to_deny - 2 - place) for place, number in enumerate(denied)),
            _step(EQUAL, CLONE3, 5),
            _step(EQUAL, calls.clone, 0, 2),
            _step(LOAD, FIRST_ARGUMENT),
            _step(ANY_BIT, CLONE_THREAD, 0, 1),
            _step(RETURN, ALLOW),
            _step(RETURN, DENY),
            _step(RETURN, ABSENT),  # the C library then falls back to clone
        )
    )


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
