"""What lies beside the images of a folder, an archive or an upload does not keep them from being read."""

import gzip
import io
import zipfile

import numpy as np
import pytest

from adcore.errors import ScanError, UnreadableScanError, UnsupportedScanError
from adcore.readers import gzip_file, read_scan, read_upload
from tests.support.builders import file_bytes, tiny_volume
from tests.support.dicom_builder import AFFINE, CANARY, ENCODERS, VOXELS, compressed, enhanced, series, upload, zipped
from tests.support.dicom_variants import gzipped, padded
from tests.support.volume_pairs import write_analyze, write_nifti_pair

FILES = upload(series())


def document(*members: str) -> bytes:
    """A zip archive with members of these names, as an office program or a compiler writes one."""
    return zipped([(name, b"<xml/>") for name in members])


DOCUMENTS = {
    "docx": document("[Content_Types].xml", "word/document.xml"),
    "xlsx": document("_rels/.rels", "xl/workbook.xml"),
    "odt": document("mimetype", "content.xml"),
    "jar": document("META-INF/MANIFEST.MF", "Viewer.class"),
}


def assert_is_the_volume(scan) -> None:
    np.testing.assert_array_equal(scan.voxels, VOXELS)
    np.testing.assert_allclose(scan.affine, AFFINE, atol=1e-5)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_beside_the_images_is_no_archive_of_images(kind):
    beside = (f"{CANARY}.{kind}", DOCUMENTS[kind])
    for files in ([beside, *FILES], [("head.nii.gz", file_bytes(VOXELS, AFFINE)), beside], [("", zipped([*FILES, beside]))]):
        scan = read_upload(files)
        assert_is_the_volume(scan)
        assert scan.warnings == ()


def test_documents_alone_are_no_images():
    with pytest.raises(UnsupportedScanError, match="none of the 4 files"):
        read_upload(list(DOCUMENTS.items()))


def test_an_archive_beside_the_images_is_named_and_not_opened():
    scan = read_upload([*FILES, ("viewer.zip", b"PK\3\4" + bytes(60)), ("all.tar", bytes(257) + b"ustar" + bytes(300))])
    assert_is_the_volume(scan)
    assert scan.warnings == (
        "A tar archive beside the images was not opened.",
        "A zip archive beside the images was not opened.",
    )


def test_a_bomb_beside_the_images_costs_nothing():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(64 << 20))
    assert_is_the_volume(read_upload([*FILES, ("bomb.zip", bomb.getvalue())]))


@pytest.mark.parametrize("pack", ["folder", "zip", "upload", "mixed"])
def test_images_that_are_compressed_one_by_one_are_read(pack, tmp_path):
    files = gzipped(FILES)
    if pack == "folder":
        for name, data in files:
            (tmp_path / name).write_bytes(data)
        scan = read_scan(tmp_path)
    else:
        scan = read_upload({"zip": [("", zipped(files))], "upload": files, "mixed": [*files[:3], *FILES[3:]]}[pack])
    assert_is_the_volume(scan)
    assert scan.sha256 == read_upload(FILES).sha256


def test_an_enhanced_object_a_padded_and_a_packed_series_are_read_from_gzip():
    np.testing.assert_array_equal(read_upload(gzipped(upload([enhanced(series())]))).voxels, VOXELS * 2 - 1)
    voxels = np.tile(VOXELS, (8, 8, 1))
    np.testing.assert_array_equal(read_upload(gzipped(upload(padded(series(voxels), bytes(512))))).voxels, voxels)
    syntax = "1.2.840.10008.1.2.4.80"
    packed = upload(compressed(series(voxels), ENCODERS[syntax]), syntax)
    np.testing.assert_array_equal(read_upload(gzipped(packed)).voxels, voxels)


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:-8] + bytes([data[-8] ^ 1]) + data[-7:]])
def test_damage_in_one_compressed_image_refuses_the_series(damage):
    files = gzipped(FILES)
    files[3] = ("", damage(files[3][1]))
    with pytest.raises(UnreadableScanError, match="damaged or cut short") as caught:
        read_upload(files)
    assert caught.value.__context__ is None


def test_compressed_images_may_not_contain_more_than_an_examination(monkeypatch):
    monkeypatch.setattr(gzip_file, "MAX_INFLATED", 1 << 30)
    monkeypatch.setattr("adcore.readers.bundle.MAX_INFLATED", 3 * len(FILES[0][1]))
    with pytest.raises(UnsupportedScanError, match="contain more than 1 GB"):
        read_upload(gzipped(FILES))


@pytest.mark.parametrize("packed", [False, True])
def test_the_two_halves_of_a_nifti_volume_are_read_from_folder_zip_and_upload(packed, tmp_path):
    header = write_nifti_pair(tmp_path / "T1", VOXELS, AFFINE)
    if packed:
        for path in (header, header.with_suffix(".img")):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    (tmp_path / "notes.txt").write_text("made here")
    files = [(path.name, path.read_bytes()) for path in sorted(tmp_path.iterdir())]
    for scan in (read_scan(tmp_path), read_upload(files), read_upload([("", zipped((f"a/{n}", data) for n, data in files))])):
        assert_is_the_volume(scan)


def test_half_a_volume_is_called_what_it_is(tmp_path):
    header = write_nifti_pair(tmp_path / "T1", VOXELS, AFFINE)
    header.with_suffix(".img").rename(tmp_path / "other.img")
    with pytest.raises(UnsupportedScanError, match="header half of a two-file NIfTI"):
        read_scan(tmp_path)
    with pytest.raises(UnsupportedScanError, match=r"header half of a two-file NIfTI.*both files together, or the folder"):
        read_scan(header)
    with pytest.raises(UnsupportedScanError, match=r"voxel half of a volume.*both files together, or the folder"):
        read_scan(tmp_path / "other.img")


def test_an_analyze_pair_is_named_with_the_reason(tmp_path):
    header = write_analyze(tmp_path / "T1", VOXELS)
    for place in (tmp_path, header):
        with pytest.raises(UnsupportedScanError, match=r"Analyze.*does not store"):
            read_scan(place)


def test_several_pairs_have_to_be_chosen_from_and_a_whole_volume_comes_first(tmp_path):
    for name in ("a", "b"):
        write_nifti_pair(tmp_path / name, VOXELS, AFFINE)
    with pytest.raises(UnsupportedScanError, match="got 2 header"):
        read_scan(tmp_path)
    (tmp_path / "c.nii.gz").write_bytes(file_bytes(*tiny_volume()))
    assert_is_the_volume(read_scan(tmp_path))


def test_a_pair_whose_voxels_are_cut_short_is_refused(tmp_path):
    image = write_nifti_pair(tmp_path / "T1", VOXELS, AFFINE).with_suffix(".img")
    image.write_bytes(image.read_bytes()[:-5])
    with pytest.raises(ScanError, match="ends before"):
        read_scan(tmp_path)
