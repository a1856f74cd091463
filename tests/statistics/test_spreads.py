import numpy as np
import pandas as pd
import pytest

from adcore.statistics.spreads import spreads


def test_each_repeat_counts_once_and_by_itself() -> None:
    labels = [1, 1, 0, 0]
    repeats = pd.concat(
        pd.DataFrame({"subject": list("abcd"), "fold": 0, "label": labels, "p_all_fused": chances, "repeat": number})
        for number, chances in enumerate([[0.9, 0.8, 0.2, 0.1], [0.1, 0.2, 0.8, 0.9], [0.9, 0.3, 0.4, 0.1]])
    )
    found = spreads(repeats, threshold=0.5)["all"]["fused"]["auc"]
    assert found.repeats == 3
    assert (found.least, found.greatest) == (0, 1)
    assert found.mean == pytest.approx(np.mean([1, 0, 0.75]), abs=1e-4)
    assert found.sd == pytest.approx(np.std([1, 0, 0.75], ddof=1), abs=1e-4)


def test_a_single_repeat_has_no_spread() -> None:
    repeat = pd.DataFrame({"subject": ["a", "b"], "fold": 0, "label": [0, 1], "p_all_fused": [0.1, 0.9], "repeat": 0})
    assert spreads(repeat, threshold=0.5)["all"]["fused"]["auc"].sd == 0
