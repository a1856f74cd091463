"""DICOM headers that broke other parsers: lengths, kinds, nesting and numbers that lie, in the files of a sound series.

A docstring names an advisory where the flaw of the other program is public; the bytes here are our own.
"""

import struct
import zlib
from collections.abc import Callable, Mapping

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.uid import MediaStorageDirectoryStorage

from tests.readers.corpus.case import Case, Outcome, rejected
from tests.support.dicom_builder import AFFINE, VOXELS, as_bytes, claiming, put, series, upload

SOUND = {f"{number}.dcm": data for number, (_, data) in enumerate(upload(series()))}

META_END = SOUND["0.dcm"].index(b"\x08\x00\x08\x00CS")
"""Where the data set begins, in every file."""

PATIENT, PIXELS = b"\x10\x00\x10\x00PN", b"\xe0\x7f\x10\x00O"

SEQUENCE, ITEM = b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff", b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
ITEM_END, SEQUENCE_END = b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"

Files = Mapping[str, bytes]


def before(mark: bytes, elements: bytes, files: Files = SOUND) -> Files:
    """Elements put in front of another one in every file."""
    return {name: data[: (at := data.index(mark))] + elements + data[at:] for name, data in files.items()}


def instead(tag: bytes, element: bytes) -> Files:
    """Another element in the place of one with a length of two bytes, in every file."""
    made = {}
    for name, data in SOUND.items():
        at = data.index(tag, META_END)
        end = at + 8 + struct.unpack_from("<H", data, at + 6)[0]
        made[name] = data[:at] + element + data[end:]
    return made


def changed(**elements: object) -> Files:
    """The series with other values."""
    return {f"{number}.dcm": data for number, (_, data) in enumerate(upload(series(**elements)))}


def meta_value_longer_than_the_meta_header() -> Files:
    """CVE-2026-5437 (Orthanc, CERT/CC VU#536588): a value of group 2 that its group length does not hold."""
    at = SOUND["0.dcm"].index(b"\x02\0\x10\0UI") + 6
    return {name: data[:at] + b"\xfe\xff" + data[at + 2 :] for name, data in SOUND.items()}


def meta_header_shorter_than_its_values() -> Files:
    """CVE-2026-5437, its other half: a group length of 12. Nothing is allocated by it here, so it does no harm."""
    at = SOUND["0.dcm"].index(b"\x02\0\0\0UL") + 8
    return {name: data[:at] + struct.pack("<I", 12) + data[at + 4 :] for name, data in SOUND.items()}


def meta_element_of_an_unknown_kind() -> Files:
    """CVE-2026-3650 (GDCM, ICSMA-26-083-01): a value representation that does not exist, in group 2."""
    return {name: data[:META_END] + b"\x02\0\x02\x01\0\0\xff\xff\xff\x7f" + data[META_END:] for name, data in SOUND.items()}


def value_of_4_gb() -> Files:
    """CVE-2026-3650: a length far beyond the end of the file, for which GDCM allocated before it read."""
    return before(PATIENT, b"\x09\x00\x10\x10OB\0\0\xfe\xff\xff\xff")


def value_of_spaces() -> Files:
    """The length of 0x20202020 in an old Siemens file, over which GDCM's first fix of CVE-2026-3650 stumbled."""
    return before(PATIENT, b"\x09\x00\x14\x12UN\0\0    ")


def rows_of_32_bits() -> Files:
    """CVE-2026-5442 (Orthanc): rows and columns as UL, whose product overflows 32 bits."""
    rows = instead(b"\x28\x00\x10\x00US", b"\x28\x00\x10\x00UL\4\0" + struct.pack("<I", 0x10000))
    return {name: data.replace(b"\x28\x00\x11\x00US\2\0\5\0", b"\x28\x00\x11\x00UL\4\0\1\0\1\0") for name, data in rows.items()}


def pixels_of_2_to_the_32() -> Files:
    """CVE-2026-5443 (Orthanc): sizes whose product is 0 in 32 bits, with a palette."""
    return changed(PhotometricInterpretation="PALETTE COLOR", Rows=65535, Columns=65535, BitsAllocated=32)


