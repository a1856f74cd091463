"""The guided case: a few captions that walk through the review page, for whoever sees it for the first time."""

from dataclasses import dataclass

import streamlit as st

from adcore.predict import Category
from app.review.intake import demo_patients
from app.state.keys import TOUR_KEYS
from app.state.session import Session


@dataclass(frozen=True)
class TourStep:
    """One caption."""

    title: str
    text: str


BAR = TourStep(
    "Nobody's scan",
    "The head is computed, not scanned, and the story is made up; the answer is the model's own. Look at the bar above: a "
    "pseudonym made of the scan's content, age and sex, the checks that the scan had to pass, and which model judges it.",
)
SCAN = TourStep(
    "The scan comes first",
    "Look left: the raw T1 in linked planes. Click into a plane and step with the wheel or the arrow keys. The letters say "
    "which side is the patient's right and left.",
)
MAPS = TourStep(
    "Where the networks looked",
    "Switch the overlay on in the viewer. It shows where a network looked, not where disease is, on one colour scale for every "
    "patient. The tab 'What it rests on' says on which parts of the brain that falls, and how their volumes compare.",
)
END = TourStep(
    "What stays with the doctor",
    "Under the answer a reader notes whether they agree and why; with 'Read first' they commit to an estimate before they see "
    "the model's. The tab 'Take along' holds the result with everything that made it.",
)

STEPS: dict[Category | None, tuple[TourStep, ...]] = {
    Category.UNIMPAIRED: (
        BAR,
        SCAN,
        TourStep(
            "An answer with its doubt",
            "Look right: the probability with its interval, the same as a count of 100 people, and which probabilities carry "
            "this word. Beside it stands the answer without MMSE, since MMSE is part of how impairment is judged in practice.",
        ),
        MAPS,
        END,
    ),
    Category.IMPAIRED: (
        BAR,
        TourStep(
            "What was computed into this head",
            "Look left, at the coronal plane: wide ventricles, wide temporal horns, small hippocampi. It was made so; no "
            "real patient is as clear as this.",
        ),
        TourStep(
            "Three opinions and one answer",
            "Look right, at the bars: VGG16 and ResNet50 saw the scan alone, the clinical branch the fields alone. The line "
            "beneath says how far they agree, in numbers. A high number is still a probability, never a diagnosis.",
        ),
        MAPS,
        END,
    ),
    Category.INCONCLUSIVE: (
        BAR,
        TourStep(
            "Signs at odds",
            "The scan was computed with clear atrophy, and the fields speak of someone who does well: open 'Clinical fields' "
            "on the right to see them.",
        ),
        TourStep(
            "It may say that it does not know",
            "Look right: there is a number, but no verdict. Beneath it stands why, and what would help. Forcing an "
            "answer here would be a guess with a label.",
        ),
        MAPS,
        END,
    ),
    None: (
        BAR,
        TourStep(
            "A scan that can't be judged",
            "Look left: computed with motion ghosts, strong noise and a crown that is cut off. The viewer shows it all the "
            "same, so that one can see why.",
        ),
        TourStep(
            "No number at all",
            "Look right: no probability, but the sentences of the failed checks and what to do about each. The table with "
            "every check and its limit opens from the bar above.",
        ),
    ),
}


def show_tour(session: Session) -> None:
    """Show the caption of this step, and the way to the next; nothing outside a guided case."""
    if session.tour is None or session.study is None or session.study.origin not in demo_patients():
        return
    steps = STEPS[demo_patients()[session.study.origin].promised]
    step = steps[session.tour]
    last = session.tour == len(steps) - 1
    with st.container(border=True, key="tour"):
        caption, ways = st.columns([7, 2], gap="medium", vertical_alignment="center")
        caption.markdown(f"**{session.tour + 1} of {len(steps)}: {step.title}.** {step.text}")
        with ways.container(horizontal=True, horizontal_alignment="right", gap="small"):
            st.button("Back", key=f"{TOUR_KEYS}back", on_click=_go, args=(session, session.tour - 1), disabled=session.tour == 0)
            onward = None if last else session.tour + 1
            st.button("Done" if last else "Next", key=f"{TOUR_KEYS}next", type="primary", on_click=_go, args=(session, onward))


def _go(session: Session, step: int | None) -> None:
    session.tour = step
