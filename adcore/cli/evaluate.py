"""adcore evaluate: a model's figures computed again, and a cohort predicted with its weights."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import LEAST_AGE_HELP, MODEL_HELP, NEGATIVE_HELP, POSITIVE_HELP, TARGET_HELP


def evaluate(
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    data: Annotated[
        Path | None, typer.Option(help="Cohort to predict: a folder that adcore train would take. Needs --out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for predictions.csv, metrics.json and report.html; run again to continue.")
    ] = None,
    target: Annotated[str | None, typer.Option(help=f"{TARGET_HELP} With --data; the one on the card if not given.")] = None,
    positive: Annotated[str | None, typer.Option(help=POSITIVE_HELP)] = None,
    negative: Annotated[str | None, typer.Option(help=NEGATIVE_HELP)] = None,
    min_age: Annotated[float | None, typer.Option(help=LEAST_AGE_HELP, min=0)] = None,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 2,
) -> None:
    """Compute a card's figures again from the stored predictions and, with --data, predict a cohort with the model's weights.

    Exit code 1: a section of the card differs from what the stored predictions give.
    """
    import torch

    from adcore.cohorts.layouts import load_cohort
    from adcore.cohorts.linked import links_of
    from adcore.cohorts.target import target_of
    from adcore.evaluation.card.verify import Verdict
    from adcore.evaluation.cohort.evaluate import evaluate_cohort, evaluate_model, provenance_of, write_evaluation
    from adcore.evaluation.cohort.summary import sentences
    from adcore.model.card import ModelCard
    from adcore.predict import load_predictor, model_folder, slices_of

    if data is not None and out is None:
        typer.echo("Give --out, the folder to which the cohort's predictions are written.", err=True)
        raise typer.Exit(2)
    torch.set_num_threads(threads)
    folder, cohort = model_folder(model), None
    card = ModelCard.read(folder)
    if data is not None and out is not None:
        stated = (target, positive, negative, min_age)
        wanted = card.target if all(value is None for value in stated) else target_of(*stated)
        cohort = load_cohort(data, slices_of(card)).for_model(card.measures)
        cohort = cohort if wanted is None else cohort.with_target(wanted)
        evaluation = evaluate_cohort(folder, load_predictor(model), cohort, out, links_of(data))
    else:
        evaluation = evaluate_model(folder)
    if out is not None:
        command = shlex.join(["adcore", *sys.argv[1:]])
        write_evaluation(evaluation, card, provenance_of(card, command, data, cohort), out)
    typer.echo("\n".join(sentences(evaluation)))
    if out is not None:
        typer.echo(f"Written to {out}.")
    if any(finding.verdict is Verdict.DIFFERS for finding in evaluation.findings):
        raise typer.Exit(1)
