from pathlib import Path

import pytest

from adcore.cohorts.cohort import Cohort
from adcore.evaluation.card.figures import ORIGINS
from adcore.evaluation.card.refresh import ANSWERS_HANG_ON, refresh_card
from adcore.evaluation.card.verify import Verdict, check_card
from tests.support.scored import write_scored_model
from tests.support.untrained import synthetic_cohort

pytestmark = pytest.mark.usefixtures("few_resamples")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return synthetic_cohort(labelled=40, others=4)


@pytest.mark.slow
def test_a_card_that_lost_its_figures_gets_them_again_and_nothing_an_answer_is_made_with_changes(
    tmp_path: Path, cohort: Cohort
) -> None:
    before = write_scored_model(tmp_path, cohort)
    emptied = {"metrics": {}, "comparisons": [], "verbal_answers": {}, "scan_worth": [], "reliability": {}, "origins": {}}
    before.model_copy(update=emptied).write(tmp_path)
    after = refresh_card(tmp_path, cohort)
    for section in ("metrics", "comparisons", "verbal_answers", "scan_worth", "reliability", "words_at_prevalence", "repeats"):
        assert getattr(after, section) == getattr(before, section), section
    assert all(getattr(after, name) == getattr(before, name) for name in (*ANSWERS_HANG_ON, "known_case", "weights"))
    assert after.origins == ORIGINS
    verdicts = {finding.section: finding.verdict for finding in check_card(tmp_path, cohort)}
    assert {name for name, verdict in verdicts.items() if verdict is Verdict.DIFFERS} <= {"calibrations"}  # made up, in this card
