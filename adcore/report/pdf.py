"""The report of one case: one A4 page and its appendix as PDF, made in memory; the same analysis gives the same bytes."""

from datetime import datetime

from adcore.analysis import Analysis
from adcore.case.reader_note import ReaderNote
from adcore.model.card import ModelCard
from adcore.report.back import back
from adcore.report.colophon import colophon
from adcore.report.details import details
from adcore.report.front import front
from adcore.report.sheet import ACCENT, HEIGHT_MM, INNER_MM, MARGIN_MM, MUTED, Sheet
from adcore.report.wording import LOOKED
from adcore.words import DISCLAIMER


def report_pdf(analysis: Analysis, card: ModelCard, note: ReaderNote | None = None, prevalence: float | None = None) -> bytes:
    """Make the report of one case.

    Args:
        card: of the model that gave the answer, for its intended use.
        note: of the doctor who read the case.
        prevalence: of impairment at the clinic, 0 to 1 exclusive; None where it has set none.
    Returns:
        a PDF of one page and an appendix of three with selectable text and alternative text for pictures. It contains no name.
    """
    case = analysis.prepared.scan.pseudonym
    sheet = Sheet(f"adcore report, {case}", datetime.fromisoformat(analysis.provenance.created))
    pages = (
        lambda: front(sheet, analysis, card, note, prevalence),
        lambda: details(sheet, analysis),
        lambda: back(sheet, analysis),
        lambda: colophon(sheet, analysis, card, note),
    )
    for number, fill in enumerate(pages, start=1):
        sheet.add_page()
        _frame(sheet, case, card.label.outcome, number, len(pages))
        fill()
    return sheet.finished()


def _frame(sheet: Sheet, case: str, outcome: str, number: int, pages: int) -> None:
    """Header and footer of a page: the case, what the answer is about, the disclaimer, the page number."""
    sheet.line_of(MARGIN_MM, 10, 110, case, 16, bold=True)
    subject = f"{outcome[0].upper()}{outcome[1:]} from a T1 MRI" if number == 1 else "Appendix"
    sheet.line_of(MARGIN_MM + 110, 12, INNER_MM - 110, subject, 8, align="R", colour=MUTED)
    sheet.line_of(MARGIN_MM, 18.5, INNER_MM, DISCLAIMER, 9, bold=True, colour=ACCENT)
    sheet.line_of(MARGIN_MM, HEIGHT_MM - 12, INNER_MM - 52, f"adcore. {LOOKED if number > 1 else ''}".strip(), 8, colour=MUTED)
    sheet.line_of(MARGIN_MM + INNER_MM - 52, HEIGHT_MM - 12, 52, f"{case}, page {number} of {pages}", 8, align="R", colour=MUTED)
