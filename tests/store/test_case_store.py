import os
import signal
import stat
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, select, text

from adcore.analysis import Analysis
from adcore.case.reader_note import ReaderNote
from adcore.case.scan import Scan
from adcore.errors import StoreError
from adcore.store import CaseStore, case_store
from adcore.store.database import connect, upgrade
from adcore.store.encryption import new_key
from adcore.store.tables import Base, StoredScan
from tests.support import postgres

KEY = new_key()
SEEDED = "a word that only this note holds"
NOTES = [ReaderNote.first(0.4, "inconclusive"), ReaderNote.first(0.4, "inconclusive").revised(False, SEEDED, 0.4)]


def engine_of(store: CaseStore) -> Engine:
    return store._engine


def test_what_was_kept_is_found_again_by_its_owner_alone(url: str, scan: Scan, analysis: Analysis) -> None:
    store = CaseStore.open(url)
    store.keep("me", scan, note=NOTES[0])
    store.keep("me", scan, ("first", analysis))
    newer = replace(analysis, provenance=replace(analysis.provenance, weights_sha256="1" * 12))
    for answer in (("second", newer), ("first", analysis)):  # the same inputs again are the same answer
        store.keep("me", scan, answer, NOTES[1])
        time.sleep(0.002)  # answers are told apart by milliseconds
    store.keep_file("me", scan.sha256, "adcore-1.pdf", b"%PDF")
    store.keep_file("me", "0" * 64, "of no case.pdf", b"%PDF")
    store.keep("another", scan, ("first", analysis))

    (case,) = CaseStore.open(url).cases("me")
    assert (case.scan_sha256, case.pseudonym) == (scan.sha256, scan.pseudonym)
    assert [(answer.key, answer.weights_sha256) for answer in case.answers] == [("second", "1" * 12), ("first", "0" * 12)]
    assert [note.content for note in case.notes] == [note.to_json() for note in NOTES]
    assert [(file.name, file.size) for file in case.files] == [("adcore-1.pdf", 4)]
    whole = store.case("me", scan.sha256)
    assert whole is not None
    assert whole.answers[1].document == analysis.to_json()
    assert store.case("a stranger", scan.sha256) is None
    assert {case.owner for case in store.cases()} == {"me", "another"}


def test_the_case_last_changed_comes_first(url: str, scan: Scan, analysis: Analysis) -> None:
    store = CaseStore.open(url)
    scans = [replace(scan, sha256=digit * 64) for digit in "12"]
    for one in (*scans, scans[0]):
        store.keep("me", one, note=NOTES[0])
    assert [case.scan_sha256[0] for case in store.cases("me")] == ["1", "2"]
    assert len(store.cases("me", limit=1)) == 1


def test_a_scan_is_kept_under_a_key_only_and_encrypted(url: str, scan: Scan, analysis: Analysis) -> None:
    fortran = replace(scan, voxels=np.asfortranarray(scan.voxels))
    without = CaseStore.open(url)
    without.keep("me", fortran, ("key", analysis))
    assert without.scan(without.cases("me")[0]) is None
    store = CaseStore.open(url, KEY)
    assert store.scan(store.cases("me")[0]) is None
    store.keep("me", fortran, ("key", analysis))
    (case,) = store.cases("me")
    found = store.scan(case)
    assert found is not None
    np.testing.assert_array_equal(found.voxels, scan.voxels)
    np.testing.assert_array_equal(found.affine, scan.affine)
    assert (found.sha256, found.stated, found.voxels.strides) == (scan.sha256, scan.stated, fortran.voxels.strides)
    with engine_of(store).connect() as connection:
        content = connection.scalar(select(StoredScan.content))
    assert scan.sha256.encode() not in content
    assert without.scan(case) is None
    with pytest.raises(StoreError, match="under another key"):
        CaseStore.open(url, new_key()).scan(case)
    case.scan_sha256 = "0" * 64  # moved to another case
    with pytest.raises(StoreError, match="or altered"):
        store.scan(case)


def test_scans_are_stored_under_another_key_all_or_none(url: str, scan: Scan) -> None:
    first, second = replace(scan, sha256="1" * 64), replace(scan, sha256="2" * 64)
    later = new_key()
    CaseStore.open(url, KEY).keep("me", first, note=NOTES[0])
    CaseStore.open(url, later).keep("me", second, note=NOTES[0])
    with pytest.raises(StoreError, match="under another key"):
        CaseStore.open(url, KEY).change_key(later)
    old = CaseStore.open(url, KEY)
    cases = {case.scan_sha256: case for case in old.cases("me")}
    assert old.scan(cases[first.sha256]) is not None  # as before
    old.erase(cases[second.sha256])
    assert old.change_key(later) == 1
    found = CaseStore.open(url, later).scan(cases[first.sha256])
    assert found is not None
    np.testing.assert_array_equal(found.voxels, scan.voxels)
    with pytest.raises(StoreError, match="Expected the key"):
        CaseStore.open(url).change_key(later)


