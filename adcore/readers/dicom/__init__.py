"""From DICOM files to a Scan: all headers are checked first, then the pixels of one series are decoded into a volume."""

from collections.abc import Sequence
from dataclasses import dataclass

from adcore.case.scan import Scan, SourceFormat, check_affine, check_shape, coarse_spacing
from adcore.case.series import Series, SourceSeries
from adcore.errors import ScanError, SeveralSeriesError, UnsupportedScanError
from adcore.readers.dicom.checks import check_headers, check_persons, padding_of
from adcore.readers.dicom.codecs import CODECS
from adcore.readers.dicom.copies import without_copies
from adcore.readers.dicom.geometry import Grid, grid_of
from adcore.readers.dicom.header import Header, read_header
from adcore.readers.dicom.mended import Mended
from adcore.readers.dicom.padding import check_padding
from adcore.readers.dicom.patient import read_patient
from adcore.readers.dicom.pixels import read_volume
from adcore.readers.dicom.quiet import quiet_pydicom
from adcore.readers.dicom.skim import is_dicom as is_dicom
from adcore.readers.dicom.wording import T1, describe, weighting
from adcore.readers.files import FileEntry

DIRECTORY = "1.2.840.10008.1.3.10"
"""SOP class of a DICOMDIR, the table of contents of a disc."""

MAX_LISTED = 6
"""Number of series listed in a sentence."""


@dataclass(frozen=True, eq=False)
class _Candidate:
    """One series: its headers without copies, their number, and its grid or the reason why it has none."""

    series: Series
    headers: list[Header]
    copies: int
    grid: Grid | ScanError


def read_dicom(files: Sequence[FileEntry], number: int | None = None) -> Scan:
    """Read one series of DICOM files.

    Args:
        files: DICOM files of one upload, in any order.
        number: of the series, as listed by SeveralSeriesError; None takes the only one that forms a volume.
    Raises:
        SeveralSeriesError: more than one forms a volume, and no number was given.
        ScanError: a file is damaged, there is no image, the files are of more than one person, or the series forms no volume.
    """
    with quiet_pydicom():
        candidates = _candidates(files)
        chosen = _choose(candidates, number)
        if isinstance(chosen.grid, ScanError):
            raise chosen.grid
        left_out = _left_out(chosen, others=len(candidates) - 1 if number is None else 0)
        return _read(chosen.headers, chosen.grid, files, left_out)


def read_dicom_patient(files: Sequence[FileEntry], number: int | None = None) -> dict[str, str]:
    """Patient and study attributes of the series that read_dicom would read, by DICOM keyword.

    Raises:
        ScanError: as read_dicom.
    """
    with quiet_pydicom():
        return read_patient(files, _choose(_candidates(files), number).headers[0].file)


def _read(headers: list[Header], grid: Grid, files: Sequence[FileEntry], left_out: tuple[str, ...]) -> Scan:
    places = _places(headers)
    ordered = [places[place] for place in grid.order]
    voxels, digest, unaccounted = read_volume(headers, ordered, files)
    warnings = left_out + _warnings(headers) + _unaccounted(unaccounted) + coarse_spacing(grid.affine)
    source, stated = _source(headers, ordered), headers[0].stated
    return Scan(voxels, grid.affine, SourceFormat.DICOM, digest, warnings, source=source, stated=stated)


def _source(headers: list[Header], ordered: list[tuple[int, int]]) -> SourceSeries | None:
    """References to the images of the volume's slices; None where the files lack valid identifiers."""
    first = headers[0]
    if len({(header.frame_of_reference, header.sop_class) for header in headers}) > 1:
        return None
    try:
        return SourceSeries(
            *first.series,
            first.frame_of_reference,
            first.sop_class,
            tuple(headers[place].instance for place, _ in ordered),
            tuple(frame + 1 for _, frame in ordered),
        )
    except ValueError:
        return None


def _warnings(headers: list[Header]) -> tuple[str, ...]:
    header = headers[0]
    kind, codec = weighting(header), CODECS.get(header.pixels.syntax)
    warnings = [str(fault) for fault in Mended if any(fault in header.mended for header in headers)]
    if kind not in (None, T1):
        times = f"echo time {header.echo_ms:g} ms, repetition time {header.repetition_ms:g} ms"
        warnings.append(f"According to its header ({times}) the series looks {kind}; this program needs a T1-weighted scan.")
    if codec is not None and codec.lossy:
        warnings.append("The images were stored with lossy compression, which may have removed detail.")
    return tuple(warnings)