def palette_shorter_than_its_indices() -> Files:
    """CVE-2026-5445 (Orthanc): pixels that point behind the end of a palette of 16 colours."""
    table = {f"{colour}PaletteColorLookupTableData": bytes(32) for colour in ("Red", "Green", "Blue")}
    heads = {f"{colour}PaletteColorLookupTableDescriptor": [16, 0, 16] for colour in ("Red", "Green", "Blue")}
    return changed(PhotometricInterpretation="PALETTE COLOR", **table, **heads)


def philips_run_lengths_cut_in_an_escape() -> Files:
    """CVE-2026-5441 (Orthanc): PMSCT_RLE1, a private compression beside missing pixels, that ends in an escape mark."""
    mark = b"\xa1\x07\x11\x10CS\x0a\0PMSCT_RLE1" + b"\xa1\x07\x0a\x10OB\0\0\4\0\0\0\0\0\xa5\xa5"
    return {name: data[: data.index(PIXELS)] + mark for name, data in SOUND.items()}


def overlay_smaller_than_it_says() -> Files:
    """CVE-2025-52582 (GDCM): an overlay of 65535 x 65535 bits in two bytes. Overlays are passed over here."""
    size = b"\x00\x60\x10\x00US\2\0\xff\xff\x00\x60\x11\x00US\2\0\xff\xff\x00\x60\x00\x01US\2\0\1\0"
    return before(PIXELS, size + b"\x00\x60\x00\x30OW\0\0\2\0\0\0\0\0")


def twice(tag: bytes, second: bytes) -> Callable[[], Files]:
    """An element a second time right behind the first, with another value."""

    def build() -> Files:
        made = {}
        for name, data in SOUND.items():
            at = data.index(tag, META_END)
            end = at + 8 + struct.unpack_from("<H", data, at + 6)[0]
            made[name] = data[:end] + second + data[end:]
        return made

    build.__doc__ = (
        "CVE-2026-22879 (vtk-dicom, TALOS-2026-2366) lies where elements replace others; which one counts is not said."
    )
    return build


def nested(depth: int) -> Callable[[], Files]:
    """Sequences in sequences: pydicom's issue 2330 (from 249 levels), fo-dicom's pull request 2114 (some 1,800)."""
    return lambda: before(PATIENT, (SEQUENCE + ITEM) * depth + (ITEM_END + SEQUENCE_END) * depth)


def sequence_without_end() -> Files:
    """Of undefined length, and never closed."""
    return before(PATIENT, SEQUENCE + b"\xfe\xff\x00\xe0\0\0\0\0" * 1000)


def item_longer_than_its_sequence() -> Files:
    """A sequence of 16 bytes whose item has 64."""
    return before(
        PATIENT, b"\x40\x00\x75\x02SQ\0\0\x10\0\0\0" + b"\xfe\xff\x00\xe0\x40\0\0\0" + b"\x08\0\0\1SH\2\0AB" * 6 + bytes(4)
    )


def item_end_outside_of_an_item() -> Files:
    """Delimiters that close nothing; they are passed over."""
    return before(PATIENT, ITEM_END + SEQUENCE_END)


def table_of_contents_that_leads_out() -> bytes:
    """CVE-2026-32711 (pydicom): a DICOMDIR whose record refers to a file outside of its folder."""
    data, record = Dataset(), Dataset()
    record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", ["UP", "UP", "ETC", "PASSWD"]
    data.SOPClassUID, data.SOPInstanceUID = MediaStorageDirectoryStorage, "1.2.3"
    data.DirectoryRecordSequence = Items([record])
    return as_bytes(data).replace(b"UP\\UP", b"..\\..")


def identifiers_that_are_paths() -> Files:
    """CVE-2026-50003 (DCMTK) and CVE-2026-56445 (pynetdicom): identifiers that others took as names of files."""
    slices = series()
    for number, data in enumerate(slices):
        data.SOPInstanceUID = f"1.2.3.{number}"
    put(slices, StudyInstanceUID="1.2.3", SeriesInstanceUID="1.2.4", StudyID="/../../tmp")
    files = {f"{number}.dcm": data for number, (_, data) in enumerate(upload(slices))}
    return {name: data.replace(b"1.2.3", b"../..").replace(b"1.2.4", b"/etc/") for name, data in files.items()}


