"""The report's page: category with its reason, findings, two pictures, limits, and room for the reader's conclusion."""

from adcore.analysis import Analysis
from adcore.answer.brief import in_brief
from adcore.case.reader_note import ReaderNote
from adcore.model.card import ModelCard
from adcore.report.drawings import findings_table
from adcore.report.outlined import outlined_pictures
from adcore.report.sheet import INNER_MM, MARGIN_MM, MUTED, RULE, Sheet
from adcore.report.wording import (
    COMPUTED,
    HEADLINES,
    SCOPE,
    UNKNOWN,
    field_values,
    natural_frequencies,
    norm_cohort,
    note_sentence,
    refusal_texts,
    with_interval,
)
from adcore.volumetry import overview
from adcore.volumetry.cautions import of_this_scan

FACTS_TOP, ANSWER_TOP, FINDINGS_TOP, PICTURES_TOP = 26.5, 37.0, 84.0, 148.0
LIMITS_TOP, CONCLUSION_TOP, SIGNED = 231.0, 246.0, 276.0
GAP_MM = 6.0
HALF_MM = (INNER_MM - GAP_MM) / 2
LINE_MM = 6.5
"""Between the lines that a conclusion is written on."""


def front(sheet: Sheet, analysis: Analysis, card: ModelCard, note: ReaderNote | None, prevalence: float | None = None) -> None:
    """Fill the page.

    Args:
        prevalence: of impairment at the clinic, 0 to 1 exclusive; None where it has set none.
    """
    _facts(sheet, analysis)
    if analysis.prediction is None:
        _refused(sheet, analysis)
    else:
        _answer(sheet, analysis, prevalence)
    _findings(sheet, analysis)
    sheet.heading(MARGIN_MM, PICTURES_TOP, INNER_MM, "Raw T1 in radiological convention: the patient's right is on the left")
    size = HALF_MM, LIMITS_TOP - PICTURES_TOP - 7
    for number, picture in enumerate(outlined_pictures(analysis, size)):
        sheet.picture(picture.image, (MARGIN_MM + number * (HALF_MM + GAP_MM), PICTURES_TOP + 5.8, *size), picture.alt)
    _limits(sheet, card)
    _conclusion(sheet, note)


def _facts(sheet: Sheet, analysis: Analysis) -> None:
    checks, made = analysis.prepared.checks, analysis.provenance
    failed = sum(not check.passed for check in checks)
    stated = f"{failed} of {len(checks)} failed" if failed else f"all {len(checks)} passed"
    (_, age), (_, sex) = field_values(analysis.record)[:2]
    facts = (
        ("Age", age),
        ("Sex", sex),
        ("Scan checks", stated),
        ("Model", made.model_name),
        ("Analysed", f"{made.created[:10]} {made.created[11:16]} UTC"),
    )
    for number, (name, value) in enumerate(facts):
        left = MARGIN_MM + number * INNER_MM / len(facts)
        sheet.line_of(left, FACTS_TOP, INNER_MM / len(facts) - 1, name, 8, colour=MUTED)
        sheet.line_of(left, FACTS_TOP + 3.8, INNER_MM / len(facts) - 1, value, 9, bold=True)


def _answer(sheet: Sheet, analysis: Analysis, prevalence: float | None) -> None:
    prediction = analysis.prediction
    if prediction is None:
        return
    top = sheet.heading(MARGIN_MM, ANSWER_TOP, INNER_MM, "Answer")
    sheet.line_of(MARGIN_MM, top, INNER_MM, HEADLINES[prediction.category], 18, bold=True)
    top += 9
    lines = analysis.prevalence_lines(prevalence)
    leading = lines[0].percent if lines else with_interval(prediction.fused)
    said = f"Probability of {prediction.label.condition} {leading}; in brackets the 90% interval."
    top += sheet.fitted((MARGIN_MM, top, INNER_MM, 8), said, 10, bold=True) + 0.5
    top += sheet.fitted((MARGIN_MM, top, INNER_MM, 10), in_brief(prediction), 10) + 0.5
    for sentence in natural_frequencies(lines, prediction.label):
        top += sheet.fitted((MARGIN_MM, top, INNER_MM, 8), sentence, 8)
    sheet.fitted((MARGIN_MM, top + 0.5, INNER_MM, FINDINGS_TOP - top - 1.5), _fields(analysis), 8, colour=MUTED)


