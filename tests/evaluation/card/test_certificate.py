from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from adcore.errors import LeakageError
from adcore.evaluation.card.certificate import SplitParticipants, certify, participants_of, refuse_linked, verify
from tests.support.scored import scored_folds, splits_of
from tests.support.untrained import synthetic_cohort

PARTICIPANTS = [f"S{number:02d}" for number in range(40)]


@pytest.fixture
def folds() -> pd.DataFrame:
    return scored_folds(PARTICIPANTS, np.arange(40) % 2 == 1)


def test_a_certificate_agrees_with_the_predictions_of_its_splits(folds: pd.DataFrame) -> None:
    certificate = certify(splits_of(folds), pretraining=["P1", "P2"])
    assert verify(certificate, folds) == []
    assert certificate.tested.participants == 40
    assert certificate.pretraining.participants == 2
    assert all(split.trained.participants == split.fit.participants + split.stop.participants for split in certificate.splits)


@pytest.mark.parametrize(("side", "other"), [("fit", "stop"), ("fit", "test"), ("stop", "test")])
def test_no_participant_may_be_on_two_sides_of_a_split(folds: pd.DataFrame, side: str, other: str) -> None:
    split = splits_of(folds)[0]
    person = getattr(split, other)[0]
    leaking = replace(split, **{side: [*getattr(split, side), person]})
    with pytest.raises(LeakageError, match=person):
        certify([leaking], pretraining=[])


def test_a_participant_known_under_two_names_is_one_person_through_any_chain_of_links() -> None:
    split = SplitParticipants(0, 0, fit=["A1", "B"], stop=["C"], test=["A3"])
    links = [("A1", "A2"), ("A3", "A2")]
    with pytest.raises(LeakageError, match="trained on and tested"):
        certify([split], [], links)
    certificate = certify([replace(split, fit=["B"])], [], links)
    assert certificate.links == 2
    assert certificate.links_sha256 == certify([replace(split, fit=["B"])], [], [pair[::-1] for pair in links]).links_sha256


def test_links_between_sessions_hold_for_their_participants() -> None:
    split = SplitParticipants(0, 0, fit=["A"], stop=["C"], test=["B"])
    with pytest.raises(LeakageError, match="trained on and tested"):
        certify([split], [], [("A_MR1", "B_MR2")], {"A_MR1": "A", "B_MR2": "B"})


def test_no_test_participant_may_have_been_pretrained_on_under_any_name(folds: pd.DataFrame) -> None:
    with pytest.raises(LeakageError, match="pretrained on and tested"):
        certify(splits_of(folds), pretraining=["elsewhere"], links=[("elsewhere", PARTICIPANTS[3])])


def test_no_participant_is_tested_twice_in_a_repeat() -> None:
    splits = [SplitParticipants(0, fold, fit=["A"], stop=["B"], test=["C"]) for fold in (0, 1)]
    with pytest.raises(LeakageError, match="tested twice"):
        certify(splits, [])
    certify([splits[0], replace(splits[1], repeat=1)], [])


def test_predictions_of_other_participants_are_found(folds: pd.DataFrame) -> None:
    certificate = certify(splits_of(folds), pretraining=[])
    moved = folds.copy()
    moved.loc[0, "fold"] = (moved.loc[0, "fold"] + 1) % 4
    complaints = verify(certificate, moved)
    assert sum("tested other participants" in sentence for sentence in complaints) == 2
    assert any("not on the certificate" in sentence for sentence in verify(certificate, folds.assign(fold=folds["fold"] + 1)))


def test_a_training_on_fewer_participants_than_the_rest_is_accepted_but_on_others_is_not(folds: pd.DataFrame) -> None:
    first, *rest = splits_of(folds)
    assert verify(certify([replace(first, fit=first.fit[1:]), *rest], []), folds) == []
    swapped = replace(first, fit=[*first.fit[1:], "stranger"])
    assert verify(certify([swapped, *rest], []), folds) == [
        "Fold 0 of repeat 0 was not trained on the participants of the other folds."
    ]


def test_every_repeat_needs_its_predictions(folds: pd.DataFrame) -> None:
    again = scored_folds(PARTICIPANTS, np.arange(40) % 2 == 1, seed=1)
    certificate = certify([*splits_of(folds), *splits_of(again, repeat=1)], [])
    assert verify(certificate, folds) == ["No predictions are stored of repeats 1."]
    assert verify(certificate, folds, pd.concat([folds.assign(repeat=0), again.assign(repeat=1)])) == []


def test_the_hash_of_participants_ignores_their_order_and_repetition() -> None:
    assert participants_of(["b", "a", "b"]) == participants_of(["a", "b"])
    assert participants_of(["ab"]) != participants_of(["a", "b"])


def test_a_training_does_not_start_with_a_participant_both_pretrained_on_and_labelled() -> None:
    cohort = synthetic_cohort(labelled=4, others=2)
    labelled, others = (part.table["person"].iloc[0] for part in (cohort.labelled(), cohort.unlabelled()))
    refuse_linked([others], cohort)
    with pytest.raises(LeakageError, match=labelled):
        refuse_linked([others, labelled], cohort)
    with pytest.raises(LeakageError, match="both pretrained on and labelled"):
        refuse_linked([others], cohort, links=[(others, labelled)])
