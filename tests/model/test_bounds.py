import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from adcore.errors import ModelError
from adcore.model.bounds import check_calibration
from adcore.model.calibration import Calibration
from adcore.model.card import ModelCard
from tests.support.untrained import untrained_card

SOUND = Calibration(1.0, 0.2, ((0.02, 0.001), (0.001, 0.03)), 100, (-2.0, 3.0))
LIMITS = {"stated": 0.9, "impaired_from": 0.2, "unimpaired_to": 0.7, "impaired_participants": 20, "unimpaired_participants": 20}
DISTANCE = {"sha256": "0" * 64, "participants": 20, "usual": 1.2, "limit": 3.0, "origin": "tests"}


@pytest.mark.parametrize(
    "changes",
    [
        {"slope": -1.0},
        {"slope": 0.0},
        {"slope": math.nan},
        {"slope": math.inf},
        {"intercept": math.nan},
        {"intercept": -1e9},
        {"covariance": ((-0.02, 0.0), (0.0, 0.03))},
        {"covariance": ((0.02, 0.5), (0.5, 0.03))},
        {"covariance": ((0.02, 0.001), (0.002, 0.03))},
        {"covariance": ((math.nan, 0.0), (0.0, 0.03))},
        {"covariance": ((math.inf, 0.0), (0.0, 0.03))},
        {"seen": (3.0, -2.0)},
        {"seen": (math.nan, 3.0)},
        {"seen": (-2.0, math.inf)},
        {"count": 0},
    ],
)
def test_a_calibration_that_would_turn_or_blur_the_answer_is_refused(changes: dict[str, Any]) -> None:
    assert check_calibration(SOUND) == SOUND
    with pytest.raises(ValueError, match="expected"):
        check_calibration(replace(SOUND, **changes))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"threshold": 0.0}, "threshold"),
        ({"threshold": 1.0}, "threshold"),
        ({"threshold": None}, "threshold"),
        ({"calibrations": {"all_fused": asdict(replace(SOUND, slope=-1.0))}}, "calibrations.all_fused"),
        ({"conformal": {"all": LIMITS | {"impaired_from": 1.2}}}, "conformal.all.impaired_from"),
        ({"conformal": {"all": LIMITS | {"unimpaired_to": -0.1}}}, "conformal.all.unimpaired_to"),
        ({"conformal": {"all": LIMITS | {"stated": 1.0}}}, "conformal.all.stated"),
        ({"training_distance": DISTANCE | {"limit": 0.0}}, "training_distance.limit"),
        ({"training_distance": DISTANCE | {"sha256": ""}}, "training_distance.sha256"),
        ({"cam_maximum": {"vgg16": -1.0}}, "cam_maximum.vgg16"),
        ({"age_years": [96, 60]}, "age_years"),
        ({"age_years": [-1, 96]}, "age_years.0"),
        ({"splits": [{"fit": "0" * 64, "stop": "0" * 64, "test": "0" * 63}]}, "splits.0.test"),
        ({"weights": {"fusion.safetensors": "abc"}}, "weights.fusion.safetensors"),
    ],
)
def test_a_number_out_of_its_bounds_is_refused_by_its_place_on_the_card(changes: dict[str, Any], where: str) -> None:
    document = untrained_card().model_dump(mode="json")
    assert ModelCard.of(Path("mine"), document | {"conformal": {"all": LIMITS}, "training_distance": DISTANCE}).threshold == 0.5
    with pytest.raises(ModelError) as refusal:
        ModelCard.of(Path("mine"), document | changes)
    assert f"mine/card.json is not a card this version can read: {where}:" in str(refusal.value)


def test_a_share_of_impaired_that_is_none_is_no_share() -> None:
    card = untrained_card()
    for impaired in (0, -40, 100):
        data = card.data | {"impaired_participants": impaired}
        assert card.model_copy(update={"data": data}).impaired_share is None