def _fields(analysis: Analysis) -> str:
    """The other clinical fields, and that there is no earlier scan beside this one."""
    listed = [(label, value) for label, value in field_values(analysis.record) if label not in ("Age", "Sex")]
    known = [f"{label} {value}" for label, value in listed if value != UNKNOWN]
    unknown = [label for label, value in listed if value == UNKNOWN]
    fields = ", ".join(known + ([f"unknown: {', '.join(unknown)}"] if unknown else []))
    return f"Clinical fields: {fields}. Prior scan: none compared here; the Follow-up page compares visits."


def _refused(sheet: Sheet, analysis: Analysis) -> None:
    top = sheet.heading(MARGIN_MM, ANSWER_TOP, INNER_MM, "Answer")
    headline, sentence = refusal_texts(analysis)
    sheet.line_of(MARGIN_MM, top, INNER_MM, headline, 18, bold=True)
    text = f"{sentence}\n" + "\n".join(f"- {reason}" for reason in analysis.refusals)
    sheet.fitted((MARGIN_MM, top + 9, INNER_MM, FINDINGS_TOP - top - 11), text, 9)


def _findings(sheet: Sheet, analysis: Analysis) -> None:
    top = sheet.heading(MARGIN_MM, FINDINGS_TOP, INNER_MM, "Findings: volumes beside healthy adults of this age and sex")
    rows = overview(analysis.volumes, analysis.sides, analysis.structure_volumes)
    if not rows:
        sheet.fitted((MARGIN_MM, top, INNER_MM, 8), "No volumes: the scan failed its checks.", 8)
        return
    top = findings_table(sheet, MARGIN_MM, top, INNER_MM, analysis, rows)
    reasons = sorted({finding.reason for finding in analysis.volumes if finding.reason})
    compared = f"Among {norm_cohort()}, on one scanner; the bands hold the middle 50% and 90%, the line a 95% interval."
    said = " ".join((" ".join(reasons) or compared, SCOPE, *of_this_scan(analysis.prepared), COMPUTED))
    sheet.fitted((MARGIN_MM, top + 0.5, INNER_MM, PICTURES_TOP - top - 1.5), said, 8, colour=MUTED)


def _limits(sheet: Sheet, card: ModelCard) -> None:
    top = sheet.heading(MARGIN_MM, LIMITS_TOP, INNER_MM, "Limits")
    youngest, oldest = card.age_years
    count = card.data.get("labelled_participants")
    trained = f"{count} participants" if count else "participants"
    words = (
        f"Trained on {trained} of {youngest:.0f} to {oldest:.0f} years; not validated beyond what its card says (appendix). "
        "It assists a reader and never decides; impairment has other causes than Alzheimer's disease."
    )
    sheet.fitted((MARGIN_MM, top, INNER_MM, CONCLUSION_TOP - top - 1), words, 8)


def _conclusion(sheet: Sheet, note: ReaderNote | None) -> None:
    """What the reader typed as their note, then lines to write on; reader and date are left to them."""
    top = sheet.heading(MARGIN_MM, CONCLUSION_TOP, INNER_MM, "Conclusion of the reader")
    if note is not None:
        top += sheet.fitted((MARGIN_MM, top, INNER_MM, SIGNED - top - 1.5), note_sentence(note), 9)
    sheet.set_draw_color(*RULE)
    sheet.set_line_width(0.2)
    while top + LINE_MM < SIGNED - 1:
        top += LINE_MM
        sheet.line(MARGIN_MM, top, MARGIN_MM + INNER_MM, top)
    for left, width, name in ((MARGIN_MM, 110.0, "Reader"), (MARGIN_MM + 116, INNER_MM - 116, "Date")):
        sheet.line_of(left, SIGNED, 14, name, 8, colour=MUTED)
        sheet.line(left + 14, SIGNED + 4, left + width, SIGNED + 4)
