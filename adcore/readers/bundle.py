"""What a folder, an archive or an upload of many files holds: DICOM images, or one volume beside things that do not matter."""

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
    """Files by what they hold; everything else was passed over."""

    dicom: tuple[FileEntry, ...]
    volumes: tuple[FileEntry, ...]


def sort_files(files: Sequence[FileEntry]) -> Bundle:
    """Look at the beginning of each file; its name does not count.

    Raises:
        UnsupportedScanError: an archive lies among the files; volumes lie beside images, or several of them; nothing is readable.
    """
    dicom: list[FileEntry] = []
    volumes: list[FileEntry] = []
    for file in files:
        with file.open() as stream:
            head = stream.read(HEAD_BYTES)
        kind = archive_kind(head)
        if kind is not None:
            raise UnsupportedScanError(f"Among the files lies {kind}. Unpack it and choose the images of the T1 series alone.")
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
    """Patient and study of one DICOM series among files, by DICOM keyword.

    Raises:
        ScanError: as sort_files and read_dicom; there are no DICOM images.
    """
    bundle = sort_files(files)
    if not bundle.dicom:
        raise UnsupportedScanError("Patient and study can only be taken over from DICOM images. Give the DICOM series.")
    return read_dicom_patient(bundle.dicom, series)


def no_series(number: int | None) -> None:
    """Refuse the choice of a series where there are none.

    Raises:
        UnsupportedScanError: a number was given.
    """
    if number is not None:
        raise UnsupportedScanError(f"Series {number} was asked for, but a single volume has no series. Leave the number away.")


def _unpacked(file: FileEntry, head: bytes) -> bytes:
    """The beginning of a file, a gzip compression undone; nothing where that is damaged."""
    if not is_gzip(head):
        return head
    try:
        return _first_bytes(file)
    except UnreadableScanError:
        return b""


def _first_bytes(file: FileEntry) -> bytes:
    with file.open() as stream, open_gzip(stream) as inflated:
        return inflated.read(HEAD_BYTES)
