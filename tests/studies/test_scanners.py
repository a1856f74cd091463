"""Heads that can't tell another scanner's healthy adults from the cohort's own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from adcore.cohorts.cohort import Cohort
from adcore.errors import CohortError
from adcore.studies.scanners import COUNTED, DIRECTIONS, FOLDS, PARTS, blinding, scanners
from tests.support.untrained import synthetic_cohort, untrained_network


def people(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Vectors (S, 6) that grow with age, and age and sex."""
    generator = np.random.default_rng(seed)
    facts = np.column_stack([generator.uniform(40, 90, count), generator.integers(0, 2, count)]).astype(float)
    return generator.normal(0, 0.1, (count, 6)) + (facts[:, :1] - 60) / 10 * np.array([1, 0.5, 0, 0, 0, 0]), facts


def test_what_only_the_scanner_changes_is_taken_out_and_age_stays() -> None:
    (own, own_facts), (theirs, their_facts) = people(200, 1), people(80, 2)
    shift = np.array([0, 0, 2.0, -1.0, 0, 0])
    blind = blinding(own, own_facts, theirs + shift, their_facts, 1)
    assert np.abs(shift @ blind).max() < 0.1
    assert np.linalg.norm(np.array([1.0, 0.5, 0, 0, 0, 0]) @ blind) == pytest.approx(np.hypot(1, 0.5), rel=0.02)
    np.testing.assert_allclose(blind @ blind, blind, atol=1e-9)
    assert np.linalg.matrix_rank(blind) == 5


def test_a_shift_that_grows_with_age_takes_two_directions() -> None:
    (own, own_facts), (theirs, their_facts) = people(200, 1), people(80, 2)
    growing = (their_facts[:, :1] - COUNTED) / 10 * np.array([0, 0, 0, 0, 1.5, 0]) + np.array([0, 0, 2.0, 0, 0, 0])
    one, two = (blinding(own, own_facts, theirs + growing, their_facts, count) for count in (1, 2))
    at_ninety = np.array([0, 0, 2.0, 0, 4.5, 0])
    assert np.linalg.norm(at_ninety @ one) > 3
    assert np.linalg.norm(at_ninety @ two) < 0.3


def test_without_a_direction_everything_is_read() -> None:
    (own, own_facts), (theirs, their_facts) = people(50, 1), people(50, 2)
    np.testing.assert_array_equal(blinding(own, own_facts, theirs, their_facts, 0), np.eye(6))


def healthy(count: int) -> Cohort:
    cohort = synthetic_cohort(labelled=count, others=8, seed=5)
    return replace(cohort, table=cohort.table.assign(person="H" + cohort.table["person"], session="H" + cohort.table["session"]))


@pytest.mark.slow
def test_every_branch_is_told_with_each_number_of_directions(tmp_path: Path) -> None:
    cohort = synthetic_cohort(labelled=4 * FOLDS, others=12)
    table = scanners(untrained_network(), cohort, healthy(2 * PARTS), tmp_path, seed=0)
    assert list(table["branch"]) == ["vgg16"] * len(DIRECTIONS) + ["resnet50"] * len(DIRECTIONS)
    assert (table["healthy"] == 2 * PARTS).all()
    assert table["called"].between(0, 2 * PARTS).all()
    assert (table["auc_least"] <= table["auc"]).all()
    assert (table["auc"] <= table["auc_most"]).all()


def test_too_few_healthy_adults_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match=f"Expected {2 * PARTS} healthy adults aged 60 and over or more, got 3"):
        scanners(untrained_network(), synthetic_cohort(), healthy(3), tmp_path, seed=0)
