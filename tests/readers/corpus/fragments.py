"""Compressed DICOM pixels that broke other parsers: fragments, offset tables, run lengths and codestreams that lie.

A docstring names an advisory where the flaw of the other program is public; the bytes here are our own.
"""

import io
import struct
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate

from tests.readers.corpus.case import Case, Outcome, rejected
from tests.support.dicom_builder import AFFINE, ENCODERS, VOXELS, as_bytes, series

TILED = np.tile(VOXELS, (8, 8, 1))
"""Large enough for every codec: 48 rows, 40 columns."""

RLE, JPEG, JPEG_LS, JPEG_2000 = (
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.90",
)
JPEG_LOSSY = "1.2.840.10008.1.2.4.50"

ITEM, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0\0\0\0\0"

Encode = Callable[[NDArray], bytes]


def fragment(data: bytes, length: int | None = None) -> bytes:
    """An item of compressed pixels, with its own or another length."""
    return ITEM + struct.pack("<I", len(data) if length is None else length) + data


def encapsulated(syntax: str, body: Callable[[bytes], bytes], voxels: NDArray = TILED, **elements: object) -> Mapping[str, bytes]:
    """A series whose pixels are what `body` makes of a compressed image: offset table, fragments and end."""
    files = {}
    for number, data in enumerate(series(voxels, **elements)):
        pixels = np.frombuffer(data.PixelData, "<u2").reshape(data.Rows, data.Columns)
        files[f"{number}.dcm"] = _file(data, syntax, body(ENCODERS[syntax](pixels)))
    return files


def frame(syntax: str, change: Callable[[bytes], bytes]) -> Callable[[], Mapping[str, bytes]]:
    """A series whose every image is changed after its compression."""
    return lambda: encapsulated(syntax, lambda data: fragment(b"") + fragment(_even(change(data))) + END)


def _file(data: Dataset, syntax: str, body: bytes) -> bytes:
    """The file of a data set with these encapsulated pixels."""
    data.PixelData = encapsulate([b"ab"])
    data["PixelData"].is_undefined_length = True
    whole = as_bytes(data, syntax)
    return whole[: whole.rindex(b"\xe0\x7f\x10\x00OB") + 12] + body


def _even(data: bytes) -> bytes:
    return data + b"\0" * (len(data) % 2)


def fragment_longer_than_the_file() -> Mapping[str, bytes]:
    """CERT/CC VU#591834 and CVE-2026-3650 (GDCM): a fragment of 4 GB, in SequenceOfFragments and Fragment."""
    return encapsulated(RLE, lambda data: fragment(b"") + fragment(data, 0xFFFFFFF0))


def fragment_of_undefined_length() -> Mapping[str, bytes]:
    """Fragments have to state their length (PS3.5, A.4)."""
    return encapsulated(RLE, lambda data: fragment(b"") + fragment(data, 0xFFFFFFFF) + END)


def fragment_cut_at_its_length() -> Mapping[str, bytes]:
    """VU#591834: the file ends within the mark of a fragment, where GDCM looked back further than it had read."""
    return encapsulated(RLE, lambda data: fragment(b"") + ITEM + b"\2")


def offsets_beyond_the_end() -> Mapping[str, bytes]:
    """An offset table that leads out of the fragments, and one that would be negative with a sign."""
    return encapsulated(RLE, lambda data: fragment(struct.pack("<I", 0xFFFFFFF0)) + fragment(_even(data)) + END)


def extended_offsets_beyond_the_end() -> Mapping[str, bytes]:
    """Extended offsets of 2^63; they are not needed for one frame, and not used."""

    def files() -> Iterable[tuple[str, bytes]]:
        lies = b"\xe0\x7f\x01\x00OV\0\0\x08\0\0\0" + b"\xff" * 8 + b"\xe0\x7f\x02\x00OV\0\0\x08\0\0\0" + b"\xff" * 8
        for name, data in encapsulated(RLE, lambda data: fragment(b"") + fragment(_even(data)) + END).items():
            at = data.rindex(b"\xe0\x7f\x10\x00OB")
            yield name, data[:at] + lies + data[at:]

    return dict(files())


def something_else_than_fragments() -> Mapping[str, bytes]:
    """Another element where a fragment should be."""
    return encapsulated(RLE, lambda data: fragment(b"") + b"\x08\x00\x08\x00\4\0\0\0abcd" + END)


