"""The report's charts, drawn as vectors so that their text can be selected."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adcore.analysis import Analysis
from adcore.case.clinical import Sex
from adcore.palette import BLUE, ORANGE, PALE_BLUE, SLATE, on_white, rgb
from adcore.predict import Estimate, Prediction
from adcore.report.sheet import ACCENT, INK, MUTED, RULE, Sheet
from adcore.report.wording import FUSED, WITHOUT_MMSE, estimates, scale_number, scale_range, scale_rows, with_interval
from adcore.volumetry import OverviewRow, VolumeFinding
from adcore.volumetry.norms import BANDS, NormCurve, NormScore, load_norms
from adcore.words import millilitres, percent, percentile

BAND_COLOURS = (on_white(BLUE, 0.16), on_white(BLUE, 0.3))
"""Of adcore.volumetry.norms.BANDS, drawn over one another."""

PATIENT, BAR = rgb(ORANGE), rgb(PALE_BLUE)
FINDING_MM, STRIP_MM = 5.2, 2.6
"""Height of a row of findings, and of its strip."""

NAME_MM, WORDS_MM, BAR_MM = 30.0, 46.0, 5.0


def branch_bars(sheet: Sheet, left: float, top: float, width: float, prediction: Prediction) -> float:
    """Draw each probability as a bar with its 90% interval, and the threshold; return the chart's lower edge."""
    start, length = left + NAME_MM, width - NAME_MM - WORDS_MM
    rows = estimates(prediction)
    line = start + length * prediction.threshold
    for number, (name, estimate) in enumerate(rows):
        _bar(sheet, left, top + number * BAR_MM, start, length, name, estimate)
    end = top + len(rows) * BAR_MM
    sheet.set_draw_color(*MUTED)
    sheet.set_line_width(0.25)
    sheet.set_dash_pattern(0.8, 0.8)
    sheet.line(line, top - 0.5, line, end)
    sheet.set_dash_pattern()
    for share in (0.0, 0.25, 0.5, 0.75):
        sheet.line_of(start + length * share - 6, end + 0.2, 12, percent(share), 8, align="C", colour=MUTED)
    dashed = f"dashed: threshold {percent(prediction.threshold)}"
    sheet.line_of(start + length + 2, end + 0.2, WORDS_MM - 2, dashed, 8, colour=MUTED)
    return end + 4.6


def _bar(sheet: Sheet, left: float, top: float, start: float, length: float, name: str, estimate: Estimate) -> None:
    main = name in (FUSED, WITHOUT_MMSE)
    sheet.line_of(left, top + 0.6, NAME_MM - 1, name, 8, bold=name == FUSED)
    sheet.set_fill_color(*(ACCENT if main else BAR))
    sheet.rect(start, top + 0.5, max(0.1, length * estimate.probability), BAR_MM - 1.4, style="F")
    sheet.set_draw_color(*INK)
    sheet.set_line_width(0.25)
    middle = top + 0.5 + (BAR_MM - 1.4) / 2
    low, high = start + length * estimate.low, start + length * estimate.high
    sheet.line(low, middle, high, middle)
    for end in (low, high):
        sheet.line(end, middle - 0.9, end, middle + 0.9)
    sheet.line_of(start + length + 2, top + 0.6, WORDS_MM - 2, with_interval(estimate), 8, bold=name == FUSED)


def norm_chart(sheet: Sheet, box: tuple[float, float, float, float], finding: VolumeFinding, age_years: float, sex: Sex) -> None:
    """Draw the share of the intracranial volume by age: the middle 50% and 90% of healthy adults of this sex, and the patient."""
    left, top, width, height = box
    norms = load_norms()
    ages = np.linspace(*norms.age_years, 30)
    shares = _Shares(norms.curves[finding.measure], ages, sex, finding.intracranial_ml)
    low, high = _range(shares, finding.share)
    plot = left + 9, top + 5, width - 12, height - 13

    def place(age: float, share: float) -> tuple[float, float]:
        across = (age - ages[0]) / (ages[-1] - ages[0])
        return plot[0] + plot[2] * across, plot[1] + plot[3] * (high - share) / (high - low)

    sheet.line_of(left, top, width, f"{finding.measure.capitalize()}, % of ICV", 8, bold=True)
    for (reach, _), colour in zip(BANDS, BAND_COLOURS, strict=True):
        edges = [shares.at(z) for z in (-reach, reach)]
        points = [place(*pair) for pair in zip(ages, edges[0], strict=True)]
        points += [place(*pair) for pair in zip(ages[::-1], edges[1][::-1], strict=True)]
        sheet.set_fill_color(*colour)
        sheet.polygon(points, style="F")
    sheet.set_draw_color(*ACCENT)
    sheet.set_line_width(0.35)
    sheet.polyline([place(*pair) for pair in zip(ages, shares.at(0.0), strict=True)])
    sheet.set_draw_color(*RULE)
    sheet.set_line_width(0.2)
    sheet.rect(*plot)
    for age in (20, 40, 60, 80):
        if ages[0] - 1 <= age <= ages[-1] + 1:
            sheet.line_of(place(age, low)[0] - 5, plot[1] + plot[3] + 0.6, 10, str(age), 8, align="C", colour=MUTED)
    sheet.line_of(plot[0], plot[1] + plot[3] + 3.6, plot[2], "age, years", 8, align="C", colour=MUTED)
    for share, up in ((low, -2.8), (high, 0.0)):
        sheet.line_of(left, place(0, share)[1] + up, 8, f"{100 * share:.2g}", 8, align="R", colour=MUTED)
    x, y = place(age_years, finding.share)
    sheet.set_fill_color(*PATIENT)
    sheet.polygon([(x, y - 1.3), (x + 1.3, y), (x, y + 1.3), (x - 1.3, y)], style="F")


