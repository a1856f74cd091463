import gzip
import json
import struct
from typing import Any

import numpy as np
import pytest

from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.viewer.apart import apart
from adcore.viewer.payload import viewer_payload
from tests.support.fakes import fake_analysis, head_scan
from tests.viewer.test_payload import unpack


@pytest.fixture(scope="module")
def scan() -> Scan:
    return head_scan(spacing_mm=(4.0, 4.0, 4.0))


@pytest.fixture(scope="module")
def answered(scan: Scan) -> bytes:
    return viewer_payload(scan, fake_analysis(scan, ClinicalRecord(mmse=20)))


def read(message: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and contents."""
    (length,) = struct.unpack_from("<I", message)
    return json.loads(message[4 : 4 + length]), message[4 + length :]


def test_an_answer_leaves_scan_and_preview_as_they_were_sent(scan: Scan, answered: bytes) -> None:
    before, after = apart(viewer_payload(scan)), apart(answered)
    assert (after.scan, after.preview) == (before.scan, before.preview)
    assert after.contents != before.contents


def test_the_three_messages_hold_the_payload_and_a_preview_of_every_other_voxel(answered: bytes) -> None:
    whole, volumes = unpack(answered)
    messages = apart(answered)
    header, contents = read(messages.contents)
    named, scan = read(messages.scan)
    coarse, preview = read(messages.preview)
    assert (named["key"], coarse["key"]) == (header["apart"]["t1"], header["apart"]["preview"])
    assert gzip.decompress(scan) == volumes["t1"].tobytes("F")
    shape = header["apart"]["preview_dim"]
    small = np.frombuffer(gzip.decompress(preview), np.uint8).reshape(shape, order="F")
    assert (small == volumes["t1"][::2, ::2, ::2]).all()
    assert header["blobs"] == [blob for blob in whole["blobs"] if blob["name"] != "t1"]
    assert contents == answered[-len(contents) :]
    assert messages.size == len(messages.contents) + len(messages.preview) + len(messages.scan)


def test_another_scan_has_another_name(answered: bytes) -> None:
    other = apart(viewer_payload(head_scan(1, (4.0, 4.0, 4.0))))
    assert read(other.scan)[0]["key"] != read(apart(answered).scan)[0]["key"]
