"""adcore train: from a cohort to a model folder."""

import dataclasses
import logging
from pathlib import Path
from typing import Annotated

import typer

from adcore.errors import CohortError


def train(
    data: Annotated[
        Path, typer.Option(help="A cohort: OASIS-1's table with slices or discs, or a folder that `adcore prepare` made.")
    ],
    out: Annotated[Path, typer.Option(help="Model folder to write: weights, card.json, folds.csv, repeats.csv.")],
    heads: Annotated[Path | None, typer.Option(help="IXI's folder with labelled heads, from which anatomy is learned.")] = None,
    start: Annotated[
        str | None,
        typer.Option(
            help="A model, by name or folder. With heads, its convolutions learn on; without, they are taken over: minutes."
        ),
    ] = None,
    imagenet: Annotated[bool, typer.Option(help="Begin with torchvision's ImageNet weights, which are downloaded.")] = False,
    name: Annotated[str, typer.Option(help="What the card calls the model.")] = "oasis1",
    about: Annotated[str | None, typer.Option(help="Where the people come from, in a sentence for the card.")] = None,
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
    from adcore.evaluation.card.certificate import refuse_linked
    from adcore.model.stored_predictions import StoredPredictions
    from adcore.predict import load_predictor, model_folder
    from adcore.prepare.slices import SliceConfig
    from adcore.training import distributed
    from adcore.training.release.card_text import card_text
    from adcore.training.release.controls import measure_controls
    from adcore.training.release.model import write_model
    from adcore.training.run import TrainConfig, learn_anatomy, learn_labels, stages

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    slices, config = SliceConfig(), TrainConfig()
    if imagenet:
        begin = {branch: dataclasses.replace(one, imagenet=True) for branch, one in config.pretrain.items()}
        config = dataclasses.replace(config, pretrain=begin)
    distributed.begin()
    try:
        cohort = load_cohort(data, slices).on_slices(slices.t88_slices)
        begun = None if start is None else load_predictor(start)
        pretrained = set(cohort.unlabelled().table["person"])
        if start is not None:
            pretrained |= StoredPredictions.read(model_folder(start)).pretraining or set()
        known_as_one = read_links(links) if links is not None else ()
        refuse_linked(pretrained, cohort, known_as_one)
        if heads is not None:
            begin_with = None if begun is None else begun.network
            anatomy = learn_anatomy(cohort, slices, config, runs, with_sound_sides(load_ixi(heads)), begin_with)
        elif begun is not None:
            anatomy = begun.network
        else:
            raise CohortError("Give --heads, to learn anatomy from, or --start, a model that has learned it, or both.")
        if not distributed.is_chief():
            return
        trained = learn_labels(anatomy, cohort, config, runs, keep_pooling=heads is None)
        controls = measure_controls(trained.controls, trained.network, cohort, trained.folds, config.seed)
        settings = dataclasses.asdict(config) | {"threads": threads}
        begun_from = None if begun is None else f"{begun.card.name} {begun.card.version}"
        text = card_text(set(cohort.table["person"]), name, about, stages(config, begun_from, heads is not None))
        text = dataclasses.replace(text, controls=controls)
        card = write_model(
            out,
            trained.network,
            trained.folds,
            trained.fold_participants[0],
            cohort,
            slices,
            settings,
            text,
            config.seed,
            repeats=trained.repeats,
            repeat_participants=trained.fold_participants[1:],
            links=known_as_one,
            pretraining=pretrained,
        )
    finally:
        distributed.end()
    for inputs, branches in card.metrics.items():
        for branch, metrics in branches.items():
            auc = metrics["auc"]
            typer.echo(f"{inputs:16} {branch:9} AUC {auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f})")
    typer.echo(f"Written to {out}.")
