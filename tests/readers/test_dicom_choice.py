"""The list of series tells in words what a user has to know to choose one, and neither a date nor a text of the header."""

import pytest

from adcore.errors import SeveralSeriesError
from adcore.readers import read_upload
from tests.support.dicom_builder import CANARY, VOXELS, series, upload

PLACE = "axial, 7 images of 5 x 6, 1 x 1.25 x 1.5 mm"


def listed(*slices) -> list[str]:
    with pytest.raises(SeveralSeriesError) as caught:
        read_upload(upload([data for one in slices for data in one]))
    return [one.description for one in caught.value.series]


def visit(number: int, day: str, study: str):
    """A series of another study."""
    return series(number=number, StudyDate=day, StudyInstanceUID=study)


def test_a_normalised_series_is_told_from_its_twin():
    plain = series(number=2, ImageType=["ORIGINAL", "PRIMARY", "M", "ND"])
    normalised = series(VOXELS + 1, number=3, ImageType=["ORIGINAL", "PRIMARY", "M", "ND", "NORM"])
    assert listed(plain, normalised) == [f"MR, T1-weighted, not normalised, {PLACE}", f"MR, T1-weighted, normalised, {PLACE}"]


def test_echoes_and_inversions_in_series_of_their_own_are_told_apart():
    assert listed(series(number=1, EchoTime=1.7), series(number=2, EchoTime=3.6)) == [
        f"MR, T1-weighted, echo time 1.7 ms, {PLACE}",
        f"MR, T1-weighted, echo time 3.6 ms, {PLACE}",
    ]
    assert "inversion time 900 ms" in listed(series(number=1, InversionTime=900), series(number=2, InversionTime=1100))[0]


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ("t1_mp2rage_sag_p3_INV1", "MP2RAGE, first inversion (INV1)"),
        ("MP2RAGE inv2", "MP2RAGE, second inversion (INV2)"),
        ("t1_mp2rage_sag_p3_UNI_Images", "MP2RAGE, combined (UNI)"),
        ("t1_mp2rage_sag_p3_UNI-DEN", "MP2RAGE, combined and denoised (UNI-DEN)"),
        ("t1_mp2rage_sag_p3_T1_Images", "MP2RAGE, T1 map"),
    ],
)
def test_the_parts_of_an_mp2rage_are_named(described, said):
    part = series(number=2, SeriesDescription=f"{described} {CANARY}")
    assert listed(series(number=1), part) == [f"MR, T1-weighted, {PLACE}", f"MR, {said}, {PLACE}"]


@pytest.mark.parametrize(("part", "warned"), [("INV1", True), ("INV2", True), ("T1_Images", True), ("UNI-DEN", False)])
def test_a_part_of_an_mp2rage_that_is_no_t1_is_read_with_a_warning(part, warned):
    warnings = read_upload(upload(series(SeriesDescription=f"mp2rage_{part}"))).warnings
    assert [("the series is MP2RAGE" in warning) for warning in warnings] == [True] * warned


@pytest.mark.parametrize("described", ["t1_mprage_INV1", "university T1", "UNIT 3", "t1 images"])
def test_a_series_that_is_no_mp2rage_is_not_named_as_one(described):
    assert not any("MP2RAGE" in line for line in listed(series(number=1), series(number=2, SeriesDescription=described)))


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("20200101", "20210101"), ["visit 1", "visit 2, 12 months later"]),
        (("20210101", "20200101"), ["visit 1", "visit 2, 12 months later"]),
        (("20200101", "20200115"), ["visit 1", "visit 2, 14 days later"]),
        (("20200101", "20200102"), ["visit 1", "visit 2, 1 day later"]),
        (("20180601", "20210601"), ["visit 1", "visit 2, 36 months later"]),
        (("20200101", ""), ["study 1", "study 2"]),
        (("20200101", "20200101"), ["study 1", "study 2"]),
    ],
)
def test_visits_are_told_by_their_order_and_the_time_between(days, said):
    lines = listed(visit(3, days[0], "1.2.1"), visit(4, days[1], "1.2.2"))
    assert [line.removeprefix(f"MR, T1-weighted, {PLACE}, ") for line in lines] == said


def test_three_visits_are_in_the_order_of_their_dates_whatever_the_numbers_of_their_series():
    lines = listed(visit(9, "20200101", "1.2.3"), visit(1, "20220101", "1.2.1"), visit(5, "20210101", "1.2.2"))
    assert [line.split("mm, ")[1] for line in lines] == ["visit 1", "visit 2, 12 months later", "visit 3, 24 months later"]


def test_series_of_one_visit_tell_no_visit_and_equal_ones_their_number_at_the_scanner():
    assert listed(series(number=7), series(number=12)) == [
        f"MR, T1-weighted, {PLACE}, series 7 of the scanner",
        f"MR, T1-weighted, {PLACE}, series 12 of the scanner",
    ]


def test_a_long_number_of_a_series_is_not_shown():
    assert listed(series(number=4711_0815), series(number=4711_0816)) == [f"MR, T1-weighted, {PLACE}"] * 2
