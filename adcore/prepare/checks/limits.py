"""The limits of all checks of a prepared scan, each with its origin. Loads nothing heavy, so that they can be listed."""

from adcore.case.check import Limit
from adcore.case.reason import CheckCode

REGISTRATION = Limit(
    CheckCode.REGISTRATION,
    "Measured: 97 heads 0.56 to 0.65, an average one 0.92; turned by 90 or 180 degrees against their header 0.24 to 0.40.",
    low=0.45,
)
POSITION = Limit(
    CheckCode.POSITION,
    "Chosen: heads lie within about 25 degrees of the scanner's axes; a header with swapped axes is 90 or 180 off.",
    high=50.0,
    unit="degrees",
)
GREY_AND_WHITE_MATTER = Limit(
    CheckCode.GREY_AND_WHITE_MATTER,
    "Measured: T1s 0.57 to 0.77, blurred ones up to 0.80; a T2, FLAIR or proton density image has more than 1.",
    high=0.90,
)
FLUID_AND_GREY_MATTER = Limit(CheckCode.FLUID_AND_GREY_MATTER, "Measured: T1s 0.41 to 0.63; a T2 has more than 1.", high=0.90)
SKULL_STRIP = Limit(
    CheckCode.SKULL_STRIP,
    "Measured: 98 healthy whole heads 0.92 to 0.98; the same outlines 12 mm off their place 0.87 to 0.89.",
    low=0.90,
)
WHOLE_BRAIN = Limit(
    CheckCode.WHOLE_BRAIN,
    "Chosen: what is not covered is missing from the volumes; 2% is the least that a change of shape leaves open.",
    low=98.0,
    unit="%",
)
FIELD_OF_VIEW = Limit(
    CheckCode.FIELD_OF_VIEW,
    "Chosen: what is not covered is black, and the networks would read it as missing brain.",
    low=99.0,
    unit="%",
)
INTRACRANIAL_VOLUME = Limit(
    CheckCode.INTRACRANIAL_VOLUME,
    "OASIS-1's 376 participants measure 1123 to 1913 ml (eTIV), widened by what an atlas fit may be off.",
    low=900.0,
    high=2100.0,
    unit="ml",
)
HIPPOCAMPI = Limit(
    CheckCode.HIPPOCAMPI,
    "Chosen: under half of what is left in advanced disease; anything smaller is a failed segmentation.",
    low=1.0,
    unit="ml",
)
SLICE_SPACING = Limit(
    CheckCode.SLICE_SPACING,
    "Measured: 4 mm slices moved the fused probability of two healthy people by 0.04 to 0.10 within its interval; 6 mm slices by "
    "0.04 to 0.25, out of it in three of four series.",
    high=5.5,
    unit="mm",
)
SHARPNESS = Limit(
    CheckCode.SHARPNESS,
    "Measured: sharp heads 5.6 to 7.4 mm, an average of 152 heads 8.0; with 6 mm slices or a blur of 5 mm, 10.1 to 11.9, where "
    "the fused probability left its interval in four of five series (moved by 0.04 to 0.31).",
    high=9.5,
    unit="mm",
)
NOISE = Limit(
    CheckCode.NOISE,
    "Measured: healthy heads 0.8 to 1.8%; noise added up to 3.0% moved the fused probability by 0.04, up to 5.4% by 0.16, out "
    "of its interval.",
    high=4.5,
    unit="%",
)

LIMITS = (
    REGISTRATION,
    POSITION,
    GREY_AND_WHITE_MATTER,
    FLUID_AND_GREY_MATTER,
    SKULL_STRIP,
    WHOLE_BRAIN,
    FIELD_OF_VIEW,
    INTRACRANIAL_VOLUME,
    HIPPOCAMPI,
    SLICE_SPACING,
    SHARPNESS,
    NOISE,
)
"""In the order in which a scan is checked. The distance from the training set belongs to a model: its limit is on the card."""
