"""The limits of all checks of a prepared scan, each with its origin. Loads nothing heavy, so that they can be listed."""

from adcore.case.check import Limit
from adcore.case.reason import CheckCode

REGISTRATION = Limit(
    CheckCode.REGISTRATION,
    "Measured: 97 scans 0.56 to 0.65, an average of scans 0.92; rotated by 90 or 180 degrees against their header 0.24 to 0.40.",
    low=0.45,
)
POSITION = Limit(
    CheckCode.POSITION,
    "Chosen: heads are within about 25 degrees of the scanner's axes; a header with swapped axes is off by 90 or 180.",
    high=50.0,
    unit="degrees",
)
GREY_AND_WHITE_MATTER = Limit(
    CheckCode.GREY_AND_WHITE_MATTER,
    "Measured: T1s 0.57 to 0.77, blurred ones up to 0.80; T2, FLAIR and proton density images exceed 1.",
    high=0.90,
)
FLUID_AND_GREY_MATTER = Limit(CheckCode.FLUID_AND_GREY_MATTER, "Measured: T1s 0.41 to 0.63; a T2 exceeds 1.", high=0.90)
SKULL_STRIP = Limit(
    CheckCode.SKULL_STRIP,
    "Measured: 98 whole-head scans of healthy adults 0.92 to 0.98; the same masks shifted by 12 mm 0.87 to 0.89.",
    low=0.90,
)
WHOLE_BRAIN = Limit(
    CheckCode.WHOLE_BRAIN,
    "Chosen: tissue outside the field of view is missing from the volumes; individual shape alone accounts for up to 2%.",
    low=98.0,
    unit="%",
)
FIELD_OF_VIEW = Limit(
    CheckCode.FIELD_OF_VIEW,
    "Chosen: pixels outside the field of view are black, and the networks would read them as missing brain.",
    low=99.0,
    unit="%",
)
INTRACRANIAL_VOLUME = Limit(
    CheckCode.INTRACRANIAL_VOLUME,
    "Range of OASIS-1's 376 participants, 1123 to 1913 ml (eTIV), widened by the error of an atlas-based estimate.",
    low=900.0,
    high=2100.0,
    unit="ml",
)
HIPPOCAMPI = Limit(
    CheckCode.HIPPOCAMPI,
    "Chosen: less than half of the volume in advanced disease; anything smaller is a failed segmentation.",
    low=1.0,
    unit="ml",
)
SLICE_SPACING = Limit(
    CheckCode.SLICE_SPACING,
    "Measured: 4 mm slices changed the fused probability of two healthy adults by 0.04 to 0.10, within its interval; 6 mm slices "
    "by 0.04 to 0.25, outside it in three of four series.",
    high=5.5,
    unit="mm",
)
SHARPNESS = Limit(
    CheckCode.SHARPNESS,
    "Measured: sharp scans 5.6 to 7.4 mm, an average of 152 scans 8.0; with 6 mm slices or a blur of 5 mm, 10.1 to 11.9, where "
    "the fused probability left its interval in four of five series (changes of 0.04 to 0.31).",
    high=9.5,
    unit="mm",
)
NOISE = Limit(
    CheckCode.NOISE,
    "Measured: scans of healthy adults 0.8 to 1.8%; noise added up to 3.0% changed the fused probability by 0.04, up to 5.4% by "
    "0.16, outside its interval.",
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
