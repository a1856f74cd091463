"""adcore study participants: age band, sex and CDR of a model's participants, beside its predictions."""

from pathlib import Path
from typing import Annotated

import typer


def participants(
    model: Annotated[str, typer.Argument(help="Name or folder of the model; participants.csv is written there and sealed.")],
    data: Annotated[Path, typer.Option(help="Data folder with the table of the cohort that the model was trained on.")],
) -> None:
    """Write age band, sex and CDR of the labelled participants into a model folder. Only for data that you may pass on."""
    from adcore.cohorts.browse import open_cohort
    from adcore.model.card import ModelCard
    from adcore.predict import model_folder, slices_of
    from adcore.training.release.participants import add_participants

    folder = model_folder(model)
    count = add_participants(folder, open_cohort(data, slices_of(ModelCard.read(folder))))
    typer.echo(f"Written and sealed: age band, sex and CDR of {count} participants.")
