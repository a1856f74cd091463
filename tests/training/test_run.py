from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.ixi import LabelledSubject
from adcore.cohorts.target import target_of
from adcore.errors import CohortError, LeakageError
from adcore.model.card import FOLDS_FILE
from adcore.networks.late_fusion import LateFusionNetwork
from adcore.predict import load_predictor
from adcore.training.anatomy import learn_anatomy
from adcore.training.config import TrainConfig
from adcore.training.cross_validate import FoldConfig
from adcore.training.features import read_features
from adcore.training.fuse import FuseConfig
from adcore.training.heads import HeadConfig
from adcore.training.labels import TrainedModel, learn_labels
from adcore.training.pretrain import PretrainConfig
from adcore.training.run import train_model
from adcore.training.slice_segmentation import CHECKPOINT_FILE, SliceSegmentationConfig
from tests.support.labelled import wide_labelled_slices
from tests.support.untrained import TINY_SLICES, synthetic_cohort

pytestmark = pytest.mark.slow

PRETRAIN = PretrainConfig(sizes=(32,), steps=(2,), batch=6)
TINY = TrainConfig(
    slice_segmentation=SliceSegmentationConfig(steps=2, batch=4, held_out_every=3),
    pretrain={branch: PRETRAIN for branch in IMAGE_BRANCHES},
    fold=FoldConfig(folds=2, head=HeadConfig(attention_steps=2, inner_folds=2), fuse=FuseConfig(epochs=30, batch=6)),
    repeats=2,
)
SUBJECTS = tuple(LabelledSubject(f"H{number}", Path(), Path(), 30.0 + number, "F") for number in range(3))


@pytest.fixture(scope="module", autouse=True)
def few_draws() -> Iterator[None]:
    """Four shuffles instead of twenty, 60 resamples instead of 2000: nothing here hangs on their number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcore.training.control_runs.SHUFFLES", 4)
        patch.setattr("adcore.statistics.intervals.RESAMPLES", 60)
        yield


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    """MMSE and the slices' brightness tell the label: where nothing does, no model is written."""
    made = synthetic_cohort()
    impaired = (made.table["cdr"] > 0).to_numpy()
    made.table["mmse"] = np.where(impaired, 18.0, 29.0)
    made.slices[impaired] *= 0.5
    return made


@contextmanager
def subjects_read() -> Iterator[None]:
    """Made-up slices in the place of those of SUBJECTS."""

    def read(subjects: Sequence[LabelledSubject], *_: object) -> object:
        assert tuple(subjects) == SUBJECTS
        return wide_labelled_slices()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adcore.training.anatomy.load_subject_slices", read)
        yield


def learn(cohort: Cohort, folder: Path, start: LateFusionNetwork | None = None) -> LateFusionNetwork:
    with subjects_read():
        return learn_anatomy(cohort, TINY_SLICES, TINY, folder, SUBJECTS, start)


@pytest.fixture(scope="module")
def trained(cohort: Cohort, runs: Path) -> TrainedModel:
    return learn_labels(learn(cohort, runs), cohort, TINY, runs)


def test_every_labelled_person_is_tested_once_a_repeat_by_a_model_that_never_saw_them(
    trained: TrainedModel, cohort: Cohort
) -> None:
    for repeat, folds in trained.repeats.groupby("repeat"):
        assert sorted(folds["subject"]) == sorted(cohort.labelled().table["person"])
        for number, participants in enumerate(trained.fold_participants[repeat]):
            assert set(folds.loc[folds["fold"] == number, "subject"]) == set(participants["test"])
            assert not set(participants["test"]) & set(participants["fit"])
    assert trained.fold_participants[0] != trained.fold_participants[1]


def test_a_second_run_resumes_from_the_checkpoints_to_the_same_result(trained: TrainedModel, cohort: Cohort, runs: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in runs.glob("*.pt")}
    again = learn_labels(learn(cohort, runs), cohort, replace(TINY, repeats=1), runs)
    assert {path.name: path.stat().st_mtime_ns for path in runs.glob("*.pt")} == before
    np.testing.assert_array_equal(again.folds["logit_all_fused"], trained.folds["logit_all_fused"])


def test_features_of_other_participants_are_not_taken_up(trained: TrainedModel, cohort: Cohort, tmp_path: Path) -> None:
    labelled, path = cohort.labelled(), tmp_path / "features.pt"
    own = read_features(trained.network, labelled, path, "signature")
    others = read_features(trained.network, replace(labelled, slices=labelled.slices * 0.9), path, "signature")
    assert not torch.equal(own.means[IMAGE_BRANCHES[0]], others.means[IMAGE_BRANCHES[0]])


