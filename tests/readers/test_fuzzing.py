"""The fuzzing of the readers without its fuzzer: seeds and changes of them hold to what is checked, and findings are kept."""

import random
import sys

import pytest

from tests.readers.fuzz.bundle import MAX_FILES, joined, parted
from tests.readers.fuzz.hold import Holder
from tests.readers.fuzz.mutate import changed
from tests.readers.fuzz.readers import READERS, SOUND_FILE, several, target_of
from tests.readers.fuzz.seeds import MAX_BYTES, SEEDS, dicom_series

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux tells it")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / SOUND_FILE).write_bytes(joined(dicom_series()["1.2.840.10008.1.2.1"]))
    return tmp_path


def flipped(data: bytes, most: int) -> bytes:
    """A change that stands for the fuzzer's own."""
    choose, made = random.Random(data), bytearray(data or b"0")
    made[choose.randrange(len(made))] ^= 1 << choose.randrange(8)
    return bytes(made[:most])


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_seeds_and_changes_of_them_are_read_or_refused(reader, folder):
    target, seeds = target_of(reader, folder), SEEDS[reader]()
    choose = random.Random(0)
    assert any([target(data) for data in seeds])  # some are scans
    for number in range(60):
        data = choose.choice(seeds)
        for step in range(1 + number % 3):
            data = changed(data, MAX_BYTES, number * 10 + step, flipped, several(reader))
        target(data)


@pytest.mark.parametrize("reader", READERS)
def test_a_change_is_the_same_each_time_and_no_longer_than_allowed(reader):
    data, again = SEEDS[reader]()[0], several(reader)
    made = [changed(data, MAX_BYTES, seed, flipped, again) for seed in range(30)]
    assert made == [changed(data, MAX_BYTES, seed, flipped, again) for seed in range(30)]
    assert len(set(made)) > 15
    assert max(len(changed(data, 100, seed, flipped, again)) for seed in range(30)) == 100


def test_any_bytes_are_some_files():
    files = [b"", b"a", bytes(300)]
    assert parted(joined(files)) == files
    assert parted(joined(files)[:-100]) == [b"", b"a", bytes(200)]
    assert parted(b"\xff\xff\xff\xffabc") == [b"abc"]
    assert len(parted(bytes(1000))) == MAX_FILES


@needs_linux
def test_an_input_that_shows_a_flaw_is_kept_once(tmp_path):
    def flawed(data: bytes) -> int:
        if data == b"much":
            bytearray(300 << 20)
        return len(data) // (data != b"zero")

    holder = Holder(flawed, tmp_path)
    for data in (b"fine", b"zero", b"zero", b"much", b""):
        holder(data)
    holder.write()
    kept = {path.name.partition("-")[0]: path.read_bytes() for path in (tmp_path / "findings").iterdir() if path.suffix != ".txt"}
    assert kept == {"ZeroDivisionError": b"zero", "memory": b"much"}
    assert (holder.counts["read"], holder.counts["refused"], holder.counts["found"]) == (2, 3, 3)
    assert "ZeroDivisionError" in next((tmp_path / "findings").glob("Zero*.txt")).read_text()
