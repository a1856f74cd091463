"""The limits of all checks of a prepared scan, each with its origin. Loads nothing heavy, so that they can be listed."""

from adcore.case.check import Limit
from adcore.case.reason import CheckCode

REGISTRATION = Limit(
    CheckCode.REGISTRATION,
    "Measured: 97 scans 0.56 to 0.63; rotated by 90 or 180 degrees against their header 0.24 to 0.40.",
    low=0.45,
)
TEMPLATE = Limit(
    CheckCode.TEMPLATE,
    "Measured: MNI152 as nilearn ships it 1.000 at 1 mm, 0.992 at 2 mm, a later version of it 0.945, SPM's version 0.92; 97 "
    "people 0.56 to 0.63, and with 95% confidence 99.9% of such people lie under 0.66 (normal tolerance limit). Demo patients, "
    "made from it by deformation, reach 0.79.",
    high=0.89,
)
POSITION = Limit(
    CheckCode.POSITION,
    "Measured: 97 scans 1 to 29 degrees; a header with swapped axes adds 90 or 180, which leaves 61 or more. No scan at hand "
    "lies between, so the data bound the limit by these two and no closer.",
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
    "Measured: 97 whole-head scans of healthy adults 0.92 to 0.96; the same masks shifted by 12 mm 0.87 to 0.89.",
    low=0.90,
)
WHOLE_BRAIN = Limit(
    CheckCode.WHOLE_BRAIN,
    "Chosen, since data cannot set it: all 97 scans show 100%. Tissue outside the field of view is missing from the "
    "volumes; individual shape alone accounts for up to 2%.",
    low=98.0,
    unit="%",
)
FIELD_OF_VIEW = Limit(
    CheckCode.FIELD_OF_VIEW,
    "Chosen, since data cannot set it: all 97 scans show 100%. Pixels outside the field of view are black, and the networks "
    "would read them as missing brain.",
    low=99.0,
    unit="%",
)
INTRACRANIAL_VOLUME = Limit(
    CheckCode.INTRACRANIAL_VOLUME,
    "Measured: OASIS-1's 376 participants 1123 to 1913 ml (eTIV); with 95% confidence 99.9% of such people have 1009 to 2146 ml "
    "(tolerance interval of a log-normal distribution).",
    low=1000.0,
    high=2150.0,
    unit="ml",
)
HIPPOCAMPI = Limit(
    CheckCode.HIPPOCAMPI,
    "Chosen, since data cannot set it: 97 healthy scans have 3.2 to 5.1 ml, and none of advanced disease was at hand. Less than "
    "half of what is left there; anything smaller is a failed segmentation.",
    low=1.0,
    unit="ml",
)
SLICE_SPACING = Limit(
    CheckCode.SLICE_SPACING,
    "Measured: 4 mm slices changed the fused probability of two healthy adults by 0.04 to 0.10, within its interval; 6 mm slices "
    "by 0.04 to 0.25, outside it in three of four series. 4 mm slices along any axis are sharp enough (7.8 to 9.4 mm in three "
    "scans), 5 mm ones not always (8.5 to 10.5).",
    high=4.5,
    unit="mm",
)
SHARPNESS = Limit(
    CheckCode.SHARPNESS,
    "Measured: 97 scans 5.6 to 7.5 mm; with 6 mm slices or a blur of 5 mm, 10.1 to 11.9, where "
    "the fused probability left its interval in four of five series (changes of 0.04 to 0.31).",
    high=9.5,
    unit="mm",
)
NOISE = Limit(
    CheckCode.NOISE,
    "Measured: 97 scans of healthy adults 0.9 to 1.8%; noise added up to 3.0% changed the fused probability by 0.04, up to 5.4% "
    "by 0.16, outside its interval.",
    high=4.5,
    unit="%",
)
CLIPPING = Limit(
    CheckCode.CLIPPING,
    "Measured: 97 people at most 0.3%, and so 40 of 41 resampled by splines; synthetic patients 0.8%, averages 0.8 and 1.6%. "
    "Brightened beyond what 8 bits hold, four healthy heads have by a factor of 1.3 1.9% and more, by 1.4 9.9% and more; 57 of "
    "58 by 1.4 and then resampled 2.2% and more.",
    high=1.5,
    unit="%",
)
CONTRAST_AGENT = Limit(
    CheckCode.CONTRAST_AGENT,
    "Measured: 97 scans without contrast agent at most 0.02%, a public T1 with it 0.68%, a FLAIR 0.75%.",
    high=0.2,
    unit="%",
)
NOISE_IN_AIR = Limit(
    CheckCode.NOISE_IN_AIR,
    "Measured: 97 scans at most 0.8%, synthetic patients 2%; four heads with the air of an MP2RAGE's uniform image 43 to 46%.",
    high=10.0,
    unit="%",
)
RECEIVE_GAIN = Limit(
    CheckCode.RECEIVE_GAIN,
    "Measured: 97 scans at most 0.98; with a coil's gain of 4.9 at the skin that falls off in 35 mm 1.36 to 1.42, in 20 mm 1.82. "
    "At 35 mm 0.14 became 0.82 and 0.60 became 0.70; a second bias correction brought 0.82 back to 0.72 only.",
    high=1.15,
)
VOLUME_PATTERN = Limit(
    CheckCode.VOLUME_PATTERN,
    "Measured: 97 healthy scans at most 1.8, synthetic atrophy below 0.",
    high=3.0,
)

LIMITS = (
    REGISTRATION,
    TEMPLATE,
    POSITION,
    GREY_AND_WHITE_MATTER,
    FLUID_AND_GREY_MATTER,
    SKULL_STRIP,
    WHOLE_BRAIN,
    FIELD_OF_VIEW,
    INTRACRANIAL_VOLUME,
    HIPPOCAMPI,
    VOLUME_PATTERN,
    SLICE_SPACING,
    SHARPNESS,
    NOISE,
    NOISE_IN_AIR,
    CLIPPING,
    CONTRAST_AGENT,
    RECEIVE_GAIN,
)
"""In the order in which a scan is checked. The distance from the training set belongs to a model: its limit is on the card."""
