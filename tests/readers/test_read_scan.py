"""Whatever the format and name of a file, the same head is read; what is no scan is refused with a sentence."""

import gzip
import hashlib
import tracemalloc

import nibabel as nib
import numpy as np
import pytest

from adcore.case.scan import SourceFormat
from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers import read_scan
from tests.support.builders import file_bytes, orientations, read_scan_bytes, reorient, tiny_volume, with_header

SUFFIXES = (".nii", ".nii.gz", ".mgh", ".mgz")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_the_voxels_and_affine_that_were_written(suffix):
    voxels, affine = tiny_volume()
    data = file_bytes(voxels, affine, suffix)
    scan = read_scan_bytes(data, f"head{suffix}")
    np.testing.assert_array_equal(scan.voxels, voxels)
    np.testing.assert_allclose(scan.affine, affine, atol=1e-5)
    assert scan.source_format is (SourceFormat.MGH if "mg" in suffix else SourceFormat.NIFTI)
    assert scan.sha256 == hashlib.sha256(data).hexdigest()
    assert (scan.warnings, scan.sides_known) == ((), True)


@pytest.mark.parametrize("shape", [(1024, 3, 2), (2, 640, 3)])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_axis_of_up_to_1024_is_read(suffix, shape):
    voxels, affine = tiny_volume(shape)
    np.testing.assert_array_equal(read_scan_bytes(file_bytes(voxels, affine, suffix), f"head{suffix}").voxels, voxels)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_reads_as_its_bytes_do(suffix, tmp_path):
    path = tmp_path / f"head{suffix}"
    path.write_bytes(file_bytes(*tiny_volume(), suffix))
    from_path, from_bytes = read_scan(path), read_scan_bytes(path.read_bytes(), path.name)
    np.testing.assert_array_equal(from_path.voxels, from_bytes.voxels)
    assert from_path.sha256 == from_bytes.sha256
    np.testing.assert_array_equal(read_scan(str(path)).voxels, from_path.voxels)


@pytest.mark.parametrize("suffix", [".nii.gz", ".mgz"])
def test_every_voxel_order_of_a_file_keeps_each_voxel_where_it_is_in_the_patient(suffix):
    voxels, affine = tiny_volume()
    place = affine @ [1, 2, 3, 1]
    for way in orientations():
        scan = read_scan_bytes(file_bytes(*reorient(voxels, affine, *way), suffix), "head")
        index = np.linalg.solve(scan.affine, place)[:3].round().astype(int)
        assert scan.voxels[tuple(index)] == voxels[1, 2, 3]


@pytest.mark.parametrize("name", ["", "head", "head.nii", "head.nii.gz", "head.mgz", "head.jpg", "/x/../head"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_content_decides_and_not_the_name(suffix, name):
    voxels, affine = tiny_volume()
    np.testing.assert_array_equal(read_scan_bytes(file_bytes(voxels, affine, suffix), name).voxels, voxels)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04" + bytes(600), "zip"),
        (bytes(128) + b"DICM" + bytes(600), "DICOM"),
    ],
)
def test_what_is_no_scan_is_called_what_it_is(data, said):
    with pytest.raises(ScanError, match=said):
        read_scan_bytes(data, "head.nii.gz")


def test_a_refusal_never_repeats_the_name_of_the_file():
    with pytest.raises(UnsupportedScanError) as refusal:
        read_scan_bytes(b"patient letter", "Jane_Doe_1941.doc")
    assert "Jane" not in str(refusal.value)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(UnreadableScanError, match="Check its path"):
        read_scan(tmp_path / "absent.nii")
    with pytest.raises(UnsupportedScanError, match="none of the 0 files"):
        read_scan(tmp_path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_claiming_the_largest_volume_costs_no_memory(suffix):
    packed = suffix.endswith("z")
    lie = _claim_512_cubed(file_bytes(*tiny_volume(), ".mgh" if "mg" in suffix else ".nii"))
    if packed:
        lie = gzip.compress(lie, compresslevel=0)
    tracemalloc.start()
    with pytest.raises(UnreadableScanError, match="can hold" if packed else "ends before"):
        read_scan_bytes(lie, "head")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def _claim_512_cubed(data: bytes) -> bytes:
    if data.startswith(b"\0\0\0\1"):  # MGH
        return data[:4] + np.array([512, 512, 512, 1], ">i4").tobytes() + data[20:]
    return with_header(data, dim=[3, 512, 512, 512, 1, 1, 1, 1])


@pytest.mark.slow
def test_real_heads_read_as_nibabel_reads_them(shared_data):
    heads = shared_data / "heads"
    paths = [heads / "chris_t1.nii.gz", heads / "brainchop_t1_crop.nii.gz", heads / "spm152.nii.gz"]
    paths += sorted((shared_data / "atlas_cerebra").rglob("wm.mgz"))
    for path in paths:
        scan, reference = read_scan(path), nib.load(path)
        np.testing.assert_array_equal(scan.voxels, np.asarray(reference.dataobj, np.float32), err_msg=path.name)
        np.testing.assert_allclose(scan.affine, reference.affine)
        assert scan.warnings == ()
