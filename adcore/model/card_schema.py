"""The sections of a model's card on its performance: metrics with intervals, conformal limits, controls, leakage certificate."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from adcore.case.clinical import FieldSpec
from adcore.model.bounds import Count, InnerShare, Positive, Sha256, Share


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


class StructuresBranchCard(CardSection):
    """The structures' branch: a ridge logistic regression on structures' shares of the slices, as it is.

    Attributes:
        coefficients: by structure: what one SD more of its share, among the participants of pretraining, adds to the log-odds
            before calibration.
        intercept: the log-odds where every share is the usual one.
    """

    coefficients: dict[str, float]
    intercept: float


class TargetCard(CardSection):
    """What the label is.

    Attributes:
        column: of the cohort's table.
        positive: values that count as positive; none for CDR above 0.
        negative: values that count as negative; none for all other known ones.
        least_age: years below which nobody has a label; 0 for no floor.
    """

    column: str
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    least_age: float = 0.0

    @property
    def condition(self) -> str:
        """'impairment', 'a positive label': what a probability is of."""
        return "a positive label" if self.positive else "impairment"

    @property
    def definition(self) -> str:
        """'CDR above 0', 'diagnosis AD or MCI'."""
        return f"{self.column} {' or '.join(self.positive)}" if self.positive else "CDR above 0"

    @property
    def truth(self) -> str:
        """'CDR above 0: impaired': the label as a chart's axis names it, whose answers are those of the categories."""
        return f"{self.definition}: impaired"

    @property
    def outcome(self) -> str:
        """'impairment (CDR above 0)', 'a positive label (diagnosis AD or MCI)'."""
        return f"{self.condition} ({self.definition})"

    @property
    def positive_words(self) -> str:
        """'impaired (CDR above 0)', 'positive (diagnosis AD or MCI)': what a person with this label is."""
        return f"{'positive' if self.positive else 'impaired'} ({self.definition})"


CDR = TargetCard(column="cdr", least_age=60)
"""The label unless a card says otherwise. Younger participants were assessed differently: their CDR, if any, is no label."""


class MeasureCard(CardSection):
    """A number of the participants' table that the clinical branch of this model reads beside the usual fields.

    Attributes:
        name: of its column.
        known: labelled participants who have it.
        low, high: least and greatest value among them; one beyond is refused.
        centre, spread: mean and SD among them, by which it is coded.
    """

    name: str
    known: Count
    low: float
    high: float
    centre: float
    spread: Positive

    @property
    def spec(self) -> FieldSpec:
        """As a form asks for it."""
        return FieldSpec(self.name, self.name, "Read by this model beside the usual fields.", low=self.low, high=self.high)

    def coded(self, value: float) -> float:
        """Near unit scale."""
        return (value - self.centre) / self.spread


class RegressionCard(CardSection):
    """A logistic regression on clinical fields as they stand.

    Attributes:
        coefficients: by field, what one unit of it adds to the log-odds.
        intercept: the log-odds where every field is 0.
        participants: it was fitted on.
    """

    coefficients: dict[str, float]
    intercept: float
    participants: Count


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
        difference: AUC of the first minus AUC of the second, paired bootstrap over participants, averaged over the repeats.
        above: share of resamples in which the first is ahead.
        log_loss, brier: the same differences of these errors: below 0 where the first is better; None on older cards.
        repeats: of the cross-validation, over which each resample is averaged.
    """

    inputs: str
    first: str
    second: str
    difference: MetricInterval
    above: float
    log_loss: MetricInterval | None = None
    brier: MetricInterval | None = None
    repeats: int = 1


class Reliability(CardSection):
    """How far a branch's probabilities can be taken at their word.

    Attributes:
        slope, intercept: of the label's log-odds on the probability's; 1 and 0 if every probability is exact.
        ece_by_chance: calibration error that exact probabilities would show: mean, and the range that holds 95%.
    """

    slope: MetricInterval
    intercept: MetricInterval
    ece_by_chance: MetricInterval


class VerbalAnswers(CardSection):
    """The product's verbal answers, by every rule that the stored predictions allow, out of fold.

    Attributes:
        participants: of whom `impaired` are so.
        impaired_right, impaired_wrong: answers "likely impaired" to the impaired and to the others.
        unimpaired_right, unimpaired_wrong: answers "likely unimpaired" to the others and to the impaired.
        inconclusive: participants by the code of the first reason.
        given: share of participants with a verbal answer.
        right: share of these that are right; None where there are none.
    """

    participants: int
    impaired: int
    impaired_right: int
    impaired_wrong: int
    unimpaired_right: int
    unimpaired_wrong: int
    inconclusive: dict[str, int]
    given: MetricInterval
    right: MetricInterval | None


class WordsAtPrevalence(CardSection):
    """What the verbal answers mean where another share of patients is impaired.

    Attributes:
        prevalence: that share.
        given: share of patients with a verbal answer.
        coverage: of the shipped limits, which are one for each class: share whose true label stays possible.
        impaired_right: share of impaired among those called likely impaired; None without such answers.
        unimpaired_right: share of unimpaired among those called likely unimpaired; None likewise.
        weighted_coverage: of limits for all patients together, weighted by the prevalence, instead of one for each class.
        weighted_coverage_impaired: of these among the impaired, who pay for it where they are few.
    """

    prevalence: float
    given: MetricInterval
    coverage: MetricInterval
    impaired_right: MetricInterval | None
    unimpaired_right: MetricInterval | None
    weighted_coverage: MetricInterval
    weighted_coverage_impaired: MetricInterval


class ScanWorth(CardSection):
    """What the scan adds to age, sex and MMSE in one group of participants.

    Attributes:
        group: who they are.
        participants, impaired: mean over the repeats, since some groups hang on a predicted probability.
        scanned: share of them who get a scan.
        auc: of "scan", "clinical" and "both"; empty where a class is missing.
        brier, accuracy: of "clinical" and "both", accuracy at a probability of 0.5.
        auc_difference, brier_difference, accuracy_difference: "both" minus "clinical"; the Brier score is an error.
    """

    group: str
    participants: float
    impaired: float
    scanned: float
    auc: dict[str, MetricInterval]
    brier: dict[str, MetricInterval]
    accuracy: dict[str, MetricInterval]
    auc_difference: MetricInterval | None
    brier_difference: MetricInterval
    accuracy_difference: MetricInterval


class DecisionCurve(CardSection):
    """Net benefit of acting on a model's answer at one prevalence (Vickers and Elkin 2006).

    Attributes:
        prevalence: of impairment.
        thresholds: probability from which on one acts, under that prevalence.
        net_benefit: by model, at each threshold: share rightly acted on, less that wrongly acted on times the threshold's odds.
            Acting on nobody is 0.
    """

    prevalence: float
    thresholds: list[float]
    net_benefit: dict[str, list[float]]


class KeptAside(CardSection):
    """Figures of participants who were kept aside from everything, measured once; not to be computed again.

    Attributes:
        participants: of whom `impaired` are so.
        measured: when, on what and with which rules, in a sentence.
        auc: by inputs or branch, where an interval was recorded.
        auc_alone: by branch or simple model, where none was.
        sentences: what else was found.
    """

    participants: int
    impaired: int
    measured: str
    auc: dict[str, MetricInterval]
    auc_alone: dict[str, float]
    sentences: list[str]


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
