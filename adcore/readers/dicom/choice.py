"""The words by which a user chooses between the series of one upload: what tells them apart, and their visits."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from adcore.readers.dicom.header import Header
from adcore.readers.dicom.parts import Part
from adcore.readers.dicom.wording import describe

DAYS_PER_MONTH = 365.25 / 12
FEW_DAYS = 45
"""Days up to which the time between two visits is told in days."""

MAX_NUMBER = 99_999
"""Largest number of a series that is shown; a longer one could be that of a person."""


def descriptions(found: Sequence[tuple[Part, tuple[float, ...] | None]]) -> list[str]:
    """A line for each volume of an upload; lines that would be equal also tell normalisation, echo, inversion and number.

    Args:
        found: images, and millimetres between voxels where they form a volume.
    """
    plain = [describe(part, spacing) for part, spacing in found]
    twins: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(plain):
        twins[line].append(place)
    visits = _visits([part.headers[0] for part, _ in found])
    lines = []
    for (part, spacing), line, visit in zip(found, plain, visits, strict=True):
        details = _details(part, [found[place][0] for place in twins[line]])
        lines.append(describe(part, spacing, details) + (f", {visit}" if visit else ""))
    return _numbered(lines, [part.headers[0] for part, _ in found])


def _details(part: Part, twins: Sequence[Part]) -> list[str]:
    """What tells a part from others of the same description, in words."""
    kind, kinds = part.frames[0].kind, [twin.frames[0].kind for twin in twins]
    words = []
    if len({one.normalised for one in kinds}) > 1:
        words.append("normalised" if kind.normalised else "not normalised")
    if len({one.echo_ms for one in kinds}) > 1 and kind.echo_ms:
        words.append(f"echo time {kind.echo_ms:g} ms")
    if len({one.inversion_ms for one in kinds}) > 1 and kind.inversion_ms:
        words.append(f"inversion time {kind.inversion_ms:g} ms")
    return words


def _visits(headers: Sequence[Header]) -> list[str]:
    """To which visit each belongs; empty where all are of one study."""
    studies = list(dict.fromkeys(header.series[0] for header in headers))
    days = sorted({header.day for header in headers if header.day})
    if len(studies) < 2:
        return [""] * len(headers)
    if len(days) < 2 or not all(header.day for header in headers):
        return [f"study {studies.index(header.series[0]) + 1}" for header in headers]
    return [_visit(days, header.day) for header in headers if header.day]


def _visit(days: Sequence[date], day: date) -> str:
    """'visit 2, 12 months later'; the dates themselves are never shown."""
    later = (day - days[0]).days
    time = f"{later} day{'s' * (later != 1)}" if later < FEW_DAYS else f"{later / DAYS_PER_MONTH:.0f} months"
    return f"visit {days.index(day) + 1}" + (f", {time} later" if later else "")


def _numbered(lines: list[str], headers: Sequence[Header]) -> list[str]:
    """Lines that are still equal, with the scanner's number of the series."""
    count = Counter(lines)
    numbers = [header.series_number for header in headers]
    told = [f", series {number} of the scanner" if 0 < number <= MAX_NUMBER else "" for number in numbers]
    return [line + number * (count[line] > 1) for line, number in zip(lines, told, strict=True)]
