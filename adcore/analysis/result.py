"""All results of one case with their provenance, as pages show and reports print them. Writes itself as JSON."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from adcore.analysis.document import (
    SCHEMA_VERSION,
    AnalysisDocument,
    CheckSection,
    NormsSection,
    PrevalenceSection,
    Provenance,
    SlicesSection,
    WhatIfSection,
)
from adcore.analysis.notebook import html_of
from adcore.analysis.row import frame_of, row_of
from adcore.answer.prediction import agreement
from adcore.answer.prevalence import PrevalenceLine, prevalence_lines
from adcore.case.clinical import RECORDED_FIELDS, ClinicalRecord
from adcore.case.reader_note import ReaderNote
from adcore.case.reason import Reason
from adcore.explain.contributions import Contributions
from adcore.explain.explanation import Explanation
from adcore.explain.what_if import WhatIf
from adcore.model.calibration import Estimate
from adcore.predict import Branch, Prediction, ScanReading
from adcore.prepare.prepared import PreparedScan
from adcore.volumetry import ScaleValue, SideVolumes, VolumeFinding
from adcore.words import DISCLAIMER, points_interval

__all__ = ["SCHEMA_VERSION", "Analysis", "Provenance", "Step"]


class Step(StrEnum):
    """The stages of an analysis, in order, as reported to on_step; the last two only on demand."""

    PREPARE = "Registering the scan to the atlas"
    PREDICT = "Reading the coronal slices"
    EXPLAIN = "Mapping where the networks looked"
    TEST_MAPS = "Testing the maps on the slices"
    DEFORM = "Giving the structures another volume"


@dataclass(frozen=True)
class OtherStructures:
    """What was answered had the patient's structures another volume (adcore.cohorts.synthetic.what_if_structures).

    Attributes:
        picture: PNG, a slice before and after.
    """

    sentence: str
    picture: bytes


@dataclass(frozen=True, eq=False)
class Analysis:
    """One analysed case.

    Attributes:
        prediction: None where a check failed or the age lies outside those trained on: no probability is shown then.
        explanation: None likewise.
        volumes: of brain structures, compared with those of healthy adults; empty where a check failed.
        refusals: why there is no prediction: the failed checks, and an age outside those trained on.
        contributions: of the scan and each known field to the answer; None also where the card gives no base.
        what_if: the answer over the plausible values of each field; None where there is no prediction, and while age or sex
            wait for a confirmation.
        sides: volumes left beside right; empty where a check failed.
        withheld: the fused probability outside the ages trained on, for research; only the JSON holds it.
        reading: what the networks read of the scan, by which it is answered with other fields; None where a check failed.
        other_structures: computed on demand, and only shown on the page.
        structure_volumes: as `volumes`, of every structure by itself.
        scales: the radiologist's scales, computed from volumes; empty where a check failed.
    """

    prepared: PreparedScan
    record: ClinicalRecord
    prediction: Prediction | None
    explanation: Explanation | None
    volumes: tuple[VolumeFinding, ...]
    refusals: tuple[Reason, ...]
    provenance: Provenance
    contributions: Contributions | None = None
    what_if: WhatIf | None = None
    sides: tuple[SideVolumes, ...] = ()
    withheld: Estimate | None = None
    reading: ScanReading | None = None
    structure_volumes: tuple[VolumeFinding, ...] = ()
    scales: tuple[ScaleValue, ...] = ()
    other_structures: OtherStructures | None = None

    def prevalence_lines(self, own: float | None = None) -> tuple[PrevalenceLine, ...]:
        """The answer under the prevalence it assumes and another; empty where there is no answer, or the card does not say.

        Args:
            own: the clinic's prevalence, 0 to 1 exclusive; None where it has set none.
        """
        answer = self.prediction
        return () if answer is None else prevalence_lines(answer.fused, answer.prevalence, own)

    def to_json(self, note: ReaderNote | None = None, prevalence: float | None = None) -> dict[str, Any]:
        """The result as plain JSON values, by the schema of adcore.analysis.document; no voxels, no file names.

        Args:
            note: of the doctor who read the case.
            prevalence: of impairment at the clinic, 0 to 1 exclusive; None where it has set none.
        """
        prediction, explanation, slices = self.prediction, self.explanation, self.prepared.config.slices
        document = AnalysisDocument(
            schema_version=SCHEMA_VERSION,
            disclaimer=DISCLAIMER,
            case=self.prepared.scan.pseudonym,
            fused=prediction.fused if prediction else None,
            withheld=self.withheld,
            prevalence=prediction.prevalence if prediction else None,
            at_prevalence=[PrevalenceSection.of(line) for line in self.prevalence_lines(prevalence)],
            without_mmse=prediction.without_mmse if prediction else None,
            branches=prediction.branches if prediction else dict.fromkeys(Branch),
            silent=prediction.silent if prediction else {},
            category=prediction.category if prediction else None,
            threshold=prediction.threshold if prediction else None,
            reasons=list(prediction.reasons if prediction else self.refusals),
            notes=list(prediction.notes) if prediction else [],
            attention={branch: weights.tolist() for branch, weights in prediction.attention.items()} if prediction else {},
            slices=SlicesSection(y_mm=list(slices.y_mm), digest=slices.digest),
            saliency_method=explanation.method if explanation else None,
            display_maximum=explanation.display_maximum if explanation else {},
            maps_withheld=explanation.withheld if explanation else {},
            checks=[CheckSection.of(check) for check in self.prepared.checks],
            warnings=list(self.prepared.scan.warnings),
            regions=list(explanation.regions) if explanation else [],
            structures=list(explanation.structures) if explanation else [],
            explanation_quality=list(explanation.quality.checks) if explanation else [],
            volumes=list(self.volumes),
            sides=list(self.sides),
            structure_volumes=list(self.structure_volumes),
            scales=list(self.scales),
            norms=NormsSection.of(self.prepared) if self.volumes else None,
            agreement=agreement(prediction.branches, prediction.threshold) if prediction else None,
            contributions=self.contributions,
            what_if=WhatIfSection.of(self.what_if) if self.what_if else None,
            record=self.record,
            not_read_by_model=[spec.name for spec in RECORDED_FIELDS],
            reader=note,
            provenance=self.provenance,
        )
        return document.model_dump(mode="json")

    def to_frame(self) -> pd.DataFrame:
        """The result as one row, with the columns of adcore.analysis.row."""
        return frame_of([row_of(self.to_json())])

    def __repr__(self) -> str:
        """One line: the case and its answer, or why there is none."""
        if self.prediction is None:
            why = " ".join(str(reason) for reason in self.refusals)
            return f"<Analysis of {self.prepared.scan.pseudonym}: no probability. {why}>"
        fused = self.prediction.fused
        number = points_interval(fused.probability, fused.low, fused.high)
        return f"<Analysis of {self.prepared.scan.pseudonym}: {self.prediction.category}, {number}>"

    def _repr_html_(self) -> str:
        return html_of(self.to_json(), self.prepared.slices)
