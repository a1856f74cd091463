"""The parts of a multipart answer (RFC 2046) as they are: bytes that nothing has parsed."""

from email.message import Message

from adcore.errors import ArchiveError

MAX_PARTS = 4096
"""Most files of one series; a volume has at most 1,024 slices."""

NOT_MULTIPART = (
    "Expected DICOM files from the archive, got something else. Check that its DICOMweb service lets series be retrieved."
)


def parts_of(body: bytes, content_type: str) -> list[bytes]:
    """The contents, in order.

    Raises:
        ArchiveError: this is no multipart message of DICOM files, it is cut short, or has too many parts.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/related" or not boundary:
        raise ArchiveError(NOT_MULTIPART)
    mark = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(mark, MAX_PARTS + 1)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise ArchiveError(
            "The archive's answer is cut short, or holds too many files. Try again, or export the series to a folder."
        )
    parts = []
    for piece in pieces[1:-1]:
        head, found, content = piece.partition(b"\r\n\r\n")
        if not found or b"application/dicom" not in head.lower():
            raise ArchiveError(NOT_MULTIPART)
        parts.append(content)
    return parts
