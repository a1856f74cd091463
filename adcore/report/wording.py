"""The wording of reports and pages: the same number is always written in the same way."""

from collections.abc import Sequence

from adcore.analysis import Analysis
from adcore.answer.mmse_error import MMSE_ERROR
from adcore.answer.prediction import Branch
from adcore.answer.prevalence import PrevalenceLine
from adcore.case.clinical import FIELDS, ClinicalRecord, Sex
from adcore.case.reader_note import ReaderNote
from adcore.explain.contributions import SCAN, Contribution, Contributions
from adcore.model.calibration import Estimate
from adcore.model.card_schema import TargetCard
from adcore.predict import Category, Prediction
from adcore.statistics.names import BRANCHES
from adcore.volumetry import Scale, ScaleValue, VolumeFinding
from adcore.volumetry.norms import load_norms
from adcore.words import ends, millilitres, percent, percentile_interval, points, points_interval, z_interval

HEADLINES = {
    Category.UNIMPAIRED: "Likely unimpaired",
    Category.IMPAIRED: "Likely impaired",
    Category.INCONCLUSIVE: "Inconclusive",
}
REFUSED = "No probability for this scan"
REFUSED_AGE = "No probability at this age"
LOOKED = "Where the network looked, not where disease is."
FUSED = BRANCHES["fused"]
WITHOUT_MMSE = "Without MMSE"
MMSE_ERROR_NOTE = f"The interval carries the MMSE's own error of {MMSE_ERROR:g} points (one standard error)."
BAND_NOTE = (
    "Only the band of the MMSE is known: the answer is averaged over its scores, each as frequent as among the training "
    "participants, and the interval carries their spread."
)


def mmse_note(record: ClinicalRecord) -> str:
    """What an interval with an MMSE carries."""
    return MMSE_ERROR_NOTE if record.mmse_band is None else f"{BAND_NOTE} {MMSE_ERROR_NOTE}"


SCOPE = "A T1 shows signs of neurodegeneration, not Alzheimer's disease as such (Jack 2024). Not for ARIA."
"""Jack 2024: the Alzheimer's Association's revised criteria, in which atrophy is unspecific."""

SCALES = {
    Scale.INDEX: "Temporal-horn index",
    Scale.MEDIAL_TEMPORAL: "Medial temporal, 0 to 4",
    Scale.GLOBAL: "Global atrophy, 0 to 3",
}
"""What a row of each scale is called."""

COMPUTED = (
    "Grades like MTA and GCA are computed from volumes, not rated: look at the slice. Index: hippocampus / (hippocampus + "
    "temporal horn). In brackets the 90% interval over scans of an unchanged head."
)

AGREEMENT = {True: "Agrees with the model.", False: "Disagrees with the model.", None: "Undecided about the model."}
UNKNOWN = "unknown"
SEVERAL = {Branch.STRUCTURES.value: "the structures", Branch.CLINICAL.value: "the clinical fields"}
"""Parts that are plural, as a sentence names them."""
PARTS_NOTE = (
    "Each bar is what a part adds to the log-odds, averaged over the orders in which parts can join (exact Shapley values; the "
    "parts of the scan join together). With the start they add up to the answer. The parts see the same scan, so one can take "
    "back what another has added. Structures: the shares of all structures on the slices."
)


def with_interval(estimate: Estimate) -> str:
    """'62% (48 to 75%)'."""
    return points_interval(estimate.probability, estimate.low, estimate.high)


PREVALENCE_UNKNOWN = "The card does not say how many training participants are impaired, which the probability assumes."


def natural_frequencies(lines: Sequence[PrevalenceLine], label: TargetCard) -> tuple[str, ...]:
    """The answer as natural frequencies, with the prevalence that each assumes; or that it is not known."""
    return tuple(f"{line.sentence[:-1]} are {label.positive_words}." for line in lines) or (PREVALENCE_UNKNOWN,)


def refusal_texts(analysis: Analysis) -> tuple[str, str]:
    """Headline and sentence of a case without a probability."""
    if any(not check.passed for check in analysis.prepared.checks):
        return REFUSED, "The scan did not pass every quality check, so no probability is given."
    return REFUSED_AGE, "The model was trained on other ages, so no probability is given. Volumes are measured all the same."


def estimates(prediction: Prediction) -> tuple[tuple[str, Estimate], ...]:
    """All probabilities by name: the answer, the answer without MMSE, and each branch that had an input."""
    without = () if prediction.without_mmse is None else ((WITHOUT_MMSE, prediction.without_mmse),)
    branches = ((branch.label, prediction.branches[branch]) for branch in Branch)
    known = tuple((name, estimate) for name, estimate in branches if estimate is not None)
    return ((FUSED, prediction.fused), *without, *known)


def edge_note(prediction: Prediction) -> str | None:
    """Which of the shown probabilities are held at the edge of their calibration; None where none is."""
    held = [name for name, estimate in estimates(prediction) if estimate.at_edge]
    if not held:
        return None
    return (
        f"Held at the edge of the calibration: {', '.join(held)}. The network's output lies beyond those of all participants "
        "that the calibration was fitted on, so the probability stops at theirs."
    )


