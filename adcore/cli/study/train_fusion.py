"""adcore study train-fusion: the fusion of a finished model trained again, its branches left as they are."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import PLANTED_HELP


def train_fusion(
    data: Annotated[Path, typer.Option(help="Cohort that the model was trained on, as adcore train takes it.")],
    model: Annotated[Path, typer.Option(help="Model folder; its fusion, tables and card are written anew.")],
    planted: Annotated[Path | None, typer.Option(help=PLANTED_HELP)] = None,
    runs: Annotated[Path, typer.Option(help="Folder for features; run again to continue.")] = Path("runs"),
) -> None:
    """Train a finished model's clinical branches and fusion again on its own folds; the weights of VGG16 and ResNet50 stay."""
    import torch

    from adcore.cohorts.layouts import find_scans, load_cohort
    from adcore.model.card import ModelCard
    from adcore.predict import slices_of
    from adcore.training.config import TrainConfig
    from adcore.training.release.fusion import train_fusion as train

    torch.set_num_threads(1)
    slices = slices_of(ModelCard.read(model))
    cohort = load_cohort(data, slices).on_slices(slices.t88_slices)
    card = train(model, cohort, TrainConfig(), runs, () if planted is None else find_scans(planted).scans)
    for inputs, branches in card.metrics.items():
        auc = branches["fused"]["auc"]
        typer.echo(f"{inputs}: AUC of the fusion, out of fold, {auc.value:.2f} ({auc.low:.2f} to {auc.high:.2f}).")
    typer.echo(
        f"{card.name} {card.version} is written and sealed. Renew what stands on its answers: docs/how-to/release-a-model.md."
    )
