"""adcore train: from a cohort to a model folder."""

import dataclasses
import logging
from pathlib import Path
from typing import Annotated

import typer

from adcore.errors import AdcoreError, CohortError


def train(
    data: Annotated[
        Path, typer.Option(help="A cohort: OASIS-1's table with slices or discs, or a folder that `adcore prepare` made.")
    ],
    out: Annotated[Path, typer.Option(help="Model folder to write: weights, card.json, folds.csv, repeats.csv.")],
    heads: Annotated[Path | None, typer.Option(help="IXI's folder with labelled heads, from which anatomy is learned.")] = None,
    start: Annotated[
        str | None,
        typer.Option(help="Instead of heads: a model, by name or folder, whose convolutions are taken over; minutes, not hours."),
    ] = None,
    imagenet: Annotated[bool, typer.Option(help="Begin with torchvision's ImageNet weights, which are downloaded.")] = False,
    name: Annotated[str, typer.Option(help="What the card calls the model.")] = "oasis1",
    links: Annotated[Path | None, typer.Option(help="A table of sessions of two data sets that are one person.")] = None,
    runs: Annotated[Path, typer.Option(help="Where checkpoints are kept; run again to go on from them.")] = Path("runs"),
    threads: Annotated[int, typer.Option(help="CPU threads; results depend on it in the last bits.")] = 2,
) -> None:
    """Pretrain, cross-validate by person, run the controls, train the model that ships, and write its card.

    Under torchrun, pretraining is shared by all processes; the first one does the rest.
    """
    import torch

    from adcore.cohorts.ixi import load_ixi, with_sound_sides
    from adcore.cohorts.layouts import load_cohort
    from adcore.cohorts.linked import read_links
    from adcore.evaluation.card_text import OASIS1_TEXT
    from adcore.evaluation.controls import measure_controls
    from adcore.evaluation.release import write_model
    from adcore.predict import load_predictor
    from adcore.prepare.planes import PlaneConfig
    from adcore.training import distributed
    from adcore.training.run import TrainConfig, learn_anatomy, learn_labels

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    planes, config = PlaneConfig(), TrainConfig()
    if imagenet:
        begin = {branch: dataclasses.replace(one, imagenet=True) for branch, one in config.pretrain.items()}
        config = dataclasses.replace(config, pretrain=begin)
    distributed.begin()
    try:
        if (heads is None) == (start is None):
            raise CohortError("Give either --heads, to learn anatomy from, or --start, a model that has learned it.")
        cohort = load_cohort(data, planes).on_planes(planes.t88_slices)
        if heads is not None:
            anatomy = learn_anatomy(cohort, planes, config, runs, with_sound_sides(load_ixi(heads)))
        else:
            anatomy = load_predictor(start).network
        if not distributed.is_chief():
            return
        trained = learn_labels(anatomy, cohort, config, runs, keep_pooling=start is not None)
        controls = measure_controls(trained.controls, trained.network, cohort, trained.folds, config.seed)
        settings = dataclasses.asdict(config) | {"threads": threads}
        text = dataclasses.replace(OASIS1_TEXT, name=name, controls=controls)
        card = write_model(
            out,
            trained.network,
            trained.folds,
            trained.fold_people[0],
            cohort,
            planes,
            settings,
            text,
            config.seed,
            repeats=trained.repeats,
            repeat_people=trained.fold_people[1:],
            links=read_links(links) if links is not None else (),
        )
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        distributed.end()
    for inputs, branches in card.metrics.items():
        for branch, metrics in branches.items():
            auc = metrics["auc"]
            typer.echo(f"{inputs:16} {branch:9} AUC {auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f})")
    typer.echo(f"Written to {out}.")
