"""Checks whether a prepared scan is fit for a prediction, each with a value, a threshold and the threshold's origin."""

from adcore.prepare.checks.contrast import check_contrast
from adcore.prepare.checks.coverage import check_brain_coverage, check_field_of_view, check_outline, check_volumes
from adcore.prepare.checks.position import check_position, check_registration
from adcore.prepare.checks.sharpness import check_noise, check_sharpness, check_spacing

__all__ = [
    "check_brain_coverage",
    "check_contrast",
    "check_field_of_view",
    "check_noise",
    "check_outline",
    "check_position",
    "check_registration",
    "check_sharpness",
    "check_spacing",
    "check_volumes",
]
