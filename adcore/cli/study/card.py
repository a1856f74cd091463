"""adcore study card: a card's figures computed again and written."""

from pathlib import Path
from typing import Annotated

import typer


def card(
    model: Annotated[str, typer.Argument(help="Name or folder of the model whose card is written.")],
    data: Annotated[Path, typer.Option(help="Cohort that the model was trained on, as adcore train takes it.")],
) -> None:
    """Compute a card's figures again from its stored predictions and write them; calibrations and conformal limits stay."""
    from adcore.cohorts.layouts import load_cohort
    from adcore.evaluation.card.refresh import refresh_card
    from adcore.model.card import ModelCard
    from adcore.predict import model_folder, slices_of

    folder = model_folder(model)
    refreshed = refresh_card(folder, load_cohort(data, slices_of(ModelCard.read(folder))))
    typer.echo(f"Written and sealed: {refreshed.name} {refreshed.version}.")
