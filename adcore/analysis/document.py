"""The document that an analysis is written as: its JSON schema, generated from these classes.

`make schema` writes the schema to docs/reference/analysis.schema.json.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from adcore.answer.prediction import Branch, BranchAgreement, Category
from adcore.answer.prevalence import Assumed, PrevalenceLine
from adcore.case.check import Check
from adcore.case.clinical import ClinicalRecord, Sex
from adcore.case.reader_note import ReaderNote
from adcore.case.reason import CheckCode, Reason
from adcore.explain.contributions import Contributions
from adcore.explain.explanation import QualityCheck, RegionSaliency, SaliencyMethod, StructureSaliency
from adcore.explain.what_if import FieldCurve, WhatIf
from adcore.explain.what_if_wording import summary
from adcore.model.calibration import Estimate
from adcore.prepare.prepared import PreparedScan
from adcore.volumetry import ScaleValue, SideVolumes, VolumeFinding
from adcore.volumetry.cautions import cautions
from adcore.volumetry.norms import load_norms

SCHEMA_VERSION: Literal[3] = 3
"""Of the JSON: raised when a key changes its meaning or goes away."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DECIMALS = 4


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


class _Section(BaseModel):
    """A frozen section of the document; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckSection(_Section):
    """One check of the scan."""

    code: CheckCode
    name: str
    value: float | None = Field(description="what was measured; null where there was nothing to measure, and the check failed")
    threshold: float
    passed: bool
    sentence: str
    origin: str
    unit: str

    @classmethod
    def of(cls, check: Check) -> Self:
        """From a check."""
        measured = check.value if math.isfinite(check.value) else None  # JSON has no infinity, and no "not a number"
        return cls(name=check.name, **vars(check) | {"value": measured})


class SlicesSection(_Section):
    """The coronal slices that the networks read."""

    y_mm: list[float] = Field(description="MNI y of each slice in millimetres, posterior first")
    digest: str = Field(description="of the configuration that makes the slices")


class CurveSection(_Section):
    """The answer at each plausible value of one clinical field, everything else as it is; all lists have one entry a value."""

    field: str
    known: Sex | float | None = Field(description="the field's value; null where it is unknown")
    values: list[Sex | float]
    probability: list[float]
    low: list[float]
    high: list[float]
    category: list[Category]
    share_of_participants: list[float] | None = Field(description="training participants with each value; null where not counted")
    inconclusive: tuple[float, float] | None = Field(description="the conformal limits that apply once the field is known")
    mean_change: float = Field(description="mean absolute change of the probability, weighted by the shares")
    share_category_changes: float = Field(description="share of participants at whose value the category would be another")

    @classmethod
    def of(cls, curve: FieldCurve) -> Self:
        """From a curve, rounded."""
        columns = {
            name: [round(getattr(estimate, name), DECIMALS) for estimate in curve.estimates]
            for name in ("probability", "low", "high")
        }
        limits = curve.limits
        return cls(
            field=curve.field,
            known=curve.known,
            values=list(curve.values),
            category=list(curve.categories),
            share_of_participants=[round(share, DECIMALS) for share in curve.shares] if curve.counted else None,
            inconclusive=None if limits is None else (limits.impaired_from, limits.unimpaired_to),
            mean_change=round(curve.change, DECIMALS),
            share_category_changes=round(curve.turns, DECIMALS),
            **columns,
        )


class WhatIfSection(_Section):
    """What each clinical field would change."""

    most_informative: str | None = Field(description="the unknown field that would move the probability most on average")
    sentence: str
    participants: int | None = Field(description="training participants whose values weight the curves")
    curves: list[CurveSection]

    @classmethod
    def of(cls, curves: WhatIf) -> Self:
        """From the curves of all fields."""
        most = curves.most_informative
        return cls(
            most_informative=most.field if most else None,
            sentence=summary(curves),
            participants=curves.participants,
            curves=[CurveSection.of(curve) for curve in curves.curves],
        )


class PrevalenceSection(_Section):
    """The answer where a given share of patients is impaired."""

    assumed: Assumed = Field(description="whether the share is that of training, of the clinic, or an example")
    prevalence: float = Field(description="share of impaired patients, 0 to 1")
    probability: float
    low: float
    high: float
    sentence: str

    @classmethod
    def of(cls, line: PrevalenceLine) -> Self:
        """From a line, rounded."""
        ends = {name: round(getattr(line.estimate, name), DECIMALS) for name in ("probability", "low", "high")}
        return cls(assumed=line.assumed, prevalence=round(line.prevalence, DECIMALS), sentence=line.sentence, **ends)


class NormsSection(_Section):
    """The healthy adults whom volumes are compared with."""

    participants: int
    held_out: int = Field(description="of them, those whom the structure network was not trained on")
    scanner: str
    clinic: int = Field(description="healthy adults of the clinic by whom the norms were moved to its scanner; 0 for none")
    cautions: list[str] = Field(description="why this scan may not be comparable")

    @classmethod
    def of(cls, prepared: PreparedScan) -> Self:
        """The norms as they apply to a scan."""
        norms = load_norms()
        return cls(
            participants=norms.participants,
            held_out=norms.held_out,
            scanner=norms.scanner,
            clinic=norms.clinic,
            cautions=list(cautions(prepared)),
        )


class AnalysisDocument(_Section):
    """The result of one case: no voxels, no file names, no patient's name."""

    schema_version: Literal[3] = Field(description="of this format; raised when a key changes its meaning or goes away")
    disclaimer: str
    case: str = Field(description="pseudonym made of the scan's digest")
    fused: Estimate | None = Field(
        description="probability of impairment (CDR above 0); null where the scan was refused or the age lies outside training"
    )
    withheld: Estimate | None = Field(
        description="the fused probability outside the ages trained on: for research, not to be shown to a reader; null otherwise"
    )
    prevalence: float | None = Field(description="share of impaired patients that every probability assumes; null if not known")
    at_prevalence: list[PrevalenceSection] = Field(description="the answer where another share is impaired; the first leads")
    without_mmse: Estimate | None = Field(
        description="the same with MMSE withheld; null where MMSE is unknown or the model silent"
    )
    branches: dict[Branch, Estimate | None] = Field(description="each branch alone; null where it had no input or is silent")
    silent: dict[Branch, str] = Field(description="why a branch that had an input gives no probability")
    category: Category | None
    threshold: float | None = Field(description="probability at and above which a patient is classified as impaired")
    reasons: list[Reason] = Field(description="why the answer is inconclusive, or why there is none")
    notes: list[Reason] = Field(description="what to know beside the answer; they withhold nothing")
    attention: dict[Branch, list[float]] = Field(description="weight of each slice by image branch; they sum to 1")
    slices: SlicesSection
    saliency_method: SaliencyMethod | None = Field(description="how the saliency maps were made; null where the scan was refused")
    maps_withheld: dict[Branch, str] = Field(description="by image branch, why its map is not shown")
    display_maximum: dict[Branch, float] = Field(description="log-odds of the top colour by image branch, the same for everyone")
    checks: list[CheckSection]
    warnings: list[str] = Field(description="what the reader must know about the scan")
    regions: list[RegionSaliency] = Field(description="shares of positive saliency by region")
    structures: list[StructureSaliency] = Field(description="the same by structure, left beside right")
    explanation_quality: list[QualityCheck] = Field(description="how far the maps can be relied on")
    volumes: list[VolumeFinding]
    sides: list[SideVolumes]
    structure_volumes: list[VolumeFinding] = Field(description="every structure by itself; millilitres and share as in volumes")
    scales: list[ScaleValue] = Field(description="the radiologist's scales, computed and not rated, with 90% intervals")
    norms: NormsSection | None = Field(description="whom volumes are compared with; null where there are none")
    agreement: BranchAgreement | None = Field(description="the branches compared; null where fewer than two had an input")
    contributions: Contributions | None = Field(
        description="the answer as a sum in log-odds: by part of the model (parts), and by the scan and each known field (fused)"
    )
    what_if: WhatIfSection | None
    record: ClinicalRecord
    not_read_by_model: list[str] = Field(description="fields of the record that no network reads")
    reader: ReaderNote | None
    provenance: Provenance


def schema() -> dict[str, Any]:
    """The JSON schema of the document that `adcore predict` and `Analysis.to_json` write."""
    title = {"$schema": DIALECT, "$id": "analysis.schema.json"}
    return title | AnalysisDocument.model_json_schema(mode="serialization")


def schema_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(), indent=1) + "\n"


def write_schema(path: str | Path) -> None:
    """Write the schema's file."""
    Path(path).write_text(schema_text())
