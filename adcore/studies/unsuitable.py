"""What unsuitable scans get: each case made of healthy heads, checked and classified, in one table."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from adcore.atomic import write_atomically
from adcore.case.check import Check
from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import Scan
from adcore.cohorts.growing_table import GrowingTable
from adcore.cohorts.progress import with_progress
from adcore.errors import AdcoreError
from adcore.predict import Category, Predictor
from adcore.prepare.prepared import PreparedScan
from adcore.prepare.stages import prepare_scan
from adcore.readers import read_scan
from adcore.studies.markdown import markdown_lines
from adcore.studies.unsuitable_scans import Case, cases

TABLE_FILE, TEXT_FILE = "unsuitable.csv", "unsuitable.md"
COLUMNS = ["head", "scan", "case", "amount", "suitable", "outcome", "checks", "figures", "sentence", "probability"]
TEXT = ["head", "scan", "case", "amount", "outcome", "checks", "figures", "sentence"]

RECORD = ClinicalRecord(age_years=70)
"""What is known beside the scan: with an age, an answer can carry a word; with nothing else, the scan decides."""

REFUSED, NOT_PLACED = "refused", "before it is placed"


def measure_unsuitable(paths: Sequence[Path], predictor: Predictor, out: Path) -> pd.DataFrame:
    """Make every case of every head, check and classify it.

    Args:
        paths: healthy heads; the tables call them A, B, C and so on, in this order.
        out: folder for unsuitable.csv, which grows case by case so that a stopped run resumes, and unsuitable.md.
    Returns:
        COLUMNS, one row a head and case. `probability` is what the networks say on the scan alone, also where a check refuses it;
        empty where the scan could not be placed.
    """
    out.mkdir(parents=True, exist_ok=True)
    table = GrowingTable(out / TABLE_FILE, COLUMNS, "%.4g", TEXT)
    for letter, path in zip(map(_letter, range(len(paths))), paths, strict=False):
        head = read_scan(path)
        done = table.rows[table.rows["scan"] == head.sha256[:12]]
        seen = set(zip(done["case"], done["amount"].fillna(""), strict=True))
        left = [case for case in cases() if (case.name, case.amount) not in seen]
        for case in with_progress(left, f"head {letter}", len(left)):
            table.add([[letter, head.sha256[:12], case.name, case.amount, case.suitable, *_outcome(case, head, predictor)]])
    rows = table.read().fillna({"amount": "", "checks": "", "figures": "", "sentence": ""})
    write_atomically(out / TEXT_FILE, lambda file: file.write(as_markdown(rows).encode()))
    return rows


def as_markdown(rows: pd.DataFrame) -> str:
    """The table of a document: one line a case, over all heads."""
    lines = [
        (name, amount, _outcomes(group), _figures(group), _probabilities(group))
        for (name, amount), group in rows.groupby(["case", "amount"], sort=False)
    ]
    return "\n".join(markdown_lines(("Case", "Amount", "Outcome", "Figures", "The networks alone"), lines)) + "\n"


def in_brief(rows: pd.DataFrame) -> str:
    """How many of the unsuitable scans got a word, and how many of the suitable ones were refused."""
    suitable, word = rows["suitable"].astype(bool), rows["outcome"].isin([Category.IMPAIRED.value, Category.UNIMPAIRED.value])
    return (
        f"{(word & ~suitable).sum()} of {(~suitable).sum()} unsuitable scans got a verbal answer; "
        f"{(suitable & rows['outcome'].eq(REFUSED)).sum()} of {suitable.sum()} suitable ones were refused."
    )


def _outcome(case: Case, head: Scan, predictor: Predictor) -> tuple[str, str, str, str, float | None]:
    """`outcome` to `probability` of one scan."""
    try:
        prepared = prepare_scan(case.change(head))
    except AdcoreError as error:
        return REFUSED, NOT_PLACED, "", str(error), None
    return _judged(prepared, predictor)


def _judged(prepared: PreparedScan, predictor: Predictor) -> tuple[str, str, str, str, float]:
    reading = predictor.read(prepared)
    distance = predictor.check_training_distance(reading)
    failed = [check for check in (*prepared.checks, *([] if distance is None else [distance])) if not check.passed]
    alone, answer = predictor.answers(reading.features, [ClinicalRecord(), RECORD])
    outcome = REFUSED if failed else answer.category.value
    return (
        outcome,
        " ".join(check.code.value for check in failed),
        " ".join(map(_figure, failed)),
        " ".join(check.sentence for check in failed) or " ".join(map(str, answer.reasons)),
        alone.fused.probability,
    )


def _figure(check: Check) -> str:
    return f"{check.value:.3g}{check.unit and chr(160) + check.unit}"


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _outcomes(group: pd.DataFrame) -> str:
    counts = group["outcome"].value_counts()
    checks = dict.fromkeys(code for codes in group["checks"] for code in ([codes] if codes == NOT_PLACED else codes.split()))
    named = ", ".join(code if code == NOT_PLACED else f"`{code}`" for code in checks)
    parts = [f"{count} of {len(group)} {outcome}" for outcome, count in counts.items()]
    return "; ".join(parts) + (f" ({named})" if named else "")


def _figures(group: pd.DataFrame) -> str:
    """The first failed check's values, head by head."""
    return ", ".join(f"{row.head}: {str(row.figures).split(' ')[0]}" for row in group.itertuples() if row.figures)


def _probabilities(group: pd.DataFrame) -> str:
    known = group[group["probability"].notna()]
    return ", ".join(f"{row.head} {row.probability:.2f}" for row in known.itertuples())
