"""A sender stores a series by DICOM's own protocol, and a case appears: with a real storescu, and a stand-in for the model."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adcore.analysis import Analysis
from adcore.audit import AuditTrail, verify
from adcore.cli import app
from adcore.errors import ArchiveError
from adcore.pacs import inbox as inbox_module
from adcore.pacs.inbox import Batch, Inbox
from adcore.pacs.listener import MAX_PDU, listening
from adcore.pacs.received import TOO_LARGE, Receiver
from adcore.pipeline import inputs_key
from adcore.store import CaseStore
from adcore.store.case_store import RECEIVED
from adcore.store.encryption import new_key
from tests.support.dicom_builder import CANARY, VOXELS, as_bytes, put, series
from tests.support.fakes import fake_analyse
from tests.support.orthanc import free_port

needs_dcmtk = pytest.mark.skipif(shutil.which("storescu") is None, reason="needs dcmtk: apt-get install dcmtk")


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(clock: Clock) -> Inbox:
    return Inbox(10, clock)


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    """Of a service that takes images of SCANNER."""
    port = free_port()
    with listening(inbox, "ADCORE", ["SCANNER"], "127.0.0.1", port):
        yield port


@pytest.fixture
def store(tmp_path: Path) -> CaseStore:
    return CaseStore.open(f"sqlite:///{tmp_path}/cases.db", new_key())


@pytest.fixture
def receiver(store: CaseStore, tmp_path: Path) -> Receiver:
    return Receiver(
        store,
        analyse=lambda scan, record: fake_analyse(scan, record, None),
        key_of=lambda scan, record: inputs_key(scan, record, "0" * 12),
        trail=AuditTrail(tmp_path / "audit"),
    )


def files_of(folder: Path, **elements: object) -> list[Path]:
    slices = series(**elements)
    put(slices, PatientAge="074Y", PatientSex="F")
    paths = [folder / f"{number}.dcm" for number in range(len(slices))]
    for path, data in zip(paths, slices, strict=True):
        path.write_bytes(as_bytes(data))
    return paths


def storescu(port: int, files: list[Path], sender: str = "SCANNER", called: str = "ADCORE") -> subprocess.CompletedProcess:
    command = ["storescu", "-aet", sender, "-aec", called, "127.0.0.1", str(port), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@needs_dcmtk
def test_a_series_that_a_scanner_sends_becomes_a_case_with_its_scan(
    port: int, inbox: Inbox, clock: Clock, receiver: Receiver, store: CaseStore, tmp_path: Path
) -> None:
    sent = storescu(port, files_of(tmp_path))
    assert sent.returncode == 0, sent.stderr
    assert inbox.complete() == []  # more may come
    clock.now = 10
    (batch,) = inbox.complete()
    (line,) = receiver.work(batch)
    (case,) = store.cases(RECEIVED)
    assert line == f"{case.pseudonym}: {case.answers[0].category}; kept."
    assert (case.answers[0].record["age_years"], case.answers[0].record["sex"]) == (74, "F")
    scan = store.scan(case)
    assert scan is not None
    assert (scan.voxels == VOXELS).all()
    assert CANARY.encode() not in (tmp_path / "cases.db").read_bytes()
    assert CANARY not in (tmp_path / "audit").read_text()
    assert verify(tmp_path / "audit")[0] == 2
    assert inbox.complete() == []


@needs_dcmtk
@pytest.mark.parametrize(("sender", "called"), [("STRANGER", "ADCORE"), ("SCANNER", "OTHER")])
def test_whoever_is_not_named_or_calls_another_name_is_refused(
    port: int, inbox: Inbox, tmp_path: Path, sender: str, called: str
) -> None:
    assert storescu(port, files_of(tmp_path)[:1], sender, called).returncode != 0
    assert inbox.waiting() == 0


@needs_dcmtk
def test_what_is_no_magnetic_resonance_image_is_not_taken(port: int, inbox: Inbox, tmp_path: Path) -> None:
    (path,) = files_of(tmp_path, SOPClassUID="1.2.840.10008.5.1.4.1.1.2")[:1]  # CT
    assert storescu(port, [path]).returncode != 0
    assert inbox.waiting() == 0


@needs_dcmtk
def test_beyond_the_bound_the_sender_is_told_and_nothing_is_read_in_part(
    port: int, inbox: Inbox, clock: Clock, receiver: Receiver, store: CaseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_of(tmp_path)
    monkeypatch.setattr(inbox_module, "MAX_BATCH_BYTES", 2 * files[0].stat().st_size)
    assert storescu(port, files).returncode != 0
    clock.now = 10
    (batch,) = inbox.complete()
    assert list(receiver.work(batch)) == [TOO_LARGE]
    assert store.cases() == []


def test_a_data_unit_larger_than_offered_ends_the_connection_before_it_is_held(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
        peer.sendall(b"\x01\0" + (MAX_PDU + 1000).to_bytes(4, "big"))
        assert peer.recv(1) == b""


def test_every_series_of_a_study_becomes_a_case_and_what_is_none_is_a_sentence(receiver: Receiver, store: CaseStore) -> None:
    slices = [*series(number=1), *series(VOXELS[:, :, ::-1], number=2)]
    lines = list(receiver.work(Batch(0, [as_bytes(data) for data in slices])))
    assert len(lines) == len(store.cases(RECEIVED)) == 2
    (refused,) = receiver.work(Batch(0, [b"no image"]))
    assert refused.startswith("A series has no answer. ")


def test_an_analysis_that_fails_is_a_line_and_the_service_goes_on(receiver: Receiver, store: CaseStore, tmp_path: Path) -> None:
    def fail(*_: object) -> Analysis:
        raise RuntimeError("a defect at adcore/x.py, line 1")

    failing = replace(receiver, analyse=fail)
    (line,) = failing.work(Batch(0, [as_bytes(data) for data in series()]))
    assert line.startswith("Case ")
    assert "a defect at" in line
    assert store.cases(RECEIVED) == []
    events = [json.loads(line) for line in (tmp_path / "audit").read_text().splitlines()]
    assert [(event["event_id"]["meaning"], event["outcome"]) for event in events] == [("Import", 0), ("Patient Record", 4)]


def test_the_same_series_sent_again_is_the_same_case(receiver: Receiver, store: CaseStore) -> None:
    batch = Batch(0, [as_bytes(data) for data in series()])
    for _ in range(2):
        list(receiver.work(batch))
    (case,) = store.cases(RECEIVED)
    assert len(case.answers) == 1


def test_results_are_delivered_with_the_patient_whom_only_the_archive_needs(receiver: Receiver) -> None:
    delivered = []
    sending = Receiver(receiver.store, receiver.analyse, receiver.key_of, None, lambda _, patient: delivered.append(patient) or 9)
    (line,) = sending.work(Batch(0, [as_bytes(data) for data in series()]))
    assert line.endswith("and 9 objects are in the archive.")
    assert CANARY not in line
    assert [patient["PatientID"] for patient in delivered] == [CANARY]


def test_one_senders_batch_is_complete_while_anothers_goes_on(inbox: Inbox, clock: Clock) -> None:
    inbox.add("a", b"1")
    clock.now = 6
    inbox.add("b", b"2")
    clock.now = 10
    assert [batch.files for batch in inbox.complete()] == [[b"1"]]
    assert inbox.waiting() == 1


@pytest.mark.parametrize(("title", "senders"), [("ADCORE", []), ("", ["A"]), ("ADCORE", ["A" * 17])])
def test_a_service_for_nobody_or_under_no_valid_name_does_not_start(inbox: Inbox, title: str, senders: list[str]) -> None:
    with pytest.raises(ArchiveError, match="AE titles"), listening(inbox, title, senders, "127.0.0.1", free_port()):
        pass


def test_a_port_in_use_is_a_sentence(port: int, inbox: Inbox) -> None:
    with pytest.raises(ArchiveError, match="Expected to listen"), listening(inbox, "ADCORE", ["A"], "127.0.0.1", port):
        pass


def test_without_a_key_the_service_says_that_it_needs_one(tmp_path: Path) -> None:
    wanted = ["receive", "--store", f"sqlite:///{tmp_path}/cases.db", "--allow", "SCANNER"]
    done = CliRunner().invoke(app, wanted, env={"ADCORE_STORE_KEY": ""})
    assert done.exit_code == 1
    assert "adcore store key" in done.output
