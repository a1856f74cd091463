"""Senders come by TLS with a certificate, or not at all: with a real storescu."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from adcore.errors import ArchiveError
from adcore.pacs.inbox import Inbox
from adcore.pacs.listener import listening
from adcore.pacs.tls import tls_context
from tests.pacs.test_receive import files_of
from tests.support.orthanc import free_port

needs_dcmtk = pytest.mark.skipif(shutil.which("storescu") is None, reason="needs dcmtk: apt-get install dcmtk")


class Authority:
    """Vouches for keys: files NAME.pem and NAME.key in a folder, and its own certificate."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self._key = folder, generate_private_key(65537, 2048)
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._write(name, self._name, self._key, authority=True)

    def vouch(self, name: str) -> tuple[Path, Path]:
        """Certificate and key of a new name."""
        key = generate_private_key(65537, 2048)
        path = self.folder / f"{name}.key"
        form = serialization.PrivateFormat.TraditionalOpenSSL
        path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
        return self._write(name, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, authority=False), path

    def _write(self, name: str, subject: x509.Name, key: RSAPrivateKey, *, authority: bool) -> Path:
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(self._name, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        path = self.folder / f"{name}.pem"
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        return path


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("clinic"), "clinic")


@pytest.fixture
def inbox() -> Inbox:
    return Inbox(10, lambda: 0.0)


@pytest.fixture
def port(inbox: Inbox, clinic: Authority) -> Iterator[int]:
    """Of a service that takes images of SCANNER by TLS."""
    port = free_port()
    with listening(inbox, "ADCORE", ["SCANNER"], "127.0.0.1", port, tls_context(*clinic.vouch("adcore"), clinic.certificate)):
        yield port


def storescu(port: int, file: Path, *tls: object) -> int:
    command = ["storescu", *map(str, tls), "-to", "20", "-aet", "SCANNER", "-aec", "ADCORE", "127.0.0.1", str(port), str(file)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode


@needs_dcmtk
def test_by_tls_a_sender_with_a_certificate_of_the_authority_is_taken_and_no_other(
    port: int, inbox: Inbox, clinic: Authority, tmp_path: Path
) -> None:
    (file, *_) = files_of(tmp_path)
    certificate, key = clinic.vouch("scanner")
    trusted = ("+cf", clinic.certificate)
    other_certificate, other_key = Authority(tmp_path, "elsewhere").vouch("stranger")
    assert storescu(port, file) != 0  # without TLS
    assert storescu(port, file, "+tla", *trusted) != 0  # without a certificate
    assert storescu(port, file, "+tls", other_key, other_certificate, *trusted) != 0
    assert inbox.waiting() == 0
    assert storescu(port, file, "+tls", key, certificate, *trusted) == 0
    assert inbox.waiting() == 1


@needs_dcmtk
def test_a_silent_connection_holds_no_sender_up(port: int, inbox: Inbox, clinic: Authority, tmp_path: Path) -> None:
    certificate, key = clinic.vouch("scanner")
    began = monotonic()
    with socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)) as half:
        half.sendall(b"\x16\x03\x01")  # the beginning of a handshake
        assert storescu(port, files_of(tmp_path)[0], "+tls", key, certificate, "+cf", clinic.certificate) == 0
    assert inbox.waiting() == 1
    assert monotonic() - began < 20  # under the time for which a sender may be silent


def test_half_of_what_tls_needs_is_refused_with_the_cause(clinic: Authority, tmp_path: Path) -> None:
    certificate, key = clinic.vouch("adcore")
    _, other_key = clinic.vouch("another")
    assert tls_context(None, None, None) is None
    with pytest.raises(ArchiveError, match="all three of"):
        tls_context(certificate, key, None)
    for files in (
        (certificate, other_key, clinic.certificate),
        (certificate, key, tmp_path / "none.pem"),
        (certificate, key, key),
    ):
        with pytest.raises(ArchiveError, match=r"and can't use them: [A-Za-z_ \]\[]+"):
            tls_context(*files)
