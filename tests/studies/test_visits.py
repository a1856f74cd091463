import numpy as np
import pandas as pd
import pytest

from adcore.longitudinal.repeatability import ProbabilityRepeat
from adcore.studies.visits import (
    Trajectory,
    figures_by_trajectory,
    trajectory,
    trajectory_lines,
    trends,
    visits_json,
    visits_of_participants,
)

REPEAT = ProbabilityRepeat(participants=20, source="nobody", slices="one", log_odds_sd=0.1, probability_gap=0.01)


def sessions() -> tuple[pd.DataFrame, pd.Series]:
    """Twelve participants: six stable at CDR 0 with small steps, six who convert and whose log-odds rise by one a year."""
    random = np.random.default_rng(0)
    rows, days = [], {}
    for person in range(12):
        converts = person >= 6
        for visit in range(3):
            odds = -1 + (visit if converts else random.normal(0, 0.02))
            session = f"P{person:02d}_MR{visit + 1}"
            chance = 1 / (1 + np.exp(-odds))
            rows.append((f"P{person:02d}", session, 0.5 if converts and visit else 0.0, chance))
            days[session] = 365.25 * visit
    rows.append(("P99", "P99_MR1", 0.0, 0.5))  # one visit only
    days["P99_MR1"] = 0.0
    return pd.DataFrame(rows, columns=["subject", "session", "cdr", "p_images_fused"]), pd.Series(days)


@pytest.mark.parametrize(
    ("impaired", "expected"),
    [
        ([0, 0, 0], Trajectory.UNIMPAIRED),
        ([1, 1], Trajectory.IMPAIRED),
        ([0, 1, 1], Trajectory.CONVERTING),
        ([1, 0], Trajectory.RETURNING),
        ([0, 1, 0], Trajectory.RETURNING),
    ],
)
def test_a_fate_follows_from_the_cdr(impaired: list[int], expected: Trajectory) -> None:
    assert trajectory(np.array(impaired, dtype=bool)) is expected


def test_slopes_are_per_year_and_participants_with_one_visit_take_no_part() -> None:
    visits = visits_of_participants(*sessions())
    participants = trends(visits)
    assert len(participants) == 12
    assert participants.set_index("subject").loc["P07", "slope_log_odds"] == pytest.approx(1.0)


def test_stable_participants_stay_within_the_rescans_and_converting_ones_do_not() -> None:
    visits = visits_of_participants(*sessions())
    found = figures_by_trajectory(visits, trends(visits), REPEAT, seed=0)
    assert set(found) == {Trajectory.UNIMPAIRED, Trajectory.CONVERTING}
    assert found[Trajectory.UNIMPAIRED].within.value == 1
    assert found[Trajectory.CONVERTING].within.value == 0
    assert found[Trajectory.CONVERTING].slope_log_odds.value == pytest.approx(1.0)
    assert found[Trajectory.CONVERTING].pairs == 12
    assert found[Trajectory.UNIMPAIRED].slope_log_odds.low <= found[Trajectory.UNIMPAIRED].slope_log_odds.value


def test_figures_are_written_by_group_and_fate() -> None:
    visits = visits_of_participants(*sessions())
    found = figures_by_trajectory(visits, trends(visits), REPEAT, seed=0)
    content = visits_json({"all participants": found}, {"one slice": REPEAT}, "made up")
    assert content["groups"]["all participants"]["from CDR 0 to above 0"]["participants"] == 6
    assert len(trajectory_lines(found)) == 2
