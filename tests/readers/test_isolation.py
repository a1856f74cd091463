"""Whatever happens to the process that reads a file, the program gets a scan or a refusal, and reads the next file."""

import hashlib
import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from adcore.case.clinical import Sex
from adcore.case.scan import Scan, SourceFormat
from adcore.case.series import SourceSeries
from adcore.case.stated import StatedPatient
from adcore.errors import AdcoreError, ReadingStoppedError, UnreadableScanError, UnsupportedScanError
from adcore.readers import isolation, read_scan
from adcore.readers.isolation import Limits, attempt, in_child
from tests.support import misbehaving
from tests.support.builders import file_bytes, orientations, reorient, tiny_volume

if sys.platform != "linux":
    pytest.skip("children have limits on Linux only", allow_module_level=True)

from adcore.readers.isolation import wire, zygote
from adcore.readers.isolation.plain import decode, decode_error, encode

VOXELS, AFFINE = tiny_volume()
GOOD = file_bytes(VOXELS, AFFINE)
SOURCE = SourceSeries("1.2", "1.3", "1.4", "1.5", ("1.6", "1.7"), (1, 1))
STATED = StatedPatient(70, Sex.MALE, "2011-06-10")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "head.nii.gz"
    path.write_bytes(GOOD)
    return path


@pytest.fixture(autouse=True)
def _the_next_file_is_read(good):
    yield
    np.testing.assert_array_equal(in_child(read_scan, good).voxels, VOXELS)


def _same(one: Scan, other: Scan) -> bool:
    np.testing.assert_array_equal(one.voxels, other.voxels)
    np.testing.assert_array_equal(one.affine, other.affine)
    assert one.voxels.flags.f_contiguous == other.voxels.flags.f_contiguous
    assert not one.voxels.flags.writeable
    rest = ("source_format", "sha256", "warnings", "sides_known", "source", "stated")
    return all(getattr(one, name) == getattr(other, name) for name in rest)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".mgh", ".mgz"])
def test_a_child_reads_what_the_program_would(suffix, tmp_path):
    path = tmp_path / f"head{suffix}"
    path.write_bytes(file_bytes(VOXELS, AFFINE, suffix) + b"\0\0")
    assert _same(in_child(read_scan, path), read_scan(path))


def test_every_order_of_voxels_in_memory_comes_back_unchanged():
    for way in orientations():
        voxels, affine = reorient(VOXELS, AFFINE, *way)
        for stored in (np.ascontiguousarray(voxels), np.asfortranarray(voxels), np.flip(voxels)):
            scan = Scan(stored, affine, SourceFormat.SYNTHETIC, "0" * 64, ("a warning",), False, SOURCE, STATED)
            message, block = wire.pack_scan(scan)
            try:
                back = wire.unpack_scan(json.loads(json.dumps(message)), block)
            finally:
                os.close(block)
            np.testing.assert_array_equal(back.voxels, scan.voxels)
            np.testing.assert_array_equal(back.affine, scan.affine)
            assert (back.warnings, back.sides_known, back.source, back.stated) == (("a warning",), False, SOURCE, STATED)


def test_a_path_from_the_folder_where_one_stands_is_found(tmp_path, monkeypatch):
    (tmp_path / "head.nii.gz").write_bytes(GOOD)
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(in_child(read_scan, Path("head.nii.gz")).voxels, VOXELS)


@pytest.mark.parametrize("size", [0, 1, 1 << 20, 40_000_000])
def test_bytes_reach_the_child_whole(size):
    data = np.random.default_rng(0).bytes(size)
    assert in_child(misbehaving.fingerprint, [("name", data)]) == hashlib.sha256(data).hexdigest()


def test_plain_data_comes_back_as_it_was_sent():
    sent = (1, 2.5, "text", None, True, ["a", ("b",)], {"key": {"inner": ()}}, SourceFormat.DICOM, Limits(5, 6.5))
    back = in_child(misbehaving.echo, *sent)
    assert back == sent
    assert [type(value) for value in back] == [type(value) for value in sent]


def test_a_refusal_keeps_its_class_its_sentence_and_its_attributes():
    refusal = attempt(misbehaving.refuse_with_attributes).error
    assert type(refusal) is UnsupportedScanError
    assert str(refusal) == "Expected one series, got two. Choose one."
    assert refusal.series == ("first", ("second", 2), {"third": [3.5, None]})


def test_an_attribute_that_is_no_plain_data_is_named_in_the_log(caplog):
    with pytest.raises(UnreadableScanError, match="broke down"):
        in_child(misbehaving.refuse_with_a_foreign_attribute)
    assert "TypeError at" in caplog.text
    assert "plain.py" in caplog.text


def test_too_much_memory_is_a_refusal():
    limits = Limits(memory_bytes=100_000_000)
    assert in_child(misbehaving.take_memory, 50_000_000, limits=limits) == 1
    with pytest.raises(UnreadableScanError, match="more memory than any scan needs"):
        in_child(misbehaving.take_memory, 150_000_000, limits=limits)


@pytest.mark.parametrize("reader", [misbehaving.work, misbehaving.sleep])
def test_too_much_time_is_a_refusal(reader):
    with pytest.raises(UnreadableScanError, match=r"within 0\.3 s"):
        in_child(reader, 60, limits=Limits(seconds=0.3))


@pytest.mark.parametrize("reader", [misbehaving.crash, misbehaving.abort])
def test_a_crash_is_a_refusal(reader):
    with pytest.raises(UnreadableScanError, match="broke down"):
        in_child(reader)


@pytest.mark.parametrize("reader", [misbehaving.leave, misbehaving.recurse, misbehaving.hand_back_a_foreign_object])
def test_another_end_than_an_answer_is_a_refusal(reader):
    with pytest.raises(UnreadableScanError, match="broke down"):
        in_child(reader)


