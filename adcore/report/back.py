"""The appendix's second page: volumes over age, and saliency by structure."""

from collections import defaultdict

from adcore.analysis import Analysis
from adcore.answer.prediction import IMAGE_BRANCHES
from adcore.explain import Explanation, StructureSaliency
from adcore.explain.regions import OUTSIDE_NAME
from adcore.explain.sides import ranked
from adcore.prepare.segmentation.structures import PAIRED, Side
from adcore.report.drawings import norm_chart
from adcore.report.sheet import INNER_MM, MARGIN_MM, MUTED, Sheet
from adcore.report.wording import LOOKED, norm_cohort, volume_numbers
from adcore.volumetry.cautions import cautions
from adcore.volumetry.norms import load_norms
from adcore.words import percent

VOLUMES_TOP, REGIONS_TOP, END = 26.0, 128.0, 282.0
CHART_MM = 56.0
SIDES = (Side.LEFT, Side.RIGHT)


def back(sheet: Sheet, analysis: Analysis) -> None:
    """Fill the page."""
    _volumes(sheet, analysis)
    _regions(sheet, analysis)


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
    head = ("Measure", "Volume", "Share of ICV", "z (95% interval)", "Percentile (95% interval)")
    rows = [head] + [(finding.measure.capitalize(), *volume_numbers(finding)) for finding in analysis.volumes]
    top = sheet.rows(MARGIN_MM, top, (40, 26, 32, 40, 46), rows)
    if not reasons:
        norms = load_norms()
        words = (
            f"Bands: middle 50% and 90% for this sex and head size, from {norm_cohort()} ({norms.female} women). "
            "The mark is this patient. The interval is the uncertainty of the norm, given the size of the cohort. "
            + " ".join(cautions(analysis.prepared))
        )
        sheet.fitted((MARGIN_MM, top + 0.5, INNER_MM, REGIONS_TOP - top - 2), words, 8, colour=MUTED)


def _regions(sheet: Sheet, analysis: Analysis) -> None:
    top = sheet.heading(MARGIN_MM, REGIONS_TOP, INNER_MM, "Explanation: positive saliency by structure")
    if analysis.explanation is None:
        sheet.fitted((MARGIN_MM, top, INNER_MM, 8), "No saliency map, since there is no answer.", 8)
        return
    widths = (56, *[(INNER_MM - 56) / 4] * 4)
    rows = region_rows(analysis.explanation)
    top = sheet.rows(MARGIN_MM, top, widths, rows)
    slices = analysis.prepared.config.slices
    cell_mm = slices.size * slices.spacing_mm / min(maps.shape[1] for maps in analysis.explanation.slice_maps.values())
    untold = [sides for branch in IMAGE_BRANCHES if (sides := analysis.explanation.quality.untold_side(branch))]
    words = (
        f"{analysis.explanation.quality}. Shares of each network's positive saliency. {LOOKED} A cell of a map is up to "
        f"{cell_mm:.0f} mm wide: its saliency is spread evenly over the structures beneath it. {' '.join(untold)}"
    )
    sheet.fitted((MARGIN_MM, top + 0.5, INNER_MM, END - top - 1), words, 8, colour=MUTED)


def region_rows(explanation: Explanation) -> list[tuple[str, ...]]:
    """Two header rows, the structures by network and side with the largest shares first, and outside the brain."""
    rows: dict[str, list[StructureSaliency]] = defaultdict(list)
    for row in explanation.structures:
        rows[row.structure].append(row)
    names = ranked(explanation.structures)
    return [
        ("", *(text for branch in IMAGE_BRANCHES for text in (branch.label, ""))),
        ("", *(side for _ in IMAGE_BRANCHES for side in SIDES)),
        *((name, *_cells(rows[name], name in PAIRED)) for name in names),
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
