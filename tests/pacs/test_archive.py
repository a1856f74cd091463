"""Against a real archive: what is found, fetched and stored is what it holds, of the right patient."""

import io
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pydicom import dcmread
from typer.testing import CliRunner

from adcore.analysis import Analysis
from adcore.cli import app
from adcore.errors import ArchiveError
from adcore.pacs import ArchiveSettings
from adcore.pacs import archive as archive_module
from adcore.pacs.archive import Archive
from adcore.readers import read_upload, read_upload_patient
from adcore.readers.isolation import in_child
from adcore.report import Identity, dicom_objects
from adcore.report.dicom.pages import encapsulated_report
from tests.pacs.conftest import PATIENT, SERIES, STUDY, opened
from tests.support import orthanc
from tests.support.dicom_builder import VOXELS, as_bytes, series
from tests.support.fakes import TYPICAL, fake_analysis

PDF = b"%PDF-1.7"


Files = dict[str, bytes]


@pytest.fixture(scope="module")
def fetched(address: str) -> list[tuple[str, bytes]]:
    return opened(address).fetch(STUDY, SERIES)


@pytest.fixture(scope="module")
def analysis(fetched: list[tuple[str, bytes]]) -> Analysis:
    return fake_analysis(read_upload(fetched), TYPICAL)


@pytest.fixture(scope="module")
def of_patient(analysis: Analysis, fetched: list[tuple[str, bytes]]) -> Files:
    return dicom_objects(analysis, PDF, Identity.of_source(in_child(read_upload_patient, fetched)))


def test_one_patients_studies_and_their_series_are_found(archive: Archive) -> None:
    (study,) = archive.studies(PATIENT)
    assert (study.uid, str(study)) == (STUDY, "2011-06-10 · Brain")
    (one,) = archive.series(study.uid)
    assert (one.uid, one.modality) == (SERIES, "MR")
    assert archive.studies("nobody") == []
    assert {study.uid for study in archive.studies(accession_number="A1")} == {STUDY, f"{STUDY}.2"}
    assert [study.uid for study in archive.studies("another", "A1")] == [f"{STUDY}.2"]


@pytest.mark.parametrize("asked", ["", "  ", "*", "12?", "a\\b"])
def test_nobody_browses_the_archive_by_wildcards(asked: str) -> None:
    with pytest.raises(ArchiveError, match="exact and without"):
        Archive(ArchiveSettings("http://127.0.0.1:9")).studies(asked)


def test_a_fetched_series_is_read_in_the_bounded_child_as_it_was_stored(fetched: list[tuple[str, bytes]]) -> None:
    scan = in_child(read_upload, fetched)
    assert (scan.voxels == VOXELS).all()
    assert scan.source is not None
    assert (scan.source.study_uid, scan.source.series_uid) == (STUDY, SERIES)


@pytest.mark.slow
def test_results_lie_in_the_study_of_their_patient_and_sending_again_changes_nothing(archive: Archive, of_patient: Files) -> None:
    again = {"report_pdf.dcm": of_patient["report_pdf.dcm"]}
    assert (archive.send(of_patient), archive.send(again)) == (len(of_patient), 1)
    assert [study.uid for study in archive.studies(PATIENT)] == [STUDY]
    with archive._client() as client:
        held = {item["0020000E"]["Value"][0]: item["00080060"]["Value"][0] for item in client.search_for_series(STUDY)}
    sent = {
        str(data.SeriesInstanceUID): data.Modality for data in (dcmread(io.BytesIO(content)) for content in of_patient.values())
    }
    assert held == sent | {SERIES: "MR"}
    assert {"DOC", "OT", "SR"} <= set(held.values())
    assert [one.uid for one in archive.series(STUDY)] == [SERIES]  # what was sent isn't offered as a scan


def test_objects_of_a_pseudonym_are_not_sent_into_a_patients_study(archive: Archive, analysis: Analysis) -> None:
    document = encapsulated_report(analysis, PDF, STUDY, Identity.pseudonym(analysis.prepared.scan))
    with pytest.raises(ArchiveError, match="another patient than their study"):
        archive.send({"report_pdf.dcm": as_bytes(document)})


def test_objects_of_a_study_that_is_not_there_are_sent_only_on_purpose(archive: Archive) -> None:
    files = {"x.dcm": as_bytes(series(StudyInstanceUID="1.2.3")[0])}
    with pytest.raises(ArchiveError, match="not in this archive"):
        archive.send(files)
    assert archive.send(files, new_study=True) == len(files)


def test_objects_of_two_studies_are_not_sent_at_once(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="several studies"):
        archive.send({"a": as_bytes(series()[0]), "b": as_bytes(series(StudyInstanceUID="1.2")[0])})