@dataclass(frozen=True)
class _Shares:
    """Shares of the intracranial volume of healthy adults with a head of this size, by age."""

    curve: NormCurve
    ages: np.ndarray
    sex: Sex
    intracranial_ml: float

    def at(self, z: float) -> np.ndarray:
        return self.curve.expected(self.ages, self.sex, z, self.intracranial_ml) / self.intracranial_ml


def _range(shares: _Shares, share: float) -> tuple[float, float]:
    """The axis range of the chart: the wide band and the patient, with some margin."""
    widest = BANDS[0][0]
    low = min(float(shares.at(-widest).min()), share)
    high = max(float(shares.at(widest).max()), share)
    room = 0.06 * (high - low)
    return max(0.0, low - room), high + room


def findings_table(sheet: Sheet, left: float, top: float, width: float, analysis: Analysis, rows: Sequence[OverviewRow]) -> float:
    """Volumes right and left, and where each lies among healthy adults; return the table's lower edge."""
    right, left_side = ("Right", "Left") if analysis.prepared.scan.sides_known else ("One side", "Other side")
    places = (left, left + 42, left + 60, left + 80)
    for place, text in zip(places, ("Volume, ml", right, left_side, "Percentile for age and sex"), strict=True):
        sheet.line_of(place, top, 50, text, 8, colour=MUTED)
    strip = left + 80, 52.0
    for row in rows:
        top += FINDING_MM
        sheet.line_of(left, top, 40, row.name.capitalize(), 9)
        if row.right_ml is None or row.left_ml is None:
            sheet.line_of(places[1], top, 36, f"{millilitres(row.millilitres)} in all", 9, bold=True)
        else:
            sheet.line_of(places[1], top, 17, millilitres(row.right_ml), 9, bold=True)
            sheet.line_of(places[2], top, 17, millilitres(row.left_ml), 9, bold=True)
        score = row.finding.score if row.finding else None
        if score is not None:
            _strip(sheet, strip[0], top + 0.6, strip[1], score)
            words = f"{percentile(score.percentile)} {row.for_age}"
            sheet.line_of(strip[0] + strip[1] + 4, top, left + width - strip[0] - strip[1] - 4, words, 9, bold=True)
        elif words := row.sides_for_age():
            sheet.line_of(strip[0], top, left + width - strip[0], words, 9, bold=True)
    for _, name, found in scale_rows(analysis.scales):
        top += FINDING_MM
        sheet.line_of(left, top, 42, name, 9)
        for place, one in zip(places[1:3], found.values(), strict=False):
            sheet.line_of(place, top, 17, scale_number(one), 9, bold=True)
        ranges = ", ".join(map(scale_range, found.values()))
        sheet.line_of(strip[0], top, left + width - strip[0], f"({ranges}); computed, not rated", 9)
    return top + FINDING_MM


def _strip(sheet: Sheet, left: float, top: float, width: float, score: NormScore) -> None:
    """Percentiles from 0 to 100: bands of the middle 90% and 50%, the interval as a line, the patient as a mark."""
    sheet.set_fill_color(*on_white(SLATE, 0.12))
    sheet.rect(left, top, width, STRIP_MM, style="F")
    for (low, high), colour in zip(((5, 95), (25, 75)), BAND_COLOURS, strict=True):
        sheet.set_fill_color(*colour)
        sheet.rect(left + width * low / 100, top, width * (high - low) / 100, STRIP_MM, style="F")
    sheet.set_draw_color(*PATIENT)
    sheet.set_line_width(0.5)
    middle = top + STRIP_MM / 2
    sheet.line(left + width * score.percentile_low / 100, middle, left + width * score.percentile_high / 100, middle)
    sheet.set_fill_color(*PATIENT)
    sheet.rect(left + width * score.percentile / 100 - 0.7, top, 1.4, STRIP_MM, style="F")
