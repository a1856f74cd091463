"""A real archive for tests: Debian's Orthanc with its DICOMweb plugin, on ports of its own, empty and in a folder of its own."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import requests

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
NEEDED = "needs a DICOM archive: apt-get install orthanc orthanc-dicomweb"
USER, PASSWORD = "adcore", "right horse"


def program() -> str | None:
    """Its path; None where it or its plugin is missing."""
    return shutil.which("Orthanc", path="/usr/sbin:/usr/bin:/usr/local/bin") if PLUGIN.exists() else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run one; the address of its DICOMweb service."""
    port, found = free_port(), program()
    assert found is not None
    settings = {
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": True,
        "RegisteredUsers": {USER: PASSWORD},
        "Plugins": [str(PLUGIN)],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([found, folder / "orthanc.json"], stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}/dicom-web"
    finally:
        process.kill()  # it keeps nothing that anyone needs, and takes seconds to close
        process.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait(port: int, process: subprocess.Popen) -> None:
    until = monotonic() + 60
    while monotonic() < until:
        assert process.poll() is None, "Orthanc ended"
        try:
            requests.get(f"http://127.0.0.1:{port}/system", timeout=1)
        except requests.ConnectionError:
            sleep(0.1)
        else:
            return
    raise AssertionError("Orthanc did not start")
