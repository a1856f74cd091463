"""adcore study reference: fit the distance from the training set."""

from pathlib import Path
from typing import Annotated

import typer

RUNS_FOLDER = Path("runs/reference")


def reference(
    data: Annotated[
        Path,
        typer.Option(
            help="Cohort that the model was trained on: OASIS-1's slices or discs, OASIS-2's slices, or a prepared folder."
        ),
    ],
    model: Annotated[
        str, typer.Option(help="Model name or folder; training_distance.safetensors is written there and recorded on the card.")
    ],
    healthy: Annotated[
        Path | None,
        typer.Option(help="Whole heads of healthy adults: IXI's folder, any that adcore prepare takes, or one that it wrote."),
    ] = None,
    runs: Annotated[Path, typer.Option(help="Folder for prepared scans and features; run again to continue.")] = RUNS_FOLDER,
) -> None:
    """Measure how far the training participants lie from each other, and healthy adults from them, and set the limit by that."""
    from adcore.cohorts.layouts import load_cohort
    from adcore.predict import model_folder
    from adcore.prepare.slices import SliceConfig
    from adcore.training.release.training_distance import add_training_distance, healthy_adults

    cohort = load_cohort(data, SliceConfig()).on_slices(SliceConfig.t88_slices)
    adults = None if healthy is None else healthy_adults(healthy, runs)
    card = add_training_distance(model_folder(model), cohort, adults, runs / "features")
    if card.training_distance is not None:
        typer.echo(card.training_distance.origin)