def silent_notes(prediction: Prediction) -> tuple[str, ...]:
    """Which branches had an input and give no probability, each with the reason."""
    return tuple(f"{branch.label} is silent. {why}" for branch, why in prediction.silent.items())


def field_values(record: ClinicalRecord) -> tuple[tuple[str, str], ...]:
    """Label and value of each clinical field, with its unit, or 'unknown'; of those that no network reads, the known ones."""
    rows = []
    for spec in FIELDS + record.recorded:
        value = getattr(record, spec.name)
        if spec.name == "mmse" and record.mmse_band is not None:
            rows.append((spec.label, f"{record.mmse_band} (band)"))
        elif value is None:
            rows.append((spec.label, UNKNOWN))
        elif isinstance(value, str):
            rows.append((spec.label, value.word if isinstance(value, Sex) else str(value)))
        else:
            rows.append((spec.label, f"{value:g} {spec.unit}".strip()))
    return (*rows, *((name, f"{value:g}") for name, value in record.measures.items()))


def contribution_rows(contributions: Contributions) -> tuple[tuple[str, str], ...]:
    """What the parts of the scan and each known field add to the fused log-odds, by label; the fields largest first."""
    labels = {spec.name: spec.label for spec in FIELDS}
    scan = ((part_label(one), one) for one in contributions.parts if one.of != Branch.CLINICAL)
    fields = sorted((one for one in contributions.fused if one.of != SCAN), key=lambda one: -abs(one.log_odds))
    rows = (*scan, *((labels.get(one.of, one.of), one) for one in fields))
    return tuple((label, f"{one.log_odds:+.2f}") for label, one in rows)


def part_label(one: Contribution) -> str:
    """What the reader sees of a part of the answer: 'VGG16', 'Clinical fields'."""
    return Branch(one.of).label


def part_sentence(contributions: Contributions) -> str:
    """'Without any input the model says 51%. VGG16 lowers it to 45%, ..., the clinical fields lower it to 12%, the answer.'"""
    said, clauses = points(contributions.base), []
    for one, after in zip(contributions.parts, contributions.steps, strict=True):
        now, several = points(after), one.of in SEVERAL
        name = SEVERAL.get(one.of, part_label(one))
        if now == said:
            clauses.append(f"{name} {'leave' if several else 'leaves'} it at {now}%")
        else:
            verb = "raise" if one.log_odds > 0 else "lower"
            clauses.append(f"{name} {verb if several else f'{verb}s'} it to {now}%")
        said = now
    return f"Without any input the model says {points(contributions.base)}%. {', '.join(clauses)}, the answer."


def norm_cohort() -> str:
    """The normative cohort: '91 healthy IXI adults of 20 to 82 years', and the clinic's own who moved the norms."""
    norms = load_norms()
    youngest, oldest = norms.age_years
    moved = f", moved by {norms.clinic} healthy adults of this clinic" if norms.clinic else ""
    return f"{norms.participants} healthy IXI adults of {youngest:.0f} to {oldest:.0f} years{moved}"


def scale_rows(scales: Sequence[ScaleValue]) -> tuple[tuple[Scale, str, dict[str, ScaleValue]], ...]:
    """The scales of which there is anything to show: which, what it is called, and its value by side."""
    rows = []
    for scale, name in SCALES.items():
        found = {one.side.value: one for one in scales if one.scale == scale}
        if found:
            rows.append((scale, name, found))
    return tuple(rows)


def scale_number(one: ScaleValue) -> str:
    """'0.93' of an index, '1.2' of a grade."""
    return f"{one.value:.{2 if one.scale == Scale.INDEX else 1}f}"


def scale_range(one: ScaleValue) -> str:
    """'0.9 to 1.6', its 90% interval."""
    digits = 2 if one.scale == Scale.INDEX else 1
    return ends(f"{one.low:.{digits}f}", f"{one.high:.{digits}f}")


def volume_numbers(finding: VolumeFinding) -> tuple[str, str, str, str]:
    """Millilitres, share of the intracranial volume, z with its 95% interval, percentile with its interval, or ''."""
    volume, share, score = f"{millilitres(finding.millilitres)} ml", f"{100 * finding.share:.2g}%", finding.score
    if score is None:
        return volume, share, "", ""
    z = z_interval(score.z, score.z_low, score.z_high)
    return volume, share, z, percentile_interval(score.percentile, score.percentile_low, score.percentile_high)


def number(value: float, unit: str = "") -> str:
    """A measured number with three significant digits, or all digits before the point: '1530 ml', '0.96'."""
    return f"{value:.0f} {unit}".strip() if abs(value) >= 1000 else f"{value:.3g} {unit}".strip()


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
    return " ".join((*words, f"({note.created[:16].replace('T', ' ')} UTC)"))
