"""adcore study scanners: heads that can't tell another scanner's healthy adults from the cohort's own."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, SEED_HELP


def scanners(
    data: Annotated[Path, typer.Option(help="Cohort that the model was trained on, as adcore train takes it.")],
    healthy: Annotated[
        Path, typer.Option(help="Healthy adults of another scanner with age and sex, prepared by adcore prepare.")
    ],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
    runs: Annotated[Path, typer.Option(help="Folder for features; run again to continue.")] = Path("runs"),
) -> None:
    """Fit VGG16's and ResNet50's heads without the directions in which two scanners differ; the model stays as it is."""
    import torch

    from adcore.answer.prediction import Branch
    from adcore.cohorts.layouts import load_cohort
    from adcore.predict import load_predictor, slices_of
    from adcore.studies.scanners import COUNTED
    from adcore.studies.scanners import scanners as study

    torch.set_num_threads(1)
    predictor = load_predictor(model)
    slices = slices_of(predictor.card)
    cohort, others = (load_cohort(folder, slices).on_slices(slices.t88_slices) for folder in (data, healthy))
    for row in study(predictor.network, cohort, others, runs, seed).itertuples():
        typer.echo(
            f"{Branch(str(row.branch)).label}, {row.directions} directions left out: AUC on the scan alone {row.auc:.3f} "
            f"({row.auc_least:.3f} to {row.auc_most:.3f} over repeats); {row.called} of {row.healthy} healthy adults aged "
            f"{COUNTED:g} and over get one half or more."
        )
