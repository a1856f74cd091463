"""Fewer resamples than a card needs: what is tested does not hang on their number."""

import pytest


@pytest.fixture
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bootstraps of 60 resamples."""
    monkeypatch.setattr("adcore.statistics.intervals.RESAMPLES", 60)
