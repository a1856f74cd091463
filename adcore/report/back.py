"""The report's second page: volumes, saliency by region, scan checks, reader's note, intended use, provenance."""

from collections import defaultdict

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.case.reader_note import ReaderNote
from adcore.explain import Explanation, StructureSaliency
from adcore.explain.regions import OUTSIDE_NAME
from adcore.explain.sides import ranked
from adcore.model.card import ModelCard
from adcore.prepare.segmentation.structures import PAIRED, Side
from adcore.report.drawings import norm_chart
from adcore.report.sheet import INNER_MM, MARGIN_MM, MUTED, Sheet
from adcore.report.wording import LOOKED, norm_cohort, number, volume_numbers
from adcore.volumetry.norms import load_norms
from adcore.words import percent

VOLUMES_TOP, MIDDLE_TOP, NOTE_TOP, PURPOSE_TOP, END = 26.0, 99.0, 186.0, 210.0, 282.0
HALF_MM = (INNER_MM - 6) / 2
CHART_MM = 37.0
SHOWN_REGIONS = 12
AGREEMENT = {True: "Agrees with the model.", False: "Disagrees with the model.", None: "Undecided about the model."}
SIDES = (Side.LEFT, Side.RIGHT)


def back(sheet: Sheet, analysis: Analysis, card: ModelCard, note: ReaderNote | None) -> None:
    """Fill the page."""
    _volumes(sheet, analysis)
    _regions(sheet, analysis)
    _checks(sheet, analysis)
    _note(sheet, note)
    _purpose(sheet, card)
    _provenance(sheet, analysis)


def _volumes(sheet: Sheet, analysis: Analysis) -> None:
    top = sheet.heading(MARGIN_MM, VOLUMES_TOP, INNER_MM, "Volumes compared with healthy adults")
    if not analysis.volumes:
        sheet.fitted((MARGIN_MM, top, INNER_MM, 8), "No volumes: the scan failed its checks.", 8)
        return
    record = analysis.record
    reasons = sorted({finding.reason for finding in analysis.volumes if finding.reason})
    if reasons or record.age_years is None or record.sex is None:
        top += sheet.fitted((MARGIN_MM, top, INNER_MM, CHART_MM), " ".join(reasons), 8) + 2
    else:
        third = INNER_MM / len(analysis.volumes)
        for number, finding in enumerate(analysis.volumes):
            box = MARGIN_MM + number * third, top, third - 3, CHART_MM
            norm_chart(sheet, box, finding, record.age_years, record.sex)
        top += CHART_MM + 0.5
    head = ("Measure", "Volume", "Of the intracranial volume", "z (95% interval)", "Percentile (95% interval)")
    rows = [head] + [(finding.measure.capitalize(), *volume_numbers(finding)) for finding in analysis.volumes]
    top = sheet.rows(MARGIN_MM, top, (40, 26, 42, 38, 38), rows)
    if not reasons:
        norms = load_norms()
        words = (
            f"Bands: middle 50% and 90% for this sex, from {norm_cohort()} ({norms.female} women; {norms.scanner}); the mark is "
            "this patient. The interval is the uncertainty of the norm, given the size of the cohort. Another scanner can shift "
            "volumes by a few percent."
        )
        sheet.fitted((MARGIN_MM, top + 0.5, INNER_MM, MIDDLE_TOP - top - 2), words, 6.5, colour=MUTED)


def _regions(sheet: Sheet, analysis: Analysis) -> None:
    top = sheet.heading(MARGIN_MM, MIDDLE_TOP, HALF_MM, "Explanation: positive saliency by structure")
    if analysis.explanation is None:
        sheet.fitted((MARGIN_MM, top, HALF_MM, 8), "No saliency map, since there is no answer.", 8)
        return
    widths = (33, *[(HALF_MM - 33) / 4] * 4)
    rows = region_rows(analysis.explanation)
    top = sheet.rows(MARGIN_MM, top, widths, rows, points=6.5, step=3.5)
    slices = analysis.prepared.config.slices
    cell_mm = slices.size * slices.spacing_mm / min(maps.shape[1] for maps in analysis.explanation.slice_maps.values())
    words = (
        f"{analysis.explanation.quality}. Shares of each network's positive saliency. {LOOKED} A cell of a map is up to "
        f"{cell_mm:.0f} mm wide: its saliency is spread evenly over the structures beneath it."
    )
    sheet.fitted((MARGIN_MM, top + 0.5, HALF_MM, NOTE_TOP - top - 2), words, 6.5, colour=MUTED)


