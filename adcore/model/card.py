"""The JSON card beside a model's weights: intended use, training data, performance, and what inference needs."""

import json
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from adcore.case.check import Limit
from adcore.case.reason import CheckCode
from adcore.errors import ModelError
from adcore.model.bounds import AgeRange, Count, InnerShare, Positive, Sha256, SoundCalibration
from adcore.model.card_schema import (
    CDR,
    Certificate,
    Comparison,
    ConformalLimits,
    Control,
    Coverage,
    DecisionCurve,
    KeptAside,
    MeasureCard,
    MetricInterval,
    RegressionCard,
    Reliability,
    ScanWorth,
    Spread,
    StructuresBranchCard,
    Subgroup,
    TargetCard,
    VerbalAnswers,
    WordsAtPrevalence,
)
from adcore.model.seal import CARD_FILE, sealed_document, write_sealed

__all__ = [
    "CARD_FILE",
    "FOLDS_FILE",
    "PARTICIPANTS_FILE",
    "PRETRAINING_FILE",
    "REPEATS_FILE",
    "Card",
    "MetricInterval",
    "ModelCard",
    "NamedCard",
    "PlantedTruth",
    "ReferenceMapsCard",
    "SaliencyCard",
    "TrainingDistanceCard",
]

FOLDS_FILE = "folds.csv"
REPEATS_FILE = "repeats.csv"
PRETRAINING_FILE = "pretraining.csv"
PARTICIPANTS_FILE = "participants.csv"


class Seal(BaseModel):
    """Digests by which a changed model folder is recognised; see adcore.model.seal.

    Attributes:
        files: sha256 of each table beside the card, by file name.
        card_sha256: of the card's content without this digest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: dict[str, Sha256]
    card_sha256: Sha256


class Card(BaseModel):
    """A card.json in a model folder: the fields that every card has.

    Attributes:
        known_case: numbers that the loaded model gives again for made-up input, by name; see adcore.model.known_case.
        seal: of the folder as it was written; None on a card that was not written yet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="constants")

    name: str
    version: str
    created: str
    adcore_version: str
    disclaimer: str
    intended_use: str
    known_case: dict[str, float] | None = None
    seal: Seal | None = None

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the card of a model folder.

        Raises:
            ModelError: the card is missing or invalid, or was changed since it was written.
        """
        return cls.of(folder, sealed_document(folder))

    @classmethod
    def of(cls, folder: Path, document: dict[str, Any]) -> Self:
        """A card from its JSON.

        Raises:
            ModelError: a field is missing, unknown or out of its bounds.
        """
        try:
            return cls.model_validate_json(json.dumps(document))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "the card"
            raise ModelError(
                f"{folder.name}/{CARD_FILE} is not a card this version can read: {where}: {first['msg']}. "
                "Restore the model folder, or use the version of adcore that wrote it."
            ) from error

    @property
    def tables(self) -> dict[str, str]:
        """Sha256 of each table beside the card, by file name."""
        return {} if self.seal is None else self.seal.files

    def write(self, folder: Path) -> None:
        """Write it into a model folder, with the seal of itself and of the tables that lie there now."""
        write_sealed(folder, json.loads(self.model_dump_json()))


class TrainingDistanceCard(BaseModel):
    """The reference by which scans out of distribution are recognised: distances from the training set, and their limit.

    Attributes:
        sha256: of training_distance.safetensors.
        participants: it was fitted on, one scan each.
        usual: distance within which nearly all of those participants lie.
        limit: distance above which no answer is given.
        origin: of both distances.
        healthy_adults: from elsewhere, whose distances set the limit together with the participants'.
        quantile, confidence: at least this share of such people lies within the limit, with this confidence; None on cards
            whose limit was set otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: Sha256
    participants: Count
    usual: Positive
    limit: Positive
    origin: str
    healthy_adults: Count = 0
    quantile: InnerShare | None = None
    confidence: InnerShare | None = None

    @property
    def accepted(self) -> Limit:
        """The limit in the form that every check has."""
        return Limit(CheckCode.TRAINING_DISTANCE, self.origin, high=self.limit)


class PlantedTruth(BaseModel):
    """Atrophy planted into real heads: whether a branch's saliency map is strongest where it was planted.

    Attributes:
        heads, cases: how many heads, and how many planted scans of them.
        found: cases whose strongest cell holds the planted structures.
        sided, left: how many scans with the left side alone planted, and of them those whose strongest cell holds that side.
        origin: which heads, kinds and degrees.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    heads: int
    cases: int
    found: int
    sided: int = 0
    left: int = 0
    origin: str

    @property
    def share(self) -> float:
        """Of cases that were found, 0 to 1."""
        return self.found / self.cases if self.cases else 0.0


class SaliencyCard(BaseModel):
    """One method's saliency maps: their scale, and how they did where the truth was known.

    Attributes:
        maximum: value of the top colour, by image branch, in log-odds: one scale for every patient.
        origin: of the scale.
        planted: by image branch; empty where not measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    maximum: dict[str, Positive]
    origin: str
    planted: dict[str, PlantedTruth] = {}


class ReferenceMapsCard(SaliencyCard):
    """The average unimpaired participant that saliency maps are relative to, and Grad-CAM relative to it.

    Attributes:
        sha256: of reference_maps.safetensors.
        participants: who were averaged.
        gradients: input gradients relative to the same average; None where not measured.
    """

    sha256: Sha256
    participants: Count
    gradients: SaliencyCard | None = None


