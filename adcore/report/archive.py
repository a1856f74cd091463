"""Several files in one zip archive, the same bytes for the same files."""

import io
import zipfile


def zipped(files: dict[str, bytes]) -> bytes:
    """Files by name as a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()
