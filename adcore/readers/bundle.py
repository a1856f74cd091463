"""Sort the files of a folder, an archive or an upload: DICOM images, or one volume; other files are ignored."""

from collections.abc import Sequence
from dataclasses import dataclass

from adcore.case.scan import Scan
from adcore.errors import UnreadableScanError, UnsupportedScanError
from adcore.readers.dicom import is_dicom, read_dicom, read_dicom_patient
from adcore.readers.files import FileEntry
from adcore.readers.gzip_stream import is_gzip, open_gzip
from adcore.readers.unrecognised import archive_kind
from adcore.readers.volume_file import HEAD_BYTES, is_volume, read_volume_file


@dataclass(frozen=True, eq=False)
class Bundle:
    """Files by content; all others were ignored."""

    dicom: tuple[FileEntry, ...]
    volumes: tuple[FileEntry, ...]


def sort_files(files: Sequence[FileEntry]) -> Bundle:
    """Sort files by their first bytes; names are ignored.

    Raises:
        UnsupportedScanError: an archive, both volumes and images, or several volumes are among the files; or none is readable.
    """
    dicom: list[FileEntry] = []
    volumes: list[FileEntry] = []
    for file in files:
        with file.open() as stream:
            head = stream.read(HEAD_BYTES)
        kind = archive_kind(head)
        if kind is not None:
            raise UnsupportedScanError(f"The files include {kind}. Unpack it and choose only the images of the T1 series.")
        if is_dicom(head):
            dicom.append(file)
        elif is_volume(_unpacked(file, head)):
            volumes.append(file)
    if dicom and volumes:
        raise UnsupportedScanError("The files are DICOM images and a NIfTI or MGH volume. Choose one of the two.")
    if len(volumes) > 1:
        raise UnsupportedScanError(f"Expected one T1 volume, got {len(volumes)} NIfTI or MGH files. Choose one of them.")
    if not dicom and not volumes:
        raise UnsupportedScanError(
            f"Expected a T1 series, but none of the {len(files)} file{'s' * (len(files) != 1)} is a DICOM image, a NIfTI or "
            "an MGH volume. Choose the folder that holds the images."
        )
    return Bundle(tuple(dicom), tuple(volumes))


def read_bundle(files: Sequence[FileEntry], series: int | None) -> Scan:
    """Read the one volume, or one DICOM series, among files.

    Raises:
        ScanError: as sort_files, read_dicom and read_volume_file.
    """
    bundle = sort_files(files)
    if bundle.dicom:
        return read_dicom(bundle.dicom, series)
    no_series(series)
    return read_volume_file(bundle.volumes[0])


def patient_of_bundle(files: Sequence[FileEntry], series: int | None) -> dict[str, str]:
    """Patient and study attributes of one DICOM series among files, by DICOM keyword.

    Raises:
        ScanError: as sort_files and read_dicom; there are no DICOM images.
    """
    bundle = sort_files(files)
    if not bundle.dicom:
        raise UnsupportedScanError("Patient and study are only available in DICOM images. Choose the DICOM series.")
    return read_dicom_patient(bundle.dicom, series)


def no_series(number: int | None) -> None:
    """Refuse a series number where there are no series.

    Raises:
        UnsupportedScanError: a number was given.
    """
    if number is not None:
        raise UnsupportedScanError(f"Series {number} was requested, but a single volume has no series. Omit the number.")


def _unpacked(file: FileEntry, head: bytes) -> bytes:
    """The first bytes of a file, decompressed if it is gzip; empty where the compression is damaged."""
    if not is_gzip(head):
        return head
    try:
        return _first_bytes(file)
    except UnreadableScanError:
        return b""


def _first_bytes(file: FileEntry) -> bytes:
    with file.open() as stream, open_gzip(stream) as inflated:
        return inflated.read(HEAD_BYTES)
