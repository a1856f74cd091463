"""The product on one screen: from a scan and a record to an analysis. Knows nothing of pages; progress is a callback."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import torch

from adcore.analysis import Analysis, Provenance, Step
from adcore.answer.abstention import header_reason, outside_training
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.explain import Explanation, SaliencyMethod, contributions, explain, with_tested_maps
from adcore.explain.what_if import what_if
from adcore.predict import Prediction, Predictor, ScanReading
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.segmentation.model import load_structures
from adcore.prepare.stages import prepare_scan
from adcore.version import __version__
from adcore.volumetry import Measured, measure


def analyse(
    scan: Scan,
    record: ClinicalRecord,
    predictor: Predictor,
    on_step: Callable[[str], None] | None = None,
    saliency: SaliencyMethod | None = None,
) -> Analysis:
    """Prepare, predict and explain one case.

    A scan that fails a check is prepared and shown, but gets no probability, no saliency map and no volumes. A patient outside
    the ages that the model was trained on gets volumes, but no probability and no saliency map. Where the scan's header states
    another age or sex than the record, the answer is inconclusive until the record confirms them.

    Args:
        on_step: called with a sentence as each stage begins.
        saliency: how maps are made; the model's default where None.
    Raises:
        ClinicalRecordError: the record holds a measure that the model does not read, or a value beyond its participants'.
        PreparationError: the scan could not be prepared at all.
        ModelError: the model does not fit the scan's preparation.
    """
    predictor.check_measures(record)
    seconds: dict[str, float] = {}
    report = on_step or (lambda sentence: None)

    start = _stage(report, Step.PREPARE)
    prepared = prepare_scan(scan, on_step=report)
    seconds["prepare"] = time.perf_counter() - start
    reading: ScanReading | None = None
    if prepared.fit:
        start = _stage(report, Step.PREDICT)
        reading = predictor.read(prepared)
        training_distance = predictor.check_training_distance(reading)
        if training_distance is not None:
            prepared = replace(prepared, checks=(*prepared.checks, training_distance))
        seconds["predict"] = time.perf_counter() - start
    explanation: Explanation | None = None
    if reading is not None and prepared.fit and outside_training(predictor.card, record) is None:
        start = _stage(report, Step.EXPLAIN)
        explanation = explain(prepared, reading, predictor, saliency)
        seconds["explain"] = time.perf_counter() - start
    return _answered(prepared, reading if prepared.fit else None, explanation, record, predictor, seconds)


def answer_again(analysis: Analysis, record: ClinicalRecord, predictor: Predictor) -> Analysis:
    """The same scan with other clinical fields: what the networks read of it is kept, and what hangs on the fields made again.

    It equals a full analysis with these fields, and takes a fraction of a second.

    Raises:
        ModelError: the model is silent with these fields.
    """
    explanation = analysis.explanation
    if explanation is None and analysis.reading is not None and outside_training(predictor.card, record) is None:
        explanation = explain(analysis.prepared, analysis.reading, predictor)  # there was none at an age not trained on
    return _answered(analysis.prepared, analysis.reading, explanation, record, predictor, analysis.provenance.seconds)


def inputs_key(scan: Scan, record: ClinicalRecord, weights_sha256: str) -> str:
    """Digest of everything an answer depends on: the scan, the record as the networks read it, the model."""
    inputs = (scan.sha256, record.as_read.model_dump_json(), weights_sha256)
    return hashlib.sha256("\n".join(inputs).encode()).hexdigest()


def explain_again(
    analysis: Analysis,
    predictor: Predictor,
    saliency: SaliencyMethod,
    *,
    tested: bool = False,
    on_step: Callable[[str], None] | None = None,
) -> Analysis:
    """The same answer with maps by another method, or tested on the networks' input (adcore.explain.deletion).

    Args:
        on_step: called with a sentence as each stage begins.
    Raises:
        ModelError: the model has no reference for the method.
        ValueError: the analysis has no explanation.
    """
    report, explanation = on_step or (lambda sentence: None), analysis.explanation
    if explanation is None:
        raise ValueError("an analysis without a prediction has no maps")
    if explanation.method is not saliency:
        report(Step.EXPLAIN.value)
        reading = analysis.reading or predictor.read(analysis.prepared)
        explanation = explain(analysis.prepared, reading, predictor, saliency)
    if tested:
        report(Step.TEST_MAPS.value)
        explanation = with_tested_maps(explanation, analysis.prepared, predictor)
    return replace(analysis, explanation=explanation)


def _answered(
    prepared: PreparedScan,
    reading: ScanReading | None,
    explanation: Explanation | None,
    record: ClinicalRecord,
    predictor: Predictor,
    seconds: dict[str, float],
) -> Analysis:
    """What hangs on the clinical fields, put beside what is known of the scan.

    Args:
        reading: None where a check failed.
        explanation: left out where there is no prediction.
        seconds: of the stages before this one.
    """
    start = time.perf_counter()
    outside, unconfirmed = outside_training(predictor.card, record), header_reason(prepared.scan.stated, record)
    prediction: Prediction | None = None
    withheld = contributed = curves = None
    measured = Measured()
    if reading is not None:
        measured = measure(prepared, record)
        prediction = predictor.predict(reading, record, measured.ventricles)
        if outside is not None:
            withheld, prediction = prediction.fused, None
        else:
            contributed = contributions(reading.features, record, predictor)
            curves = None if unconfirmed else what_if(reading.features, record, predictor, measured.ventricles)
    if prediction is not None and unconfirmed is not None:
        prediction = prediction.withheld(unconfirmed)
    refusals = (
        *(check.refusal for check in prepared.checks if check.refusal is not None),
        *(reason for reason in (outside, unconfirmed) if outside and reason),
    )
    provenance = Provenance(
        adcore_version=__version__,
        scan_sha256=prepared.scan.sha256,
        preparation_digest=prepared.config.digest,
        model_name=f"{predictor.card.name} {predictor.card.version}",
        weights_sha256=predictor.weights_sha256,
        structures_sha256=load_structures().weights_sha256,
        torch_threads=torch.get_num_threads(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=seconds | {"answer": time.perf_counter() - start},
    )
    return Analysis(
        prepared=prepared,
        record=record,
        prediction=prediction,
        explanation=None if prediction is None else explanation,
        volumes=measured.volumes,
        refusals=refusals,
        provenance=provenance,
        contributions=contributed,
        what_if=curves,
        sides=measured.sides,
        structure_volumes=measured.structures,
        scales=measured.scales,
        withheld=withheld,
        reading=reading,
    )


def _stage(report: Callable[[str], None], step: Step) -> float:
    report(step.value)
    return time.perf_counter()
