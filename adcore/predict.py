"""From weights, a prepared scan and a clinical record to a prediction, which may be inconclusive."""

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from adcore.answer.abstention import abstention_reasons, notes_beside
from adcore.answer.estimates import Estimates
from adcore.answer.mmse_error import around, band_scores, mean_estimate
from adcore.answer.prediction import Answer, Branch, Category, Prediction
from adcore.case.check import Check
from adcore.case.clinical import ClinicalRecord
from adcore.case.reason import Reason
from adcore.errors import ClinicalRecordError, ModelError, PreparationMismatchError
from adcore.model.calibration import NO_SCAN, Estimate
from adcore.model.card import ModelCard
from adcore.model.known_case import check_known_case
from adcore.model.seal import CARD_FILE, check_tables
from adcore.model.shipped import DEFAULT_MODEL, model_folders, models_folder
from adcore.networks.known_case import known_answers
from adcore.networks.late_fusion import (
    SCAN_PARTS,
    FusionOutput,
    LateFusionNetwork,
    ScanFeatures,
    ScanReading,
    load_network,
    log_odds_of,
)
from adcore.networks.reference_maps import ReferenceMaps
from adcore.networks.training_distance import TrainingDistance, scan_features
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.slices import SliceConfig
from adcore.volumetry.wide_ventricles import Ventricles, wide_ventricles

__all__ = [
    "SCAN_PARTS",
    "Answer",
    "Branch",
    "Category",
    "Estimate",
    "Prediction",
    "Predictor",
    "ScanReading",
    "load_predictor",
]

NO_STRUCTURES = "The model was made without it."


