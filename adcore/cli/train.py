"""adcore train: from a cohort to a model folder."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import LEAST_AGE_HELP, MEASURES_HELP, NEGATIVE_HELP, PLANTED_HELP, POSITIVE_HELP, TARGET_HELP, named
from adcore.words import interval


def train(
    data: Annotated[
        Path, typer.Option(help="A cohort: OASIS-1's table with slices or discs, or a folder that `adcore prepare` made.")
    ],
    out: Annotated[Path, typer.Option(help="Model folder to write: weights, card.json, folds.csv, repeats.csv.")],
    subjects: Annotated[
        Path | None, typer.Option(help="IXI's folder with labelled whole-brain scans, from which anatomy is learned.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            help="A model, by name or folder. With --subjects its convolutions go on learning; without, they are taken over: "
            "minutes."
        ),
    ] = None,
    imagenet: Annotated[bool, typer.Option(help="Begin with torchvision's ImageNet weights, which are downloaded.")] = False,
    target: Annotated[str | None, typer.Option(help=TARGET_HELP)] = None,
    positive: Annotated[str | None, typer.Option(help=POSITIVE_HELP)] = None,
    negative: Annotated[str | None, typer.Option(help=NEGATIVE_HELP)] = None,
    min_age: Annotated[float | None, typer.Option(help=LEAST_AGE_HELP, min=0)] = None,
    measures: Annotated[str | None, typer.Option(help=MEASURES_HELP)] = None,
    name: Annotated[str, typer.Option(help="What the card calls the model.")] = "oasis1",
    about: Annotated[str | None, typer.Option(help="Where the participants come from, in a sentence for the card.")] = None,
    planted: Annotated[Path | None, typer.Option(help=PLANTED_HELP)] = None,
    links: Annotated[Path | None, typer.Option(help="A table of sessions of two data sets that are one person.")] = None,
    runs: Annotated[Path, typer.Option(help="Where checkpoints are kept; run again to resume from them.")] = Path("runs"),
    threads: Annotated[int, typer.Option(help="CPU threads; results depend on it in the last bits.")] = 2,
) -> None:
    """Pretrain, cross-validate by person, run the negative controls, train the model that ships, and write its card.

    Under torchrun, pretraining is shared by all processes; the first one does the rest.
    """
    import torch

    from adcore.cohorts.ixi import load_ixi, with_sound_sides
    from adcore.cohorts.layouts import find_scans, load_cohort
    from adcore.cohorts.linked import read_links
    from adcore.cohorts.target import target_of
    from adcore.prepare.slices import SliceConfig
    from adcore.training import distributed
    from adcore.training.config import TrainConfig
    from adcore.training.run import train_model

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    slices, wanted = SliceConfig(), target_of(target, positive, negative, min_age)
    distributed.begin()
    try:
        card = train_model(
            out,
            load_cohort(data, slices).on_slices(slices.t88_slices).with_target(wanted).with_measures(named(measures)),
            slices,
            TrainConfig().from_imagenet() if imagenet else TrainConfig(),
            runs,
            name=name,
            about=about,
            subjects=() if subjects is None else with_sound_sides(load_ixi(subjects)),
            start=start,
            links=() if links is None else read_links(links),
            planted=() if planted is None else find_scans(planted).scans,
        )
    finally:
        distributed.end()
    if card is None:  # under torchrun, not the first process
        return
    for inputs, branches in card.metrics.items():
        for branch, metrics in branches.items():
            auc = metrics["auc"]
            typer.echo(f"{inputs:16} {branch:9} AUC {interval(auc.value, auc.low, auc.high, '.3f')}")
    for name, why in card.silent.items():
        typer.echo(f"{name} is silent. {why}")
    typer.echo(f"Written to {out}.")
