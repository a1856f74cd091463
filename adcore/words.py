"""Words that all rooms share: the disclaimer, and how shares, probabilities and percentiles are written."""

import math

DISCLAIMER = "Research prototype. Not a medical device. Not for diagnostic use."

BOUND = 0.5
"""Percent. Percentiles within this of 0 or 100 are written as a bound."""

LEAST_STATED, MOST_STATED = 0.05, 0.95
"""The least and the most that is said of a probability. Chosen for how few participants stand behind an extreme: out of fold,
all 20 at 0.95 and over are impaired, and their 95% interval begins at 83%."""

MOST_DECIMALS = 6
"""More than asked for, at most, where a value stands beside its limit."""


def percent(share: float, decimals: int = 0) -> str:
    """'62%' of a share from 0 to 1 that was counted or set; for a probability or a percentile use `points`."""
    return f"{100 * share:.{decimals}f}%"


def points(probability: float) -> str:
    """'62', '<5' or '>95' percent: no more is said than LEAST_STATED and MOST_STATED."""
    return bounded(probability, LEAST_STATED, MOST_STATED)


def bounded(probability: float, least: float, most: float) -> str:
    """'62' percent, or '<2' and '>82' beyond the least and the most that may be said, widened to whole percent."""
    low, high = max(1, math.ceil(100 * least - 1e-9)), min(99, math.floor(100 * most + 1e-9))
    value = 100 * probability
    return f"<{low}" if value < low else f">{high}" if value > high else f"{value:.0f}"


def percentile(value: float) -> str:
    """'62', '<1' or '>99': nobody stands at 0 or 100."""
    return "<1" if value <= BOUND else ">99" if value >= 100 - BOUND else f"{value:.0f}"


def ends(low: str, high: str) -> str:
    """'48 to 75' of an interval's ends in print; '>95' where both print alike."""
    return low if low == high else f"{low} to {high}"


def points_range(low: float, high: float) -> str:
    """'48 to 75%' of two probabilities."""
    return f"{ends(points(low), points(high))}%"


def points_interval(probability: float, low: float, high: float) -> str:
    """'62% (48 to 75%)' of a probability and its interval."""
    return f"{points(probability)}% ({points_range(low, high)})"


def percent_interval(share: float, low: float, high: float) -> str:
    """'62% (48 to 75%)' of a share that was counted, with its interval."""
    return f"{percent(share)} ({100 * low:.0f} to {percent(high)})"


def percentile_interval(value: float, low: float, high: float) -> str:
    """'62 (48 to 75)' of a percentile and its interval."""
    return f"{percentile(value)} ({ends(percentile(low), percentile(high))})"


def interval(value: float, low: float, high: float, digits: str = ".2f", unit: str = "") -> str:
    """'0.82 (0.75 to 0.88)'.

    Args:
        digits: how each number is formatted, such as ".3f" or "+.1f".
        unit: directly behind the value, such as "% a year".
    """
    return f"{value:{digits}}{unit} ({low:{digits}} to {high:{digits}})"


FARTHEST_Z = 3.0
"""Standard deviations beyond which a norm of a hundred people says no more than "beyond"."""


def z_score(z: float) -> str:
    """'-1.8', 'below -3' or 'above +3'."""
    if abs(z) <= FARTHEST_Z:
        return f"{z:+.1f}"
    return f"below -{FARTHEST_Z:g}" if z < 0 else f"above +{FARTHEST_Z:g}"


def z_interval(z: float, low: float, high: float) -> str:
    """'-1.8 (-2.2 to -1.4)', 'below -3' where even the nearer end lies beyond."""
    return f"{z_score(z)} ({ends(z_score(low), z_score(high))})"


def millilitres(volume: float) -> str:
    """'6.1' or '1530': one decimal below 100 ml, none from there on; the unit is the caller's."""
    return f"{volume:.{0 if volume >= 100 else 1}f}"


def beside(value: float, limit: float, decimals: int) -> str:
    """'0.449' of 0.449 beside a limit of 0.45: as many decimals as it takes for both to differ in print as they do in truth.

    Args:
        decimals: at least so many.
    """
    for digits in range(decimals, decimals + MOST_DECIMALS):
        text = f"{value:.{digits}f}"
        if value == limit or (float(text) != limit and (float(text) < limit) == (value < limit)):
            return text
    return repr(value)


def apart(value: float, other: float, decimals: int) -> tuple[str, str]:
    """('0.498', '0.501'): both with as many decimals as it takes to differ in print where they differ.

    Args:
        decimals: at least so many.
    """
    for digits in range(decimals, decimals + MOST_DECIMALS):
        texts = f"{value:.{digits}f}", f"{other:.{digits}f}"
        if value == other or texts[0] != texts[1]:
            return texts
    return repr(value), repr(other)
