"""What is fuzzed: each reader in this process, and what has to hold whatever it is given."""

import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from adcore.case.scan import MAX_INTENSITY, Scan, check_affine
from adcore.errors import AdcoreError
from adcore.readers import read_patient, read_scan, read_upload
from adcore.readers.files import file_of_bytes
from adcore.readers.header_pair import read_pair_files
from tests.readers.fuzz.bundle import parted

CANARY = "ZZCANAR"
"""Start of the patient's name in every DICOM seed; no refusal and no warning may repeat it."""

SENTENCE = re.compile(r"[A-Z0-9][^\n]{20,3000}\.")
"""Refusals that list the series of an upload, each with its own, are the longest."""

Held = int
"""Bytes that the accepted scans of one input hold."""


def check_reading(read: Callable[[], Scan]) -> Held:
    """Read, and check the scan or the refusal; anything but these two is a finding."""
    try:
        scan = read()
    except AdcoreError as error:
        _check_sentence(str(error))
        return 0
    for warning in scan.warnings:
        _check_sentence(warning)
    assert scan.voxels.dtype == np.float32
    assert np.abs(scan.voxels).max() <= MAX_INTENSITY  # false where one is NaN
    assert scan.voxels.min() < scan.voxels.max()
    check_affine(scan.affine)
    return scan.voxels.nbytes


def _check_sentence(text: str) -> None:
    assert SENTENCE.fullmatch(text), "no sentence"
    assert CANARY not in text, "a name"
    assert "Error" not in text, "an exception's text"


def one_file(data: bytes) -> Held:
    """A file of any kind, as an upload."""
    return check_reading(lambda: read_upload([("head.nii.gz", data)]))


def pair(data: bytes) -> Held:
    """Header and image, by their orientation and by a given one."""
    header, image = [*parted(data), b"", b""][:2]
    files = file_of_bytes("head.hdr", header), file_of_bytes("head.img", image)
    held = check_reading(lambda: read_pair_files(*files, "LAS"))
    held += check_reading(lambda: read_pair_files(*files))
    return held + check_reading(lambda: read_upload([("head.hdr", header), ("head.img", image)]))


def dicom(sound: list[bytes]) -> Callable[[bytes], Held]:
    """One image among the sound ones of its series, in place of the third, and alone."""

    def read(data: bytes) -> Held:
        files = [*sound[:2], data, *sound[3:]]
        held = check_reading(lambda: read_upload([("", one) for one in files]))
        return held + check_reading(lambda: read_upload([("image.dcm", data)]))

    return read


def folder(data: bytes) -> Held:
    """Files in a folder on disk: the scan, one series of it, and its patient's attributes."""
    place = Path(tempfile.mkdtemp(prefix="fuzz", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        for number, content in enumerate(parted(data)):
            (place / f"{number}").write_bytes(content)
        held = check_reading(lambda: read_scan(place))
        held += check_reading(lambda: read_scan(place, 1))
        with suppress(AdcoreError):
            for keyword, text in read_patient(place).items():
                assert len(text) <= 64, keyword
        return held
    finally:
        shutil.rmtree(place, ignore_errors=True)


def upload(data: bytes) -> Held:
    """Several files from memory."""
    files = [(f"{number}.hdr" if number % 2 else f"{number - 1}.img", content) for number, content in enumerate(parted(data), 1)]
    return check_reading(lambda: read_upload(files)) + check_reading(lambda: read_upload(files, 2))
