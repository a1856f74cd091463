"""The costs of an analysis by stage."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adcore.studies import bench
from adcore.studies.bench import ALL, READ, measure_stages


def test_a_stage_that_is_told_twice_counts_once_and_the_stages_sum_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def analysed(scan: Any, record: Any, predictor: Any, on_step: Callable[[str], None]) -> None:
        for step in ("first", "first", "second"):
            on_step(step)
            time.sleep(0.01)

    monkeypatch.setattr(bench, "in_child", lambda *_: None)
    monkeypatch.setattr(bench, "analyse", analysed)
    costs = measure_stages(Path("scan.nii"), None, runs=3)  # type: ignore[arg-type]
    assert list(costs) == [READ, "first", "second", ALL]
    assert all(len(cost.seconds) == len(cost.cpu_seconds) == 3 for cost in costs.values())
    for run in range(3):
        stages = sum(costs[name].seconds[run] for name in (READ, "first", "second"))
        assert stages == pytest.approx(costs[ALL].seconds[run])
    assert min(costs["first"].seconds) >= 0.02
