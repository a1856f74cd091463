"""What a child process may ask of the kernel: the filter's rules on each processor, and calls that a hostile file might try."""

import ctypes
import errno
import os
import platform
import re
import struct
import sys
from pathlib import Path

import pytest

from adcore.errors import UnreadableScanError
from adcore.readers.isolation import attempt, in_child
from tests.support import misbehaving

if sys.platform != "linux":
    pytest.skip("children have limits on Linux only", allow_module_level=True)

from adcore.readers.isolation import sandbox, zygote
from adcore.readers.isolation.calls import ALLOWED, ARCHITECTURES, LIMITED, PROCESSORS
from adcore.readers.isolation.sandbox import ABSENT, ALLOW, DENY

LANDLOCK_VERSION = ctypes.CDLL(None).syscall(sandbox.LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
FILTERED = platform.machine() in PROCESSORS
SANDBOX = LANDLOCK_VERSION >= 3 and FILTERED

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
"""Of the package linux-libc-dev, which has both on every Debian machine."""

HARMFUL = {  # numbers on each of PROCESSORS
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kill": (62, 129),
    "tgkill": (234, 131),
    "unlinkat": (263, 35),
    "renameat2": (316, 276),
    "fchmodat": (268, 53),
    "mknodat": (259, 33),
    "truncate": (76, 45),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "shmget": (29, 194),
    "setuid": (105, 146),
    "personality": (135, 92),
}

RECENT = {"io_uring_setup": 425, "pidfd_send_signal": 424, "clone3": 435, "openat2": 437, "pidfd_getfd": 438}
"""The same on both processors."""


def decision(processor: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter answers to a call: its instructions, run as the kernel does."""
    code = sandbox.filter_code(processor)
    steps = list(struct.iter_unpack("HBBI", code))
    call = struct.pack("II8x6Q", number, architecture or ARCHITECTURES[processor], *(arguments + (0,) * 6)[:6])
    place = accumulator = 0
    while True:
        kind, if_true, if_false, value = steps[place]
        place += 1
        if kind == sandbox.LOAD:
            (accumulator,) = struct.unpack_from("I", call, value)
        elif kind == sandbox.RETURN:
            return value
        else:
            true = {
                sandbox.EQUAL: accumulator == value,
                sandbox.AT_LEAST: accumulator >= value,
                sandbox.ANY_BIT: bool(accumulator & value),
            }[kind]
            place += if_true if true else if_false


@pytest.mark.parametrize("processor", PROCESSORS)
def test_the_filter_allows_what_is_listed_and_refuses_the_rest(processor: str) -> None:
    place = PROCESSORS.index(processor)
    allowed = {numbers[place] for numbers in ALLOWED.values()} - {None}
    limited = {rule.numbers[place] for rule in LIMITED.values()}
    for number in range(600):
        expected = ALLOW if number in allowed else ABSENT if number >= sandbox.RECENT_CALLS else DENY
        assert number in limited or decision(processor, number) == expected, number
        assert decision(processor, number, architecture=0x40000003) == DENY  # the calls of a 32-bit program
    for numbers in HARMFUL.values():
        assert numbers[place] is None or decision(processor, numbers[place]) == DENY
    for number in (*RECENT.values(), 0x40000000 + 41):
        assert decision(processor, number) == ABSENT


@pytest.mark.parametrize("processor", PROCESSORS)
def test_arguments_decide_where_a_call_is_both_needed_and_harmful(processor: str) -> None:
    def says(name: str, value: int) -> int | None:
        rule = LIMITED[name]
        number = rule.numbers[PROCESSORS.index(processor)]
        return None if number is None else decision(processor, number, *[0] * rule.argument, value)

    for name in ("open", "openat"):
        for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NONBLOCK):
            assert says(name, flags) in (ALLOW, None)
        for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_TMPFILE | os.O_RDWR):
            assert says(name, flags | os.O_CLOEXEC) in (DENY, None)
    assert says("clone", 0x3D0F00) == ALLOW  # a thread, as glibc starts it
    assert says("clone", 0x1200011) == DENY  # a process
    assert [says("prlimit64", pid) for pid in (0, 1, 0xFFFFFFFF)] == [ALLOW, DENY, DENY]
    assert [says("ioctl", command) for command in (0x5401, 0x5412, 0x541C)] == [ALLOW, DENY, DENY]  # TIOCSTI, TIOCLINUX
    assert [says("fcntl", command) for command in (1033, 8, 10, 15)] == [ALLOW, DENY, DENY, DENY]  # F_SETOWN, _SETSIG, _SETOWN_EX
    assert [says("prctl", option) for option in (15, 22, 4)] == [ALLOW, DENY, DENY]


@pytest.mark.parametrize("processor", PROCESSORS)
def test_numbers_are_the_kernels(processor: str) -> None:
    if not HEADERS[processor].exists():
        pytest.skip("the kernel's headers are not installed: linux-libc-dev")
    text, place = HEADERS[processor].read_text(), PROCESSORS.index(processor)
    kernels = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    kernels |= {"newfstatat": kernels["fstatat"]} if processor == "aarch64" else {}
    listed = ALLOWED | HARMFUL | {name: rule.numbers for name, rule in LIMITED.items()}
    assert {name: numbers[place] for name, numbers in listed.items()} == {name: kernels.get(name) for name in listed}


@pytest.mark.skipif(not SANDBOX, reason="this kernel or processor lacks one of the sandbox's mechanisms")
def test_a_child_can_read_files_but_change_and_reach_nothing(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    ways = in_child(misbehaving.break_out, str(tmp_path))
    assert {way for way, ending in ways.items() if ending == "worked"} == {"reading", "thread"}
    assert {way: ending for way, ending in ways.items() if ending not in ("worked", "EPERM")} == {"io_uring": "ENOSYS"}
    assert (tmp_path / "old").read_text() == "old"


@pytest.mark.skipif(not FILTERED, reason="this processor has no filter")
def test_a_refused_call_is_said_to_be_the_cause(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnreadableScanError, match="asked the system for something that no reader needs"):
        in_child(misbehaving.ask_for_the_network)
    assert "refused a call of a reading child: 'PermissionError at" in caplog.text
    denied = OSError(errno.EACCES, "a file that may not be read")
    assert "broke" in zygote._answer(misbehaving.raise_it, (denied,))[0]
    assert attempt(misbehaving.echo, 1).value == (1,)
