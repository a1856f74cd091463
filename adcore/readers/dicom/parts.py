"""The parts of a DICOM series that are volumes of their own, by kind, echo and inversion; and series in scattered files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from adcore.readers.dicom.geometry import MAX_ORIENTATION_CHANGE, SAME_PLACE_MM
from adcore.readers.dicom.header import Frame, Header
from adcore.readers.dicom.kind import Kind

MAJORITY = 0.9
"""Share of the images from which the others, of another size or orientation, are pictures beside the series: reformatted
ones, or a localizer."""

MOST_LOOKS = 20
"""Sizes and orientations in one series from which it is not taken apart."""

SCATTERED = 3
"""Images, each with a series identifier of its own, from which they are taken as one series."""


@dataclass(frozen=True, eq=False)
class Part:
    """Images of one series that may form a volume.

    Attributes:
        headers: of its files.
        places: header index and frame index of each image.
        strays: images of the series that were left out.
        scattered: whether the files had a series identifier each.
    """

    headers: list[Header]
    places: list[tuple[int, int]]
    strays: int = 0
    scattered: bool = False

    @property
    def frames(self) -> list[Frame]:
        """Its images."""
        return [self.headers[place].frames[index] for place, index in self.places]

    def within(self, headers: Sequence[Header]) -> "Part":
        """The part without the images of other files."""
        kept = {header.file for header in headers}
        return self.subset([(place, index) for place, index in self.places if self.headers[place].file in kept], self.strays)

    def subset(self, places: Sequence[tuple[int, int]], strays: int) -> "Part":
        """Some of its images."""
        used = sorted({place for place, _ in places})
        index_of = {place: index for index, place in enumerate(used)}
        moved = [(index_of[place], index) for place, index in places]
        return Part([self.headers[place] for place in used], moved, strays, self.scattered)

    def by(self, key: dict[int, object]) -> list["Part"]:
        """The part by a key of each of its images, in the order of `places`."""
        groups: dict[object, list[tuple[int, int]]] = defaultdict(list)
        for number, place in enumerate(self.places):
            groups[key[number]].append(place)
        return [self] if len(groups) == 1 else [self.subset(group, self.strays) for group in groups.values()]


def parts_of(headers: Sequence[Header], scattered: bool = False) -> list[Part]:
    """One series by what its images show (magnitude, phase, ...), each without strays."""
    places = [(place, frame) for place, header in enumerate(headers) for frame in range(len(header.frames))]
    whole = Part(list(headers), places, scattered=scattered)
    shown = {number: None if frame.kind.is_magnitude else frame.kind.component for number, frame in enumerate(whole.frames)}
    return [_without_strays(part) for part in whole.by(dict(shown))]


def by_kind(part: Part) -> list[Part]:
    """A part in which images lie at one place, by echo, inversion and kind; itself where these do not differ."""
    frames = part.frames
    if any(frame.position is None for frame in frames):
        return [part]
    places = np.round(np.array([frame.position for frame in frames]) / (2 * SAME_PLACE_MM))
    if len(np.unique(places, axis=0)) == len(frames):
        return [part]
    kinds = part.by({number: frame.kind for number, frame in enumerate(frames)})
    return sorted(kinds, key=lambda one: _rank(one.frames[0].kind))


def _rank(kind: Kind) -> tuple[float, float, tuple[str, ...]]:
    """The order of kinds in a list, whatever that of the files."""
    return kind.echo_ms or 0.0, kind.inversion_ms or 0.0, kind.values


def series_of(headers: Iterable[Header]) -> list[tuple[list[Header], bool]]:
    """Headers by series, and whether its files were scattered: images of which each has a series identifier of its own are one
    series where they look like one."""
    groups: dict[tuple[str, str], list[Header]] = defaultdict(list)
    for header in headers:
        groups[header.series].append(header)
    whole = [(group, False) for group in groups.values() if len(group) > 1 or len(group[0].frames) > 1]
    alike: dict[tuple[object, ...], list[Header]] = defaultdict(list)
    for group in groups.values():
        if len(group) == 1 and len(group[0].frames) == 1:
            alike[_look(group[0])].append(group[0])
    for found in alike.values():
        whole += [(found, True)] if len(found) >= SCATTERED else [([one], False) for one in found]
    return whole


def _look(header: Header) -> tuple[object, ...]:
    """What the images of one series have in common."""
    frame = header.frames[0]
    plane = None if frame.orientation is None else tuple(round(cosine, 2) + 0.0 for cosine in frame.orientation)
    size = (header.columns, header.rows, frame.spacing, plane)
    return header.series_number, header.day, header.modality, size, frame.kind


def _without_strays(part: Part) -> Part:
    """The part without the few images of another size or orientation."""
    frames = part.frames
    looks: list[tuple[tuple[int, int], Frame]] = []
    members: list[list[int]] = []
    for number, (place, _) in enumerate(part.places):
        header, frame = part.headers[place], frames[number]
        size = (header.columns, header.rows)
        same = (n for n, (other, twin) in enumerate(looks) if other == size and _parallel(twin, frame))
        found = next(same, None)
        if found is None and len(looks) == MOST_LOOKS:
            return part
        if found is None:
            looks.append((size, frame))
            members.append([number])
        else:
            members[found].append(number)
    most = max(members, key=len)
    if len(members) == 1 or len(most) < MAJORITY * len(frames):
        return part
    return part.subset([part.places[number] for number in most], len(frames) - len(most))


def _parallel(one: Frame, other: Frame) -> bool:
    if one.orientation is None or other.orientation is None:
        return one.orientation is other.orientation
    return float(np.abs(np.subtract(one.orientation, other.orientation)).max()) <= MAX_ORIENTATION_CHANGE
