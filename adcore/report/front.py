"""The report's first page: the answer, the clinical fields and their contributions, and the pictures."""

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.explain import Explanation
from adcore.explain.painting import LEAST, OPACITY, scale_ends
from adcore.report.drawings import branch_bars
from adcore.report.pictures import Picture, colour_bar, key_pictures
from adcore.report.sheet import INNER_MM, MARGIN_MM, MUTED, Sheet
from adcore.report.wording import (
    HEADLINES,
    LOOKED,
    MMSE_ERROR_NOTE,
    contribution_rows,
    edge_note,
    field_values,
    natural_frequencies,
    part_sentence,
    refusal_texts,
    silent_notes,
    with_interval,
)
from adcore.words import percent

FIELDS_MM = 58.0
ANSWER_TOP, PICTURES_TOP, END = 38.0, 128.0, 282.0
GAP_MM = 5.0
BARS_MM = 37.5
"""Height of the branches' bars: six at most."""


def front(sheet: Sheet, analysis: Analysis, prevalence: float | None = None) -> None:
    """Fill the page.

    Args:
        prevalence: of impairment at the clinic, 0 to 1 exclusive; None where it has set none.
    """
    _facts(sheet, analysis)
    width = INNER_MM - FIELDS_MM - GAP_MM
    if analysis.prediction is None:
        _refused(sheet, analysis, width)
    else:
        _answer(sheet, analysis, width, prevalence)
    _fields(sheet, analysis, MARGIN_MM + width + GAP_MM)
    _pictures(sheet, analysis)


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
        sheet.line_of(left, 26.5, INNER_MM / len(facts) - 1, name, 6.5, colour=MUTED)
        sheet.line_of(left, 29.6, INNER_MM / len(facts) - 1, value, 8.5, bold=True)


def _answer(sheet: Sheet, analysis: Analysis, width: float, prevalence: float | None) -> None:
    prediction = analysis.prediction
    if prediction is None:
        return
    top = sheet.heading(MARGIN_MM, ANSWER_TOP, width, "Answer")
    sheet.line_of(MARGIN_MM, top, width, HEADLINES[prediction.category], 15, bold=True)
    fused = prediction.fused
    lines = analysis.prevalence_lines(prevalence)
    leading = lines[0].percent if lines else with_interval(fused)
    top += 7.5
    top += sheet.fitted((MARGIN_MM, top, width, 8), f"Probability of impairment {leading}; in brackets the 90% interval.", 9)
    for sentence in natural_frequencies(lines):
        top += sheet.fitted((MARGIN_MM, top + 0.3, width, 8), sentence, 8.5) + 0.3
    top += 0.8
    if prediction.without_mmse is None:
        mmse = "MMSE is unknown and was not used for this answer."
    else:
        mmse = f"With MMSE {with_interval(fused)}. Without MMSE {with_interval(prediction.without_mmse)}. {MMSE_ERROR_NOTE}"
    top += sheet.fitted((MARGIN_MM, top, width, 8), mmse, 8) + 1
    bars = PICTURES_TOP - BARS_MM
    why = "Why the answer is inconclusive: " + " ".join(map(str, prediction.reasons)) if prediction.reasons else None
    beside = "Beside the answer: " + " ".join(map(str, prediction.notes)) if prediction.notes else None
    text = "\n".join(filter(None, (why, beside, edge_note(prediction), *silent_notes(prediction))))
    if text:
        sheet.fitted((MARGIN_MM, top, width, bars - top - 1), text, 8)
    top = sheet.heading(MARGIN_MM, bars, width, "Each branch alone")
    branch_bars(sheet, MARGIN_MM, top, width, prediction)


def _refused(sheet: Sheet, analysis: Analysis, width: float) -> None:
    top = sheet.heading(MARGIN_MM, ANSWER_TOP, width, "Answer")
    headline, sentence = refusal_texts(analysis)
    sheet.line_of(MARGIN_MM, top, width, headline, 15, bold=True)
    text = f"{sentence}\n" + "\n".join(f"- {reason}" for reason in analysis.refusals)
    sheet.fitted((MARGIN_MM, top + 8, width, PICTURES_TOP - top - 11), text, 8.5)