def region_rows(explanation: Explanation) -> list[tuple[str, ...]]:
    """Two header rows, the structures with the largest shares by network and side, the others, and outside the brain."""
    rows: dict[str, list[StructureSaliency]] = defaultdict(list)
    for row in explanation.structures:
        rows[row.structure].append(row)
    names = ranked(explanation.structures)
    rest = [row for name in names[SHOWN_REGIONS:] for row in rows[name]]
    return [
        ("", *(text for branch in IMAGE_BRANCHES for text in (branch.label, ""))),
        ("", *(side for _ in IMAGE_BRANCHES for side in SIDES)),
        *((name, *_cells(rows[name], name in PAIRED)) for name in names[:SHOWN_REGIONS]),
        *([(f"other structures ({len(names) - SHOWN_REGIONS})", *_cells(rest, sides=False))] if rest else []),
        (OUTSIDE_NAME, *_cells(rows[OUTSIDE_NAME], sides=False)),
    ]


def _cells(rows: list[StructureSaliency], sides: bool) -> tuple[str, ...]:
    """For each network the share on each side, or one for both."""
    cells: list[str] = []
    for branch in IMAGE_BRANCHES:
        own = [row for row in rows if row.branch == branch.value]
        if sides:
            cells += [percent(sum(row.on(side) for row in own)) for side in SIDES]
        else:
            cells += [f"{percent(sum(row.share for row in own))} in all", ""]
    return tuple(cells)


def _checks(sheet: Sheet, analysis: Analysis) -> None:
    left = MARGIN_MM + HALF_MM + 6
    top = sheet.heading(left, MIDDLE_TOP, HALF_MM, "Scan checks")
    rows = [("Check", "Value", "Limit", "Pass")]
    for check in analysis.prepared.checks:
        passed = "yes" if check.passed else "no"
        rows.append((check.name, number(check.value, check.unit), number(check.threshold, check.unit), passed))
    step = min(3.9, (NOTE_TOP - top - 2) / len(rows))
    sheet.rows(left, top, (45, 18, 18, HALF_MM - 81), rows, points=6.5, step=step)


def _note(sheet: Sheet, note: ReaderNote | None) -> None:
    top = sheet.heading(MARGIN_MM, NOTE_TOP, INNER_MM, "Reader's note")
    sheet.fitted((MARGIN_MM, top, INNER_MM, PURPOSE_TOP - top - 2), note_sentence(note), 7.5)


def note_sentence(note: ReaderNote | None) -> str:
    """The note in a sentence."""
    if note is None:
        return "None."
    words = [AGREEMENT[note.agrees]]
    if note.estimate is not None:
        when = "before" if note.before_model else "after"
        words.insert(0, f"Own estimate {percent(note.estimate)}, given {when} the model's answer was shown.")
    if note.why:
        words.append(f"Why: {note.why}")
    return " ".join((*words, f"({note.created})"))


def _purpose(sheet: Sheet, card: ModelCard) -> None:
    top = sheet.heading(MARGIN_MM, PURPOSE_TOP, HALF_MM, "Intended use")
    words = "\n".join((card.intended_use, "Not for: " + " ".join(card.not_for), "Limits: " + " ".join(card.limits)))
    sheet.fitted((MARGIN_MM, top, HALF_MM, END - top), words, 7)


def _provenance(sheet: Sheet, analysis: Analysis) -> None:
    left, made = MARGIN_MM + HALF_MM + 6, analysis.provenance
    top = sheet.heading(left, PURPOSE_TOP, HALF_MM, "Provenance")
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
        sheet.line_of(left, top, 30, name, 6.5, colour=MUTED)
        top += sheet.fitted((left + 31, top, HALF_MM - 31, 8), value, 6.5) + 0.9
