"""The parts of a model's card that say how far it may be trusted: what was measured, on whom, and with what doubt."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Evidence(BaseModel):
    """A frozen part of a card; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MetricInterval(Evidence):
    """A metric with its 95% interval over people: a percentile bootstrap, or Wilson's (1927) for a plain share of people."""

    value: float
    low: float
    high: float


class Possible(StrEnum):
    """Which answers conformal limits leave possible for one person."""

    IMPAIRED = "impaired"
    UNIMPAIRED = "unimpaired"
    BOTH = "both"
    NEITHER = "neither"

    @property
    def decided(self) -> bool:
        """Whether exactly one answer is left."""
        return self in (Possible.IMPAIRED, Possible.UNIMPAIRED)


class ConformalLimits(Evidence):
    """Class-conditional split-conformal limits on the fused calibrated probability.

    Each class has its own limit (Mondrian conformal prediction: Vovk, Gammerman and Shafer 2005; Angelopoulos and Bates 2023,
    Found Trends Mach Learn 16:494): of new people of that class, at least the stated share keep their true answer possible,
    provided they are exchangeable with the people that the limit came from.

    Attributes:
        stated: share of each class whose true answer stays possible.
        impaired_from: least probability at which "impaired" stays possible.
        unimpaired_to: greatest probability at which "unimpaired" stays possible.
        impaired_people, unimpaired_people: people each limit came from.
    """

    stated: float
    impaired_from: float
    unimpaired_to: float
    impaired_participants: int
    unimpaired_participants: int

    def possible(self, probability: float) -> Possible:
        """The answers that remain for a calibrated probability."""
        impaired, unimpaired = probability >= self.impaired_from, probability <= self.unimpaired_to
        if impaired and unimpaired:
            return Possible.BOTH
        if impaired:
            return Possible.IMPAIRED
        return Possible.UNIMPAIRED if unimpaired else Possible.NEITHER


class Coverage(Evidence):
    """How conformal limits fare on people who took no part in setting them.

    Attributes:
        stated: what they promise.
        people: judged, each once.
        both, neither: people for whom both answers, or none, stayed possible.
        overall, impaired, unimpaired: share whose true answer stayed possible: of everyone, and of each class.
        decided: share for whom exactly one answer stayed possible.
        accuracy_decided: share of these for whom it was the true one; None where there are none.
    """

    stated: float
    participants: int
    both: int
    neither: int
    overall: MetricInterval
    impaired: MetricInterval
    unimpaired: MetricInterval
    decided: MetricInterval
    accuracy_decided: MetricInterval | None


class Spread(Evidence):
    """One metric over repeats of the whole cross-validation: how much the drawing of folds and the training's chance matter.

    Attributes:
        sd: sample standard deviation over repeats; 0 where there is one.
    """

    repeats: int
    mean: float
    sd: float
    least: float
    greatest: float


class Subgroup(Evidence):
    """The fused answer among some of the people; None where a class is missing among them."""

    participants: int
    impaired: int
    auc: MetricInterval | None
    sensitivity: MetricInterval | None
    specificity: MetricInterval | None


class Comparison(Evidence):
    """Two models on the same people.

    Attributes:
        inputs: of the first.
        first, second: their names.
        difference: AUC of the first minus AUC of the second, paired bootstrap over people.
        above: share of resamples in which the first is ahead.
    """

    inputs: str
    first: str
    second: str
    difference: MetricInterval
    above: float


class Participants(Evidence):
    """Some people, by number and the sha256 of their sorted identifiers joined by newlines."""

    participants: int
    sha256: str


class CertifiedSplit(Evidence):
    """One split: people learned from, watched by early stopping, both together, and tested on. No two share anyone.

    Attributes:
        shared: people found on more than one side, linked ones counted as one: always 0 on a card that was written.
    """

    repeat: int
    fold: int
    fit: Participants
    stop: Participants
    trained: Participants
    test: Participants
    shared: Literal[0] = 0


class Certificate(Evidence):
    """The leakage certificate: made from the very lists that the training used, or not made at all.

    Attributes:
        splits: each fold of each repeat.
        tested: everyone tested.
        pretraining: everyone whose scan took part in pretraining.
        pretraining_shared: people both pretrained on and tested, linked ones counted as one.
        links: pairs of identifiers known to be one person.
        links_sha256: of the sorted table of these pairs; None where there are none.
        statement: in words.
    """

    splits: tuple[CertifiedSplit, ...]
    tested: Participants
    pretraining: Participants
    pretraining_shared: Literal[0] = 0
    links: int
    links_sha256: str | None
    statement: str


CHANCE_ERROR = "calibration error by chance"
"""Name of the control with the calibration error that exact probabilities would show."""


class Control(Evidence):
    """What a sceptic would try.

    Attributes:
        done: what was done, in a sentence.
        metric: what `result` measures, such as "AUC"; None beside a result of None where it could not be run.
        result: with its interval.
        expected: what an honest model would show, in a sentence.
    """

    done: str
    metric: str
    result: MetricInterval | None
    expected: str
