"""adcore study readers: blinded cases for readers with and without the model, and what their ratings show."""

from pathlib import Path
from typing import Annotated

import typer

readers = typer.Typer(help="A reader study: export blinded cases, then report what the readers filled in.", no_args_is_help=True)


@readers.command("export")
def export(
    data: Annotated[Path, typer.Option(help="Data folder with the participants' slices and fields.")],
    out: Annotated[Path, typer.Option(help="Folder to write; must hold no study.")],
    predictions: Annotated[
        Path | None,
        typer.Option(help="predictions.csv of adcore evaluate; the model's own participants, out of fold, if not given."),
    ] = None,
    model: Annotated[str | None, typer.Option(help="Model name or folder; the shipped model if not given.")] = None,
    number: Annotated[int, typer.Option("--readers", min=1, help="How many readers.")] = 3,
    cases: Annotated[
        int | None, typer.Option(min=4, help="How many cases, half of them impaired where there are enough; all if not given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the choice, the order and the codes.")] = 20260101,
) -> None:
    """Write blinded sheets and tables to fill in: each reader reads each case without and with the model, in two sessions."""
    from adcore.cohorts.browse import open_cohort
    from adcore.evaluation.cases.case_tables import read_folds, read_predictions
    from adcore.model.card import ModelCard
    from adcore.predict import model_folder, slices_of
    from adcore.studies.reader_sheets import StudyCases, write_study

    folder = model_folder(model)
    card = ModelCard.read(folder)
    config = slices_of(card)
    known = read_folds(folder, card) if predictions is None else read_predictions(predictions)
    key = write_study(StudyCases(known, open_cohort(data, config), config), out, number, cases, seed)
    chosen = key.drop_duplicates("subject")
    typer.echo(
        f"Written: {len(chosen)} cases, {int(chosen['label'].sum())} of them impaired, for {number} readers in two sessions "
        "each. Give each reader their own folder; key.csv stays with you."
    )


@readers.command("report")
def report(
    study: Annotated[Path, typer.Argument(help="Folder of the study, with the ratings filled in.")],
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = 20260101,
) -> None:
    """AUC by reader and arm, kappa and time, with intervals over readers and cases, from the ratings that were filled in."""
    import json

    from adcore.studies.reader_figures import in_words, reader_figures
    from adcore.studies.reader_ratings import read_ratings

    figures = reader_figures(read_ratings(study), seed)
    text = in_words(figures)
    (study / "report.md").write_text(text)
    (study / "report.json").write_text(json.dumps(figures.as_json(), indent=1) + "\n")
    typer.echo(text)
