import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.target import target_of
from adcore.evaluation.cohort.answers import answers_by_label, wrong_sentences
from adcore.evaluation.cohort.beside import beside
from adcore.evaluation.cohort.evaluated import Evaluation
from adcore.evaluation.cohort.figures import figures_of_participants
from adcore.evaluation.cohort.html.tables import participants_table
from adcore.evaluation.cohort.summary import difference_from_rival, reliability_sentence, sentences
from adcore.model.card import ModelCard
from adcore.model.card_schema import RegressionCard
from tests.support.untrained import untrained_card

pytestmark = pytest.mark.usefixtures("few_resamples")

MMSE_ALONE = RegressionCard(coefficients={"mmse": -0.5}, intercept=13.0, participants=100)


@pytest.fixture
def card() -> ModelCard:
    return untrained_card().model_copy(update={"regressions": {"MMSE alone": MMSE_ALONE}})


def people(count: int = 60, seed: int = 0) -> pd.DataFrame:
    """The answer follows MMSE exactly; the structures' branch knows nothing."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    mmse = np.clip(np.rint(27 - 3 * labels + generator.normal(0, 2, count)), 0, 30)
    chances = 1 / (1 + np.exp(0.5 * mmse - 13))
    return pd.DataFrame(
        {
            "label": labels.astype(float),
            "age_years": 70.0,
            "sex": "F",
            "cdr": labels / 2,
            "mmse": mmse,
            "category": np.where(chances >= 0.5, "likely impaired", "likely unimpaired"),
            "p_all_fused": chances,
            "p_all_structures": generator.uniform(size=count),
        }
    )


def test_an_answer_that_is_mmse_alone_does_not_differ_from_it_and_beats_what_knows_nothing(card: ModelCard) -> None:
    table = people()
    found = beside(table, card, table[["label", "p_all_fused"]], seed=0)
    same, chance = found.rivals
    assert (same.name, same.participants, same.impaired) == ("MMSE alone", 60, 30)
    assert (same.comparison.difference.low, same.comparison.difference.high) == (0, 0)
    assert chance.comparison.difference.low > 0
    assert "of MMSE alone on the same 60 participants, difference +0.00" in difference_from_rival(same)
    assert found.decision is not None
    curves = found.decision.net_benefit
    assert curves["the answer"] == curves["MMSE alone"]
    assert found.decision.prevalence == 0.5


def test_the_difference_from_the_card_is_of_other_people_so_its_interval_is_never_nothing(card: ModelCard) -> None:
    table = people()
    found = {one.metric: one for one in beside(table, card, table[["label", "p_all_fused"]], seed=0).card}
    area = found["auc"]
    assert area.here.value == area.card.value
    assert area.difference.low < area.difference.value == 0 < area.difference.high


def test_simple_models_are_scored_on_those_who_have_what_they_need(card: ModelCard) -> None:
    table = people()
    table.loc[:19, "mmse"] = np.nan
    found = {rival.name: rival.participants for rival in beside(table, card, table, seed=0).rivals}
    assert found["MMSE alone"] == 40
    assert beside(table[:8], card, table, seed=0).card == []  # too few for any figure


def test_answers_stand_by_label_with_how_many_impaired_were_called_unimpaired() -> None:
    table = people()
    missed = int(((table["label"] == 1) & (table["category"] == "likely unimpaired")).sum())
    found = answers_by_label(table)
    assert sum(one.participants for one in found["impaired"].values()) == 30
    assert found["impaired"]["likely unimpaired"].participants == missed > 0
    assert wrong_sentences(found)[0].startswith(
        f"{missed} of 30 impaired were called likely unimpaired: {100 * missed / 30:.0f}%"
    )


def test_the_table_of_participants_marks_whose_answer_contradicts_the_label() -> None:
    table = people(20).assign(subject=[f"S{number}" for number in range(20)])
    shown = participants_table(table)
    assert shown.headings[:4] == ["subject", "label", "category", "answer"]
    marked = {row[0] for row in shown.rows if row[3] == "wrong"}
    called = table["category"].map({"likely impaired": 1.0, "likely unimpaired": 0.0})
    assert marked == set(table.loc[called != table["label"], "subject"]) != set()


def test_a_label_of_ones_own_is_told_first() -> None:
    target = target_of("diagnosis", "AD,MCI", None, 50)
    lines = sentences(Evaluation([], [], pd.DataFrame(), target=target))
    assert lines[0] == "Label: positive (diagnosis AD or MCI), called impaired below; age 50 and over with a known diagnosis."
    assert sentences(Evaluation([], [], pd.DataFrame()))[0].startswith("The card")


def test_each_site_has_its_figures_and_a_small_one_none() -> None:
    table = people().assign(site=["B", "A"] * 10 + ["A", "B"] * 18 + ["C"] * 4)
    sites = figures_of_participants(table, {}, 0.5, 0).sites["all"]
    assert {name: one.participants for name, one in sites.items()} == {"A": 28, "B": 28}
    assert figures_of_participants(people(), {}, 0.5, 0).sites["all"] == {}


def test_figures_hold_bands_of_mmse_and_calibration_with_what_chance_would_show() -> None:
    table = people(400)
    table["label"] = (np.random.default_rng(1).uniform(size=400) < table["p_all_fused"]).astype(float)  # exact probabilities
    figures = figures_of_participants(table, {}, 0.5, 0)
    bands = figures.mmse_bands["all"]
    assert sum(band.participants for band in bands.values()) == 400
    assert bands["MMSE 24 and under"].impaired > bands["MMSE 29 to 30"].impaired
    found = figures.reliability["all"]
    assert found.slope.low < 1 < found.slope.high
    assert found.ece_by_chance.low < figures.metrics["all"]["fused"]["ece"].value < found.ece_by_chance.high
    assert "by chance" in reliability_sentence(figures, "all")
