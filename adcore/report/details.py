"""The appendix's first page: the answer in full, what each part and field adds to it, and the saliency maps."""

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.explain import Explanation
from adcore.explain.painting import LEAST, OPACITY, scale_ends
from adcore.report.drawings import branch_bars
from adcore.report.pictures import colour_bar, key_pictures
from adcore.report.sheet import INNER_MM, MARGIN_MM, MUTED, Sheet
from adcore.report.wording import (
    LOOKED,
    contribution_rows,
    edge_note,
    field_values,
    mmse_note,
    part_sentence,
    silent_notes,
    with_interval,
)
from adcore.words import percent

FIELDS_MM = 62.0
TOP, PICTURES_TOP, END = 26.0, 121.0, 282.0
GAP_MM = 5.0
BARS_MM = 41.0
"""Height of the branches' bars with their heading: six at most."""

THIRD_MM = (INNER_MM - 2 * 3) / 3
ROW_MM = 77.0
"""Height of a row of pictures."""


def details(sheet: Sheet, analysis: Analysis) -> None:
    """Fill the page."""
    width = INNER_MM - FIELDS_MM - GAP_MM
    _answer(sheet, analysis, width)
    _fields(sheet, analysis, MARGIN_MM + width + GAP_MM)
    _pictures(sheet, analysis)


def _answer(sheet: Sheet, analysis: Analysis, width: float) -> None:
    top = sheet.heading(MARGIN_MM, TOP, width, "The answer in full")
    prediction = analysis.prediction
    if prediction is None:
        sheet.fitted((MARGIN_MM, top, width, 8), "There is no probability; the first page says why.", 8)
        return
    if prediction.without_mmse is None:
        mmse = "MMSE is unknown and was not used for this answer."
    else:
        with_mmse, without = with_interval(prediction.fused), with_interval(prediction.without_mmse)
        mmse = f"With MMSE {with_mmse}. Without MMSE {without}. {mmse_note(analysis.record)}"
    why = "Why the answer is inconclusive: " + " ".join(map(str, prediction.reasons)) if prediction.reasons else None
    beside = "Beside the answer: " + " ".join(map(str, prediction.notes)) if prediction.notes else None
    text = "\n".join(filter(None, (mmse, why, beside, edge_note(prediction), *silent_notes(prediction))))
    bars = PICTURES_TOP - BARS_MM
    sheet.fitted((MARGIN_MM, top, width, bars - top - 1), text, 8)
    top = sheet.heading(MARGIN_MM, bars, width, "Each branch alone")
    branch_bars(sheet, MARGIN_MM, top, width, prediction)


def _fields(sheet: Sheet, analysis: Analysis, left: float) -> None:
    top = sheet.heading(left, TOP, FIELDS_MM, "Clinical fields")
    top = sheet.rows(left, top, (37, 25), field_values(analysis.record), header=False)
    if analysis.contributions is not None:
        top = sheet.heading(left, top + 1, FIELDS_MM, "What each part adds, in log-odds")
        top = sheet.rows(left, top, (46, 16), contribution_rows(analysis.contributions), step=3.9, header=False)
        top += sheet.fitted((left, top, FIELDS_MM, PICTURES_TOP - top - 1), part_sentence(analysis.contributions), 8)
    notes = analysis.prepared.scan.warnings
    if notes and PICTURES_TOP - top > 14:
        top = sheet.heading(left, top + 1, FIELDS_MM, "Notes on the scan")
        sheet.fitted((left, top, FIELDS_MM, PICTURES_TOP - top - 1), "\n".join(notes), 8)


def _pictures(sheet: Sheet, analysis: Analysis) -> None:
    top = sheet.heading(MARGIN_MM, PICTURES_TOP, INNER_MM, "Raw T1 and saliency maps, in radiological convention")
    pictures = key_pictures(analysis, (THIRD_MM, ROW_MM - 1))
    for number, picture in enumerate(pictures):
        left = MARGIN_MM + number % 3 * (THIRD_MM + 3)
        sheet.picture(picture.image, (left, top + number // 3 * ROW_MM, THIRD_MM, ROW_MM - 1), picture.alt)
    if analysis.explanation is not None:
        _scale(sheet, analysis, analysis.explanation, (MARGIN_MM + 2 * (THIRD_MM + 3), top + ROW_MM, THIRD_MM, ROW_MM - 1))


def _scale(sheet: Sheet, analysis: Analysis, explanation: Explanation, box: tuple[float, float, float, float]) -> None:
    """The colour scale of each network with its numbers, and how to read the maps."""
    left, top, width, height = box
    end, signed = top + height, explanation.method.signed
    top += sheet.fitted((left, top, width, 8), f"Saliency maps: {explanation.method.label}", 8, bold=True) + 1
    for branch in IMAGE_BRANCHES:
        first, last = scale_ends(explanation.display_maximum[branch], signed)
        empty = f": {explanation.why_empty(branch)}" if not explanation.has_map(branch) else ", log-odds"
        sheet.line_of(left, top, width, f"{branch.label}{empty}", 8)
        bar = colour_bar(256, 12, signed)
        sheet.picture(bar, (left, top + 4, width, 2.6), f"Colour scale from {first:.3g} to {last:.3g}")
        for value, align in ((first, "L"), ((first + last) / 2, "C"), (last, "R")):
            sheet.line_of(left, top + 7, width, f"{value:.3g}", 8, align=align, colour=MUTED)
        top += 11.5
    slices = analysis.prepared.config.slices
    first, last = slices.y_mm[0], slices.y_mm[-1]
    words = (
        f"{LOOKED} One scale for every patient, from the card; values beyond it take its last colour, "
        f"values under {percent(LEAST)} of it are not drawn. Opacity {percent(OPACITY)}. The coronal pictures show the strongest "
        f"of the {len(slices.y_mm)} slices that the networks read (MNI y {first:.0f} to {last:.0f} mm); "
        "the others are slices of the scan's own voxels."
    )
    sheet.fitted((left, top, width, end - top), words, 8)
