"""Whether a prepared scan is fit for a probability: each check with its value, its threshold and where that comes from."""

import numpy as np
from numpy.typing import NDArray

from adcore.prepare.checks import Check
from adcore.prepare.registration import Registration

MIN_CORRELATION = 0.45
MIN_OVERLAP = 0.95
MIN_REACH = 0.99
MAX_TILT_DEGREES = 50.0


def check_registration(registration: Registration) -> Check:
    """Whether the scan looks like the atlas where it was placed."""
    return _check(
        "registration",
        registration.correlation,
        MIN_CORRELATION,
        registration.correlation >= MIN_CORRELATION,
        f"The scan matches the atlas with a correlation of {registration.correlation:.2f}; {MIN_CORRELATION:g} is needed.",
        "Check that it is a T1 of the whole head without strong noise or movement, and that its header says how the patient lay.",
        "Measured: whole heads 0.56 to 0.63; heads turned by 90 or 180 degrees against their header 0.24 to 0.40.",
    )


def check_outline(brain: NDArray[np.bool_], depth_mm: NDArray[np.float32]) -> Check:
    """Whether the brain's outline has the atlas brain's size and place.

    Args:
        brain: on the 2 mm atlas grid.
        depth_mm: distance to the atlas brain's surface, positive inside.
    """
    atlas = depth_mm > 0
    dice = 2 * np.count_nonzero(brain & atlas) / (np.count_nonzero(brain) + np.count_nonzero(atlas))
    return _check(
        "skull strip",
        dice,
        MIN_OVERLAP,
        dice >= MIN_OVERLAP,
        f"The brain's outline overlaps the atlas brain by {dice:.2f} (Dice); {MIN_OVERLAP:g} is needed.",
        "Part of the brain may be missing, or scalp taken for brain: look at the outline.",
        "Measured: whole heads 0.97 to 0.99; misplaced or cut ones 0.89 to 0.95.",
    )


def check_field_of_view(inside: NDArray[np.bool_], outline: NDArray[np.bool_]) -> Check:
    """Whether the scan reaches all of the planes.

    Args:
        inside: (N, H, W), pixels that the scan covers.
        outline: (N, H, W), pixels that count.
    """
    share = float(inside[outline].mean())
    return _check(
        "field of view",
        100 * share,
        100 * MIN_REACH,
        share >= MIN_REACH,
        f"The scan covers {100 * share:.0f} % of the planes that the networks read; {100 * MIN_REACH:.0f} % is needed.",
        "The rest of the brain lies outside the image: use a scan of the whole head.",
        "Chosen: what is not covered is black, and the networks would read it as missing brain.",
        unit="%",
    )


def check_position(registration: Registration) -> Check:
    """Whether the head lies as its header says; a wrong header may also have swapped left and right."""
    tilt = registration.tilt_degrees
    return _check(
        "position",
        tilt,
        MAX_TILT_DEGREES,
        tilt <= MAX_TILT_DEGREES,
        f"The head is turned by {tilt:.0f} degrees against its header; up to {MAX_TILT_DEGREES:.0f} is accepted.",
        "The header seems wrong, so left and right cannot be trusted: export the scan again with its orientation.",
        "Chosen: heads lie within about 25 degrees of the scanner's axes; a header with swapped axes is 90 or 180 off.",
        unit="degrees",
    )


def _check(
    name: str, value: float, threshold: float, passed: bool | np.bool_, finding: str, advice: str, origin: str, unit: str = ""
) -> Check:
    return Check(name, float(value), threshold, bool(passed), finding if passed else f"{finding} {advice}", origin, unit)
