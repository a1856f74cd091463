from dataclasses import fields, replace

import pytest

from adcore.prepare.config import PreparationConfig
from adcore.prepare.slices import SliceConfig

CHANGED = {
    "slices": SliceConfig(spacing_mm=1.5),
    "bias_iterations": (5,),
    "bias_spacing_mm": 4.0,
    "sampling_mm": 2.0,
    "grey_level": 0.7,
    "version": 0,
}


@pytest.mark.parametrize("name", [field.name for field in fields(PreparationConfig)])
def test_the_digest_changes_with_every_field(name: str) -> None:
    assert replace(PreparationConfig(), **{name: CHANGED[name]}).digest != PreparationConfig().digest


def test_equal_settings_have_equal_digests() -> None:
    assert PreparationConfig(bias_iterations=(20, 20)).digest == PreparationConfig().digest


def test_the_digest_is_that_of_the_same_settings_in_0_1() -> None:
    assert PreparationConfig().digest == "d6401eb74d1a4c38"
    assert PreparationConfig(slices=SliceConfig(t88_slices=(97,))).digest == "66f97e3612ca39ee"
    assert SliceConfig().digest == "b8c0e082632e9c9a"