def test_what_stands_in_a_file_reaches_neither_output_nor_log_nor_sentence(capfd, caplog):
    with pytest.raises(UnreadableScanError, match="broke down") as refusal:
        in_child(misbehaving.stumble, "Jane_Doe_1941")
    assert "RuntimeError at" in caplog.text
    assert "misbehaving.py" in caplog.text
    assert "Jane" not in "".join((*capfd.readouterr(), caplog.text, str(refusal.value)))


@pytest.mark.parametrize(
    "answer",
    [
        b"\xff" * 1000,
        b"\0\0\0\2[]",
        b"\0\0\0\2{}",
        b"\0\0\0\x0b{\"scan\": {}}",
        b"\0\0\0\2{",
        b"\0",
        b"\0\0\0\1\xff",
        b"\0\0\xea\x60" + b"[" * 60_000,
    ],
)  # fmt: skip
def test_an_answer_of_nonsense_is_a_refusal(answer):
    with pytest.raises(UnreadableScanError, match="broke down"):
        in_child(misbehaving.write_nonsense, answer)


@pytest.mark.parametrize(
    "value",
    [
        {"dataclass": "subprocess:Popen", "fields": {"args": "true"}},
        {"dataclass": "tests.support.misbehaving:NotOfAdcore", "fields": {}},
        {"dataclass": "adcore.readers.isolation.forker:Forker", "fields": {}},
        {"dataclass": "adcore.readers.isolation.forker:socket", "fields": {}},
        {"enum": "tests.support.misbehaving:Colour", "value": "red"},
        {"enum": "adcore.case.scan:SourceFormat", "value": "none such"},
    ],
)
def test_an_answer_can_name_nothing_but_plain_classes_of_adcore(value):
    with pytest.raises(ValueError):  # noqa: PT011
        decode(value)


def test_an_error_of_an_answer_is_one_of_the_tree():
    for name in ("annotations", "__name__"):
        with pytest.raises((ValueError, AttributeError)):
            decode_error({"error": name, "says": "no", "attributes": {"dict": {}}})


def test_voxels_that_can_still_change_are_not_taken():
    block = os.memfd_create("voxels", os.MFD_ALLOW_SEALING)
    try:
        os.write(block, VOXELS.tobytes())
        message = {"shape": list(VOXELS.shape), "backwards": False, "affine": AFFINE.tolist(), "source_format": "nifti"}
        rest = {"sha256": "", "warnings": [], "sides_known": True, "source": None, "stated": encode(STATED)}
        with pytest.raises(ValueError, match="can still change"):
            wire.unpack_scan(message | rest, block)
    finally:
        os.close(block)


def test_a_child_has_limits_and_leaves_no_core():
    limits = in_child(misbehaving.own_limits, limits=Limits(memory_bytes=1 << 28, seconds=7))
    assert limits["RLIMIT_AS"] < 2 << 30
    assert limits["RLIMIT_CPU"] == 8
    assert limits["RLIMIT_CORE"] == 0


@pytest.mark.slow
def test_the_forking_process_is_kept_and_started_anew_after_its_death():
    first = in_child(misbehaving.forking_process)
    assert in_child(misbehaving.forking_process) == first
    os.kill(first, signal.SIGKILL)
    assert in_child(misbehaving.forking_process) != first


def children_of(pid: int) -> list[int]:
    """The running processes whose parent this is."""
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError):
            state, parent = (place / "stat").read_text().rsplit(")", 1)[1].split()[:2] if place.name.isdecimal() else ("", "")
            if parent == str(pid) and state == "S":  # asleep, and not just ending
                found.append(int(place.name))
    return found


def attempt_killed(*signals: int):
    """The attempt of a child that gets these signals from outside while it reads."""
    forking = in_child(misbehaving.forking_process)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(attempt, misbehaving.sleep, 30)
        while not (children := children_of(forking)):
            time.sleep(0.01)
        for number in signals:
            os.kill(children[0], number)
        return reading.result()


def test_a_child_killed_from_outside_is_no_fault_of_the_file():
    error = attempt_killed(signal.SIGKILL).error
    assert type(error) is ReadingStoppedError
    assert "try once more" in str(error)
    assert in_child(misbehaving.echo, 1) == (1,)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT])
def test_a_child_that_ends_by_another_signal_is_the_fault_of_the_file(number):
    error = attempt_killed(number).error
    assert type(error) is UnreadableScanError
    assert "broke down" in str(error)


def test_a_machine_without_memory_is_no_fault_of_the_file(monkeypatch):
    def out_of_memory():
        raise MemoryError

    assert zygote._answer(out_of_memory, ()) == ({"memory": True}, None)
    monkeypatch.setattr(zygote.resource, "getrlimit", lambda _: (1 << 60, 1 << 60))  # more than any machine can give
    assert zygote._answer(out_of_memory, ()) == ({"stopped": True}, None)


def test_many_threads_read_at_once_but_only_two_children_run():
    spans, lock = [], threading.Lock()

    def read():
        span = in_child(misbehaving.span, 0.02)
        with lock:
            spans.append(span)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spans) == 8
    assert max(sum(start <= moment < end for start, end in spans) for moment, _ in spans) <= isolation.MAX_CHILDREN


def test_elsewhere_than_on_linux_the_program_reads_by_itself(good, monkeypatch, caplog):
    monkeypatch.setattr(isolation, "SUPPORTED", False)
    isolation._log_missing_isolation.cache_clear()
    assert _same(in_child(read_scan, good), read_scan(good))
    with pytest.raises(AdcoreError, match="Check its path"):
        in_child(read_scan, good.parent / "absent")
    assert caplog.text.count("no memory limit") == 1
