"""A probability moved to another share of impaired people than the model was trained with."""

from adcore.calibration import Estimate, chance_of, log_odds
from adcore.errors import ModelError


def at_prevalence(estimate: Estimate, trained: float, prevalence: float) -> Estimate:
    """The same evidence before other prior odds (Bayes; Saerens, Latinne and Decaestecker 2002, Neural Comput 14:21, eq. 4).

    It holds where impaired people look as the impaired ones of the training do, and unimpaired likewise, and only their
    numbers differ.

    Args:
        trained: share of impaired people that the estimate assumes, 0 to 1 exclusive.
        prevalence: share of impaired people at the clinic, 0 to 1 exclusive.
    Raises:
        ModelError: a share is not between 0 and 1.
    """
    for share in (trained, prevalence):
        if not 0 < share < 1:
            raise ModelError(f"Expected a share of impaired people between 0 and 1, got {share:g}. Choose another.")
    shift = log_odds(prevalence) - log_odds(trained)
    return Estimate(*(chance_of(log_odds(value) + shift) for value in (estimate.probability, estimate.low, estimate.high)))
