"""adcore study reference: fit the distance from the training set."""

from pathlib import Path
from typing import Annotated

import typer


def reference(
    data: Annotated[
        Path,
        typer.Option(
            help="Cohort that the model was trained on: OASIS-1's slices or discs, OASIS-2's slices, or a prepared folder."
        ),
    ],
    model: Annotated[
        Path, typer.Option(help="Model folder; training_distance.safetensors is written there and recorded on the card.")
    ],
) -> None:
    """Measure how far the training participants lie from each other, so that scans out of distribution are recognised."""
    from adcore.cohorts.layouts import load_cohort
    from adcore.prepare.slices import SliceConfig
    from adcore.training.release.training_distance import add_training_distance

    card = add_training_distance(model, load_cohort(data, SliceConfig()).on_slices(SliceConfig.t88_slices))
    if card.training_distance is not None:
        typer.echo(card.training_distance.origin)
