"""Zip archives: members are streamed and counted; what could harm is refused before anything is inflated."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers import read_scan, read_upload, zip_stream
from tests.support.builders import file_bytes, read_scan_bytes, tiny_volume
from tests.support.dicom_builder import CANARY, VOXELS, series, upload, zipped

FILES = upload(series())
SUFFIXES = (".nii", ".nii.gz", ".mgh", ".mgz")


def read(archive: bytes):
    return read_scan_bytes(archive, "head.zip")


def patched(archive: bytes, offset: int, value: bytes, local_offset: int | None = None) -> bytes:
    """An archive whose list says something else of its first member, and its local header too where that is given."""
    changed = bytearray(archive)
    at = archive.index(b"PK\x01\x02") + offset
    changed[at : at + len(value)] = value
    if local_offset is not None:
        changed[local_offset : local_offset + len(value)] = value
    return bytes(changed)


def with_mode(name: str, mode: int) -> bytes:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, mode << 16
    archive = zipped(FILES)
    return _appended(archive, entry, b"/etc/passwd")


def _appended(archive: bytes, entry: zipfile.ZipInfo, data: bytes) -> bytes:
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.writestr(entry, data)
    return buffer.getvalue()


def many_entries(count: int) -> bytes:
    """An archive that lists so many members without holding them."""
    head = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0)
    listed = b"".join(head + b"%06d" % number for number in range(count))
    return b"PK\x03\x04" + listed + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 20, 20, len(listed), 4, 0)


def peak_of(archive: bytes, said: str, kind: type[ScanError] = ScanError) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(kind, match=said):
            read(archive)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_series_is_read_from_an_archive_with_folders_and_junk(compression):
    junk = [("x/README", b"read me"), ("__MACOSX/x/._1", b"\0\5\x16\7"), ("x/", b"")]
    archive = zipped([*junk, *((f"x/{number}", data) for number, (_, data) in enumerate(FILES))], compression)
    scan = read(archive)
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    assert not any("ignored" in warning for warning in scan.warnings)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_one_volume_in_an_archive_is_read_as_the_file_itself(suffix, tmp_path):
    data = file_bytes(*tiny_volume(), suffix)
    archive = zipped([("README", b"read me"), (f"head{suffix}", data)])
    (tmp_path / "head").write_bytes(archive)
    for scan in (read(archive), read_scan(tmp_path / "head")):
        np.testing.assert_array_equal(scan.voxels, tiny_volume()[0])
        assert scan.sha256 == read_scan_bytes(data, "head").sha256


def test_two_volumes_or_a_volume_beside_a_series_have_to_be_told_apart():
    volume = ("head.nii", file_bytes(*tiny_volume(), ".nii"))
    with pytest.raises(UnsupportedScanError, match="got 2 NIfTI or MGH files"):
        read(zipped([volume, ("other.nii.gz", file_bytes(*tiny_volume()))]))
    with pytest.raises(UnsupportedScanError, match="DICOM images and a NIfTI"):
        read(zipped([volume, *FILES]))
    with pytest.raises(UnsupportedScanError, match="a single volume has no series"):
        read_upload([("head.zip", zipped([volume]))], 1)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("inner.zip", zipped(FILES), "include a zip archive"),
        ("inner.tar", bytes(257) + b"ustar" + bytes(300), "include a tar archive"),
        ("inner", b"7z\xbc\xaf\x27\x1c" + bytes(300), "include a 7-Zip archive"),
    ],
)
def test_an_archive_inside_the_archive_is_refused_where_there_is_nothing_else_and_never_opened(name, data, said):
    with pytest.raises(UnsupportedScanError, match=said):
        read(zipped([("README", b"read me"), (name, data)]))
    scan = read(zipped([*FILES, (name, data)]))
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    (warning,) = scan.warnings
    assert said.removeprefix("include a ") in warning
    assert warning.endswith("beside the images was not opened.")


@pytest.mark.parametrize("name", ["../up", "a/../../up", "/etc/passwd", "C:\\x", "..\\up", "a\\..\\up", ".."])
def test_a_path_that_leads_out_of_the_archive_is_refused(name):
    with pytest.raises(UnsupportedScanError, match="leads out of it"):
        read(zipped([*FILES, (name, b"")]))


def test_a_symbolic_link_is_refused():
    with pytest.raises(UnsupportedScanError, match="symbolic link"):
        read(with_mode("link", 0o120777))


def test_an_encrypted_archive_is_refused():
    with pytest.raises(UnsupportedScanError, match="is encrypted"):
        read(patched(zipped(FILES), 8, b"\x01\x00", 6))


def test_another_compression_than_deflate_is_refused():
    with pytest.raises(UnsupportedScanError, match="another compression than deflate"):
        read(zipped(FILES, zipfile.ZIP_BZIP2))


@pytest.mark.parametrize("count", [20_001, 100_000])
def test_too_many_entries_are_refused_before_any_work(count):
    assert peak_of(many_entries(count), "at most 20,000 files", UnsupportedScanError) < 50e6


def test_too_many_uploaded_files_are_refused():
    with pytest.raises(UnsupportedScanError, match="at most 20,000 files"):
        read_upload([("", b"")] * 20_001)


def test_a_claim_of_more_bytes_than_deflate_can_give_is_refused():
    archive = zipped(FILES)
    with pytest.raises(UnreadableScanError, match="claims more bytes than it can hold"):
        read(patched(archive, 24, struct.pack("<I", 0xFFFFFFF0)))


@pytest.mark.parametrize("change", [-1, -500, 1, 500])
def test_a_forged_size_is_refused(change):
    archive = zipped(FILES)
    size = struct.pack("<I", len(FILES[0][1]) + change)
    with pytest.raises(ScanError, match="contradicts its own sizes"):
        read(patched(archive, 24, size, 22))


def test_a_wrong_checksum_is_refused():
    archive = zipped(FILES, zipfile.ZIP_STORED)
    pixel = archive.index(FILES[2][1]) + len(FILES[2][1]) - 3
    with pytest.raises(UnreadableScanError, match="is damaged, cut short"):
        read(archive[:pixel] + bytes([archive[pixel] ^ 1]) + archive[pixel + 1 :])


def test_overlapping_members_are_refused():
    archive = bytearray(zipped(FILES))
    second = archive.index(b"PK\x01\x02", archive.index(b"PK\x01\x02") + 4)
    archive[second + 42 : second + 46] = bytes(4)  # both begin at the same place
    with pytest.raises(UnreadableScanError, match="overlap"):
        read(bytes(archive))


@pytest.mark.parametrize("cut", [10, 100, 1000, 4000])
def test_an_archive_without_its_end_is_refused(cut):
    with pytest.raises(UnreadableScanError, match="complete zip archive"):
        read(zipped(FILES)[:-cut])


def test_an_archive_without_images_is_refused():
    for archive in (zipped([]), zipped([("letter.txt", b"Dear colleague")])):
        with pytest.raises(UnsupportedScanError, match="Expected a T1 series, but none"):
            read(archive)


def test_what_is_no_image_is_not_inflated():
    archive = zipped([("zeros", bytes(64 << 20))])
    assert peak_of(archive, "none of the 1 file") < 2e6


def test_an_image_with_a_bomb_behind_it_is_refused_at_no_cost():
    name, data = FILES[0]
    archive = zipped([(name, data + bytes(64 << 20)), *FILES[1:]])
    assert peak_of(archive, "has more bytes than") < 5e6


def test_what_inflates_is_counted(monkeypatch):
    monkeypatch.setattr(zip_stream, "MAX_INFLATED", 10_000)
    with pytest.raises(UnsupportedScanError, match="inflates to more than"):
        read(zipped(FILES))
    total = sum(len(data) for _, data in FILES)
    monkeypatch.setattr(zip_stream, "MAX_INFLATED", total + 1)  # enough for the claims, not for reading twice
    with pytest.raises(UnsupportedScanError, match="inflates to more than"):
        read(zipped(FILES))


def test_no_refusal_repeats_the_name_of_a_member():
    archives = [patched(zipped(FILES), 46, b"XX"), zipped([(f"../{CANARY}", b"")]), zipped(FILES)[:-30]]
    for archive in archives:
        with pytest.raises(ScanError) as caught:
            read(archive)
        assert "CANARY" not in repr(caught.value)
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None
