"""adcore study reference-maps: the average unimpaired participant that saliency maps are relative to."""

from pathlib import Path
from typing import Annotated

import typer


def reference_maps(
    data: Annotated[Path, typer.Option(help="Cohort that the model was trained on, as for adcore study reference.")],
    model: Annotated[
        str, typer.Option(help="Model name or folder; reference_maps.safetensors is written there and named on the card.")
    ],
) -> None:
    """Average what both networks see in the unimpaired training participants, so that saliency maps can be relative to it."""
    from adcore.cohorts.layouts import load_cohort
    from adcore.predict import model_folder
    from adcore.prepare.slices import SliceConfig
    from adcore.training.release.reference_maps import add_reference_maps

    card = add_reference_maps(model_folder(model), load_cohort(data, SliceConfig()).on_slices(SliceConfig.t88_slices))
    if card.reference_maps is not None:
        typer.echo(card.reference_maps.origin)
