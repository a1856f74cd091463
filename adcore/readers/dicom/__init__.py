"""From DICOM files to a Scan: all headers are checked first, then the pixels of one series are decoded into a volume."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adcore.case.scan import Scan, SourceFormat, check_affine, check_shape, coarse_spacing
from adcore.case.series import Series, SourceSeries
from adcore.errors import ScanError, SeveralSeriesError, UnsupportedScanError
from adcore.readers.dicom.checks import check_headers, check_magnitude, check_persons
from adcore.readers.dicom.choice import descriptions
from adcore.readers.dicom.copies import without_copies
from adcore.readers.dicom.geometry import Grid, grid_of
from adcore.readers.dicom.header import Header, read_header
from adcore.readers.dicom.padding import check_padding
from adcore.readers.dicom.parts import Part, by_kind, parts_of, series_of
from adcore.readers.dicom.patient import read_patient
from adcore.readers.dicom.pixels import read_volume
from adcore.readers.dicom.quiet import quiet_pydicom
from adcore.readers.dicom.remarks import by_header, left_out, unaccounted
from adcore.readers.dicom.skim import is_dicom as is_dicom
from adcore.readers.files import FileEntry

DIRECTORY = "1.2.840.10008.1.3.10"
"""SOP class of a DICOMDIR, the table of contents of a disc."""

MAX_LISTED = 6
"""Number of series listed in a sentence."""


@dataclass(frozen=True, eq=False)
class _Candidate:
    """Images that may form a volume, described by number; their copies were left out. Its grid, or why it has none."""

    series: Series
    part: Part
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
        others = [one.part for one in candidates if one is not chosen and number is None]
        return _read(chosen.part, chosen.grid, files, left_out(chosen.part, chosen.copies, others))


def read_dicom_patient(files: Sequence[FileEntry], number: int | None = None) -> dict[str, str]:
    """Patient and study attributes of the series that read_dicom would read, by DICOM keyword.

    Raises:
        ScanError: as read_dicom.
    """
    with quiet_pydicom():
        return read_patient(files, _choose(_candidates(files), number).part.headers[0].file)


def _read(part: Part, grid: Grid, files: Sequence[FileEntry], remarks: tuple[str, ...]) -> Scan:
    headers, ordered = part.headers, [part.places[place] for place in grid.order]
    voxels, digest, odd = read_volume(headers, ordered, files)
    warnings = remarks + by_header(part) + unaccounted(odd) + coarse_spacing(grid.affine)
    source, stated = _source(headers, ordered), headers[0].stated
    return Scan(voxels, grid.affine, SourceFormat.DICOM, digest, warnings, source=source, stated=stated)


def _source(headers: list[Header], ordered: list[tuple[int, int]]) -> SourceSeries | None:
    """References to the images of the volume's slices; None where the files lack valid identifiers."""
    first = headers[0]
    if len({(header.series, header.frame_of_reference, header.sop_class) for header in headers}) > 1:
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
    parts = [part for group, scattered in series_of(headers) for part in parts_of(group, scattered)]
    drafts = [draft for part in sorted(parts, key=_order) for draft in _drafts(part, files)]
    lines = descriptions([(part, None if isinstance(grid, ScanError) else grid.spacing) for part, _, grid in drafts])
    return [
        _Candidate(Series(number, line, len(part.places), _problem(grid)), part, copies, grid)
        for number, ((part, copies, grid), line) in enumerate(zip(drafts, lines, strict=True), 1)
    ]


def _order(part: Part) -> tuple[object, ...]:
    """By visit, then by the scanner's number."""
    first = part.headers[0]
    return first.day or date.max, first.series_number, first.series, part.frames[0].kind.component or ""


def _problem(grid: Grid | ScanError) -> str | None:
    return str(grid) if isinstance(grid, ScanError) else None


def _header(index: int, file: FileEntry) -> Header | None:
    """The header of an image; None for a DICOMDIR, a report or another object without pixels."""
    with file.open() as stream:
        header = read_header(stream, index)
    return None if header.sop_class == DIRECTORY or (header.pixels.pixel_tag is None and header.rows == 0) else header


def _drafts(part: Part, files: Sequence[FileEntry]) -> list[tuple[Part, int, Grid | ScanError]]:
    """The volumes of a part, each with the number of copies that were left out and its grid, or the reason why it has none."""
    try:
        check_headers(part.headers, files)
        check_magnitude(part.frames)
        check_padding(part.headers, files)
    except ScanError as error:
        return [(part, 0, error)]
    single = part.within(without_copies(part.headers, files))
    copies = len(part.headers) - len(single.headers)
    return [(kind, copies, _grid(kind)) for kind in by_kind(single)]


def _grid(part: Part) -> Grid | ScanError:
    """The grid, or the reason why there is none."""
    try:
        grid = grid_of(part.frames)
        check_shape((part.headers[0].columns, part.headers[0].rows, len(grid.order)))
        check_affine(grid.affine)
    except ScanError as error:
        return error
    return grid