def program_in_the_preamble() -> Files:
    """The 128 bytes before DICM begin like a program of Windows; they are not looked at."""
    return {name: b"MZ\x90" + bytes(125) + data[128:] for name, data in SOUND.items()}


def deflated_zeros() -> Files:
    """A deflated data set that is one element of 300 MB of zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(b"\x09\x00\x10\x10OB\0\0" + struct.pack("<I", 300 << 20) + bytes(300 << 20)) + packer.flush()
    return {"0.dcm": claiming(SOUND["0.dcm"][:META_END], "1.2.840.10008.1.2.1.99") + body}


def picture_of_2_to_the_32() -> bytes:
    """CVE-2026-5444 (Orthanc): a PAM picture whose sizes overflow 32 bits."""
    return b"P7\nWIDTH 65536\nHEIGHT 65537\nDEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE\nENDHDR\n" + bytes(600)


def _handled(name: str, build: Callable[[], Files]) -> Case:
    return Case(name, Outcome.HANDLED, build, voxels=VOXELS, affine=AFFINE)


ENDS, INCONSISTENT = "ends inside its header", "inconsistent"

CASES = (
    _handled("meta_header_of_12_bytes", meta_header_shorter_than_its_values),
    _handled("overlay_smaller_than_it_says", overlay_smaller_than_it_says),
    _handled("identifiers_that_are_paths", identifiers_that_are_paths),
    _handled("program_in_the_preamble", program_in_the_preamble),
    _handled("nested_15", nested(15)),
    _handled("item_end_outside_of_an_item", item_end_outside_of_an_item),
    rejected("meta_value_too_long", f"{ENDS}|longer than|{INCONSISTENT}", meta_value_longer_than_the_meta_header),
    rejected("meta_kind_unknown", f"{INCONSISTENT}|{ENDS}", meta_element_of_an_unknown_kind),
    rejected("value_of_4_gb", "longer than that of any image", value_of_4_gb),
    rejected("value_of_spaces", "longer than that of any image", value_of_spaces),
    rejected("rows_of_32_bits", "along each", rows_of_32_bits),
    rejected("rows_of_32_bits_in_a_palette", "along each", pixels_of_2_to_the_32),
    rejected("frame_bytes_of_2_to_the_32", "along each", lambda: changed(Rows=65535, Columns=65535, BitsAllocated=32)),
    rejected("palette_too_short", "colour", palette_shorter_than_its_indices),
    rejected("philips_run_lengths_cut", "ends before its pixels", philips_run_lengths_cut_in_an_escape),
    rejected("frames_2_to_the_31", "gives the position of 1", lambda: changed(NumberOfFrames=2147483647)),
    rejected("frames_negative", "gives the position of 1", lambda: changed(NumberOfFrames=-1)),
    rejected("bits_12_allocated", "8, 16 or 32 bits", lambda: changed(BitsAllocated=12)),
    rejected("bits_2048_allocated", "8, 16 or 32 bits", lambda: changed(BitsAllocated=2048, BitsStored=2048)),
    rejected("bits_1_allocated", "8, 16 or 32 bits", lambda: changed(BitsAllocated=1, BitsStored=1, HighBit=0)),
    rejected("rows_twice", INCONSISTENT, twice(b"\x28\x00\x10\x00US", b"\x28\x00\x10\x00US\2\0\3\0")),
    rejected("spacing_twice", INCONSISTENT, twice(b"\x28\x00\x30\x00DS", b"\x28\x00\x30\x00DS\4\0" + b"2\\2 ")),
    rejected("nested_300", "nested deeper than 32 levels", nested(300)),
    rejected("nested_2000", "nested deeper than 32 levels", nested(2000)),
    rejected("sequence_without_end", f"{INCONSISTENT}|{ENDS}", sequence_without_end),
    rejected("item_longer_than_its_sequence", INCONSISTENT, item_longer_than_its_sequence),
    rejected("contents_that_lead_out", "contain no images", table_of_contents_that_leads_out),
    rejected("deflated_zeros", "longer than that of any image", deflated_zeros),
    rejected("picture_of_2_to_the_32.dcm", "another kind", picture_of_2_to_the_32),
)
