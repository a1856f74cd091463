"""Bounds of the numbers on a model's card that decide an answer; a card outside them is refused."""

import math
from typing import Annotated

from pydantic import AfterValidator, Field

from adcore.model.calibration import Calibration

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""From 0 to 1, both included."""

InnerShare = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
"""Between 0 and 1."""

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Age = Annotated[float, Field(ge=0, le=130, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

STEEPEST, FARTHEST = 1e3, 1e3
"""Largest slope and intercept of a calibration: chosen, far beyond any that a fit with its weak penalty gives."""


def check_calibration(calibration: Calibration) -> Calibration:
    """A calibration that keeps the order of the network's answers, with a covariance that is one.

    Raises:
        ValueError: with what was expected.
    """
    (a, b), (c, d) = calibration.covariance
    lowest, highest = calibration.seen or (0.0, 0.0)
    if not 0 < calibration.slope <= STEEPEST:
        raise ValueError(f"expected a slope above 0, up to {STEEPEST:g}, got {calibration.slope:g}")
    if not abs(calibration.intercept) <= FARTHEST:
        raise ValueError(f"expected an intercept of at most {FARTHEST:g} in size, got {calibration.intercept:g}")
    if not (math.isclose(b, c, rel_tol=1e-6, abs_tol=1e-9) and a >= 0 and d >= 0 and a * d - b * c >= -1e-9 * max(a * d, 1)):
        raise ValueError("expected a covariance, symmetric and without a negative variance")
    if not all(map(math.isfinite, (a, b, c, d))):
        raise ValueError("expected a finite covariance")
    if not -math.inf < lowest <= highest < math.inf:
        raise ValueError(f"expected the lowest and the highest logit seen, got {lowest:g} and {highest:g}")
    if calibration.count < 1:
        raise ValueError(f"expected one participant or more, got {calibration.count}")
    return calibration


def check_order(ages: tuple[float, float]) -> tuple[float, float]:
    """The youngest and the oldest, in that order.

    Raises:
        ValueError: they are not.
    """
    if ages[0] > ages[1]:
        raise ValueError(f"expected the youngest and the oldest, got {ages[0]:g} and {ages[1]:g}")
    return ages


SoundCalibration = Annotated[Calibration, AfterValidator(check_calibration)]
AgeRange = Annotated[tuple[Age, Age], AfterValidator(check_order)]