class Predictor:
    """A loaded model; immutable, so that one instance serves every user."""

    def __init__(
        self,
        card: ModelCard,
        network: LateFusionNetwork,
        training_distance: TrainingDistance | None = None,
        reference_maps: ReferenceMaps | None = None,
    ):
        self.card = card
        self.network = network
        self.reference_maps = reference_maps
        self._training_distance = training_distance

    @property
    def weights_sha256(self) -> str:
        """One digest for all weights files: the hashes of the card, joined."""
        return "+".join(self.card.weights[file][:12] for file in sorted(self.card.weights))

    def read(self, prepared: PreparedScan) -> ScanReading:
        """Run the convolutions.

        Raises:
            PreparationMismatchError: the slices were made with another configuration than the networks were trained on.
        """
        if prepared.config.slices.digest != self.card.slices_digest:
            raise PreparationMismatchError(
                f"The model '{self.card.name}' reads slices of configuration {self.card.slices_digest}, but this scan was "
                f"prepared with {prepared.config.slices.digest}. Prepare the scan with the model's own configuration."
            )
        return self.read_slices(prepared.slices, prepared.config.slices.y_mm)

    @torch.inference_mode()
    def read_slices(self, slices: NDArray[np.float32], y_mm: tuple[float, ...]) -> ScanReading:
        """The same for slices (N, H, W) at MNI y, scaled as by adcore.prepare.slices.scale_slices."""
        return self.network.read(torch.from_numpy(slices.copy()), y_mm)

    def check_training_distance(self, reading: ScanReading) -> Check | None:
        """Distance of the scan from the training set; None where the model folder holds no reference for it."""
        limits = self.card.training_distance
        if self._training_distance is None or limits is None:
            return None
        distance = float(self._training_distance.distances(scan_features(reading.features.means)[None])[0])
        return limits.accepted.check(
            distance,
            f"The scan lies at a distance of {limits.accepted.beside(distance, 1)} from the training set, nearly all of "
            f"which lies within {limits.usual:.1f}; up to {limits.limit:g} is accepted.",
            "It is out of distribution, so any answer would be a guess: use a T1 like those the model was trained on.",
        )

    @torch.inference_mode()
    def predict(self, reading: ScanReading | None, record: ClinicalRecord, ventricles: Ventricles | None = None) -> Prediction:
        """Predict from whatever is known about a patient.

        Without a scan the fusion answers if the card has a calibration for that, otherwise the clinical branch alone.

        Args:
            reading: of `read`; None without a scan.
            record: any field may be unknown.
            ventricles: their size, by which "likely unimpaired" may be withheld; None where
                they were not measured, and the answer then lacks that rule.
        Raises:
            ClinicalRecordError: there is neither a scan nor a clinical field, or see check_measures.
            ModelError: the model is silent with these inputs; see can_answer.
        """
        self.check_measures(record)
        features = None if reading is None else reading.features
        records = [record]
        without_mmse = record.without_mmse
        scan, nothing = reading is not None, ClinicalRecord()
        if record.knows_mmse and (scan or without_mmse.any_known) and self.can_answer(without_mmse, scan):
            records.append(without_mmse)
        with_alone = scan and self.can_answer(nothing, scan)
        if with_alone:
            records.append(nothing)
        output, (answer, *withheld) = self._answers(features, records, ventricles, mmse_error=True)
        alone = withheld.pop().fused if with_alone else None
        return Prediction(
            fused=answer.fused,
            branches=answer.branches,
            category=answer.category,
            reasons=answer.reasons,
            notes=answer.notes,
            without_mmse=withheld[0].fused if withheld else None,
            threshold=self.card.threshold,
            attention={branch: weights[0].numpy() for branch, weights in output.attention.items()},
            model_name=f"{self.card.name} {self.card.version}",
            weights_sha256=self.weights_sha256,
            scan_alone=alone,
            prevalence=self.card.impaired_share,
            label=self.card.label,
            silent=answer.silent,
        )

    def check_measures(self, record: ClinicalRecord) -> None:
        """Refuse a measure that this model does not read, or a value beyond those of its participants.

        Raises:
            ClinicalRecordError: there is one.
        """
        specs = {one.name: one.spec for one in self.card.measures}
        for name, value in record.measures.items():
            if name not in specs:
                read = f"It reads {', '.join(specs)}" if specs else "It reads none"
                raise ClinicalRecordError(f"The model '{self.card.name}' does not read a measure '{name}'. {read}: leave it out.")
            if refusal := specs[name].beyond(value):
                raise ClinicalRecordError(refusal)

    def can_answer(self, record: ClinicalRecord, scan: bool) -> bool:
        """Whether the model gives a fused answer with these inputs; a small training may leave it silent with some."""
        return not self.silent_because(record, scan)

    def silent_because(self, record: ClinicalRecord, scan: bool) -> str:
        """Why the model gives no fused answer with these inputs, in a sentence; empty where it gives one."""
        inputs = inputs_of(record, scan)
        keys = _fused_keys(inputs)
        if any(key in self.card.calibrations for key in keys):
            return ""
        return f"The model '{self.card.name}' gives no answer with these inputs. {self._reason(keys[0])}"

    def _reason(self, key: str) -> str:
        return self.card.silent.get(key, "Its card holds no calibration for them.")

    @torch.inference_mode()
    def answers(
        self,
        features: ScanFeatures | None,
        records: Sequence[ClinicalRecord],
        ventricles: Ventricles | None = None,
        *,
        mmse_error: bool = False,
    ) -> list[Answer]:
        """The model's answers for one patient under several sets of clinical fields, in one pass after the convolutions.

        Args:
            features: of one scan; None without a scan.
            records: each gets the calibration and the conformal limits of the fields that it has.
            ventricles: as `predict` takes them.
            mmse_error: whether intervals carry the error of MMSE, as those of `predict` do; it costs eleven times as much.
        Raises:
            ClinicalRecordError: there is neither a scan nor a clinical field.
            ModelError: the model is silent with some of these inputs; see can_answer.
        """
        return self._answers(features, records, ventricles, mmse_error)[1]

    @torch.inference_mode()
    def partial(self, features: ScanFeatures, record: ClinicalRecord, parts: Sequence[Sequence[bool]]) -> list[Estimate]:
        """The fused answer with parts of the scan's evidence, the others being those of the average training participant.

        Args:
            features: of one scan.
            parts: of each answer: which of SCAN_PARTS are the scan's own.
        Raises:
            ModelError: the model is silent with these inputs; see can_answer.
        """
        inputs = inputs_of(record)
        if silent := self.silent_because(record, scan=True):
            raise ModelError(silent)
        own, calibration = self._scores_of(record), self.card.calibrations[f"{inputs}_fused"]
        records = [record.model_copy(update={"mmse": score, "mmse_band": None}) for score in own] or [record]
        asked = [one for one in records for _ in parts]
        output = self.network.classify(features, *self.network.encode(asked), parts=torch.tensor(list(parts) * len(records)))
        estimates = [calibration.estimate(value) for value in _log_odds(output.fused)]
        if not own:
            return estimates
        return [mean_estimate(estimates[part :: len(parts)], tuple(own.values())) for part in range(len(parts))]

    def _answers(
        self,
        features: ScanFeatures | None,
        records: Sequence[ClinicalRecord],
        ventricles: Ventricles | None,
        mmse_error: bool,
    ) -> tuple[FusionOutput, list[Answer]]:
        scan = features is not None
        banded = [self._scores_of(record) for record in records]
        asked = [
            record.model_copy(update={"mmse": next(iter(scores)), "mmse_band": None}) if scores else record
            for record, scores in zip(records, banded, strict=True)
        ]
        recorded = [
            scores or ({} if one.mmse is None or not mmse_error else {one.mmse: 1.0})
            for one, scores in zip(asked, banded, strict=True)
        ]
        possible = [around(scores) if mmse_error else scores for scores in recorded]
        shifted = [
            one.model_copy(update={"mmse": score}) for one, scores in zip(asked, possible, strict=True) for score in scores
        ]
        output = self.network.classify(features, *self.network.encode([*asked, *shifted]))
        branches = {branch: _log_odds(pairs) for branch, pairs in output.branches.items()}
        rows = [
            (fused, {branch: values[row] for branch, values in branches.items()})
            for row, fused in enumerate(_log_odds(output.fused))
        ]
        further = iter(rows[len(records) :])
        answers = []
        for row, record, own, scores in zip(rows[: len(records)], records, banded, possible, strict=True):
            inputs = inputs_of(record, scan)
            found = self._estimates(*row, inputs, record)
            others = {score: self._estimates(*next(further), inputs, record) for score in scores}
            if own:
                found = found.averaged([others[score] for score in own], tuple(own.values()))
            notes = notes_beside(found.branches, self.card.threshold)  # by the intervals that the rule was measured with
            found = found.with_mmse_error(tuple(others.values()), tuple(scores.values()))
            answers.append(self._answer(found, inputs, record, notes, ventricles))
        return output, answers

    def _scores_of(self, record: ClinicalRecord) -> dict[float, float]:
        """The scores that a band of MMSE stands for, with their weights; none where the score itself is known, or nothing."""
        if record.mmse is not None or record.mmse_band is None:
            return {}
        return band_scores(record.mmse_band, self.card.field_values.get("mmse", {}))

    def _estimates(self, fused: float, logits: dict[Branch, float], inputs: str, record: ClinicalRecord) -> Estimates:
        """The estimates of one set of inputs, from log-odds before calibration: the fusion's, and each branch's."""
        if inputs == "images":
            del logits[Branch.CLINICAL]
        if silent := self.silent_because(record, not inputs.startswith(NO_SCAN)):
            raise ModelError(silent)
        answer = self._fused(inputs, fused, logits.get(Branch.CLINICAL))
        keys = {branch: _clinical_key(inputs) if branch is Branch.CLINICAL else f"{inputs}_{branch}" for branch in logits}
        calibrated = {branch: self.card.calibrations[key] for branch, key in keys.items() if key in self.card.calibrations}
        branches = {branch: calibrated[branch].estimate(logits[branch]) if branch in calibrated else None for branch in Branch}
        silent_branches = {branch: self._reason(keys[branch]) for branch in logits if branch not in calibrated}
        if self.card.structures is None and not inputs.startswith(NO_SCAN):
            silent_branches[Branch.STRUCTURES] = NO_STRUCTURES
        return Estimates(answer, branches, silent_branches)

    def _answer(
        self,
        found: Estimates,
        inputs: str,
        record: ClinicalRecord,
        notes: tuple[Reason, ...],
        ventricles: Ventricles | None,
    ) -> Answer:
        wide = None if ventricles is None or self.card.planted_heads else wide_ventricles(ventricles, record)
        reasons = abstention_reasons(self.card, inputs, found.fused, record, wide)
        category = Category.IMPAIRED if found.fused.probability >= self.card.threshold else Category.UNIMPAIRED
        called = Category.INCONCLUSIVE if reasons else category
        return Answer(found.fused, found.branches, called, reasons, notes=notes, silent=found.silent)

    def _fused(self, inputs: str, fused: float, clinical: float | None) -> Estimate:
        key = f"{inputs}_fused"
        if clinical is None or key in self.card.calibrations:
            return self.card.calibrations[key].estimate(fused)
        return self.card.calibrations[_clinical_key(inputs)].estimate(clinical)


