"""The viewer's code in the browser, tested by Node where it is installed; Chromium drives the whole in tests/browser."""

import os
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from adcore.viewer.apart import apart
from adcore.viewer.payload import volume_payload
from tests.support.builders import as_scan, tiny_volume
from tests.viewer.test_payload import unpack

TESTS = Path(__file__).with_name("js")
LEAST_NODE = (20, 19)
"""From here on Node takes a .js file for a module by its content."""


def node_version() -> tuple[int, ...]:
    if shutil.which("node") is None:
        return (0,)
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in said.strip().lstrip("v").split("."))


@pytest.mark.parametrize("file", sorted(TESTS.glob("*.test.mjs")), ids=lambda path: path.name)
def test_the_viewer_s_modules_hold_their_promises(file: Path, tmp_path: Path) -> None:
    if node_version() < LEAST_NODE:
        pytest.skip(f"needs Node {'.'.join(map(str, LEAST_NODE))} or later: apt-get install nodejs")
    payload = volume_payload(as_scan(*tiny_volume()))
    (tmp_path / "payload").write_bytes(payload)
    for name, message in asdict(apart(payload)).items():
        (tmp_path / f"payload.{name}").write_bytes(message)
    total = int(unpack(payload)[1]["t1"].sum(dtype=int))
    done = subprocess.run(
        ["node", "--test", str(file)],
        env=os.environ | {"PAYLOAD": str(tmp_path / "payload"), "PAYLOAD_SUM": str(total)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