def test_a_labelled_person_among_the_others_stops_the_run(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cohort, "unlabelled", lambda self: self)
    with pytest.raises(LeakageError):
        learn(cohort, tmp_path)


def test_labels_can_be_learned_on_convolutions_of_another_model(trained: TrainedModel, tmp_path: Path) -> None:
    participants = synthetic_cohort(labelled=12, others=0, seed=5)
    attention = trained.network.image_branch(IMAGE_BRANCHES[0]).pooling.attention.state_dict()
    again = learn_labels(trained.network, participants, replace(TINY, repeats=1), tmp_path, keep_pooling=True)
    assert len(again.folds) == 12
    kept = again.network.image_branch(IMAGE_BRANCHES[0]).pooling.attention.state_dict()
    assert all(torch.equal(attention[name], kept[name]) for name in attention)


def test_anatomy_goes_on_learning_from_another_model(trained: TrainedModel, cohort: Cohort, tmp_path: Path) -> None:
    start = trained.network
    further = learn(cohort, tmp_path, start)
    assert not (tmp_path / CHECKPOINT_FILE).exists()  # taken over, not learned again
    for branch in IMAGE_BRANCHES:
        before, after = (network.image_branch(branch).backbone.state_dict() for network in (start, further))
        first = next(name for name, value in before.items() if name.endswith("weight") and value.ndim == 4)
        assert not torch.equal(before[first], after[first])
        torch.testing.assert_close(before[first], after[first], atol=0.02, rtol=0)  # two small steps away, not drawn anew


def test_a_whole_run_on_a_label_of_ones_own_ends_in_a_model_that_loads_with_its_controls(
    trained: TrainedModel, cohort: Cohort, runs: Path, tmp_path: Path
) -> None:
    cdr = cohort.table["cdr"]
    diagnosis = np.select([cdr > 0, cdr == 0], ["AD", "CN"], default="n/a")
    diagnosed = replace(cohort, table=cohort.table.assign(diagnosis=diagnosis, cdr=np.nan))
    diagnosed = diagnosed.with_target(target_of("diagnosis", "AD", "CN", None))
    with subjects_read():
        card = train_model(tmp_path, diagnosed, TINY_SLICES, TINY, runs, name="tiny", subjects=SUBJECTS)
    assert card is not None
    assert card.target == diagnosed.target
    assert "positive (diagnosis AD)" in card.reference_standard
    np.testing.assert_allclose(pd.read_csv(tmp_path / FOLDS_FILE)["logit_all_fused"], trained.folds["logit_all_fused"], atol=1e-6)
    assert load_predictor(f"{tmp_path}/").card.model_dump_json() == card.model_dump_json()
    assert {"images", "no_mmse", "all", "no_scan_all", "no_scan_no_mmse"} == set(card.metrics)
    assert set(card.metrics["all"]) == {"vgg16", "resnet50", "structures", "clinical", "fused"}
    assert sum(card.confusion["all"]["fused"].values()) == 12
    assert set(card.controls) == {
        "shuffled labels",
        "outline only",
        "mirror image",
        "pixels",
        "SES withheld",
        "calibration error by chance",
        "rescans",
    }
    assert card.controls["rescans"].result is None  # nobody here was scanned twice
    assert card.certificate is not None
    assert len(card.certificate.splits) == 4


def test_a_run_without_subjects_or_a_start_is_refused(cohort: Cohort, tmp_path: Path) -> None:
    with pytest.raises(CohortError, match="--subjects"):
        train_model(tmp_path / "model", cohort, TINY_SLICES, TINY, tmp_path, name="tiny")
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(("labelled", "others", "sentence"), [(3, 6, "2 folds, got 1 and 2"), (12, 1, "two labelled subjects")])
def test_a_cohort_too_small_to_learn_from_is_refused_before_anything_is_trained(
    labelled: int, others: int, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(CohortError, match=sentence):
        train_model(
            tmp_path / "model", synthetic_cohort(labelled, others), TINY_SLICES, TINY, tmp_path, name="x", subjects=SUBJECTS
        )
    assert not list(tmp_path.iterdir())


def test_the_smallest_cohort_that_is_not_refused_can_be_trained_on(trained: TrainedModel, tmp_path: Path) -> None:
    participants = synthetic_cohort(labelled=8, others=0, seed=7)
    again = learn_labels(trained.network, participants, replace(TINY, repeats=1), tmp_path, keep_pooling=True)
    assert np.isfinite(again.folds["logit_all_fused"]).all()
