"""A whole training run, from a cohort to a model folder."""

import math
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import torch

from adcore.answer.prediction import Branch
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.ixi import LabelledSubject
from adcore.cohorts.target import labelled_words
from adcore.errors import CohortError
from adcore.evaluation.card.certificate import refuse_linked
from adcore.model.card import ModelCard
from adcore.model.stored_predictions import StoredPredictions
from adcore.predict import load_predictor, model_folder
from adcore.prepare.slices import SliceConfig
from adcore.statistics.cross_validation import silent_branches
from adcore.statistics.names import WITH_SCAN
from adcore.training.anatomy import learn_anatomy
from adcore.training.config import TrainConfig
from adcore.training.distributed import is_chief
from adcore.training.labels import learn_labels
from adcore.training.release.card_text import card_text
from adcore.training.release.controls import measure_controls
from adcore.training.release.model import FinishedTraining, write_model


def train_model(
    out: Path,
    cohort: Cohort,
    slices: SliceConfig,
    config: TrainConfig,
    runs: Path,
    *,
    name: str,
    about: str | None = None,
    subjects: Sequence[LabelledSubject] = (),
    start: str | None = None,
    links: Collection[tuple[str, str]] = (),
    planted: Sequence[Path] = (),
) -> ModelCard | None:
    """Pretrain, cross-validate by person, run the controls, train the model that ships, and write its folder.

    Args:
        out: the model folder.
        runs: holds checkpoints; a second run with the same settings resumes from them.
        name, about: what the card calls the model, and where the participants come from.
        subjects: labelled whole-brain scans, from which anatomy is learned; without them the convolutions of `start` are kept.
        start: a model, by name or folder, whose convolutions are the beginning.
        links: pairs of participants or sessions known to be one person.
        planted: healthy adults' whole heads, in which planted atrophy may not lower an answer.
    Returns:
        The card; None in the processes of a torchrun that only share the pretraining.
    Raises:
        CohortError: neither subjects nor a start is given, or there are too few participants or subjects, or the fusion learned
            nothing.
        LeakageError: a participant was pretrained on and is labelled, or is on both sides of a split.
    """
    begun = None if start is None else load_predictor(start)
    pretrained = set(cohort.unlabelled().table["person"])
    if start is not None:
        pretrained |= StoredPredictions.read(model_folder(start)).pretraining or set()
    refuse_linked(pretrained, cohort, links)
    _refuse_too_few(cohort, config, subjects)
    if subjects:
        network = learn_anatomy(cohort, slices, config, runs, subjects, None if begun is None else begun.network)
    elif begun is not None:
        network = begun.network
    else:
        raise CohortError("Give --subjects, to learn anatomy from, or --start, a model that has learned it, or both.")
    if not is_chief():
        return None
    trained = learn_labels(network, cohort, config, runs, keep_pooling=not subjects, planted=planted)
    refuse_silence(trained.folds)
    begun_from = None if begun is None else f"{begun.card.name} {begun.card.version}"
    return write_model(
        out,
        FinishedTraining(
            trained=trained,
            cohort=cohort,
            slices=slices,
            text=card_text(
                set(cohort.table["person"]),
                name,
                about,
                stages(config, begun_from, bool(subjects)),
                cohort.target,
                cohort.measures,
            ),
            controls=measure_controls(trained.control_runs, trained.network, cohort, trained.folds, config.seed),
            settings=asdict(config) | {"threads": torch.get_num_threads(), "planted_heads": [path.name for path in planted]},
            seed=config.seed,
            links=links,
            pretraining=pretrained,
        ),
    )


def _refuse_too_few(cohort: Cohort, config: TrainConfig, subjects: Sequence[LabelledSubject]) -> None:
    impaired = int(cohort.labelled().impaired.sum())
    unimpaired = len(cohort.labelled()) - impaired
    least, folds = min(impaired, unimpaired), config.fold.folds
    if least < folds or least - math.ceil(least / folds) < 2:  # every fold tests and trains on both, inner folds choose
        raise CohortError(
            f"Expected {max(folds, 4)} impaired and as many unimpaired participants or more, to cross-validate in {folds} folds, "
            f"got {impaired} and {unimpaired}. Add participants ({labelled_words(cohort.target)}) and try again."
        )
    if subjects and (len(subjects) < 2 or cohort.unlabelled().table["person"].nunique() < 2):
        raise CohortError(
            "Learning anatomy takes two labelled subjects and two participants without a label in the cohort, or more: "
            "attention is learned from these. Use --start without --subjects to take over a model's convolutions."
        )


def refuse_silence(folds: pd.DataFrame) -> None:
    """Raises CohortError where the fusion of a scan would be silent with every set of inputs."""
    silent = silent_branches(folds)
    if all(f"{inputs}_fused" in silent for inputs in WITH_SCAN):
        raise CohortError(
            f"The training learned nothing that holds for other participants, so no model is written. {silent['images_fused']} "
            "Add labelled participants and try again."
        )


def stages(config: TrainConfig, start: str | None, learned: bool) -> str:
    """How the convolutions came about, in words for the card.

    Args:
        start: name and version of the model begun with, if any.
        learned: whether they learned anatomy in this run.
    """
    if not learned:
        return f"the convolutions are those of {start}, unchanged"
    begin = "at random" if start is None else f"from {start}"
    steps = ", ".join(
        f"{branch.label} {' and '.join(f'{n} at {size} px' for n, size in zip(one.steps, one.sizes, strict=True))}"
        for branch, one in config.pretrain.items()
    )
    return f"the convolutions were initialised {begin}; steps of {config.pretrain[Branch.VGG16].batch} slices: {steps}"