def test_what_is_erased_leaves_nothing(url: str, scan: Scan, analysis: Analysis) -> None:
    store = CaseStore.open(url, KEY)
    store.keep("me", scan, ("key", analysis), NOTES[1])
    store.keep_file("me", scan.sha256, "adcore-1.pdf", b"%PDF")
    file = Path(url.removeprefix("sqlite:///"))
    if file.is_file():
        assert SEEDED.encode() in file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    store.erase(store.cases("me")[0])
    with engine_of(store).connect() as connection:
        assert [connection.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables] == [0] * 5
    if file.is_file():
        assert SEEDED.encode() not in file.read_bytes()
        assert list(file.parent.iterdir()) == [file]


def test_a_program_that_is_killed_loses_nothing_that_was_kept(tmp_path: Path, scan: Scan, analysis: Analysis) -> None:
    url = f"sqlite:///{tmp_path}/cases.db"
    child = os.fork()
    if child == 0:
        try:
            CaseStore.open(url, KEY).keep("me", scan, ("key", analysis), NOTES[1])
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    store = CaseStore.open(url, KEY)
    (case,) = store.cases("me")
    assert [answer.key for answer in case.answers] == ["key"]
    assert case.notes[0].content["why"] == SEEDED
    assert store.scan(case) is not None


def test_a_backup_made_while_the_store_is_open_is_a_whole_store(url: str, tmp_path: Path, scan: Scan, analysis: Analysis) -> None:
    store = CaseStore.open(url, KEY)
    store.keep("me", scan, ("key", analysis), NOTES[1])
    engine = engine_of(store)
    if url.startswith("sqlite"):
        restored = f"sqlite:///{tmp_path}/backup.db"
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (f"{tmp_path}/backup.db",))
    else:
        restored = url.replace("/postgres?", "/restored?")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CREATE DATABASE restored"))
        folder = postgres.programs()
        dump = subprocess.run([folder / "pg_dump", "--dbname", url], check=True, capture_output=True).stdout
        subprocess.run([folder / "psql", "--quiet", "--dbname", restored], input=dump, check=True, stdout=subprocess.DEVNULL)
    again = CaseStore.open(restored, KEY)
    (case,) = again.cases("me")
    assert (len(case.answers), case.notes[0].content["why"]) == (1, SEEDED)
    assert again.scan(case) is not None


def test_two_tabs_of_one_owner_make_one_case(url: str, scan: Scan, analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    store = CaseStore.open(url)
    store.keep("me", scan, note=NOTES[0])
    find, asked = case_store._find, []

    def find_too_early(*of: object) -> object:
        asked.append(of)
        return None if len(asked) == 1 else find(*of)

    monkeypatch.setattr(case_store, "_find", find_too_early)
    store.keep("me", scan, ("key", analysis))
    (case,) = store.cases("me")
    assert (len(case.answers), len(case.notes)) == (1, 1)


def test_the_migrations_make_the_tables_that_the_code_knows(url: str) -> None:
    with engine_of(CaseStore.open(url)).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(url: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE files (of_another_program INTEGER)"))
    with pytest.raises(StoreError, match="is as before"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["files"]


def test_a_store_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/cases.db"
    store = CaseStore.open(url)
    with monkeypatch.context() as patched:
        patched.setattr(ScriptDirectory, "get_current_head", lambda _: "0002")
        with pytest.raises(StoreError, match=r"older version.*adcore store upgrade"):
            CaseStore.open(url)
    with engine_of(store).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        CaseStore.open(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("cases.db", "as a URL"),
        ("sqlite://", "in SQLite's file or in PostgreSQL"),
        ("mysql://host/cases", "in SQLite's file or in PostgreSQL"),
        ("sqlite:////no/such/folder/cases.db", "Make its folder"),
        ("postgresql://adcore@/adcore?host=/no/such/folder", "the database may be down"),
    ],
)
def test_a_store_that_can_not_be_opened_is_a_sentence(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        CaseStore.open(url)


@pytest.mark.parametrize("key", ["short", "c2hvcnQ=", "no base64!"])
def test_what_is_no_key_is_refused(key: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="adcore store key"):
        CaseStore.open(f"sqlite:///{tmp_path}/cases.db", key)


def test_what_can_not_be_kept_is_a_sentence_and_leaves_nothing(tmp_path: Path, scan: Scan, analysis: Analysis) -> None:
    store = CaseStore.open(f"sqlite:///{tmp_path}/cases.db")
    with engine_of(store).begin() as connection:
        connection.execute(text("DROP TABLE notes"))
    with pytest.raises(StoreError, match="nothing is shown"):
        store.keep("me", scan, ("key", analysis), NOTES[0])
    with connect(f"sqlite:///{tmp_path}/cases.db").connect() as connection:
        assert connection.scalar(text("SELECT COUNT(*) FROM answers")) == 0