def many_empty_fragments() -> Mapping[str, bytes]:
    """10,000 fragments of no length, and no other."""
    return encapsulated(RLE, lambda data: fragment(b"") * 10_000 + END)


def end_mark_inside_a_fragment() -> Mapping[str, bytes]:
    """pydicom's issue 1140: pixels whose compressed bytes hold the mark that ends fragments."""
    return encapsulated(RLE, lambda data: fragment(b"") + fragment(_even(data)) + END, marked(), BitsStored=16, HighBit=15)


def marked() -> NDArray:
    """Voxels whose low bytes spell the end of a sequence of fragments, in one row."""
    voxels = TILED.copy()
    voxels[:8, 3, :] = np.array([0xFE, 0xFF, 0xDD, 0xE0, 0, 1, 2, 3], np.float32)[:, None]
    return voxels


def segments(count: int) -> Callable[[bytes], bytes]:
    """GDCM's pull request 235: another number of run-length segments; zero of them was one way to crash."""
    return lambda data: struct.pack("<I", count) + data[4:]


def offsets(*places: int) -> Callable[[bytes], bytes]:
    """Run-length segments that begin elsewhere."""
    return lambda data: data[:4] + struct.pack(f"<{len(places)}I", *places) + data[4 + 4 * len(places) :]


