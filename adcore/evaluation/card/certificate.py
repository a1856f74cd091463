"""The leakage certificate: made from the lists of participants that a training used, and checked against stored predictions."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from adcore.case.identity import canonical_names
from adcore.cohorts.cohort import Cohort
from adcore.errors import LeakageError
from adcore.model.card_schema import Certificate, CertifiedSplit, Participants

STATEMENT = (
    "In every split, no participant is in more than one of training, early stopping and test, with participants known under "
    "two identifiers counted as one; no test participant took part in pretraining; within a repeat every participant is tested "
    "exactly once."
)


@dataclass(frozen=True)
class SplitParticipants:
    """Identifiers of the participants of one split, by their use."""

    repeat: int
    fold: int
    fit: Sequence[str]
    stop: Sequence[str]
    test: Sequence[str]


def certify(
    splits: Sequence[SplitParticipants],
    pretraining: Collection[str],
    links: Collection[tuple[str, str]] = (),
    person_of: Mapping[str, str] | None = None,
) -> Certificate:
    """Certify that no participant is on two sides of a split, or refuse.

    Args:
        splits: every fold of every repeat.
        pretraining: participants whose scans took part in pretraining.
        links: pairs of identifiers known to be one person.
        person_of: the person of each session, where links name sessions.
    Raises:
        LeakageError: a participant is on two sides, is both pretrained on and tested, or is tested twice in a repeat.
    """
    one = _one_person(links, person_of or {})
    tested = [person for split in splits for person in split.test]
    for split in splits:
        sides = {"trained on": split.fit, "used for early stopping": split.stop, "tested": split.test}
        names = list(sides)
        for place, first in enumerate(names):
            for second in names[place + 1 :]:
                where = f"fold {split.fold} of repeat {split.repeat}"
                _refuse_shared(sides[first], sides[second], one, f"both {first} and {second} in {where}")
    _refuse_shared(pretraining, tested, one, "both pretrained on and tested")
    for repeat in sorted({split.repeat for split in splits}):
        participants = [person for split in splits if split.repeat == repeat for person in split.test]
        if len({one.get(person, person) for person in participants}) < len(participants):
            raise LeakageError(f"A participant is tested twice in repeat {repeat}. Each may be tested once per repeat.")
    table = sorted({(min(pair), max(pair)) for pair in links})
    return Certificate(
        splits=tuple(
            CertifiedSplit(
                repeat=split.repeat,
                fold=split.fold,
                fit=participants_of(split.fit),
                stop=participants_of(split.stop),
                trained=participants_of([*split.fit, *split.stop]),
                test=participants_of(split.test),
            )
            for split in splits
        ),
        tested=participants_of(tested),
        pretraining=participants_of(pretraining),
        links=len(table),
        links_sha256=participants_of([f"{first}={second}" for first, second in table]).sha256 if table else None,
        statement=STATEMENT,
    )


def refuse_linked(pretraining: Collection[str], cohort: Cohort, links: Collection[tuple[str, str]] = ()) -> None:
    """Refuse leaks that can be found before anything is trained.

    Args:
        pretraining: participants whose scans take part in pretraining, or took part in that of the initial model.
        cohort: its labelled participants will be tested.
        links: pairs of participants or sessions known to be one person.
    Raises:
        LeakageError: a participant is in both.
    """
    one = _one_person(links, dict(zip(cohort.table["session"], cohort.table["person"], strict=True)))
    _refuse_shared(pretraining, cohort.labelled().table["person"], one, "both pretrained on and labelled")


def participants_of(names: Iterable[str]) -> Participants:
    """Distinct identifiers as a number and a hash."""
    distinct = sorted(set(names))
    return Participants(participants=len(distinct), sha256=hashlib.sha256("\n".join(distinct).encode()).hexdigest())


def tested_by_fold(folds: pd.DataFrame) -> dict[int, Participants]:
    """The participants tested in each fold.

    Args:
        folds: one row per participant, with subject and fold.
    """
    return {int(str(fold)): participants_of(part) for fold, part in folds.groupby("fold")["subject"]}


def verify(certificate: Certificate, folds: pd.DataFrame, repeats: pd.DataFrame | None = None) -> list[str]:
    """Contradictions between stored predictions and a certificate; empty where they agree.

    The test participants are hashed again from the tables. So are the training ones, where the certificate says that they are
    all others of the table; training on further participants can't be detected from predictions.

    Args:
        folds: subject and fold of the first repeat.
        repeats: the same with a column `repeat`, for all of them.
    """
    stored = {0: folds} if repeats is None else {int(str(name)): part for name, part in repeats.groupby("repeat")}
    stored.setdefault(0, folds)
    complaints = []
    certified = {(split.repeat, split.fold): split for split in certificate.splits}
    for repeat, table in stored.items():
        if table["subject"].duplicated().any():
            complaints.append(f"Repeat {repeat} tests a participant twice.")
        for fold, tested in tested_by_fold(table).items():
            split = certified.get((repeat, fold))
            if split is None:
                complaints.append(f"Fold {fold} of repeat {repeat} is not on the certificate.")
                continue
            others = participants_of(table.loc[table["fold"] != fold, "subject"])
            if tested != split.test:
                complaints.append(f"Fold {fold} of repeat {repeat} tested other participants than the certificate states.")
            if split.trained.participants == others.participants and split.trained != others:
                complaints.append(f"Fold {fold} of repeat {repeat} was not trained on the participants of the other folds.")
    missing = {split.repeat for split in certificate.splits} - set(stored)
    if missing:
        complaints.append(f"No predictions are stored of repeats {', '.join(map(str, sorted(missing)))}.")
    return complaints


def _one_person(links: Iterable[tuple[str, str]], person_of: Mapping[str, str]) -> dict[str, str]:
    return canonical_names((person_of.get(first, first), person_of.get(second, second)) for first, second in links)


def _refuse_shared(first: Iterable[str], second: Iterable[str], one: dict[str, str], where: str) -> None:
    shared = sorted({one.get(name, name) for name in first} & {one.get(name, name) for name in second})
    if shared:
        raise LeakageError(
            f"{len(shared)} participants are {where}, {shared[0]} among them. Split by participant, keeping linked identifiers "
            "together."
        )
