import pytest

from adcore.volumetry import VolumeFinding
from app.review.volumes import volume_sentence


@pytest.mark.parametrize(("measured", "text"), [(6.18, "6.2 ml"), (1784.3, "1784 ml")])
def test_volumes_are_given_in_plain_millilitres(measured: float, text: str) -> None:
    assert text in volume_sentence(VolumeFinding("whole brain", measured, 0.9, None, "Age and sex are needed."))
