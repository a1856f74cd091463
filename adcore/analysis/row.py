"""An analysis as one row of a table: the document of adcore.analysis.document with its lists laid out as columns.

The columns are the same for every case and model, so that rows of any run can be joined.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from adcore.answer.prediction import IMAGE_BRANCHES, Branch
from adcore.case.clinical import FIELDS, RECORDED_FIELDS
from adcore.case.reason import CheckCode
from adcore.explain.regions import OUTSIDE_NAME
from adcore.prepare.segmentation.structures import PAIRED, STRUCTURES, UNPAIRED, Side
from adcore.volumetry.findings import MEASURES
from adcore.volumetry.scales import PLACES
from adcore.volumetry.sides import PAIRS

Cell = str | float | None

RECORD = (*FIELDS, *RECORDED_FIELDS)
ESTIMATES = ("fused", *Branch, "without_mmse", "withheld")
MEASURED = tuple(code for code in CheckCode if code is not CheckCode.PREPARATION)
SCORE = ("z", "z_low", "z_high", "percentile")
PROVENANCE = (
    "scan_sha256",
    "model_name",
    "weights_sha256",
    "structures_sha256",
    "preparation_digest",
    "adcore_version",
    "torch_threads",
    "created",
)


def row_of(document: dict[str, Any]) -> dict[str, Cell]:
    """One row, every name of columns(); None is unknown, withheld or not applicable.

    Args:
        document: of Analysis.to_json, or as read back from its JSON file.
    """
    return {name: value for part in _PARTS for name, value in part(document)}


def frame_of(rows: Sequence[Mapping[str, Cell]], before: Mapping[str, type] = MappingProxyType({})) -> pd.DataFrame:
    """Rows as a table whose columns and their types do not depend on the rows: text, or float64 with NaN.

    Args:
        rows: of row_of; names that a row lacks are unknown.
        before: names and kinds of columns to stand in front.
    """
    kinds = {**before, **columns()}
    table = pd.DataFrame(rows, columns=list(kinds))
    return table.astype({name: "str" if kind is str else "float64" for name, kind in kinds.items()})


def columns() -> dict[str, type]:
    """The columns in order, each of text (str) or of numbers (float)."""
    numbers = {name for part in _NUMBERS for name, _ in part({})}
    numbers |= {spec.name for spec in RECORD if not spec.choices} | {*_THRESHOLDS, "torch_threads", "seconds"}
    return {name: float if name in numbers else str for name in row_of({})}


def column(*words: str) -> str:
    """A column's name of words that may hold spaces."""
    return "_".join(words).replace(" ", "_")


Part = Iterator[tuple[str, Cell]]


def _case(document: dict[str, Any]) -> Part:
    yield "case", document.get("case")
    record = document.get("record", {})
    yield from ((spec.name, record.get(spec.name)) for spec in RECORD)
    yield "mmse_band", record.get("mmse_band")
    yield "measures", "; ".join(f"{name}={value:g}" for name, value in record.get("measures", {}).items())


def _answer(document: dict[str, Any]) -> Part:
    yield "category", document.get("category")
    for name in ("reasons", "notes"):
        reasons = document.get(name, [])
        yield name, " ".join(reason["code"] for reason in reasons)
        yield column(name, "text"), " ".join(reason["sentence"] for reason in reasons)
    yield "warnings", " ".join(document.get("warnings", []))


_THRESHOLDS = ("threshold", "prevalence")


def _thresholds(document: dict[str, Any]) -> Part:
    yield from ((name, document.get(name)) for name in _THRESHOLDS)


def _estimates(document: dict[str, Any]) -> Part:
    found = document | document.get("branches", {})
    for name in ESTIMATES:
        estimate = found.get(name) or {}
        yield column("p", name), estimate.get("probability")
        yield from ((column("p", name, end), estimate.get(end)) for end in ("low", "high"))


def _between(document: dict[str, Any]) -> Part:
    agreement = document.get("agreement")
    yield "branches_disagree", None if agreement is None else "yes" if agreement["disagree"] else "no"
    yield "silent", " ".join(document.get("silent", {}))


def _checks(document: dict[str, Any]) -> Part:
    yield "failed_checks", " ".join(check["code"] for check in document.get("checks", []) if not check["passed"])


def _measured(document: dict[str, Any]) -> Part:
    values = {check["code"]: check["value"] for check in document.get("checks", [])}
    yield from ((column("check", code), values.get(code)) for code in MEASURED)


def _volumes(document: dict[str, Any]) -> Part:
    found = {volume["measure"]: volume for volume in document.get("volumes", [])}
    for measure in MEASURES:
        volume = found.get(measure, {})
        yield column(measure, "ml"), volume.get("millilitres")
        yield column(measure, "share"), volume.get("share")
        score = volume.get("score") or {}
        yield from ((column(measure, name), score.get(name)) for name in SCORE)


def _sides(document: dict[str, Any]) -> Part:
    found = {sides["structure"]: sides for sides in document.get("sides", [])}
    yield from ((column(structure, "asymmetry"), found.get(structure, {}).get("asymmetry")) for structure in PAIRS)


def _structures(document: dict[str, Any]) -> Part:
    found = {volume["measure"]: volume for volume in document.get("structure_volumes", [])}
    for structure in STRUCTURES:
        volume = found.get(structure.name, {})
        yield column(structure.name, "ml"), volume.get("millilitres")
        yield column(structure.name, "z"), (volume.get("score") or {}).get("z")


def _scales(document: dict[str, Any]) -> Part:
    found = {(one["scale"], one["side"]): one for one in document.get("scales", [])}
    for scale, side in PLACES:
        name = column(*(() if side is Side.MIDLINE else (side,)), scale.replace("-", " "))
        one = found.get((scale, side), {})
        yield name, one.get("value")
        yield from ((column(name, end), one.get(end)) for end in ("low", "high"))


def _saliency(document: dict[str, Any]) -> Part:
    """Shares of each image branch's positive saliency: 0 where it has none there, None where it has no map."""
    found = {(row["branch"], row["structure"]): row for row in document.get("structures", [])}
    mapped = {branch for branch, _ in found}
    for branch in IMAGE_BRANCHES:
        none = 0.0 if branch in mapped else None
        for structure in (*PAIRED, *UNPAIRED, OUTSIDE_NAME):
            row = found.get((branch, structure), {})
            yield column("saliency", branch, structure), row.get("share", none)
            if structure in PAIRED:
                yield from (
                    (column("saliency", branch, side, structure), row.get(side, none)) for side in (Side.LEFT, Side.RIGHT)
                )


def _provenance(document: dict[str, Any]) -> Part:
    yield "saliency_method", document.get("saliency_method")
    provenance = document.get("provenance", {})
    yield from ((name, provenance.get(name)) for name in PROVENANCE)
    yield "seconds", sum(provenance["seconds"].values()) if provenance else None


_SIZES = (_volumes, _sides, _structures, _scales)
_NUMBERS = (_estimates, _measured, *_SIZES, _saliency)
_PARTS = (_case, _answer, _thresholds, _estimates, _between, _checks, _measured, *_SIZES, _saliency, _provenance)
