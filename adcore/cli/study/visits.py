"""adcore study visits: how a cohort's probabilities move between visits."""

import json
from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, RESCANS_HELP, SEED_HELP


def visits(
    data: Annotated[Path, typer.Option(help="Folder with OASIS-2's table and cor/.")],
    oasis1: Annotated[Path, typer.Option(help=RESCANS_HELP)],
    out: Annotated[Path, typer.Option(help="Folder for visits.json, trends.csv and sessions.csv; run again to continue.")],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
) -> None:
    """Measure how the probability on the scan alone moves over a cohort's visits, beside rescans within weeks."""
    from adcore.cohorts.linked import LINKS, read_links
    from adcore.cohorts.oasis1 import load_oasis1
    from adcore.cohorts.oasis2 import find_table, load_oasis2, nearest_slice, read_days
    from adcore.evaluation.cohort.evaluate import SESSIONS_FILE
    from adcore.evaluation.cohort.predictions import participants_of_sessions, predict_cohort
    from adcore.model.stored_predictions import StoredPredictions, Use
    from adcore.predict import load_predictor, model_folder, slices_of
    from adcore.studies.rescans import probability_repeat
    from adcore.studies.visits import figures_by_trajectory, trajectory_lines, trends, visits_json, visits_of_participants

    predictor = load_predictor(model)
    config = slices_of(predictor.card)
    cohort, rescanned = load_oasis2(data, config), load_oasis1(oasis1, config)
    out.mkdir(parents=True, exist_ok=True)
    sessions = predict_cohort(cohort, predictor, out / SESSIONS_FILE)
    links = read_links(data / LINKS) if (data / LINKS).is_file() else ()
    used = participants_of_sessions(sessions, cohort, StoredPredictions.read(model_folder(model)), links)
    foremost = nearest_slice(config)
    repeats = {
        "one plane": probability_repeat(rescanned.on_slices((foremost,)), predictor, f"the one at slice {foremost}"),
        "all planes": probability_repeat(rescanned, predictor, "all"),
    }
    table = visits_of_participants(sessions, read_days(find_table(data)))
    participants = trends(table).merge(used[["subject", "seen_in_training"]], on="subject")
    groups = {"everyone": figures_by_trajectory(table, participants, repeats["one plane"], seed)}
    for use in Use:
        own = participants[participants["seen_in_training"] == use.value]
        if len(own):
            groups[f"seen in training: {use.value}"] = figures_by_trajectory(table, own, repeats["one plane"], seed)
    participants.to_csv(out / "trends.csv", index=False, float_format="%.6g")
    content = visits_json(groups, repeats, f"{predictor.card.name} {predictor.card.version}")
    (out / "visits.json").write_text(json.dumps(content, indent=1) + "\n")
    for name, repeat in repeats.items():
        typer.echo(
            f"rescans, {name}: {repeat.participants} people, probability {repeat.probability_gap:.3f}, SD of log-odds "
            f"{repeat.log_odds_sd:.3f}"
        )
    for name, trajectories in groups.items():
        typer.echo("\n".join([name, *trajectory_lines(trajectories)]))
    typer.echo(f"Written to {out}.")
