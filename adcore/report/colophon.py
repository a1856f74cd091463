"""The appendix's last page: scan checks, reader's note, intended use, limits, provenance."""

from adcore.analysis import Analysis
from adcore.case.reader_note import ReaderNote
from adcore.model.card import ModelCard
from adcore.report.sheet import INNER_MM, MARGIN_MM, MUTED, Sheet
from adcore.report.wording import note_sentence, number

CHECKS_TOP, NOTE_TOP, PURPOSE_TOP, PROVENANCE_TOP, END = 26.0, 120.0, 146.0, 232.0, 282.0


def colophon(sheet: Sheet, analysis: Analysis, card: ModelCard, note: ReaderNote | None) -> None:
    """Fill the page."""
    _checks(sheet, analysis)
    _note(sheet, note)
    _purpose(sheet, card)
    _provenance(sheet, analysis)


def _checks(sheet: Sheet, analysis: Analysis) -> None:
    top = sheet.heading(MARGIN_MM, CHECKS_TOP, INNER_MM, "Scan checks")
    rows = [("Check", "Value", "Limit", "Pass")]
    for check in analysis.prepared.checks:
        passed = "yes" if check.passed else "no"
        rows.append((check.name, number(check.value, check.unit), number(check.threshold, check.unit), passed))
    sheet.rows(MARGIN_MM, top, (80, 40, 40, INNER_MM - 160), rows, step=min(4.2, (NOTE_TOP - top - 2) / len(rows)))


def _note(sheet: Sheet, note: ReaderNote | None) -> None:
    top = sheet.heading(MARGIN_MM, NOTE_TOP, INNER_MM, "Reader's note")
    sheet.fitted((MARGIN_MM, top, INNER_MM, PURPOSE_TOP - top - 2), note_sentence(note), 8)


def _purpose(sheet: Sheet, card: ModelCard) -> None:
    top = sheet.heading(MARGIN_MM, PURPOSE_TOP, INNER_MM, "Intended use")
    words = "\n".join((card.intended_use, "Not for: " + " ".join(card.not_for), "Limits: " + " ".join(card.limits)))
    sheet.fitted((MARGIN_MM, top, INNER_MM, PROVENANCE_TOP - top - 2), words, 8.5)


def _provenance(sheet: Sheet, analysis: Analysis) -> None:
    made = analysis.provenance
    top = sheet.heading(MARGIN_MM, PROVENANCE_TOP, INNER_MM, "Provenance")
    seconds = ", ".join(f"{stage} {value:.1f} s" for stage, value in made.seconds.items())
    lines = (
        ("Scan (sha256)", made.scan_sha256),
        ("Model", made.model_name),
        ("Weights (sha256)", made.weights_sha256),
        ("Structures (sha256)", made.structures_sha256),
        ("Preparation", made.preparation_digest),
        ("adcore", made.adcore_version),
        ("Analysed", made.created),
        ("Duration", f"{seconds}, {made.torch_threads} threads"),
    )
    for name, value in lines:
        sheet.line_of(MARGIN_MM, top, 40, name, 8, colour=MUTED)
        top += sheet.fitted((MARGIN_MM + 42, top, INNER_MM - 42, 9), value, 8) + 0.9
