"""Hostile DICOM files cost little and are refused; no identifier gets out of a header, whatever becomes of it."""

import io
import logging
import pickle
import struct
import traceback
import tracemalloc
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.datadict import tag_for_keyword

from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.errors import AdcoreError, ScanError, SeveralSeriesError, UnreadableScanError, UnsupportedScanError
from adcore.readers import read_scan, read_upload
from adcore.readers.dicom.codecs import JPEG, JPEG_2000, JPEG_LS, check_codestream
from adcore.readers.dicom.inflate import Inflating
from tests.support.dicom_builder import CANARY, ENCODERS, VOXELS, as_bytes, claiming, compressed, enhanced, series, upload, zipped
from tests.support.fakes import fake_analysis

DEFLATED = "1.2.840.10008.1.2.1.99"
SQ = b"\x09\x00\x10\x10SQ\0\0\xff\xff\xff\xff"
ITEM = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
ITEM_END, SEQUENCE_END = b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"

WHOLE = as_bytes(series()[0])
START = WHOLE.index(b"\x08\x00\x08\x00CS")
"""Where the data set begins: behind the meta elements."""

COMPRESSED = {syntax: upload(compressed(series(np.tile(VOXELS, (8, 8, 1))), ENCODERS[syntax]), syntax) for syntax in ENCODERS}
KINDS = {
    "explicit": upload(series()),
    "enhanced": upload([enhanced(series())]),
    "deflated": upload(series(), DEFLATED),
    "implicit": upload(series(), "1.2.840.10008.1.2"),
    "RLE": COMPRESSED["1.2.840.10008.1.2.5"],
    "JPEG": COMPRESSED["1.2.840.10008.1.2.4.70"],
    "JPEG-LS": COMPRESSED["1.2.840.10008.1.2.4.80"],
    "JPEG 2000": COMPRESSED["1.2.840.10008.1.2.4.90"],
}


def with_elements(elements: bytes) -> bytes:
    """A file with raw elements after its group 8."""
    at = WHOLE.index(b"\x10\x00\x10\x00PN")
    return WHOLE[:at] + elements + WHOLE[at:]