def _unaccounted(count: int) -> tuple[str, ...]:
    """The warning for so many images with bytes after their pixels: some were perhaps inserted before."""
    if not count:
        return ()
    images = "1 image come bytes that its header does" if count == 1 else f"{count} images come bytes that their headers do"
    return (f"After the pixels of {images} not account for: the pixels may be shifted or damaged.",)


def _left_out(chosen: _Candidate, others: int) -> tuple[str, ...]:
    """Sentences on what an upload contains besides the images that are read."""
    warnings = []
    if others:
        warnings.append(f"{others} other series of the upload {'was' if others == 1 else 'were'} ignored.")
    if chosen.copies:
        many = "copies of images of the series were" if chosen.copies > 1 else "copy of an image of the series was"
        warnings.append(f"{chosen.copies} exact {many} ignored.")
    if any(map(padding_of, chosen.headers)):
        warnings.append("Padding after the pixels of the images was ignored.")
    return tuple(warnings)


def _choose(candidates: list[_Candidate], number: int | None) -> _Candidate:
    if number is not None:
        found = next((candidate for candidate in candidates if candidate.series.number == number), None)
        if found is None:
            raise UnsupportedScanError(
                f"There is no series {number}: the upload contains {len(candidates)}. Choose another number."
            )
        return found
    readable = [candidate for candidate in candidates if candidate.series.readable]
    if len(readable) == 1 or len(candidates) == 1:
        return (readable or candidates)[0]
    series = tuple(candidate.series for candidate in candidates)
    if readable:
        named = _listed([one for one in series if one.readable])
        raise SeveralSeriesError(f"The upload contains {len(series)} series. Choose one of them by its number: {named}", series)
    raise UnsupportedScanError(f"None of the {len(series)} series in the upload can be read as a volume: {_listed(series)}")


def _listed(series: Sequence[Series]) -> str:
    """The first MAX_LISTED series; a long examination has dozens."""
    more = len(series) - MAX_LISTED
    return "; ".join(map(str, series[:MAX_LISTED])) + (f"; and {more} more." if more > 0 else ".")


def _candidates(files: Sequence[FileEntry]) -> list[_Candidate]:
    headers = [header for header in map(_header, range(len(files)), files) if header is not None]
    if not headers:
        raise UnsupportedScanError("The DICOM files contain no images. Choose the folder of the T1 series.")
    check_persons(headers)
    groups: dict[tuple[str, str], list[Header]] = {}
    for header in headers:
        groups.setdefault(header.series, []).append(header)
    ordered = sorted(groups.values(), key=lambda group: (group[0].series_number, group[0].series))
    return [_candidate(number, group, files) for number, group in enumerate(ordered, 1)]


def _header(index: int, file: FileEntry) -> Header | None:
    """The header of an image; None for a DICOMDIR, a report or another object without pixels."""
    with file.open() as stream:
        header = read_header(stream, index)
    return None if header.sop_class == DIRECTORY or (header.pixels.pixel_tag is None and header.rows == 0) else header


def _candidate(number: int, headers: list[Header], files: Sequence[FileEntry]) -> _Candidate:
    single = headers
    try:
        check_headers(headers, files)
        check_padding(headers, files)
        single = without_copies(headers, files)
        grid = _checked_grid(single)
    except ScanError as error:
        series = Series(number, describe(single, None), _count(single), str(error))
        return _Candidate(series, single, len(headers) - len(single), error)
    series = Series(number, describe(single, grid.spacing), _count(single))
    return _Candidate(series, single, len(headers) - len(single), grid)


def _count(headers: list[Header]) -> int:
    return sum(len(header.frames) for header in headers)


def _checked_grid(headers: list[Header]) -> Grid:
    grid = grid_of([headers[place].frames[frame] for place, frame in _places(headers)])
    check_shape((headers[0].columns, headers[0].rows, len(grid.order)))
    check_affine(grid.affine)
    return grid


def _places(headers: list[Header]) -> list[tuple[int, int]]:
    """The header index and frame index of every image of a series."""
    return [(place, frame) for place, header in enumerate(headers) for frame in range(len(header.frames))]