def inputs_of(record: ClinicalRecord, scan: bool = True) -> str:
    """Name of the inputs that are known, by which calibrations are chosen.

    Returns:
        "images" without any field, "no_mmse" without MMSE, else "all"; without a scan "no_scan_no_mmse" or "no_scan_all".
    Raises:
        ClinicalRecordError: nothing at all is known.
    """
    if not scan and not record.any_known:
        raise ClinicalRecordError("There is neither a scan nor a clinical field to predict from. Give at least one of them.")
    known = "all" if record.knows_mmse else "no_mmse" if record.any_known else "images"
    return known if scan else f"{NO_SCAN}{known}"


def _log_odds(pairs: Tensor) -> list[float]:
    """Log-odds of impairment from a branch's pairs of logits (B, 2); refused where one is not finite."""
    values: list[float] = log_odds_of(pairs).tolist()
    if not all(map(math.isfinite, values)):
        raise ModelError("The network gave no finite answer for this scan, so there is no result to show.")
    return values


def _fused_keys(inputs: str) -> tuple[str, ...]:
    """Names of the calibrations that the answer may come from, first choice first: without a scan, the clinical branch's too."""
    return (f"{inputs}_fused", _clinical_key(inputs)) if inputs.startswith(NO_SCAN) else (f"{inputs}_fused",)


