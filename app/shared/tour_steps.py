"""What guided tours say and do: one for each kind of demo patient, and one that plays by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adcore.analysis import Analysis
from adcore.answer.prediction import Category
from adcore.errors import AdcoreError
from adcore.evaluation.cases.cases import FUSED
from adcore.evaluation.cases.classified import Kind, classify
from adcore.explain.what_if import WhatIf
from adcore.report.wording import with_interval
from adcore.statistics.names import INPUTS
from app.shared.model import model
from app.user import may_open

REVIEW, ERRORS = "review", "errors"

HIGH_MMSE, LOW_MMSE = 29.0, 21.0

Shown = Mapping[str, str | bool]
"""Settings of the viewer, by their names in its `layout.js`."""


@dataclass(frozen=True)
class TourStep:
    """One caption of a tour, and what happens on the page.

    Attributes:
        text: words, or what they are for the answer at hand.
        shows: how the viewer lies while the step is on; as the reader left it where None.
        mmse: what is entered for the step; the patient's own where None.
        page: where the step takes place.
    """

    title: str
    text: str | Callable[[Analysis], str]
    shows: Shown | None = None
    mmse: float | None = None
    page: str = REVIEW


MAP_ON: Shown = {"overlayOn": True, "outlines": "off", "planes": "resliced"}
OUTLINED: Shown = {"overlayOn": False, "outlines": "medial", "planes": "resliced"}
PLAIN: Shown = {"overlayOn": False, "outlines": "off", "planes": "resliced"}

BAR = TourStep(
    "A synthetic patient",
    "The scan is computed and the history is invented; the answer is the model's own. The bar above shows a pseudonym made "
    "from the scan's content, age and sex, the quality checks of the scan, and the model in use.",
)
SCAN = TourStep(
    "The scan comes first",
    "The viewer shows the unprocessed T1 in three linked planes. Click in a plane, then step through slices with the wheel or "
    "the arrow keys. The letters mark the patient's right and left.",
    shows=PLAIN,
)
MAPS = TourStep(
    "Where the networks looked",
    "The colours over the scan show where a network looked, not where disease is, on one scale for all patients; H takes them "
    "away. The planes are resliced along the networks' own slices; R shows them as scanned. 'For researchers' lists the "
    "structures concerned.",
    shows=MAP_ON,
)
END = TourStep(
    "The doctor decides",
    "Below the answer, the reader notes whether they agree, and why. With 'Blinded read', they commit their own estimate before "
    "seeing the model's. The report and the result are below it.",
)

STEPS: dict[Category | None, tuple[TourStep, ...]] = {
    Category.UNIMPAIRED: (
        BAR,
        SCAN,
        TourStep(
            "An answer with its uncertainty",
            "The probability comes with its interval and the share of impaired patients that it assumes; another share is "
            "beside it. The volumes under it are compared with healthy adults of the same age and sex: click one to go there.",
        ),
        MAPS,
        END,
    ),
    Category.IMPAIRED: (
        BAR,
        TourStep(
            "Simulated atrophy",
            "In the coronal plane: wide ventricles, open temporal horns and small hippocampi, outlined. They were simulated.",
            shows=OUTLINED,
        ),
        TourStep(
            "Three branches and one answer",
            "The bars: VGG16 and ResNet50 read only the scan, the clinical branch only the fields. The line under the "
            "probability says how far they agree. A high number is still a probability, never a diagnosis.",
        ),
        MAPS,
        END,
    ),
    Category.INCONCLUSIVE: (
        BAR,
        TourStep(
            "Conflicting findings",
            "The scan has clear simulated atrophy, while the clinical fields describe someone who does well: open 'Clinical "
            "fields' to see them.",
        ),
        TourStep(
            "An inconclusive answer",
            "There is a probability, but no category. Below it are the reason, and what would help. Forcing a "
            "category here would be a guess.",
        ),
        MAPS,
        END,
    ),
    None: (
        BAR,
        TourStep(
            "A scan of insufficient quality",
            "The patient's story says what was simulated. The viewer still shows the scan, so that the reason can be seen.",
        ),
        TourStep(
            "No probability",
            "The failed checks and what to do about each replace the probability. The bar above opens the table "
            "of all checks and limits.",
        ),
    ),
}


def minute(analysis: Analysis | None) -> tuple[TourStep, ...]:
    """The tour that plays by itself, over one patient's answer and on to the errors.

    Args:
        analysis: the answer so far; None before there is one, and then the first step is all that can be shown.
    """
    steps = [
        TourStep(
            "A synthetic patient",
            "The scan is computed: it is nobody's. The program registers it to an atlas, checks whether it is fit for use, and "
            "asks two networks that read only the scan, and one that reads only the fields.",
            shows=PLAIN,
        ),
        TourStep(
            "What it measures",
            "Hippocampi and fluid spaces are outlined. The findings under the answer give their millilitres, beside healthy "
            "adults of the same age and sex.",
            shows=OUTLINED,
        ),
        TourStep(
            "Where the networks looked",
            "The colours over the scan show where a network looked, not where disease is, on one scale for all patients.",
            shows=MAP_ON,
        ),
        TourStep(
            f"An MMSE of {HIGH_MMSE:g}",
            lambda answered: f"{_answer(answered)} A category always comes with its number, and a number with its interval.",
            shows=MAP_ON,
            mmse=HIGH_MMSE,
        ),
        TourStep(
            f"An MMSE of {LOW_MMSE:g}",
            lambda answered: f"{_answer(answered)} The scan is not read again: the answer follows each field at once.",
            shows=MAP_ON,
            mmse=LOW_MMSE,
        ),
    ]
    between = None if analysis is None or analysis.what_if is None else undecided_mmse(analysis.what_if)
    if between is not None:
        undecided = TourStep(
            f"An MMSE of {between:g}: it does not choose",
            lambda answered: f"{_answer(answered)} Forcing a category here would be a guess: it says why, and what would help.",
            shows=MAP_ON,
            mmse=between,
        )
        steps.append(undecided)
    return (*steps, *_errors())


def undecided_mmse(found: WhatIf) -> float | None:
    """The MMSE nearest to the threshold at which the answer is inconclusive, with all else as it is; None where there is none."""
    curve = next((curve for curve in found.curves if curve.field == "mmse"), None)
    if curve is None:
        return None
    tried = zip(curve.values, curve.estimates, curve.categories, strict=True)
    undecided = [
        (abs(one.probability - found.threshold), value) for value, one, called in tried if called is Category.INCONCLUSIVE
    ]
    return float(min(undecided)[1]) if undecided else None


def _answer(analysis: Analysis) -> str:
    """'With an MMSE of 21: likely impaired, 86% (75 to 92%).'"""
    prediction, mmse = analysis.prediction, analysis.record.mmse
    if prediction is None or mmse is None:
        return "There is no answer to these fields."
    return f"With an MMSE of {mmse:g}: {prediction.category.value}, {with_interval(prediction.fused)}."


def _errors() -> tuple[TourStep, ...]:
    """The last step, counted in the model's stored predictions; none where it has none, or the page isn't this user's."""
    if not may_open(ERRORS):
        return ()
    try:
        known = model()
    except AdcoreError:
        return ()
    given = next(iter(known.cases.inputs()), None)
    if given is None:
        return ()
    found = classify(known.cases, given, FUSED, known.card.threshold)
    wrong, total = int(found.table[Kind.WRONG.value].sum()), len(found.labelled()[0])
    step = TourStep(
        f"{wrong} of {total} wrong: here they are",
        f"So many participants were classified wrongly, given {INPUTS[given]}, each by a model that was not trained on them. "
        "Every one can be opened. The doctor decides.",
        page=ERRORS,
    )
    return (step,)
