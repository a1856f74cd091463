"""adcore study structures-branch: the branch that reads three shares of the slices, added to a finished model."""

from pathlib import Path
from typing import Annotated

import typer


def structures_branch(
    data: Annotated[Path, typer.Option(help="Cohort that the model was trained on, as for adcore study reference.")],
    model: Annotated[Path, typer.Option(help="Model folder; its tables and its card get the branch.")],
    runs: Annotated[Path, typer.Option(help="Folder for measured shares of structures; run again to continue.")] = Path("runs"),
) -> None:
    """Fit the structures' branch on a finished model's segmentation and folds, and write its predictions and coefficients."""
    from adcore.cohorts.layouts import load_cohort
    from adcore.prepare.slices import SliceConfig
    from adcore.training.release.structures_branch import add_structures_branch

    card = add_structures_branch(model, load_cohort(data, SliceConfig()).on_slices(SliceConfig.t88_slices), runs)
    if card.structures is not None:
        terms = ", ".join(f"{name} {slope:+.2f}" for name, slope in card.structures.coefficients.items())
        auc = card.metrics["images"]["structures"]["auc"]
        typer.echo(f"Log-odds by SD of the share: {terms}. AUC out of fold {auc.value:.2f} ({auc.low:.2f} to {auc.high:.2f}).")
