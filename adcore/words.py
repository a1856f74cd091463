"""Words that all rooms share: the disclaimer, and how shares, probabilities and percentiles are written."""

DISCLAIMER = "Research prototype. Not a medical device. Not for diagnostic use."

TOLD = 0.5
"""Percent. Probabilities and percentiles this near to 0 or 100, or nearer, are told as a bound."""


def percent(share: float, decimals: int = 0) -> str:
    """'62%' of a share from 0 to 1 that was counted or set; a probability or percentile is told by `points`."""
    return f"{100 * share:.{decimals}f}%"


def points(chance: float) -> str:
    """'62', '<1' or '>99' percent: no model that so few people calibrated can tell 0 or 100%."""
    return percentile(100 * chance)


def percentile(value: float) -> str:
    """'62', '<1' or '>99': nobody stands at 0 or 100."""
    return "<1" if value <= TOLD else ">99" if value >= 100 - TOLD else f"{value:.0f}"
