"""Zip, tar and gzip files that broke other programs: sizes that lie, members that overlap or lead out, archives in archives.

A docstring names an advisory where the flaw of the other program is public; the bytes here are our own.
"""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

from tests.readers.corpus.case import PACKED, PLAIN, Case, Outcome, rejected
from tests.support.builders import with_header
from tests.support.dicom_builder import series, upload, zipped

ZIPPED = zipped([("head.nii", PLAIN)])
LISTED, LAST = ZIPPED.index(b"PK\x01\x02"), ZIPPED.rindex(b"PK\x05\x06")
"""Where the list of members and its end begin."""


def patched(at: int, value: bytes, archive: bytes = ZIPPED) -> bytes:
    """The archive with other bytes at a place."""
    return archive[:at] + value + archive[at + len(value) :]


def size_of_4_gb_in_the_list() -> bytes:
    """CVE-2026-5439 (Orthanc): an uncompressed size that is forged, by which a buffer was allocated."""
    return patched(LISTED + 24, b"\xfe\xff\xff\xff")


def size_of_4_gb_in_both_places() -> bytes:
    """CVE-2026-5439, where the header of the member says the same."""
    return patched(22, b"\xfe\xff\xff\xff", size_of_4_gb_in_the_list())


def size_within_reach_of_deflate() -> bytes:
    """CVE-2026-5439, with a size that deflate could reach: a thousand times what is packed."""
    packed = struct.unpack_from("<I", ZIPPED, LISTED + 20)[0]
    return patched(LISTED + 24, struct.pack("<I", packed * 1000))


def size_of_2_to_the_62() -> bytes:
    """CVE-2026-5439 in zip64's form: the size stands in an extra field."""
    extra = struct.pack("<HHQ", 1, 8, 1 << 62)
    name = len("head.nii")
    listed = patched(LISTED + 24, b"\xff\xff\xff\xff")
    listed = patched(LISTED + 30, struct.pack("<H", len(extra)), listed)
    listed = listed[: LISTED + 46 + name] + extra + listed[LISTED + 46 + name :]
    return patched(LAST + len(extra) + 12, struct.pack("<I", LAST - LISTED + len(extra)), listed)


def overlapping_members() -> bytes:
    """CVE-2024-0450 (CPython): "quoted overlap", where each member quotes the next header and shares its bytes."""
    zeros = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    kernel, size = zeros.compress(bytes(4 << 20)) + zeros.flush(), 4 << 20
    crc, body, listed, count = zlib.crc32(bytes(size)), kernel, [], 50
    for number in reversed(range(count)):
        name = b"%03d" % number
        head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), size, len(name), 0) + name
        listed.append((name, crc, len(body), size, len(head)))
        content = head + body
        quoted = b"\0" + struct.pack("<HH", len(head), len(head) ^ 0xFFFF)  # a stored block that holds the next header
        body, whole = quoted + content, content
        crc, size = zlib.crc32(bytes(4 << 20), zlib.crc32(head)), size + len(head)
    directory, at = b"", 0
    for name, crc, packed, size, length in reversed(listed):
        directory += (
            struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, packed, size, len(name), 0, 0, 0, 0, 0, at) + name
        )
        at += length + 5
    return whole + directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(whole), 0)


def zip64_end_elsewhere() -> bytes:
    """CVE-2025-8291 (CPython): zip64's locator leads elsewhere than to the record that is read: programs see two archives."""
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, LAST - LISTED, LISTED)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 12345, 1)
    last = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return ZIPPED[:LAST] + record + locator + last


def list_longer_than_the_file() -> bytes:
    """A list of 2 GB of members."""
    return patched(LAST + 12, b"\xff\xff\xff\x7f")


def list_that_begins_behind_its_end() -> bytes:
    """The list begins 16 MB into a file that is smaller."""
    return patched(LAST + 16, b"\0\0\0\1")


def members_counted_wrongly() -> bytes:
    """65,535 members are counted and one is listed."""
    return patched(LAST + 8, b"\xff\xff\xff\xff")


def member_that_leads_out() -> bytes:
    """CVE-2026-50003 (DCMTK) wrote such a path; here nothing is written."""
    return zipped([("head.nii", PLAIN), ("../../../etc/cron.d/job", b"")])


def named(name: bytes) -> Callable[[], bytes]:
    """The one member under another name of 8 bytes."""
    return lambda: ZIPPED.replace(b"head.nii", name)


def without_a_name() -> bytes:
    """CPython's ZipInfo.is_dir fails where a member has no name. Found by fuzzing."""
    local = ZIPPED[:26] + bytes(2) + ZIPPED[28:30] + ZIPPED[38:LISTED]
    listed = ZIPPED[LISTED : LISTED + 28] + bytes(2) + ZIPPED[LISTED + 30 : LISTED + 46]
    return local + listed + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(listed), len(local), 0)


def linked_member() -> bytes:
    """A symbolic link to a file of the machine, under the name of an image."""
    buffer = io.BytesIO(ZIPPED)
    link = zipfile.ZipInfo("image.dcm")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def encrypted() -> bytes:
    """The flag of encryption, and strong encryption's too."""
    return patched(6, b"\x41\0", patched(LISTED + 8, b"\x41\0"))


def compressed_as(method: int) -> Callable[[], bytes]:
    """Another compression: bzip2 (12), LZMA (14), Zstandard (93), PPMd (98), AES's marker (99)."""
    return lambda: patched(8, struct.pack("<H", method), patched(LISTED + 10, struct.pack("<H", method)))


