from dataclasses import replace

import pytest

from adcore.case.stated import StatedPatient
from adcore.errors import PreparationError
from adcore.prepare.checks.adult import require_adult
from adcore.prepare.stages import prepare_scan
from tests.support.builders import as_scan, tiny_volume


@pytest.mark.parametrize("age", [3 / 365.25, 1.5, 3, 17])
def test_the_scan_of_a_child_by_its_header_is_refused(age: float) -> None:
    with pytest.raises(PreparationError, match="Expected the scan of an adult"):
        require_adult(StatedPatient(age))


@pytest.mark.parametrize("age", [None, 0, 18, 96])
def test_adults_and_headers_without_an_age_pass(age: float | None) -> None:
    require_adult(StatedPatient(age))


def test_a_child_is_refused_before_anything_is_computed() -> None:
    with pytest.raises(PreparationError, match="an age of 3 years"):
        prepare_scan(replace(as_scan(*tiny_volume()), stated=StatedPatient(3)))
