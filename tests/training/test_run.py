from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from adcore.branches import IMAGE_BRANCHES
from adcore.cohorts.cohort import Cohort
from adcore.errors import LeakageError
from adcore.evaluation.card_text import OASIS1_TEXT
from adcore.evaluation.release import write_model
from adcore.predict import load_predictor
from adcore.training.finetune import FinetuneConfig
from adcore.training.fuse import FuseConfig
from adcore.training.pretrain import PretrainConfig, pretrain
from adcore.training.run import TrainConfig, TrainedModel, train
from tests.untrained import TINY_PLANES, synthetic_cohort

PRETRAIN = PretrainConfig(sizes=(32,), epochs=(2,), planes_per_session=1, batch=6)
TINY = TrainConfig(
    pretrain={branch: PRETRAIN for branch in IMAGE_BRANCHES},
    finetune=FinetuneConfig(head_epochs=2, block_epochs=2, planes=2, batch=6, variants=1),
    fuse=FuseConfig(epochs=3, patience=3, batch=6),
    folds=2,
    inner_share=0.34,
)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return synthetic_cohort()


@pytest.fixture(scope="module")
def trained(cohort: Cohort, runs: Path) -> TrainedModel:
    return train(cohort, TINY_PLANES, TINY, runs)


def test_every_labelled_person_is_tested_once_by_a_model_that_never_saw_them(trained: TrainedModel, cohort: Cohort) -> None:
    assert sorted(trained.folds["subject"]) == sorted(cohort.labelled().table["person"])
    for number, people in enumerate(trained.fold_people):
        tested = set(trained.folds.loc[trained.folds["fold"] == number, "subject"])
        assert tested == set(people["test"])
        assert not tested & (set(people["fit"]) | set(people["stop"]))
        assert not set(people["fit"]) & set(people["stop"])


def test_the_stem_stays_as_pretrained(trained: TrainedModel, runs: Path) -> None:
    first = torch.load(runs / "pretrain-vgg16.pt", weights_only=True)["network"]
    tuned = trained.network.image_branch(IMAGE_BRANCHES[0]).backbone.state_dict()
    assert {name.split(".")[0] for name in first if not torch.equal(first[name], tuned[name])} <= {"last_block"}


def test_a_second_run_goes_on_from_the_checkpoints_to_the_same_result(trained: TrainedModel, cohort: Cohort, runs: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in runs.glob("*.pt")}
    again = train(cohort, TINY_PLANES, TINY, runs)
    assert {path.name: path.stat().st_mtime_ns for path in runs.glob("*.pt")} == before
    np.testing.assert_array_equal(again.folds["logit_all_fused"], trained.folds["logit_all_fused"])


def test_checkpoints_of_other_data_are_not_taken_up(trained: TrainedModel, cohort: Cohort, runs: Path) -> None:
    path = runs / "pretrain-vgg16.pt"
    before = torch.load(path, weights_only=True)
    others = cohort.unlabelled()
    changed = replace(others, planes=others.planes * 0.9)
    pretrain(IMAGE_BRANCHES[0], changed, np.ones(cohort.planes.shape[1:], dtype=bool), PRETRAIN, runs)
    after = torch.load(path, weights_only=True)
    torch.save(before, path)
    assert after["signature"] != before["signature"]
    assert not torch.equal(after["head"]["weight"], before["head"]["weight"])


def test_pretraining_resumes_in_the_middle_as_if_it_had_not_stopped(cohort: Cohort, tmp_path: Path) -> None:
    branch, others = IMAGE_BRANCHES[1], cohort.unlabelled()
    mask = np.ones(cohort.planes.shape[1:], dtype=bool)
    whole = pretrain(branch, others, mask, PRETRAIN, tmp_path / "whole")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcore.training.pretrain.logger.info", cut_off)  # after epoch 1, before its checkpoint
        with pytest.raises(KeyboardInterrupt):
            pretrain(branch, others, mask, PRETRAIN, tmp_path / "cut")
    resumed = pretrain(branch, others, mask, PRETRAIN, tmp_path / "cut")
    for one, other in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.equal(one, other)


def test_a_labelled_person_among_the_others_stops_the_run(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cohort, "unlabelled", lambda self: self)
    with pytest.raises(LeakageError):
        train(cohort, TINY_PLANES, TINY, tmp_path)


def test_a_finished_run_becomes_a_model_that_loads(trained: TrainedModel, cohort: Cohort, tmp_path: Path) -> None:
    text = replace(OASIS1_TEXT, name="tiny")
    card = write_model(tmp_path, trained.network, trained.folds, trained.fold_people, cohort, TINY_PLANES, {}, text, seed=1)
    assert load_predictor(f"{tmp_path}/").card.model_dump_json() == card.model_dump_json()
    assert set(card.metrics) == {"images", "no_mmse", "all"}
    assert set(card.metrics["all"]) == {"vgg16", "resnet50", "clinical", "fused"}
    counts = card.confusion["all"]["fused"]
    assert sum(counts.values()) == 12
