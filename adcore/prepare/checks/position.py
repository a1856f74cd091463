"""Checks of position: whether the scan is registered to the atlas, and its header gives the correct orientation."""

from adcore.case.check import Check
from adcore.prepare.checks.limits import POSITION, REGISTRATION, TEMPLATE
from adcore.prepare.registration import Registration


def check_registration(registration: Registration) -> Check:
    """Whether the scan is similar to the atlas after registration."""
    return REGISTRATION.check(
        registration.correlation,
        f"The correlation between scan and atlas is {REGISTRATION.beside(registration.correlation, 2)}; at least "
        f"{REGISTRATION.low:g} is required.",
        "Check that this is a T1 of the whole head without strong noise or motion, and that its header gives the orientation.",
    )


def check_template(registration: Registration) -> Check:
    """Whether the scan is a person's, not the atlas itself."""
    return TEMPLATE.check(
        registration.correlation,
        f"The correlation between scan and atlas is {TEMPLATE.beside(registration.correlation, 2)}; a person's is at most "
        f"{TEMPLATE.high:g}.",
        "This is the template MNI152 or a version of it, an average of 152 people, and nobody's scan: use a patient's.",
    )


def check_position(registration: Registration) -> Check:
    """Whether the orientation agrees with the header; a wrong header may also have swapped left and right."""
    tilt = registration.tilt_degrees
    return POSITION.check(
        tilt,
        f"The head is rotated by {POSITION.beside(tilt, 1)} degrees against its header; up to "
        f"{POSITION.high:.0f} degrees is accepted.",
        "The header seems to be wrong, so left and right cannot be trusted: export the scan again with its orientation.",
    )
