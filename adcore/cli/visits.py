"""The command line's part for several visits: judge a cohort's visits, and measure how repeatable a visit's figures are."""

import json
from pathlib import Path
from typing import Annotated

import typer

from adcore.errors import AdcoreError

MODEL_HELP = "Model name or folder; the shipped one if not given."
OASIS1_HELP = "Folder with OASIS-1's table and coronal slices: its rescans are what an unchanged person differs by."


def visits(
    data: Annotated[Path, typer.Option(help="Folder with OASIS-2's table and cor/.")],
    oasis1: Annotated[Path, typer.Option(help=OASIS1_HELP)],
    out: Annotated[Path, typer.Option(help="Folder for visits.json, trends.csv and sessions.csv; run again to go on.")],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 20260101,
) -> None:
    """How the probability on the scan alone moves over a cohort's visits, beside two scans of one person within weeks."""
    from adcore.cohorts.linked import LINKS, read_links
    from adcore.cohorts.oasis1 import load_oasis1
    from adcore.cohorts.oasis2 import find_table, load_oasis2, nearest_slice, read_days
    from adcore.evaluation.cohort.evaluate import SESSIONS_FILE
    from adcore.evaluation.cohort.predictions import participants_of_sessions, predict_cohort
    from adcore.model.stored_predictions import StoredPredictions, Use
    from adcore.predict import load_predictor, model_folder, slices_of
    from adcore.studies.rescans import probability_repeat
    from adcore.studies.visits import figures_by_trajectory, trajectory_lines, trends, visits_json, visits_of_participants

    try:
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
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    for name, repeat in repeats.items():
        typer.echo(
            f"rescans, {name}: {repeat.participants} people, probability {repeat.probability_gap:.3f}, SD of log-odds "
            f"{repeat.log_odds_sd:.3f}"
        )
    for name, trajectories in groups.items():
        typer.echo("\n".join([name, *trajectory_lines(trajectories)]))
    typer.echo(f"Written to {out}.")


def rescans(
    heads: Annotated[list[Path], typer.Argument(help="Whole heads to scan again by simulation: two or more.")],
    oasis1: Annotated[Path, typer.Option(help=OASIS1_HELP)],
    runs: Annotated[Path, typer.Option(help="Where the measured heads are kept; run again to go on.")] = Path("runs/rescans"),
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help="Of the simulation.")] = 20260101,
) -> None:
    """Measure how much a visit's figures differ without a change, and write that beside the model's weights."""
    from adcore.cohorts.oasis1 import load_oasis1
    from adcore.longitudinal.repeatability import REPEATABILITY_FILE
    from adcore.predict import load_predictor, model_folder, slices_of
    from adcore.studies.rescans import measure_rescans, probability_repeat, summarise

    try:
        predictor = load_predictor(model)
        runs.mkdir(parents=True, exist_ok=True)
        table = measure_rescans(heads, predictor, runs / "rescans.csv", seed, typer.echo)
        rescanned = load_oasis1(oasis1, slices_of(predictor.card))
        found = summarise(table, probability_repeat(rescanned, predictor, "all"), predictor, seed)
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    target = model_folder(model) / REPEATABILITY_FILE
    target.write_text(found.model_dump_json(indent=1) + "\n")
    typer.echo(f"{found.model_dump_json(indent=1)}\nWritten to {target}.")
