"""Whether the head lies where the atlas says, and as its header says."""

from adcore.case.check import Check
from adcore.prepare.checks.limits import POSITION, REGISTRATION
from adcore.prepare.registration import Registration


def check_registration(registration: Registration) -> Check:
    """Whether the scan looks like the atlas where it was placed."""
    return REGISTRATION.check(
        registration.correlation,
        f"The scan matches the atlas with a correlation of {registration.correlation:.2f}; {REGISTRATION.low:g} is needed.",
        "Check that it is a T1 of the whole head without strong noise or movement, and that its header says how the patient lay.",
    )


def check_position(registration: Registration) -> Check:
    """Whether the head lies as its header says; a wrong header may also have swapped left and right."""
    tilt = registration.tilt_degrees
    return POSITION.check(
        tilt,
        f"The head is turned by {tilt:.1f} degrees against its header; up to {POSITION.high:.0f} is accepted.",
        "The header seems wrong, so left and right cannot be trusted: export the scan again with its orientation.",
    )
