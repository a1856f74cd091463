from pathlib import Path

import numpy as np
import pytest

from adcore.cohorts.cohort import Cohort
from adcore.cohorts.oasis1 import read_table
from adcore.evaluation.card.verify import Verdict, check_card
from adcore.predict import model_folder


@pytest.mark.slow
def test_the_shipped_card_says_what_its_stored_predictions_give(shared_data: Path) -> None:
    table = read_table(shared_data / "oasis1" / "oasis_cross-sectional.csv")
    cohort = Cohort(table, np.zeros((len(table), 1, 1, 1), np.float32), (90,))  # no figure on the card hangs on pixels alone
    findings = check_card(model_folder(), cohort)
    assert [finding for finding in findings if finding.verdict is Verdict.DIFFERS] == []
    assert {"metrics", "baselines"} <= {finding.section for finding in findings if finding.verdict is Verdict.AGREES}


@pytest.mark.slow
def test_without_data_the_shipped_card_is_still_checked() -> None:
    agreed = {finding.section for finding in check_card(model_folder()) if finding.verdict is Verdict.AGREES}
    assert {"weights", "probabilities", "calibrations", "metrics", "confusion", "splits"} <= agreed