def runs_longer_than_the_image(data: bytes) -> bytes:
    """GDCM's pull request 235: run lengths that go on to three times the image; what is too much is left out."""
    return data + b"\x81\x07" * (3 * 48 * 40 // 128)


def run_beyond_the_end(data: bytes) -> bytes:
    """A literal run of 128 bytes of which one is there."""
    return struct.pack("<16I", 2, 64, 66, *[0] * 13) + b"\x7f\x01" + b"\x7f\x01"


def size_in_frame_header(marker: int, rows: int, columns: int) -> Callable[[bytes], bytes]:
    """Another size in the frame header of a JPEG or JPEG-LS codestream."""

    def change(data: bytes) -> bytes:
        at = data.index(bytes((0xFF, marker)))
        return data[: at + 5] + struct.pack(">HH", rows, columns) + data[at + 9 :]

    return change


def size_in_codestream(*values: int) -> Callable[[bytes], bytes]:
    """Another size, origin and tile size in a JPEG 2000 codestream."""
    return lambda data: data[:8] + struct.pack(f">{len(values)}I", *values) + data[8 + 4 * len(values) :]


def second_frame_header(data: bytes) -> bytes:
    """A second, larger frame header behind the one that is checked."""
    at = data.index(b"\xff\xc3")
    length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    head = data[at : at + length]
    return data[: at + length] + head[:5] + struct.pack(">HH", 65535, 65535) + head[9:] + data[at + length :]


def cut(count: int) -> Callable[[bytes], bytes]:
    """A codestream without its last bytes, in a file that is whole: libjpeg-turbo makes up the pixels that are missing."""
    return lambda data: data[:-count]


def lossy(body: Callable[[bytes], bytes]) -> Mapping[str, bytes]:
    """A series of 8 bits in progressive lossy JPEG, changed after its compression."""
    files = {}
    for number, data in enumerate(series(TILED, BitsAllocated=8, BitsStored=8, HighBit=7)):
        buffer = io.BytesIO()
        Image.fromarray((TILED[:, :, number].T % 256).astype(np.uint8)).save(buffer, "JPEG", progressive=True)
        files[f"{number}.dcm"] = _file(data, JPEG_LOSSY, fragment(b"") + fragment(_even(body(buffer.getvalue()))) + END)
    return files


def lossy_cut() -> Mapping[str, bytes]:
    """The same of a lossy one."""
    return lossy(cut(100))


def hundreds_of_scans() -> Mapping[str, bytes]:
    """Red Hat's bug 1344214 (libjpeg-turbo): a progressive JPEG that goes over the image again and again."""

    def body(data: bytes) -> bytes:
        start, end = data.index(b"\xff\xda"), data.rindex(b"\xff\xd9")
        return data[:start] + data[start:end] * 200 + data[end:]

    return lossy(body)


TWO = {"jpeg": JPEG, "jpeg_ls": JPEG_LS, "jpeg_2000": JPEG_2000}


def two_images(syntax: str) -> Callable[[], Mapping[str, bytes]]:
    """Two fragments, each a whole image, where one frame is stated: programs differ in which one they show."""
    return lambda: encapsulated(syntax, lambda data: fragment(b"") + fragment(_even(data)) * 2 + END)


DAMAGED, CUT, SIZE, START = "damaged", "cut short", "have another size", "do not start as such"


def _handled(name: str, build: Callable[[], Mapping[str, bytes]], voxels: NDArray = TILED) -> Case:
    return Case(name, Outcome.HANDLED, build, voxels=voxels, affine=AFFINE)


CASES = (
    _handled("offsets_beyond_the_end", offsets_beyond_the_end),
    _handled("extended_offsets_beyond_the_end", extended_offsets_beyond_the_end),
    _handled("runs_longer_than_the_image", frame(RLE, runs_longer_than_the_image)),
    _handled("end_mark_inside_a_fragment", end_mark_inside_a_fragment, marked()),
    rejected("fragment_longer_than_the_file", DAMAGED, fragment_longer_than_the_file),
    rejected("fragment_of_undefined_length", DAMAGED, fragment_of_undefined_length),
    rejected("fragment_cut_at_its_length", CUT, fragment_cut_at_its_length),
    rejected("something_else_than_fragments", DAMAGED, something_else_than_fragments),
    rejected("many_empty_fragments", DAMAGED, many_empty_fragments),
    rejected("no_fragments", DAMAGED, lambda: encapsulated(RLE, lambda data: END)),
    rejected("offset_table_alone", DAMAGED, lambda: encapsulated(RLE, lambda data: fragment(b"") + END)),
    rejected("segments_0", DAMAGED, frame(RLE, segments(0))),
    rejected("segments_16", DAMAGED, frame(RLE, segments(16))),
    rejected("segments_2_to_the_32", DAMAGED, frame(RLE, segments(0xFFFFFFFF))),
    rejected("segments_beyond_the_end", DAMAGED, frame(RLE, offsets(64, 0xFFFFFF00))),
    rejected("segments_backwards", DAMAGED, frame(RLE, offsets(2000, 64))),
    rejected("segments_in_their_table", DAMAGED, frame(RLE, offsets(0, 0))),
    rejected("run_beyond_the_end", DAMAGED, frame(RLE, run_beyond_the_end)),
    rejected("run_lengths_of_3_bytes", DAMAGED, frame(RLE, lambda data: data[:3])),
    rejected("jpeg_of_65535", SIZE, frame(JPEG, size_in_frame_header(0xC3, 65535, 65535))),
    rejected("jpeg_of_0", SIZE, frame(JPEG, size_in_frame_header(0xC3, 0, 0))),
    rejected("jpeg_with_a_second_frame_header", DAMAGED, frame(JPEG, second_frame_header)),
    rejected("jpeg_without_a_frame_header", START, frame(JPEG, lambda data: b"\xff\xd8" + b"\xff\xe0\0\4\0\0" * 50)),
    rejected("jpeg_of_hundreds_of_scans", DAMAGED, hundreds_of_scans),
    rejected("jpeg_ls_of_65535", SIZE, frame(JPEG_LS, size_in_frame_header(0xF7, 65535, 65535))),
    *(rejected(f"jpeg_cut_by_{count}", CUT, frame(JPEG, cut(count))) for count in (2, 3, 50, 500)),
    rejected("jpeg_lossy_cut", CUT, lossy_cut),
    rejected("jpeg_ls_cut", CUT, frame(JPEG_LS, lambda data: data[: len(data) // 2])),
    rejected(
        "jpeg_2000_of_2_to_the_32",
        SIZE,
        frame(JPEG_2000, size_in_codestream(0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF)),
    ),
    rejected("jpeg_2000_of_many_tiles", START, frame(JPEG_2000, size_in_codestream(40, 48, 0, 0, 1, 1))),
    rejected(
        "jpeg_2000_far_from_its_origin",
        f"{SIZE}|{START}|{DAMAGED}",
        frame(JPEG_2000, size_in_codestream(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFD7, 0xFFFFFFCF, 0xFFFFFFFF, 0xFFFFFFFF)),
    ),
    rejected("jpeg_2000_cut", DAMAGED, frame(JPEG_2000, lambda data: data[: len(data) // 2])),
    *(rejected(f"two_images_in_{name}", "hold two", two_images(syntax)) for name, syntax in TWO.items()),
)