def archive_in_archive(depth: int) -> Callable[[], bytes]:
    """An archive in an archive, and so on; none but the first is opened."""

    def build() -> bytes:
        data = ZIPPED
        for _ in range(depth):
            data = zipped([("inner.zip", data)])
        return data

    return build


def second_archive_behind() -> bytes:
    """Two archives in one file, with two lists: programs differ in which they follow."""
    return ZIPPED + zipped([("other.nii", with_header(PLAIN, scl_slope=2))])


def tar(way: bytes, link: str = "") -> Callable[[], bytes]:
    """A tar archive with an image, or with a link."""

    def build() -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            entry = tarfile.TarInfo("image.dcm")
            entry.type, entry.linkname = way, link
            entry.size = 0 if link else len(PLAIN)
            archive.addfile(entry, None if link else io.BytesIO(PLAIN))
        return buffer.getvalue()

    return build


def gzip_flags(flags: int, extra: bytes = b"") -> Callable[[], bytes]:
    """Other flags in the header of gzip, and what they announce; reserved ones are not looked at, the checksum is."""
    return lambda: PACKED[:3] + bytes((flags,)) + PACKED[4:10] + extra + PACKED[10:]


def series_with_a_bomb(members: int) -> Callable[[], dict[str, bytes]]:
    """CVE-2026-5438 (Orthanc): compressed images of which one inflates without end; each member holds 64 MB of zeros."""

    def build() -> dict[str, bytes]:
        files = {f"{number}.dcm.gz": gzip.compress(data, mtime=0) for number, (_, data) in enumerate(upload(series()))}
        return {**files, "2.dcm.gz": files["2.dcm.gz"] + gzip.compress(bytes(64 << 20), mtime=0) * members}

    return build


DAMAGED, SIZES, GZIP = (
    "is damaged, cut short or contradicts its own sizes",
    "more bytes than it can hold",
    "compression is damaged or cut short",
)

CASES = (
    Case("plain.zip", Outcome.HANDLED, lambda: ZIPPED),
    rejected("size_of_4_gb_in_the_list.zip", SIZES, size_of_4_gb_in_the_list),
    rejected("size_of_4_gb_in_both_places.zip", SIZES, size_of_4_gb_in_both_places),
    rejected("size_within_reach_of_deflate.zip", DAMAGED, size_within_reach_of_deflate),
    rejected("size_of_2_to_the_62.zip", SIZES, size_of_2_to_the_62),
    rejected("overlapping_members.zip", "overlap", overlapping_members),
    rejected("zip64_end_elsewhere.zip", f"{DAMAGED}|two ends", zip64_end_elsewhere),
    rejected("list_longer_than_the_file.zip", f"{DAMAGED}|its directory is", list_longer_than_the_file),
    rejected("list_that_begins_behind_its_end.zip", f"{DAMAGED}|overlap", list_that_begins_behind_its_end),
    rejected("second_archive_behind.zip", "does not name", second_archive_behind),
    rejected("member_that_leads_out.zip", "leads out of it", member_that_leads_out),
    rejected("linked_member.zip", "symbolic link", linked_member),
    rejected("encrypted.zip", "is encrypted", encrypted),
    *(rejected(f"compressed_as_{method}.zip", "another compression", compressed_as(method)) for method in (12, 14, 93, 98, 99)),
    rejected("archive_in_archive.zip", "zip archive", archive_in_archive(1)),
    rejected("archive_in_archive_40_times.zip", "zip archive", archive_in_archive(40)),
    Case("member_without_a_name.zip", Outcome.HANDLED, without_a_name),
    Case("member_with_a_foreign_letter.zip", Outcome.HANDLED, named(b"h\xe9ad.nii")),
    Case("member_called_nul.zip", Outcome.HANDLED, named(b"\0ead.nii")),
    Case("members_counted_wrongly.zip", Outcome.HANDLED, members_counted_wrongly),
    rejected("image.tar", "tar archive", tar(tarfile.REGTYPE)),
    rejected("symbolic_link.tar", "tar archive", tar(tarfile.SYMTYPE, "/etc/passwd")),
    rejected("hard_link.tar", "tar archive", tar(tarfile.LNKTYPE, "../../etc/passwd")),
    rejected("symbolic_link.tar.gz", "tar archive", lambda: gzip.compress(tar(tarfile.SYMTYPE, "/etc/passwd")(), mtime=0)),
    rejected("zip_in_gzip.nii.gz", "zip archive inside a gzip file", lambda: gzip.compress(ZIPPED, mtime=0)),
    rejected("gzip_extra_without_end.nii.gz", f"{GZIP}|header is damaged", gzip_flags(4, b"\xff\xff")),
    rejected("gzip_name_without_end.nii.gz", GZIP, lambda: gzip_flags(8, b"x")()[:40].replace(b"\0", b"x")[:11] + b"x" * 5000),
    rejected("gzip_other_method.nii.gz", GZIP, lambda: PACKED[:2] + b"\7" + PACKED[3:]),
    Case("gzip_reserved_flags.nii.gz", Outcome.HANDLED, gzip_flags(0xE0)),
    rejected("series_with_a_bomb_of_1_gb", "more bytes than", series_with_a_bomb(16)),
    rejected("series_with_a_bomb_of_3_gb", "contain more than 2 GB", series_with_a_bomb(48)),
)