def deflated(dataset: bytes) -> bytes:
    """A file whose data set is these bytes, deflated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return claiming(WHOLE[:START], DEFLATED) + packer.compress(dataset) + packer.flush()


def peak_of(data: bytes, said: str) -> int:
    """Bytes that a refusal took."""
    tracemalloc.start()
    try:
        with pytest.raises(ScanError, match=said):
            read_upload([("", data)])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def chain(error: BaseException | None) -> str:
    """All that can be read off an exception and those behind it."""
    text = ""
    while error is not None:
        text += repr(error) + repr(vars(error)) + "".join(traceback.format_exception_only(error))
        error = error.__cause__ or error.__context__
    return text


@pytest.mark.parametrize("depth", [33, 1000, 200_000])
def test_sequences_nested_without_end_are_refused_at_no_cost(depth):
    assert peak_of(with_elements((SQ + ITEM) * depth), "nested deeper than 32 levels") < 2e6


def test_ordinary_nesting_is_passed_over():
    nested = (SQ + ITEM) * 10 + (ITEM_END + SEQUENCE_END) * 10
    slices = [(name, data[: (at := data.index(b"\x10\x00\x10\x00PN"))] + nested + data[at:]) for name, data in upload(series())]
    np.testing.assert_array_equal(read_upload(slices).voxels, VOXELS)


@pytest.mark.slow
def test_a_million_empty_items_are_refused_at_no_cost():
    items = b"\xfe\xff\x00\xe0\0\0\0\0" * 510_000
    assert peak_of(with_elements(SQ + items + SEQUENCE_END), "longer than that of any image") < 5e6


@pytest.mark.slow
def test_a_million_frames_are_refused_at_little_cost():
    groups = b"\x00\x52\x30\x92SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\0\0\0\0" * 400_000 + SEQUENCE_END
    at = WHOLE.index(b"\xe0\x7f\x10\x00O")
    assert peak_of(WHOLE[:at] + groups + WHOLE[at:], "longer than that of any image") < 20e6


def test_an_undefined_length_of_private_bytes_is_passed_over():
    fragments = b"\x09\x00\x11\x10OB\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\4\0\0\0abcd" + SEQUENCE_END
    unknown = b"\x09\x00\x12\x10UN\0\0\xff\xff\xff\xff" + ITEM + b"\x09\x00\x13\x10\2\0\0\0ab" + ITEM_END + SEQUENCE_END
    with pytest.raises(UnsupportedScanError, match="a single slice"):
        read_upload([("", with_elements(fragments + unknown))])


@pytest.mark.slow
def test_a_deflated_bomb_is_inflated_no_further_than_a_header_may_go():
    long_element = b"\x09\x00\x10\x10OB\0\0" + struct.pack("<I", 300 << 20) + bytes(300 << 20)
    assert peak_of(deflated(long_element), "longer than that of any image") < 5e6


def test_zeros_deflated_behind_the_pixels_are_not_inflated():
    files = [("", deflated(data[START:] + bytes(20 << 20))) for _, data in upload(series())]
    tracemalloc.start()
    np.testing.assert_array_equal(read_upload(files).voxels, VOXELS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6


def test_a_deflated_file_whose_end_is_missing_or_damaged_is_refused():
    name, data = KINDS["deflated"][0]
    for changed in (data[:-20], data[:400] + b"\xff\xff\xff" + data[403:]):
        with pytest.raises(UnreadableScanError, match=r"cut short|damaged|inside its header|inconsistent"):
            read_upload([(name, changed), *KINDS["deflated"][1:]])


@pytest.mark.parametrize("length", [100_000, 0x7FFFFFFF, 0xFFFFFFFE])
def test_an_element_that_claims_more_than_the_file_has_is_refused_at_no_cost(length):
    claim = b"\x09\x00\x10\x10OB\0\0" + struct.pack("<I", length)
    assert peak_of(with_elements(claim), "ends inside|longer than") < 2e6


def test_a_wanted_element_of_impossible_length_is_refused():
    name = b"\x10\x00\x20\x00LO" + struct.pack("<H", 40_000) + b"A" * 40_000
    assert peak_of(with_elements(name), "inconsistent") < 2e6


@pytest.mark.parametrize(("rows", "columns"), [(512, 512), (65535, 65535)])
def test_claiming_the_largest_image_costs_no_memory(rows, columns):
    slices = series(Rows=rows, Columns=columns)
    for data in upload(slices):
        assert peak_of(data[1], "cut short|2 to 1024|single slice") < 2e6


def test_a_codestream_of_another_size_than_the_header_says_is_not_decoded():
    files = [
        (name, data.replace(b"\xff\x4f\xff\x51\0\x29\0\0\0\0\0\x28", b"\xff\x4f\xff\x51\0\x29\0\0\0\0\0\x29"))
        for name, data in KINDS["JPEG 2000"]
    ]
    with pytest.raises(UnreadableScanError, match="JPEG 2000 data have another size"):
        read_upload(files)


@pytest.mark.parametrize(
    ("family", "data"),
    [
        (JPEG, b""),
        (JPEG, b"\xff\xd8" + bytes(100)),
        (JPEG, b"\xff\xd8\xff\xe0\0\x10" + b"\xff" * 100),
        (JPEG, b"\xff\xd8" + b"\xff\xe0\xff\xff" * 10),
        (JPEG_LS, b"\xff\xd8\xff"),
        (JPEG_2000, b"\xff\x4f\xff\x51"),
        (JPEG_2000, struct.pack(">4sHH8IH", b"\xff\x4f\xff\x51", 41, 0, 48, 40, 0, 0, 1, 1, 0, 0, 1)),  # a tile for each pixel
        (JPEG_2000, struct.pack(">4sHH8IH", b"\xff\x4f\xff\x51", 41, 0, 48, 40, 0, 0, 0, 0, 0, 0, 1)),
    ],
)
def test_what_does_not_begin_as_its_codec_is_not_decoded(family, data):
    with pytest.raises(UnreadableScanError, match="do not start as such"):
        check_codestream(data, family, 48, 40)


def test_the_sizes_of_codestreams_are_understood():
    jpeg = b"\xff\xd8\xff\xc4\0\4\0\0\xff\xc3\0\x0b\x10" + struct.pack(">HHB", 48, 40, 1) + bytes(9) + b"\xff\xd9"
    check_codestream(jpeg, JPEG, 48, 40)
    check_codestream(jpeg.replace(b"\xff\xc3", b"\xff\xf7"), JPEG_LS, 48, 40)
    for rows, columns in ((40, 48), (47, 40)):
        with pytest.raises(UnreadableScanError, match="another size"):
            check_codestream(jpeg, JPEG, rows, columns)


@pytest.mark.parametrize("family", [JPEG, JPEG_LS])
def test_a_codestream_has_one_end(family):
    whole = b"\xff\xd8\xff\xf7\0\x0b\x10" + struct.pack(">HHB", 48, 40, 1) + bytes(9) + b"\xff\xd9"
    for padding in (b"", b"\0", b"\xff\xff", bytes(500)):
        check_codestream(whole + padding, family, 48, 40)
    for cut in (whole[:-1], whole[:-2], whole[:-2] + bytes(500), whole + b"rest"):
        with pytest.raises(UnreadableScanError, match="cut short"):
            check_codestream(cut, family, 48, 40)
    with pytest.raises(UnreadableScanError, match="hold two"):
        check_codestream(whole + b"\0" + whole, family, 48, 40)


def test_a_stream_is_inflated_as_far_as_is_asked_for():
    packed = zlib.compress(bytes(1 << 20), 9, -zlib.MAX_WBITS)
    stream = Inflating(io.BytesIO(packed[3:]), packed[:3])
    assert len(stream.read(10)) == 10
    assert len(stream.read(2 << 20)) == (1 << 20) - 10
    assert stream.read(1) == b""


CODE = "ZZCANARY"
"""The canary where only capitals are allowed."""

BROKEN = {
    "two patients": lambda: upload([*series()[:3], *series(PatientName="ZZCANARY^OTHER")[3:]]),
    "modality": lambda: upload(series(Modality=CODE)),
    "codes": lambda: upload(series(PhotometricInterpretation=CODE, ImageType=[CODE], SequenceName=CODE)),
    "a gap": lambda: upload(series()[::2][:-1]),
    "several series": lambda: upload([*series(), *series(number=2)]),
    "one slice": lambda: upload(series()[:1]),
    "no series": lambda: upload(series(SeriesInstanceUID=None)),
    "a number": lambda: replaced(b"\x18\x00\x81\x00DS", b"\x18\x00\x81\x00AT"),
    "a place": lambda: replaced(b"\x20\x00\x32\x00DS", b"\x20\x00\x32\x00PN"),
    "a size": lambda: replaced(b"\x28\x00\x10\x00US", b"\x28\x00\x10\x00CS"),
    "a codec": lambda: [(name, claiming(data, CANARY)) for name, data in upload(series())],
    "cut pixels": lambda: [(name, data[:-9]) for name, data in upload(series())],
    "cut headers": lambda: [(name, data[:500]) for name, data in upload(series())],
    "RLE": lambda: [(name, data[:-40] + b"\xff" * 40) for name, data in KINDS["RLE"]],
    "JPEG 2000": lambda: [(name, data[:-60] + bytes(60)) for name, data in KINDS["JPEG 2000"]],
    "a zip": lambda: [(CANARY, zipped((f"{CANARY}/{name}", data) for name, data in upload(series())))],
    "half a zip": lambda: [(CANARY, zipped((f"{CANARY}/{name}", data) for name, data in upload(series()))[:-40])],
    "a letter": lambda: [(CANARY, b"Dear " + CANARY.encode())],
    "sound": lambda: KINDS["explicit"],
    "sound and enhanced": lambda: KINDS["enhanced"],
}


def replaced(old: bytes, new: bytes) -> list[tuple[str, bytes]]:
    assert old in WHOLE
    return [(name, data.replace(old, new)) for name, data in upload(series())]


@pytest.mark.parametrize("case", BROKEN)
def test_no_identifier_reaches_a_log_a_warning_an_exception_or_a_result(case, caplog, capfd, tmp_path):
    files, others = BROKEN[case](), upload([*series(number=7), *series(number=8)[:1]])
    for place, (_, data) in enumerate(files):
        (tmp_path / f"{place} {CANARY}").write_bytes(data)
    said = ""
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for work in (lambda: read_upload(files), lambda: read_upload([*files, *others]), lambda: read_scan(tmp_path)):
            try:
                made = work()
            except AdcoreError as error:
                said += chain(error) + repr(getattr(error, "series", ""))
            else:
                said += repr(made)
                if isinstance(made, Scan):
                    said += str(fake_analysis(made, ClinicalRecord()).to_json())
    captured = capfd.readouterr()
    said += caplog.text + captured.out + captured.err + "".join(str(warning.message) for warning in warned)
    assert said
    assert "CANAR" not in said
    assert "1941" not in said


def test_a_missing_file_does_not_tell_its_path(tmp_path):
    with pytest.raises(UnreadableScanError) as caught:
        read_scan(tmp_path / CANARY)
    assert "CANARY" not in chain(caught.value)


def test_choosing_between_series_survives_pickling():
    with pytest.raises(SeveralSeriesError) as caught:
        read_upload(upload([*series(), *series(number=2)]))
    twin = pickle.loads(pickle.dumps(caught.value))
    assert (str(twin), twin.series) == (str(caught.value), caught.value.series)


def is_scan_or_refusal(files) -> None:
    scan, refusal = None, None
    try:
        scan = read_upload(files)
    except AdcoreError as error:
        refusal = error
    if scan is not None:
        assert np.isfinite(scan.voxels).all()
    assert "CANARY" not in chain(refusal)
    assert refusal is None or str(refusal).endswith(".")


@pytest.mark.slow
@given(
    st.sampled_from(sorted(KINDS)),
    st.integers(0, 6),
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=8),
    st.floats(0.2, 1.4),
)
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_a_damaged_file_of_a_series_is_read_or_refused(kind, place, changes, length):
    files = list(KINDS[kind])
    name, data = files[place % len(files)]
    changed = bytearray(data)
    for position, value in changes:
        changed[int(position * (len(data) - 1))] ^= value
    files[place % len(files)] = (name, bytes(changed[: int(length * len(data))]))
    is_scan_or_refusal(files)


@pytest.mark.slow
@given(
    st.sampled_from(["explicit", "enhanced", "implicit"]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4),
)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_the_same_damage_in_every_file_is_read_or_refused(kind, changes):
    files = []
    for name, data in KINDS[kind]:
        changed = bytearray(data)
        for position, value in changes:
            changed[132 + position % (len(data) - 132)] = value
        files.append((name, bytes(changed)))
    is_scan_or_refusal(files)


@pytest.mark.slow
@given(
    st.sampled_from(
        [
            "Rows",
            "Columns",
            "BitsAllocated",
            "BitsStored",
            "HighBit",
            "NumberOfFrames",
            "PixelSpacing",
            "RescaleSlope",
            "ImagePositionPatient",
            "ImageOrientationPatient",
            "SeriesNumber",
            "ImageType",
            "Modality",
            "EchoTime",
        ]
    ),
    st.sampled_from(
        [
            b"",
            b"0",
            b"-1",
            b"nan",
            b"1e308",
            b"-1e308",
            b"1\\2",
            b"0\\0\\0",
            b"1\\0\\0\\0\\1\\0",
            b"\xff\xfe",
            b"\0\0",
            b"\xff\xff",
        ]
    ),
    st.sampled_from([b"DS", b"IS", b"US", b"CS", b"SQ", b"UN", b"OB", b"FD", b"AT"]),
    st.integers(0, 6),
)
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_any_value_in_any_element_is_read_or_refused(keyword, value, vr, count):
    tag = tag_for_keyword(keyword)
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    long = vr in (b"SQ", b"UN", b"OB")
    value += b" " * (len(value) % 2)
    element = head + vr + (b"\0\0" + struct.pack("<I", len(value)) if long else struct.pack("<H", len(value))) + value
    files = list(KINDS["explicit"])
    for place in range(count + 1):
        name, data = files[place]
        at = data.find(head, START)
        end = at + 8 + struct.unpack_from("<H", data, at + 6)[0] if at > 0 else data.index(b"\x20\x00\x0d\x00UI")
        files[place] = (name, data[: at if at > 0 else end] + element + data[end:])
    is_scan_or_refusal(files)


@given(st.binary(max_size=3000), st.sampled_from([b"", WHOLE[:START], WHOLE[:-60], SQ, deflated(b"")]))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_any_bytes_behind_any_beginning_are_refused(data, beginning):
    with pytest.raises(AdcoreError):
        read_upload([("", bytes(128) + b"DICM" + data if not beginning else beginning + data)])
