"""The guided tour: a few captions that explain the review page to a first-time user."""

from dataclasses import dataclass

import streamlit as st

from adcore.predict import Category
from app.shared.patients import demo_patients
from app.state.keys import TOUR_KEYS
from app.state.session import Session


@dataclass(frozen=True)
class TourStep:
    """One caption of the tour."""

    title: str
    text: str


BAR = TourStep(
    "A synthetic patient",
    "The scan is computed and the history is invented; the answer is the model's own. The bar above shows a pseudonym made "
    "from the scan's content, age and sex, the quality checks of the scan, and the model in use.",
)
SCAN = TourStep(
    "The scan comes first",
    "The viewer shows the unprocessed T1 in three linked planes. Click in a plane, then step through slices with the wheel or "
    "the arrow keys. The letters mark the patient's right and left.",
)
MAPS = TourStep(
    "Where the networks looked",
    "The colours over the scan show where a network looked, not where disease is, on one scale for all patients; H takes them "
    "away. The planes are resliced along the networks' own slices; R shows them as scanned. 'For researchers' lists the "
    "structures concerned.",
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
            "In the coronal plane: wide ventricles and small hippocampi. They were simulated.",
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
            "The scan was simulated with motion ghosts, strong noise and a cut-off vertex. The viewer still shows "
            "it, so that the reason can be seen.",
        ),
        TourStep(
            "No probability",
            "The failed checks and what to do about each replace the probability. The bar above opens the table "
            "of all checks and limits.",
        ),
    ),
}


def show_tour(session: Session) -> None:
    """Show the caption of the current step, with buttons to the others; nothing outside a tour."""
    if session.tour is None or session.study is None or session.study.origin not in demo_patients():
        return
    steps = STEPS[demo_patients()[session.study.origin].promised]
    step = steps[session.tour]
    last = session.tour == len(steps) - 1
    with st.container(border=True, key="tour"):
        caption, buttons = st.columns([7, 2], gap="medium", vertical_alignment="center")
        caption.markdown(f"**{session.tour + 1} of {len(steps)}: {step.title}.** {step.text}")
        with buttons.container(horizontal=True, horizontal_alignment="right", gap="small"):
            st.button("Back", key=f"{TOUR_KEYS}back", on_click=_go, args=(session, session.tour - 1), disabled=session.tour == 0)
            onward = None if last else session.tour + 1
            st.button("Done" if last else "Next", key=f"{TOUR_KEYS}next", type="primary", on_click=_go, args=(session, onward))


def _go(session: Session, step: int | None) -> None:
    session.tour = step