def _fields(sheet: Sheet, analysis: Analysis, left: float) -> None:
    top = sheet.heading(left, ANSWER_TOP, FIELDS_MM, "Clinical fields")
    top = sheet.rows(left, top, (34, 24), field_values(analysis.record), points=7.5, step=4.3, header=False)
    if analysis.contributions is not None:
        top = sheet.heading(left, top + 2, FIELDS_MM, "What each part adds, in log-odds")
        top = sheet.rows(left, top, (40, 18), contribution_rows(analysis.contributions), points=7.5, step=3.6, header=False)
        top += sheet.fitted((left, top, FIELDS_MM, 8), part_sentence(analysis.contributions), 6.5)
    notes = analysis.prepared.scan.warnings
    if notes:
        top = sheet.heading(left, top + 3, FIELDS_MM, "Notes on the scan")
        sheet.fitted((left, top, FIELDS_MM, PICTURES_TOP - top - 3), "\n".join(notes), 7.5)


def _pictures(sheet: Sheet, analysis: Analysis) -> None:
    top = sheet.heading(
        MARGIN_MM, PICTURES_TOP, INNER_MM, "Raw T1 in radiological convention: the patient's right is on the left"
    )
    pictures = key_pictures(analysis)
    third, half = (INNER_MM - 2 * 3) / 3, 70.0
    for number, picture in enumerate(pictures[:3]):
        _put(sheet, picture, (MARGIN_MM + number * (third + 3), top, third, half - 1))
    if analysis.explanation is None:
        return
    for number, picture in enumerate(pictures[3:]):
        _put(sheet, picture, (MARGIN_MM + number * (third + 3), top + half, third, half - 1))
    _scale(sheet, analysis, analysis.explanation, (MARGIN_MM + 2 * (third + 3), top + half, third, half - 1))


def _put(sheet: Sheet, picture: Picture, box: tuple[float, float, float, float]) -> None:
    sheet.picture(picture.image, box, picture.alt)


def _scale(sheet: Sheet, analysis: Analysis, explanation: Explanation, box: tuple[float, float, float, float]) -> None:
    """The colour scale of each network with its numbers, and how to read the maps."""
    left, top, width, height = box
    end, signed = top + height, explanation.method.signed
    top += sheet.fitted((left, top, width, 5), f"Saliency maps: {explanation.method.label}", 8, bold=True) + 1.5
    for branch in IMAGE_BRANCHES:
        first, last = scale_ends(explanation.display_maximum[branch], signed)
        empty = "" if explanation.has_map(branch) else f": {explanation.why_empty(branch)}"
        sheet.line_of(left, top, width, f"{branch.label}, log-odds of impairment{empty}", 7)
        bar = colour_bar(256, 12, signed)
        sheet.picture(bar, (left, top + 3.6, width, 2.6), f"Colour scale from {first:.3g} to {last:.3g}")
        for value, align in ((first, "L"), ((first + last) / 2, "C"), (last, "R")):
            sheet.line_of(left, top + 6.5, width, f"{value:.3g}", 6.5, align=align, colour=MUTED)
        top += 11
    slices = analysis.prepared.config.slices
    first, last = slices.y_mm[0], slices.y_mm[-1]
    words = (
        f"{LOOKED} The scale is the same for every patient and set by the model's card; values beyond it take its last colour, "
        f"values under {percent(LEAST)} of it are not drawn. Opacity {percent(OPACITY)}. The coronal pictures show the one "
        f"of the {len(slices.y_mm)} coronal slices that the networks read (MNI y {first:.0f} to {last:.0f} mm) "
        "with the most saliency; the others are slices of the scan's own voxels."
    )
    sheet.fitted((left, top, width, end - top), words, 7.5)