def _clinical_key(inputs: str) -> str:
    """Name of the clinical branch's calibration, which does not depend on the scan."""
    return f"{inputs.removeprefix(NO_SCAN)}_{Branch.CLINICAL}"


def load_predictor(name: str | Path | None = None) -> Predictor:
    """Load a model by name, or the shipped one.

    Args:
        name: a folder in the models directory (ADCORE_MODELS, else those that come with adcore), else the path of a model folder,
            which a Path and a text with a separator in it always are.
    Raises:
        ModelError: no such model, or a damaged one.
    """
    folder = model_folder(name)
    card = ModelCard.read(folder)
    check_tables(folder, card.tables)
    network, training_distance = (
        load_network(folder, card.weights, card.structures, card.measures),
        load_training_distance(folder, card),
    )
    check_known_case(folder, card.known_case, known_answers(network, card.calibrations, training_distance))
    reference_maps = None if card.reference_maps is None else ReferenceMaps.load(folder, card.reference_maps.sha256)
    return Predictor(card, network, training_distance, reference_maps)


def load_training_distance(folder: Path, card: ModelCard) -> TrainingDistance | None:
    """The reference by which a model recognises scans out of distribution; None where it has none.

    Raises:
        ModelError: the file is missing, altered or of another kind.
    """
    return None if card.training_distance is None else TrainingDistance.load(folder, card.training_distance.sha256)


def model_folder(name: str | Path | None = None) -> Path:
    """The folder of a model by name, or of the shipped one.

    Args:
        name: as load_predictor takes it.
    Raises:
        ModelError: no such model.
    """
    name = name or DEFAULT_MODEL
    if isinstance(name, Path) or os.sep in name:
        return Path(name)
    named, here = models_folder() / name, Path(name)
    if not named.is_dir() and not (here / CARD_FILE).is_file():
        raise ModelError(f"There is no model '{name}' here. Known models: {', '.join(model_folders()) or 'none'}.")
    return named if named.is_dir() else here


def slices_of(card: ModelCard) -> SliceConfig:
    """Configuration of the slices that a model reads.

    Raises:
        PreparationMismatchError: this version makes slices that the card does not describe.
    """
    try:
        fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in card.slices.items()}
        config = SliceConfig(**fields)
    except TypeError:
        config = None
    if config is None or config.digest != card.slices_digest:
        raise PreparationMismatchError(
            f"This version does not make the slices that '{card.name}' reads. Use the version that the model came with."
        )
    return config