def test_a_series_beyond_the_bound_is_not_held(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_SERIES_BYTES", 1000)
    with pytest.raises(ArchiveError, match="more than 0 MB"):
        archive.fetch(STUDY, SERIES)


def test_a_series_that_is_not_there_and_an_identifier_that_is_none_are_sentences(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="404"):
        archive.fetch(STUDY, f"{SERIES}.9")
    with pytest.raises(ArchiveError, match="digits and dots"):
        archive.fetch("../../system", SERIES)


def test_the_connection_is_tested_and_a_wrong_password_is_told_as_such(archive: Archive, address: str) -> None:
    assert archive.check() == f"The archive at {archive.settings.host} answers, and lets this program search."
    with pytest.raises(ArchiveError, match=r"refuses this program \(401\)"):
        Archive(ArchiveSettings(address, orthanc.USER, "wrong")).check()
    with pytest.raises(ArchiveError, match="404"):
        Archive(ArchiveSettings(f"{address}x", orthanc.USER, orthanc.PASSWORD)).check()
    with pytest.raises(ArchiveError, match="no connection"):
        Archive(ArchiveSettings(f"http://127.0.0.1:{orthanc.free_port()}")).check()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("pacs", "an address such as"),
        ("ftp://pacs/x", "an address such as"),
        ("http://me:secret@localhost/x", "without user"),
        ("http://pacs.example/x", "begins with https"),
    ],
)
def test_an_address_that_would_leak_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ArchiveError, match=sentence) as refused:
        ArchiveSettings(url, "me", "right")
    assert "secret" not in str(refused.value)
    assert "right" not in repr(ArchiveSettings("https://pacs.example", "me", "right"))


Answering = Callable[[int, dict[str, str], bytes], Archive]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Makes an archive that gives one answer to everything."""
    servers = []

    def start(status: int, headers: dict[str, str], body: bytes) -> Archive:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return Archive(ArchiveSettings(f"http://127.0.0.1:{server.server_port}/dicom-web"))

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_no_redirection_to_another_address_is_followed(answering: Answering) -> None:
    elsewhere = answering(200, {"Content-Type": "application/json"}, b"[]")
    archive = answering(307, {"Location": elsewhere.settings.url}, b"")
    for ask in (archive.check, lambda: archive.fetch(STUDY, SERIES)):
        with pytest.raises(ArchiveError, match="not followed"):
            ask()


def test_an_archive_that_ignores_what_is_asked_for_shows_nobody_else(answering: Answering) -> None:
    others = b'[{"0020000D": {"vr": "UI", "Value": ["1.2"]}, "00100020": {"vr": "LO", "Value": ["another"]}}]'
    assert answering(200, {"Content-Type": "application/dicom+json"}, others).studies(PATIENT) == []


@pytest.mark.parametrize("body", [b"<html>", b'{"a": 1', b"3"])
def test_an_answer_of_another_form_is_a_sentence(answering: Answering, body: bytes) -> None:
    archive = answering(200, {"Content-Type": "application/dicom+json"}, body)
    with pytest.raises(ArchiveError, match="DICOMweb's form"):
        archive.studies(PATIENT)


def test_entries_of_another_form_are_left_out(answering: Answering) -> None:
    body = b'[null, 3, {"0020000D": 3}, {"0020000D": {"Value": ["../x"]}}, {"0020000D": {"Value": []}}]'
    assert answering(200, {"Content-Type": "application/dicom+json"}, body).studies(PATIENT) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<html>"),
        ("multipart/related; boundary=b", b"--b\r\nContent-Type: application/dicom\r\n\r\ncut"),
        ("multipart/related; boundary=b", b"--b\r\nContent-Type: text/html\r\n\r\nx\r\n--b--"),
        ("multipart/related", b""),
    ],
)
def test_what_is_no_series_is_not_handed_on(answering: Answering, kind: str, body: bytes) -> None:
    with pytest.raises(ArchiveError):
        answering(200, {"Content-Type": kind}, body).fetch(STUDY, SERIES)


def test_the_command_line_finds_fetches_and_sends(
    archive: Archive, of_patient: Files, fetched: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    known = {"ADCORE_PACS": archive.settings.url, "ADCORE_PACS_USER": orthanc.USER, "ADCORE_PACS_PASSWORD": orthanc.PASSWORD}
    trail = {"ADCORE_AUDIT": str(tmp_path / "audit")}

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["pacs", *arguments], env=known | trail)
        assert done.exit_code == 0, done.output
        return done.output

    assert "answers" in run("test")
    assert f"  {SERIES}  t1 ZZCANARY^NAME · MR" in run("find", "--patient-id", PATIENT)
    run("fetch", STUDY, SERIES, "--out", str(tmp_path / "in"))
    assert sorted(path.read_bytes() for path in (tmp_path / "in").iterdir()) == sorted(content for _, content in fetched)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report_pdf.dcm").write_bytes(of_patient["report_pdf.dcm"])
    assert "has all" in run("send", str(tmp_path / "out"))
    refused = CliRunner().invoke(app, ["pacs", "fetch", STUDY, SERIES, "--out", str(tmp_path / "in")], env=known)
    assert refused.exit_code == 1
    assert "holds files" in refused.output
    events = [line.split('"meaning": "')[1].split('"')[0] for line in (tmp_path / "audit").read_text().splitlines()]
    assert events == ["Query", "Import", "Export"]


def test_without_an_archive_the_command_says_where_to_name_one() -> None:
    done = CliRunner().invoke(app, ["pacs", "test"], env={"ADCORE_PACS": ""})
    assert done.exit_code == 1
    assert "Set ADCORE_PACS" in done.output
