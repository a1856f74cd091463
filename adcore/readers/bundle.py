"""Sort the files of a folder, an archive or an upload: DICOM images, one volume, or its two halves; other files are ignored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adcore.case.scan import Scan
from adcore.errors import UnreadableScanError, UnsupportedScanError
from adcore.readers.dicom import is_dicom, read_dicom, read_dicom_patient
from adcore.readers.files import FileEntry
from adcore.readers.gzip_file import MAX_INFLATED, damaged, inflated
from adcore.readers.gzip_stream import is_gzip, open_gzip
from adcore.readers.header_block import IMAGE_NAMES, is_pair_header
from adcore.readers.header_pair import read_pair_files
from adcore.readers.unrecognised import archive_kind, is_document, unrecognised
from adcore.readers.volume_file import HEAD_BYTES, is_volume, read_volume_file


@dataclass(frozen=True, eq=False)
class Bundle:
    """Files by content; all others were ignored.

    Attributes:
        dicom: images, each decompressed if it is gzip.
        volumes: NIfTI or MGH.
        halves: headers of a volume in two files.
        archives: the kinds of archives, which are not opened.
    """

    dicom: tuple[FileEntry, ...]
    volumes: tuple[FileEntry, ...]
    halves: tuple[FileEntry, ...] = ()
    archives: tuple[str, ...] = ()


def sort_files(files: Sequence[FileEntry]) -> Bundle:
    """Sort files by their first bytes; names are ignored, and archives are not opened.

    Raises:
        UnsupportedScanError: both volumes and images, or several volumes are among the files; or none is readable.
        UnreadableScanError: a compressed image is damaged.
    """
    dicom: list[FileEntry] = []
    volumes: list[FileEntry] = []
    halves: list[FileEntry] = []
    archives: set[str] = set()
    left, broken = MAX_INFLATED, False
    for file in files:
        head = _head(file)
        kind, inner = archive_kind(head), _unpacked(file, head)
        if kind is not None:
            archives |= set() if is_document(head) else {kind}
        elif is_dicom(head):
            dicom.append(file)
        elif is_dicom(inner):
            dicom.append(inflated(file, left))
            left -= dicom[-1].size
        elif is_volume(inner):
            volumes.append(file)
        elif is_pair_header(inner):
            halves.append(file)
        elif not inner:
            broken |= is_gzip(head)
    if broken and left < MAX_INFLATED:  # it may be one of the compressed images
        raise damaged()
    _check_one_kind(len(dicom), len(volumes), len(halves))
    if not (dicom or volumes or halves):
        raise _nothing(len(files), sorted(archives))
    return Bundle(tuple(dicom), tuple(volumes), tuple(halves), tuple(sorted(archives)))


def read_bundle(files: Sequence[FileEntry], series: int | None) -> Scan:
    """Read the one volume, or one DICOM series, among files.

    Raises:
        ScanError: as sort_files, read_dicom, read_volume_file and read_pair.
    """
    bundle = sort_files(files)
    if bundle.dicom:
        scan = read_dicom(bundle.dicom, series)
    else:
        no_series(series)
        scan = read_volume_file(bundle.volumes[0]) if bundle.volumes else _read_halves(bundle.halves[0], files)
    unopened = tuple(f"{kind[:1].upper()}{kind[1:]} beside the images was not opened." for kind in bundle.archives)
    return replace(scan, warnings=scan.warnings + unopened) if unopened else scan


def holds_dicom(file: FileEntry) -> bool:
    """Whether a file is a DICOM image, compressed with gzip or not."""
    head = _head(file)
    return is_dicom(head) or is_dicom(_unpacked(file, head))


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


def _check_one_kind(images: int, volumes: int, halves: int) -> None:
    """Refuse an upload in which more than one scan could be meant; halves of a volume count only where nothing else is there."""
    if images and volumes:
        raise UnsupportedScanError("The files are DICOM images and a NIfTI or MGH volume. Choose one of the two.")
    several = volumes if volumes or images else halves
    if several > 1:
        kind = "NIfTI or MGH" if volumes else "header (.hdr)"
        raise UnsupportedScanError(f"Expected one T1 volume, got {several} {kind} files. Choose one of them.")


def _nothing(count: int, archives: Sequence[str]) -> UnsupportedScanError:
    if archives:
        return UnsupportedScanError(f"The files include {archives[0]}. Unpack it and choose only the images of the T1 series.")
    return UnsupportedScanError(
        f"Expected a T1 series, but none of the {count} file{'s' * (count != 1)} is a DICOM image, a NIfTI or "
        "an MGH volume. Choose the folder that holds the images."
    )


def _read_halves(header: FileEntry, files: Sequence[FileEntry]) -> Scan:
    """A volume in two files, whose other half has the same name."""
    stem = header.name.lower().removesuffix(".gz").removesuffix(".hdr")
    image = next((file for file in files if file.name.lower() in [stem + ending for ending in IMAGE_NAMES]), None)
    if image is None:
        raise unrecognised(_unpacked(header, _head(header)), header.name)
    return read_pair_files(_plain(header), _plain(image))


def _plain(file: FileEntry) -> FileEntry:
    return inflated(file, MAX_INFLATED) if is_gzip(_head(file)) else file


def _head(file: FileEntry) -> bytes:
    with file.open() as stream:
        return stream.read(HEAD_BYTES)


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
