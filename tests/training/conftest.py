"""The fixture that releases of models share with evaluations."""

from tests.support.resamples import few_resamples

__all__ = ["few_resamples"]
