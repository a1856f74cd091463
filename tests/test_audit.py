import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adcore.audit import AuditEvent, AuditTrail, Outcome, user_id, user_pseudonym, verify
from adcore.cli import app
from adcore.errors import AuditError


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """A trail of five records, by two programs one after the other."""
    path = tmp_path / "audit.jsonl"
    for _ in range(2):
        AuditTrail(path).record(AuditEvent.START)
        AuditTrail(path).record(AuditEvent.ANALYSE, "Case 1A2B-3C4D", Outcome.MINOR_FAILURE)
    AuditTrail(path).record(AuditEvent.EXPORT, "adcore-1a2b3c4d.pdf")
    return path


def test_records_are_in_dicoms_terms_and_follow_from_each_other(trail: Path) -> None:
    records, last = verify(trail)
    assert records == 5
    lines = [json.loads(line) for line in trail.read_text().splitlines()]
    assert lines[0]["event_id"] == {"code": "110100", "scheme": "DCM", "meaning": "Application Activity"}
    assert lines[0]["event_type"]["meaning"] == "Application Start"
    assert (lines[1]["action"], lines[1]["outcome"], lines[1]["subject"]) == ("E", 4, "Case 1A2B-3C4D")
    assert verify(trail) == (records, last)
    AuditTrail(trail).record(AuditEvent.STOP)
    assert json.loads(trail.read_text().splitlines()[-1])["previous"] == last


def without_third(lines: list[bytes]) -> list[bytes]:
    return lines[:2] + lines[3:]


def with_another_outcome(lines: list[bytes]) -> list[bytes]:
    return [*lines[:1], lines[1].replace(b'"outcome": 4', b'"outcome": 0'), *lines[2:]]


def with_one_twice(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[2], *lines[3:]]


def with_noise(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"\xff\n", *lines[3:]]


@pytest.mark.parametrize(
    ("change", "record"), [(without_third, 3), (with_another_outcome, 3), (with_one_twice, 4), (with_noise, 3)]
)
def test_whatever_is_altered_is_found(change: object, record: int, trail: Path) -> None:
    trail.write_bytes(b"".join(change(trail.read_bytes().splitlines(keepends=True))))  # type: ignore[operator]
    with pytest.raises(AuditError, match=f"Record {record} "):
        verify(trail)
    assert CliRunner().invoke(app, ["audit", "verify", str(trail)]).exit_code == 1


def test_the_command_tells_what_shows_that_the_end_was_cut_off(trail: Path) -> None:
    whole = CliRunner().invoke(app, ["audit", "verify", str(trail)])
    assert whole.exit_code == 0
    assert whole.output.startswith("5 records")
    trail.write_bytes(b"".join(trail.read_bytes().splitlines(keepends=True)[:-1]))
    cut = CliRunner().invoke(app, ["audit", "verify", str(trail)])
    assert cut.output.startswith("4 records")
    assert cut.output != whole.output


@pytest.mark.parametrize("written", [0, 20])
def test_a_full_disk_is_a_refusal_and_leaves_the_trail_whole(written: int, trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = trail.read_bytes(), os.write

    def full(file: int, data: bytes) -> int:
        real(file, data[:written])
        if written == 0:
            raise OSError(28, "No space left on device")
        return written

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(AuditError, match="no answer without its record"):
            AuditTrail(trail).record(AuditEvent.EXPORT)
    assert trail.read_bytes() == before
    AuditTrail(trail).record(AuditEvent.EXPORT)
    assert verify(trail)[0] == 6


def test_a_damaged_end_is_not_written_over(trail: Path) -> None:
    trail.write_bytes(trail.read_bytes()[:-5])
    with pytest.raises(AuditError, match="move the file aside"):
        AuditTrail(trail).record(AuditEvent.START)


def test_a_users_pseudonym_follows_from_name_and_key(trail: Path) -> None:
    told = CliRunner().invoke(app, ["audit", "user", "meier", "--key", "k" * 32])
    assert told.output.strip() == user_pseudonym(user_id("meier", "k" * 32))
    assert len({user_id(name, key) for name in ("meier", "Meier") for key in ("k" * 32, "l" * 32)}) == 4


def test_only_its_owner_reads_a_trail(trail: Path) -> None:
    assert trail.stat().st_mode & 0o777 == 0o600
