"""Age, sex and date by a DICOM header: every form that devices and de-identification leave is understood, or says nothing."""

import pytest

from adcore.case.clinical import Sex
from adcore.case.stated import StatedPatient
from adcore.readers import read_upload
from tests.support.dicom_builder import CANARY, enhanced, put, series, upload


def stated(**elements: object) -> StatedPatient:
    slices = series(PatientBirthDate="")
    put(slices, **elements)
    return read_upload(upload(slices)).stated


@pytest.mark.parametrize(
    ("written", "years"),
    [
        ("003Y", 3),
        ("070Y", 70),
        ("018M", 1.5),
        ("026W", 26 * 7 / 365.25),
        ("010D", 10 / 365.25),
        ("070", 70),
        ("70Y", 70),
        ("070y", 70),
        ("000Y", 0),
        ("000D", 0),
        ("999Y", None),
        ("", None),
        ("Y", None),
        ("ANON", None),
        ("-05Y", None),
        ("7OY", None),
        ("70 years", None),
    ],
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR AS")
def test_an_age_string_is_read_in_its_unit_and_anything_else_says_nothing(written: str, years: float | None) -> None:
    found = stated(PatientAge=written).age_years
    assert found == (years if years is None else pytest.approx(years))


@pytest.mark.parametrize(
    ("birth", "study", "years"),
    [
        ("19410610", "20110609", 69),
        ("19410610", "20110610", 70),
        ("1941.06.10", "2011-06-10", 70),
        ("20100301", "20100520", 2 / 12),
        ("20100301", "20100301", 0),
        ("20110610", "19410610", None),
        ("18000101", "20110610", None),
        ("19411399", "20110610", None),
        ("1941", "20110610", None),
        ("19410610", "", None),
        ("", "20110610", None),
    ],
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR DA")
def test_without_an_age_the_dates_of_birth_and_study_give_it(birth: str, study: str, years: float | None) -> None:
    found = stated(PatientBirthDate=birth, StudyDate=study).age_years
    assert found == (years if years is None else pytest.approx(years))


def test_the_age_string_outranks_the_dates_and_an_age_of_0_gives_way_to_them() -> None:
    dates = {"PatientBirthDate": "19410610", "StudyDate": "20110610"}
    assert stated(PatientAge="072Y", **dates).age_years == 72
    assert stated(PatientAge="000Y", **dates).age_years == 70
    assert stated(PatientBirthDate="19410610", AcquisitionDate="20110610").age_years == 70


@pytest.mark.parametrize(
    ("written", "sex"),
    [("F", Sex.FEMALE), ("M", Sex.MALE), ("m", Sex.MALE), ("FEMALE", Sex.FEMALE), ("O", None), ("", None), ("X", None)],
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_a_sex_that_is_neither_says_nothing(written: str, sex: Sex | None) -> None:
    assert stated(PatientSex=written).sex is sex


def test_a_header_without_any_of_them_says_nothing_and_an_enhanced_object_is_read_alike() -> None:
    undated = dict.fromkeys(("StudyDate", "SeriesDate", "AcquisitionDate"), "")
    assert read_upload(upload(series(PatientBirthDate=None, **undated))).stated == StatedPatient()
    slices = series(PatientAge="061Y", PatientSex="F", **undated)
    assert read_upload(upload([enhanced(slices)])).stated == StatedPatient(61, Sex.FEMALE)


@pytest.mark.parametrize(("written", "day"), [("2011.06.10", "2011-06-10"), ("19000101", None), ("20111399", None)])
@pytest.mark.filterwarnings("ignore:Invalid value for VR DA")
def test_the_study_date_is_a_day_since_there_is_mri(written: str, day: str | None) -> None:
    assert stated(StudyDate=written, SeriesDate="", AcquisitionDate="").study_date == day


def test_no_birth_date_and_no_name_is_kept_beside_them() -> None:
    scan = read_upload(upload(series(PatientBirthDate="19410610", StudyDate="20110610", PatientSex="M")))
    assert scan.stated == StatedPatient(70, Sex.MALE, "2011-06-10")
    everything = repr(vars(scan))
    assert not any(secret in everything for secret in (CANARY, "19410610", "1941-06-10"))
