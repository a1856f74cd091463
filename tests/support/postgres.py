"""A PostgreSQL server for a test session: in a temporary folder, reached by a socket there, run by an unprivileged user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEEDED = "needs PostgreSQL's server: apt-get install postgresql"


def programs() -> Path | None:
    """The folder of its programs, which Debian keeps out of PATH; None where there is no server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    other = shutil.which("initdb")
    return found[-1].parent if found else Path(other).parent if other else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start one; yields the URL of its empty database.

    Args:
        folder: of its programs.
    """
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name  # it refuses to be run by root
    with tempfile.TemporaryDirectory(prefix="postgres-", dir="/tmp") as home:
        shutil.chown(home, user)
        data = f"{home}/data"
        made = [folder / "initdb", "--pgdata", data, "--username", "adcore", "--auth", "trust", "--no-sync", "--encoding", "UTF8"]
        _run(made, user)
        options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
        control = [folder / "pg_ctl", "--pgdata", data, "--wait", "--log", f"{home}/log"]
        _run([*control, "--options", options, "start"], user)
        try:
            yield f"postgresql://adcore@/postgres?host={home}"
        finally:
            _run([*control, "--mode", "immediate", "stop"], user)


def _run(command: list[object], user: str) -> None:
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(list(map(str, command)), cwd="/tmp", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **as_user)
    assert done.returncode == 0, done.stderr.decode()
