"""The Dockerfile, checked as far as it can be without a Docker engine."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from app.user import SIGN_IN_VARIABLE
from tests.support.outside import ASKS_OUTSIDE, WATCHED

ROOT = Path(__file__).resolve().parents[2]

# A mount namespace of its own where everything is read-only but /tmp, and no capability can be had, as under
# `docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges`.
READ_ONLY = """
mount --make-rprivate / && mount --bind /tmp /tmp && mount --bind "$ROOT" "$ROOT" &&
mount -o remount,bind,ro "$ROOT" && mount -o remount,bind,ro / || exit 90
cd "$ROOT" && exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
"""


def stages() -> list[list[tuple[str, str]]]:
    """The (instruction, arguments) of each build stage, FROM first."""
    text = "\n".join(line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#"))
    found: list[list[tuple[str, str]]] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("ARG BASE="):  # what comes before the first stage belongs to none
            instruction, arguments = line.split(maxsplit=1)
            if instruction == "FROM":
                found.append([])
            found[-1].append((instruction, arguments.strip()))
    return found


def final(instruction: str) -> list[str]:
    return [arguments for name, arguments in stages()[-1] if name == instruction]


def environment() -> dict[str, str]:
    return dict(word.split("=", 1) for line in final("ENV") for word in shlex.split(line))


def test_two_stages_start_from_the_same_base_which_is_named_by_its_digest() -> None:
    assert [stage[0] for stage in stages()] == [("FROM", "${BASE} AS build"), ("FROM", "${BASE}")]
    assert re.search(r"\nARG BASE=python:3\.11-slim@sha256:[0-9a-f]{64}\nFROM ", (ROOT / "Dockerfile").read_text())


def test_whatever_is_installed_is_pinned_by_its_hash_but_another_build_of_torch() -> None:
    (installs,) = [arguments for name, arguments in stages()[0] if name == "RUN" and "--requirement" in arguments]
    steps = [step for step in installs.replace("&&", ";").split(";") if "pip install" in step]
    assert ["--require-hashes" in step for step in steps] == [False, True, True]
    assert "--index-url" in steps[0]
    assert all("--no-deps" in step for step in steps)


def test_every_copied_source_exists_and_is_let_through_by_dockerignore() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copies = [arguments.split()[:-1] for stage in stages() for name, arguments in stage if name == "COPY"]
    sources = [source.rstrip("/") for words in copies if not words[0].startswith("--from") for source in words]
    assert {"models", "assets", "app", "adcore", "pages"} <= set(sources)
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert set(sources) == allowed


def test_the_final_stage_runs_no_installer() -> None:
    assert not [line for line in final("RUN") if any(tool in line for tool in ("pip", "apt", "gcc", "make"))]


def test_the_container_does_not_run_as_root() -> None:
    user = final("USER")[-1]
    assert user not in ("root", "0")
    assert any(f"--uid {user} " in line for line in final("RUN"))


def test_the_health_check_asks_the_exposed_port() -> None:
    port = final("EXPOSE")[-1]
    assert f":{port}/_stcore/health" in final("HEALTHCHECK")[-1]
    assert f"--server.port={port}" in json.loads(final("CMD")[-1])


def test_everything_written_goes_to_tmp() -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR"):
        assert Path(environment()[name]).is_relative_to("/tmp")
    assert environment()["PYTHONDONTWRITEBYTECODE"] == "1"


@pytest.mark.slow
def test_the_dashboard_becomes_healthy_on_a_read_only_root_and_asks_no_other_machine() -> None:
    shell = ["unshare", "--mount", "sh", "-c", READ_ONLY, "sh"]
    if not shutil.which("unshare") or subprocess.run([*shell, "true"], env={**os.environ, "ROOT": str(ROOT)}).returncode:
        pytest.skip("needs the right to mount (root) to make a read-only root")
    refused = subprocess.run([*shell, "touch", str(ROOT / "written")], env={**os.environ, "ROOT": str(ROOT)}, capture_output=True)
    assert refused.returncode != 0  # the root is truly read-only

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    exposed = final("EXPOSE")[-1]
    command = [word.replace(exposed, str(port)) for word in json.loads(final("CMD")[-1])]
    health = [word.replace(exposed, str(port)) for word in json.loads(final("HEALTHCHECK")[-1].partition("CMD ")[2])]
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        variables = {name: value.replace("/tmp", home) for name, value in environment().items()}
        variables |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "ROOT": str(ROOT)}
        variables |= {"PYTHONPATH": str(WATCHED), SIGN_IN_VARIABLE: "none"}  # as the documents start it
        log = Path(home) / "log"
        with log.open("w") as output:
            server = subprocess.Popen([*shell, *command], env=variables, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 180
            while server.poll() is None and time.monotonic() < deadline:
                if subprocess.run(health, env=variables, stderr=subprocess.DEVNULL).returncode == 0:
                    break
                time.sleep(0.5)
            else:
                pytest.fail(f"never healthy:\n{log.read_text()}")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as front_page:
                assert front_page.status == 200
            assert "Traceback" not in log.read_text()
            assert ASKS_OUTSIDE not in log.read_text()
        finally:
            server.terminate()
            server.wait(10)
