"""The sections of a model's card on its performance: metrics with intervals, conformal limits, controls, leakage certificate."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from adcore.model.bounds import Count, InnerShare, Sha256, Share


class CardSection(BaseModel):
    """A frozen section of a card; unknown keys and numbers that are not finite are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MetricInterval(CardSection):
    """A metric with its 95% interval over participants: percentile bootstrap, or Wilson (1927) for a share of participants."""

    value: float
    low: float
    high: float


class Possible(StrEnum):
    """Which labels the conformal limits leave possible for one case."""

    IMPAIRED = "impaired"
    UNIMPAIRED = "unimpaired"
    BOTH = "both"
    NEITHER = "neither"

    @property
    def decided(self) -> bool:
        """Whether exactly one label is left."""
        return self in (Possible.IMPAIRED, Possible.UNIMPAIRED)


class ConformalLimits(CardSection):
    """Class-conditional split-conformal limits on the fused calibrated probability.

    Each class has its own limit (Mondrian conformal prediction: Vovk, Gammerman and Shafer 2005; Angelopoulos and Bates 2023,
    Found Trends Mach Learn 16:494): for at least the stated share of new cases of that class the true label stays possible,
    provided they are exchangeable with the participants behind the limit.

    Attributes:
        stated: share of each class whose true label stays possible.
        impaired_from: lowest probability at which "impaired" stays possible.
        unimpaired_to: highest probability at which "unimpaired" stays possible.
        impaired_participants, unimpaired_participants: behind each limit.
    """

    stated: InnerShare
    impaired_from: Share
    unimpaired_to: Share
    impaired_participants: Count
    unimpaired_participants: Count

    def possible(self, probability: float) -> Possible:
        """The labels that remain possible at a calibrated probability."""
        impaired, unimpaired = probability >= self.impaired_from, probability <= self.unimpaired_to
        if impaired and unimpaired:
            return Possible.BOTH
        if impaired:
            return Possible.IMPAIRED
        return Possible.UNIMPAIRED if unimpaired else Possible.NEITHER


class Coverage(CardSection):
    """Coverage of conformal limits among participants who took no part in setting them.

    Attributes:
        stated: the promised share.
        participants: tested, each once.
        both, neither: participants for whom both labels, or none, stayed possible.
        overall, impaired, unimpaired: share whose true label stayed possible, of all and of each class.
        decided: share for whom exactly one label stayed possible.
        accuracy_decided: share of these for whom it was the true label; None where there are none.
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


class Spread(CardSection):
    """One metric over repeats of the whole cross-validation: variability due to the folds and to the seeds of training.

    Attributes:
        sd: sample standard deviation over repeats; 0 where there is one.
    """

    repeats: int
    mean: float
    sd: float
    least: float
    greatest: float


class Subgroup(CardSection):
    """The fused answer in a subgroup; metrics are None where it lacks a class."""

    participants: int
    impaired: int
    auc: MetricInterval | None
    sensitivity: MetricInterval | None
    specificity: MetricInterval | None


class Comparison(CardSection):
    """Two models on the same participants.

    Attributes:
        inputs: of the first.
        first, second: their names.
        difference: AUC of the first minus AUC of the second, paired bootstrap over participants.
        above: share of resamples in which the first is ahead.
    """

    inputs: str
    first: str
    second: str
    difference: MetricInterval
    above: float


class Participants(CardSection):
    """A group of participants: their number and the sha256 of their sorted identifiers joined by newlines."""

    participants: Count
    sha256: Sha256


class CertifiedSplit(CardSection):
    """One split: participants used for fitting, for early stopping, for both together, and for testing. No two share anyone.

    Attributes:
        shared: participants on more than one side, linked identifiers counted as one: always 0 on a written card.
    """

    repeat: int
    fold: int
    fit: Participants
    stop: Participants
    trained: Participants
    test: Participants
    shared: Literal[0] = 0


class Certificate(CardSection):
    """The leakage certificate: made from the very lists that training used, or not made at all.

    Attributes:
        splits: each fold of each repeat.
        tested: everyone tested.
        pretraining: everyone whose scan was used for pretraining.
        pretraining_shared: participants both pretrained on and tested, linked identifiers counted as one.
        links: pairs of identifiers known to be one participant.
        links_sha256: of the sorted table of these pairs; None where there are none.
        statement: the certificate in a sentence.
    """

    splits: tuple[CertifiedSplit, ...]
    tested: Participants
    pretraining: Participants
    pretraining_shared: Literal[0] = 0
    links: Count
    links_sha256: Sha256 | None
    statement: str


CHANCE_ERROR = "calibration error by chance"
"""Name of the control with the calibration error that exact probabilities would show."""


class Control(CardSection):
    """One negative control.

    Attributes:
        done: the procedure, in a sentence.
        metric: measured by `result`, such as "AUC".
        result: with its interval; None where the control could not be run.
        expected: result of a model without the flaw, in a sentence.
    """

    done: str
    metric: str
    result: MetricInterval | None
    expected: str
