"""From a file, folder, archive or upload to a Scan: recognised by content, and checked before any memory is allocated."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from adcore.case.scan import Scan
from adcore.readers.bundle import holds_dicom, no_series, patient_of_bundle, read_bundle
from adcore.readers.files import FileEntry, file_of_path, files_of_folder, files_of_upload
from adcore.readers.header_pair import SUFFIXES, read_pair
from adcore.readers.volume_file import HEAD_BYTES, read_volume_file
from adcore.readers.zip_stream import is_zip, open_zip


def read_scan(path: str | Path, series: int | None = None) -> Scan:
    """Read one scan from disk.

    Args:
        path: a .nii, .nii.gz, .mgh or .mgz file, a DICOM file, a zip archive of one of these or of a DICOM series, or a
            folder of DICOM files (.dcm.gz too) or of one .hdr and .img. The format is recognised by content, not by name.
        series: number of the series, if there are several, as listed by SeveralSeriesError.
    Returns:
        the scan in the voxel order of the file; a DICOM series in the order columns, rows, slices.
    Raises:
        SeveralSeriesError: there are several series, and none was chosen.
        ScanError: the file is damaged or its content is not supported; the text says what to do.
    """
    return _read(_files_at(Path(path)), series)


def read_upload(files: Sequence[tuple[str, bytes]], series: int | None = None) -> Scan:
    """Read one scan from memory, as read_scan does from disk.

    Args:
        files: (name, content) of one volume, of one zip archive, or of the files of a DICOM series in any order. Only the
            extension of a name is used, and only to explain a refusal.
        series: as in read_scan.
    Raises:
        SeveralSeriesError, ScanError: as read_scan.
    """
    return _read(files_of_upload(files), series)


def read_scan_or_pair(path: Path, axes: str | None) -> Scan:
    """Read one scan in any form that data sets use: as read_scan, or a pair of .hdr and .img as read_pair.

    Raises:
        ScanError: as read_scan and read_pair.
    """
    return read_pair(path, axes) if path.suffix in SUFFIXES else read_scan(path)


def read_patient(path: str | Path, series: int | None = None) -> dict[str, str]:
    """Patient and study attributes of a DICOM series on disk, by DICOM keyword, for objects that are stored with it.

    Args:
        series: as in read_scan.
    Raises:
        ScanError: as read_scan; there are no DICOM images.
    """
    with _opened(_files_at(path)) as files:
        return patient_of_bundle(files, series)


def read_upload_patient(files: Sequence[tuple[str, bytes]], series: int | None = None) -> dict[str, str]:
    """As read_patient, from memory.

    Args:
        files, series: as in read_upload.
    Raises:
        ScanError: as read_patient.
    """
    with _opened(files_of_upload(files)) as opened:
        return patient_of_bundle(opened, series)


def _read(files: Sequence[FileEntry], series: int | None) -> Scan:
    with _opened(files) as inner:
        if inner is files and len(files) == 1 and not holds_dicom(files[0]):
            no_series(series)
            return read_volume_file(files[0])
        return read_bundle(inner, series)


def _files_at(place: str | Path) -> tuple[FileEntry, ...]:
    path = Path(place)
    return files_of_folder(path) if path.is_dir() else (file_of_path(path),)


@contextmanager
def _opened(files: Sequence[FileEntry]) -> Iterator[Sequence[FileEntry]]:
    """The members if the only file is a zip archive, otherwise the files themselves."""
    if len(files) == 1 and is_zip(_head(files[0])):
        with files[0].open() as archive, open_zip(archive) as members:
            yield members
    else:
        yield files


def _head(file: FileEntry) -> bytes:
    with file.open() as stream:
        return stream.read(HEAD_BYTES)
