"""The fixture that evaluations and statistics share."""

from tests.support.resamples import few_resamples

__all__ = ["few_resamples"]