class NamedCard(Card):
    """The part of any model's card that names the model and its files.

    Attributes:
        weights: sha256 of each weights file by file name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    weights: dict[str, Sha256]


class ModelCard(Card):
    """The card of one trained model.

    Attributes:
        weights: sha256 of each weights file by file name.
        slices_digest: of the SliceConfig the networks were trained on; scans prepared otherwise are refused.
        age_years: of the youngest and the oldest labelled participant.
        threshold: probability at and above which a case is classified as impaired; fixed before any result was seen.
        calibrations: by "<inputs>_<branch>"; inputs one of images, no_mmse, all.
        silent: why a branch has no calibration and gives no probability, by "<inputs>_<branch>".
        cam_maximum: raw Grad-CAM value of the top colour, by image branch: one scale for every patient.
        metrics: inputs, branch, metric; over participants, out of fold.
        confusion: inputs, branch, then counts of participants at the threshold.
        baselines: simple models on the same folds, metric by name.
        controls: negative controls with their outcome, by name.
        splits: for each fold, hashes of the participants used for fitting, early stopping and testing.
        training_distance: how far a scan may lie from the training set; None where that was not measured.
        reference_maps: what saliency maps are relative to; None where it was not averaged.
        conformal: limits beyond which an answer is ruled out, by inputs, for the fused branch; empty where not measured.
        coverage: of those limits, by inputs, out of fold.
        repeats: inputs, branch, metric; over repeats of the cross-validation.
        subgroups: inputs, then name of the group; the fused branch, out of fold.
        comparisons: the fused branch against single branches and baselines, over all repeats.
        reliability: inputs, branch; out of fold.
        verbal_answers: by inputs: how many participants the product gives a verbal answer, and how many of these are right.
        words_at_prevalence: by inputs: what the verbal answers mean at several prevalences.
        scan_worth: what the scan adds to the clinical fields, by group of participants.
        decision_curves: of the answer beside simpler ones, by prevalence.
        target: what the label is, where it is not CDR above 0 from 60 years on.
        regressions: logistic regressions on clinical fields, as baselines on other people.
        kept_aside: figures of participants kept aside, measured once; None where there are none.
        certificate: leakage certificate: nobody is on two sides of a split; None on older cards.
        origins: how the figures of a section were obtained, by the section's name.
        fusions: the fused branch against a fusion that was not shipped, over all repeats; empty where not measured.
        structures: coefficients of the structures' branch; None where the model was made without it.
        measures: what the clinical branch reads beside the usual fields, from the cohort's own table.
        field_values: by clinical field, how many labelled participants had each value, numbers in short form ("26"); empty where
            not counted.
    """

    not_for: list[str]
    reference_standard: str
    data: dict[str, Any]
    method: dict[str, Any]
    weights: dict[str, Sha256]
    slices_digest: str
    slices: dict[str, Any]
    age_years: AgeRange
    threshold: InnerShare
    threshold_origin: str
    calibrations: dict[str, SoundCalibration]
    cam_maximum: dict[str, Positive]
    cam_maximum_origin: str
    metrics: dict[str, dict[str, dict[str, MetricInterval]]]
    metrics_origin: str
    confusion: dict[str, dict[str, dict[str, Count]]]
    baselines: dict[str, dict[str, MetricInterval]]
    controls: dict[str, Control]
    splits: list[dict[str, Sha256]]
    seeds: dict[str, int]
    training_config: dict[str, Any]
    limits: list[str]
    training_distance: TrainingDistanceCard | None = None
    reference_maps: ReferenceMapsCard | None = None
    conformal: dict[str, ConformalLimits] = {}
    coverage: dict[str, Coverage] = {}
    repeats: dict[str, dict[str, dict[str, Spread]]] = {}
    subgroups: dict[str, dict[str, Subgroup]] = {}
    comparisons: list[Comparison] = []
    reliability: dict[str, dict[str, Reliability]] = {}
    verbal_answers: dict[str, VerbalAnswers] = {}
    words_at_prevalence: dict[str, list[WordsAtPrevalence]] = {}
    scan_worth: list[ScanWorth] = []
    decision_curves: list[DecisionCurve] = []
    regressions: dict[str, RegressionCard] = {}
    target: TargetCard | None = None
    kept_aside: KeptAside | None = None
    certificate: Certificate | None = None
    origins: dict[str, str] = {}
    field_values: dict[str, dict[str, Count]] = {}
    silent: dict[str, str] = {}
    structures: StructuresBranchCard | None = None
    measures: tuple[MeasureCard, ...] = ()
    fusions: list[Comparison] = []

    @property
    def label(self) -> TargetCard:
        """What the label is."""
        return self.target or CDR

    @property
    def planted_heads(self) -> tuple[str, ...]:
        """Names of the heads into which training planted atrophy, so that it does not lower the answer; none where it did not."""
        return tuple(self.training_config.get("planted_heads", ()))

    @property
    def impaired_share(self) -> float | None:
        """Share of impaired among the labelled participants, which its probabilities assume; None where the card does not say."""
        impaired, participants = (self.data.get(name) for name in ("impaired_participants", "labelled_participants"))
        return impaired / participants if impaired and participants and 0 < impaired < participants else None
