"""Age in bands of ten years: coarse enough to stand beside a participant's number."""

import pandas as pd

STARTS = {"under 60": 0, "60 to 69": 60, "70 to 79": 70, "80 to 89": 80, "90 and over": 90}
"""Youngest age in years of each band, the youngest band first. The last is open, as few people are older."""


def age_bands(ages: pd.Series) -> pd.Series:
    """The band of each age in years; missing where the age is."""
    bands = pd.cut(ages.astype(float), [*STARTS.values(), float("inf")], right=False, labels=list(STARTS))
    return bands.astype(object)
