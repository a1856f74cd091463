from pathlib import Path

import numpy as np
import pytest
from nibabel.affines import apply_affine
from nibabel.orientations import aff2axcodes

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers.header_pair import centred_affine, read_pair
from adcore.readers.isolation import in_child
from tests.support.builders import tiny_volume
from tests.support.volume_pairs import write_analyze, write_nifti_pair


def test_analyze_voxels_keep_their_order_and_axes_say_where_they_lie(tmp_path: Path) -> None:
    voxels, _ = tiny_volume()
    path = write_analyze(tmp_path / "a", voxels, (1.0, 1.0, 1.25))
    scan = read_pair(path, "ASL")
    np.testing.assert_array_equal(scan.voxels, voxels)
    assert aff2axcodes(scan.affine) == ("A", "S", "L")
    np.testing.assert_allclose(scan.spacing, (1.0, 1.0, 1.25))
    assert scan.sides_known


def test_the_field_of_view_is_centred() -> None:
    affine = centred_affine("LAS", (176, 208, 176), np.ones(3))
    np.testing.assert_allclose(apply_affine(affine, [87.5, 103.5, 87.5]), 0, atol=1e-12)
    np.testing.assert_allclose(apply_affine(affine, [0, 103.5, 87.5]), (87.5, 0, 0))  # the first column is the right side


def test_either_file_names_the_pair_and_a_child_process_reads_it(tmp_path: Path) -> None:
    path = write_analyze(tmp_path / "mpr-1.nifti.hdr", tiny_volume()[0])
    assert in_child(read_pair, path.with_suffix(".img"), "ASL").sha256 == read_pair(path, "ASL").sha256


def test_a_nifti_pair_says_itself_how_it_lies(tmp_path: Path) -> None:
    voxels, affine = tiny_volume()
    scan = read_pair(write_nifti_pair(tmp_path / "pair", voxels, affine))
    np.testing.assert_array_equal(scan.voxels, voxels)
    np.testing.assert_allclose(scan.affine, affine, atol=1e-5)


def test_documented_axes_count_more_than_the_header(tmp_path: Path) -> None:
    voxels, affine = tiny_volume()
    assert aff2axcodes(read_pair(write_nifti_pair(tmp_path / "pair", voxels, affine), "ASL").affine) == ("A", "S", "L")


def test_analyze_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedScanError, match="orientation of the head"):
        read_pair(write_analyze(tmp_path / "a", tiny_volume()[0]))


@pytest.mark.parametrize("suffix", [".hdr", ".img"])
def test_half_a_pair_is_refused(suffix: str, tmp_path: Path) -> None:
    path = write_analyze(tmp_path / "a", tiny_volume()[0])
    path.with_suffix(suffix).unlink()
    with pytest.raises(UnreadableScanError, match="missing or locked"):
        read_pair(path, "ASL")


@pytest.mark.parametrize("header", [b"", bytes(348), b"\xff" * 348, b"\x00\x00\x01\x5c" + b"\xff" * 344])
def test_a_damaged_header_is_a_sentence(header: bytes, tmp_path: Path) -> None:
    path = write_analyze(tmp_path / "a", tiny_volume()[0])
    path.write_bytes(header)
    with pytest.raises(ScanError, match=r"again|Export|Check"):
        read_pair(path, "ASL")


def test_a_short_image_is_refused(tmp_path: Path) -> None:
    path = write_analyze(tmp_path / "a", tiny_volume()[0])
    image = path.with_suffix(".img")
    image.write_bytes(image.read_bytes()[:-50])
    with pytest.raises(UnreadableScanError):
        read_pair(path, "ASL")


@pytest.mark.parametrize("offset", [np.nan, np.inf, -np.inf, -352.0, 0.5, 1e9])
def test_voxels_that_begin_nowhere_are_refused(offset: float, tmp_path: Path) -> None:
    path = write_nifti_pair(tmp_path / "pair", *tiny_volume())
    header = bytearray(path.with_suffix(".hdr").read_bytes())
    header[108:112] = np.float32(offset).tobytes()
    path.with_suffix(".hdr").write_bytes(header)
    for axes in (None, "ASL"):
        with pytest.raises(UnreadableScanError, match="Expected the voxels to begin within"):
            read_pair(path, axes)
