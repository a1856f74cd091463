"""Which system calls a confined child may make: those that reading and analysing were seen to make, and their likes elsewhere.

Seen on x86_64 with glibc 2.36, after the filter was in place (strace over the corpus, real scans and analyses); the rest is what
other versions of glibc make in their stead, and what starts, names and ends a thread. Numbers are the kernel's own:
arch/x86/entry/syscalls/syscall_64.tbl, and include/uapi/asm-generic/unistd.h for aarch64.
"""

from dataclasses import dataclass

PROCESSORS = ("x86_64", "aarch64")

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""As the kernel names them to a filter (include/uapi/linux/audit.h)."""

ALLOWED: dict[str, tuple[int | None, int | None]] = {  # on each of PROCESSORS; None where it has no such call
    # memory
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "brk": (12, 214),
    "memfd_create": (319, 279),
    "ftruncate": (77, 46),
    # files: which may be opened for reading only, see LIMITED
    "read": (0, 63),
    "pread64": (17, 67),
    "readv": (19, 65),
    "lseek": (8, 62),
    "close": (3, 57),
    "dup": (32, 23),
    "fadvise64": (221, 223),
    "fstat": (5, 80),
    "stat": (4, None),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "access": (21, None),
    "faccessat": (269, 48),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getdents64": (217, 61),
    "getcwd": (79, 17),
    # the answer: into the channel and the memory that are open already
    "write": (1, 64),
    "writev": (20, 66),
    "sendmsg": (46, 211),
    "sendto": (44, 206),
    "poll": (7, None),
    "ppoll": (271, 73),
    # threads
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "set_tid_address": (218, 96),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getcpu": (309, 168),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "restart_syscall": (219, 128),
    # signals to itself
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    # time, and what the machine is
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getrusage": (98, 165),
    "getrlimit": (97, 163),
    "getrandom": (318, 278),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
}

WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000
"""open's O_WRONLY, O_RDWR, O_CREAT, O_TRUNC and O_APPEND, the same on both processors."""


@dataclass(frozen=True)
class Limited:
    """A call that is allowed with some arguments only.

    Attributes:
        numbers: on each of PROCESSORS.
        argument: which argument decides, from 0; its lower 32 bits, all that the kernel reads of these.
        among: the values it may have; empty where bits decide.
        without: bits of which none may be set.
        having: bits of which one has to be set.
    """

    numbers: tuple[int | None, int | None]
    argument: int
    among: tuple[int, ...] = ()
    without: int = 0
    having: int = 0


LIMITED: dict[str, Limited] = {
    "open": Limited((2, None), 1, without=WRITING),
    "openat": Limited((257, 56), 2, without=WRITING),
    "clone": Limited((56, 220), 0, having=0x10000),  # CLONE_THREAD
    "prlimit64": Limited((302, 261), 0, among=(0,)),  # this process: another's could be lowered
    # TCGETS and TCGETS2, by which a file is told from a terminal; FIONCLEX, FIOCLEX. Others feed a terminal or change a device.
    "ioctl": Limited((16, 29), 1, among=(0x5401, 0x802C542A, 0x5450, 0x5451)),
    # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC, F_ADD_SEALS, F_GET_SEALS. F_SETOWN has another process signalled.
    "fcntl": Limited((72, 25), 1, among=(0, 1, 2, 3, 1030, 1033, 1034)),
    "prctl": Limited((157, 167), 0, among=(15, 0x53564D41)),  # PR_SET_NAME, PR_SET_VMA: names of threads and memory
}
