"""Words that all rooms share: the disclaimer, and how shares, probabilities and percentiles are written."""

DISCLAIMER = "Research prototype. Not a medical device. Not for diagnostic use."

BOUND = 0.5
"""Percent. Probabilities and percentiles within this of 0 or 100 are written as a bound."""


MOST_DECIMALS = 6
"""More than asked for, at most, where a value stands beside its limit."""


def percent(share: float, decimals: int = 0) -> str:
    """'62%' of a share from 0 to 1 that was counted or set; for a probability or a percentile use `points`."""
    return f"{100 * share:.{decimals}f}%"


def points(probability: float) -> str:
    """'62', '<1' or '>99' percent: a model calibrated on a few hundred participants can never state 0 or 100%."""
    return percentile(100 * probability)


def percentile(value: float) -> str:
    """'62', '<1' or '>99': nobody stands at 0 or 100."""
    return "<1" if value <= BOUND else ">99" if value >= 100 - BOUND else f"{value:.0f}"


def points_range(low: float, high: float) -> str:
    """'48 to 75%' of two probabilities."""
    return f"{points(low)} to {points(high)}%"


def points_interval(probability: float, low: float, high: float) -> str:
    """'62% (48 to 75%)' of a probability and its interval."""
    return f"{points(probability)}% ({points_range(low, high)})"


def percent_interval(share: float, low: float, high: float) -> str:
    """'62% (48 to 75%)' of a share that was counted, with its interval."""
    return f"{percent(share)} ({100 * low:.0f} to {percent(high)})"


def percentile_interval(value: float, low: float, high: float) -> str:
    """'62 (48 to 75)' of a percentile and its interval."""
    return f"{percentile(value)} ({percentile(low)} to {percentile(high)})"


def interval(value: float, low: float, high: float, digits: str = ".2f", unit: str = "") -> str:
    """'0.82 (0.75 to 0.88)'.

    Args:
        digits: how each number is formatted, such as ".3f" or "+.1f".
        unit: directly behind the value, such as "% a year".
    """
    return f"{value:{digits}}{unit} ({low:{digits}} to {high:{digits}})"


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
