"""All results of one case with their provenance, as pages show and reports print them. Writes itself as JSON."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from adcore.answer.prediction import agreement
from adcore.case.clinical import RECORDED_FIELDS, ClinicalRecord
from adcore.case.reader_note import ReaderNote
from adcore.explain.contributions import Contributions
from adcore.explain.explanation import Explanation
from adcore.explain.what_if import WhatIf
from adcore.explain.what_if_wording import most_to_say
from adcore.predict import Branch, Estimate, Prediction
from adcore.prepare.prepared import PreparedScan
from adcore.volumetry import SideVolumes, VolumeFinding
from adcore.words import DISCLAIMER

SCHEMA_VERSION = 1
"""Of the JSON: raised when a key changes its meaning or goes away."""


class Step(StrEnum):
    """The stages of an analysis, in order, as reported to on_step."""

    PREPARE = "Placing the scan in atlas space"
    PREDICT = "Reading the planes"
    EXPLAIN = "Mapping where the networks looked"


@dataclass(frozen=True)
class Provenance:
    """What made a result, so that it can be made again.

    Attributes:
        created: UTC, ISO 8601.
        seconds: by stage, wall clock.
    """

    adcore_version: str
    scan_sha256: str
    preparation_digest: str
    model_name: str
    weights_sha256: str
    structures_sha256: str
    torch_threads: int
    created: str
    seconds: dict[str, float]


@dataclass(frozen=True, eq=False)
class Analysis:
    """One analysed case.

    Attributes:
        prediction: None where a check failed: no probability is shown of a scan that is not fit for it.
        explanation: None likewise.
        volumes: of the brain's parts, beside those of healthy adults; empty where a check failed.
        refusals: the sentences of the failed checks.
        contributions: of the scan and each known field to the answer; None also where the card gives no base.
        what_if: the answer over the plausible values of each field; None where there is no
            prediction.
        sides: volumes left beside right; empty where a check failed.
    """

    prepared: PreparedScan
    record: ClinicalRecord
    prediction: Prediction | None
    explanation: Explanation | None
    volumes: tuple[VolumeFinding, ...]
    refusals: tuple[str, ...]
    provenance: Provenance
    contributions: Contributions | None = None
    what_if: WhatIf | None = None
    sides: tuple[SideVolumes, ...] = ()

    def to_json(self, note: ReaderNote | None = None) -> dict[str, Any]:
        """The result as plain JSON values; no voxels, no file names.

        Args:
            note: of the doctor who read the case.
        """
        prediction, explanation = self.prediction, self.explanation
        return {
            "schema_version": SCHEMA_VERSION,
            "disclaimer": DISCLAIMER,
            "case": self.prepared.scan.pseudonym,
            "fused": _estimate(prediction.fused) if prediction else None,
            "without_mmse": _estimate(prediction.without_mmse) if prediction else None,
            "branches": {branch.value: _estimate(prediction.branches[branch]) if prediction else None for branch in Branch},
            "category": prediction.category.value if prediction else None,
            "threshold": prediction.threshold if prediction else None,
            "reasons": list(prediction.reasons) if prediction else list(self.refusals),
            "attention": {b.value: [float(w) for w in weights] for b, weights in prediction.attention.items()}
            if prediction
            else {},
            "slices": {"y_mm": list(self.prepared.config.slices.y_mm), "digest": self.prepared.config.slices.digest},
            "display_maximum": {b.value: top for b, top in explanation.display_maximum.items()} if explanation else {},
            "checks": [vars(check) for check in self.prepared.checks],
            "warnings": list(self.prepared.scan.warnings),
            "regions": [vars(region) for region in explanation.regions] if explanation else [],
            "structures": [vars(structure) for structure in explanation.structures] if explanation else [],
            "explanation_quality": [vars(part) for part in explanation.quality.parts] if explanation else [],
            "volumes": [asdict(volume) for volume in self.volumes],
            "sides": [vars(pair) for pair in self.sides],
            "agreement": _agreement(prediction) if prediction else None,
            "contributions": _contributions(self.contributions) if self.contributions else None,
            "what_if": _what_if(self.what_if) if self.what_if else None,
            "record": self.record.model_dump(mode="json"),
            "not_read_by_model": [spec.name for spec in RECORDED_FIELDS],
            "reader": note.to_json() if note else None,
            "provenance": vars(self.provenance),
        }


def _estimate(estimate: Estimate | None) -> dict[str, float] | None:
    return dict(vars(estimate)) if estimate else None


def _agreement(prediction: Prediction) -> dict[str, Any] | None:
    found = agreement(prediction.branches, prediction.threshold)
    return dict(vars(found)) if found else None


def _what_if(found: WhatIf) -> dict[str, Any]:
    most = found.most_telling
    return {
        "most_telling": most.field if most else None,
        "sentence": most_to_say(found),
        "participants": found.participants,
        "curves": [curve.to_json() for curve in found.curves],
    }


def _contributions(found: Contributions) -> dict[str, Any]:
    shares = {"fused": found.fused, "clinical": found.clinical}
    return {"base": found.base} | {name: [vars(one) for one in players] for name, players in shares.items()}
