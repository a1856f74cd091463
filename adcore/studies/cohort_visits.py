"""The visits study, from data folders to files: predictions of every session, trends of participants, rescans beside them."""

import json
from dataclasses import dataclass
from pathlib import Path

from adcore.atomic import write_atomically
from adcore.cohorts.linked import links_of
from adcore.cohorts.oasis1 import load_oasis1
from adcore.cohorts.oasis2 import find_table, load_oasis2, nearest_slice, read_days
from adcore.evaluation.cohort.evaluate import SESSIONS_FILE
from adcore.evaluation.cohort.predictions import participants_of_sessions, predict_cohort
from adcore.longitudinal.repeatability import ProbabilityRepeat
from adcore.model.stored_predictions import StoredPredictions, Use
from adcore.predict import load_predictor, model_folder, slices_of
from adcore.studies.rescans import probability_repeat
from adcore.studies.visits import (
    Trajectory,
    TrajectoryFigures,
    figures_by_trajectory,
    trajectory_lines,
    trends,
    visits_json,
    visits_of_participants,
)

TRENDS_FILE, VISITS_FILE = "trends.csv", "visits.json"


@dataclass(frozen=True)
class VisitsStudy:
    """Change of the probability on the scan alone over visits.

    Attributes:
        repeats: rescans within weeks, on the slice nearest to the cohort's and on all slices.
        groups: figures by trajectory, of all participants and by their use in the training.
    """

    repeats: dict[str, ProbabilityRepeat]
    groups: dict[str, dict[Trajectory, TrajectoryFigures]]

    def lines(self) -> list[str]:
        """In text, for a terminal."""
        lines = [
            f"rescans, {name}: {repeat.participants} participants, probability {repeat.probability_gap:.3f}, SD of log-odds "
            f"{repeat.log_odds_sd:.3f}"
            for name, repeat in self.repeats.items()
        ]
        for name, trajectories in self.groups.items():
            lines += [name, *trajectory_lines(trajectories)]
        return lines


def measure_visits(data: Path, oasis1: Path, out: Path, model: str | None, seed: int) -> VisitsStudy:
    """Predict every session of a cohort, compare visits with rescans, and write sessions.csv, trends.csv and visits.json.

    Args:
        data: OASIS-2's table and slices.
        oasis1: OASIS-1's table and slices, whose rescans show how much an unchanged participant varies.
        out: output folder; an interrupted run resumes from its sessions.csv.
        model: name or folder; None for the shipped one.
        seed: of the bootstrap.
    Raises:
        AdcoreError: a data set or the model is missing or incomplete.
    """
    predictor = load_predictor(model)
    config = slices_of(predictor.card)
    cohort, rescanned = load_oasis2(data, config), load_oasis1(oasis1, config)
    out.mkdir(parents=True, exist_ok=True)
    sessions = predict_cohort(cohort, predictor, out / SESSIONS_FILE)
    used = participants_of_sessions(sessions, cohort, StoredPredictions.read(model_folder(model)), links_of(data))
    nearest = nearest_slice(config)
    repeats = {
        "one slice": probability_repeat(rescanned.on_slices((nearest,)), predictor, f"the one at slice {nearest}"),
        "all slices": probability_repeat(rescanned, predictor, "all"),
    }
    table = visits_of_participants(sessions, read_days(find_table(data)))
    participants = trends(table).merge(used[["subject", "seen_in_training"]], on="subject")
    groups = {"all participants": figures_by_trajectory(table, participants, repeats["one slice"], seed)}
    for use in Use:
        own = participants[participants["seen_in_training"] == use.value]
        if len(own):
            groups[f"seen in training: {use.value}"] = figures_by_trajectory(table, own, repeats["one slice"], seed)
    write_atomically(out / TRENDS_FILE, lambda file: participants.to_csv(file, index=False, float_format="%.6g"))
    content = visits_json(groups, repeats, f"{predictor.card.name} {predictor.card.version}")
    write_atomically(out / VISITS_FILE, lambda file: file.write(f"{json.dumps(content, indent=1)}\n".encode()))
    return VisitsStudy(repeats, groups)
