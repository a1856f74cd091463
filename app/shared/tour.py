"""The bar of a guided tour: its caption, its buttons, and what each step does to the page."""

import html
import json

import streamlit as st

from adcore.evaluation.cases.classified import Kind
from app.shared.numbers import as_text
from app.shared.patients import demo_patients
from app.shared.tour_steps import ERRORS, STEPS, TourStep, minute
from app.state.keys import BRANCH_KEY, INPUTS_KEY, KINDS_KEY, SOURCE_KEY, THRESHOLD_KEY, TOUR_KEYS, field_key
from app.state.session import Session
from app.state.tour import Tour

MINUTE = "minute"
"""The tour that plays by itself."""

MINUTE_PATIENT = "typical-ageing"

SECONDS_A_STEP = 9
"""How long a step of a tour that plays stays on; the browser then presses Next (adcore/viewer/static/shown.js)."""


def show_tour(session: Session, page: str) -> None:
    """Show the current step, and go to its page if that is another; nothing outside a tour.

    Args:
        page: the one that is drawn.
    """
    tour = session.tour
    if tour is None or session.study is None or session.study.origin not in demo_patients():
        return
    steps = _steps(session, tour)
    step = steps[min(tour.step, len(steps) - 1)]
    if step.page != page:
        if tour.turning:
            st.switch_page(f"../pages/{step.page}.py")
        session.tour = None  # the reader has gone elsewhere
        return
    tour.turning = False
    with st.container(border=True, key="tour"):
        waiting = tour.name == MINUTE and session.result is None
        place = "" if waiting else f"{tour.step + 1} of {len(steps)}: "
        plays = tour.playing and not waiting and tour.step < len(steps) - 1
        st.html(_caption(place, step, _text(step, session), plays=plays))
        _buttons(session, tour, len(steps))


def _steps(session: Session, tour: Tour) -> tuple[TourStep, ...]:
    if tour.name == MINUTE:
        return minute(session.result.analysis if session.result else None)
    return STEPS[demo_patients()[tour.name].promised]


def _text(step: TourStep, session: Session) -> str:
    if isinstance(step.text, str):
        return step.text
    return step.text(session.result.analysis) if session.result else ""


def _caption(place: str, step: TourStep, text: str, *, plays: bool) -> str:
    """The words, told to screen readers too, with marks that the viewer follows."""
    words = f"<b>{place}{html.escape(step.title, quote=False)}.</b> {html.escape(text, quote=False)}"
    shown = "" if step.shows is None else f' data-shows="{html.escape(json.dumps({"step": step.title, **step.shows}))}"'
    onward = f' data-onward="{SECONDS_A_STEP}"' if plays else ""
    return f'<p class="adcore-tour" role="status"{shown}{onward}>{words}</p>'


def _buttons(session: Session, tour: Tour, count: int) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button("Back", key=f"{TOUR_KEYS}back", on_click=_go, args=(session, tour.step - 1), disabled=tour.step == 0)
        last = tour.step == count - 1
        waiting = tour.name == MINUTE and session.result is None
        st.button(
            "Done" if last else "Next",
            key=f"{TOUR_KEYS}next",
            type="primary",
            on_click=_stop if last else _go,
            args=(session,) if last else (session, tour.step + 1),
            disabled=waiting,
        )
        if not last:
            if tour.name == MINUTE:
                st.button("Pause" if tour.playing else "Play", key=f"{TOUR_KEYS}play", on_click=_toggle, args=(tour,))
            st.button("Stop the tour", key=f"{TOUR_KEYS}stop", on_click=_stop, args=(session,))


def _toggle(tour: Tour) -> None:
    tour.playing = not tour.playing


def _go(session: Session, number: int) -> None:
    """Go to a step, and do what it does."""
    if session.tour is None:
        return
    session.tour.go(number)
    if session.tour.name == MINUTE:
        step = _steps(session, session.tour)[number]
        _enter(session, step.mmse)
        if step.page == ERRORS:
            _only_wrong_ones(session)


def _stop(session: Session) -> None:
    if session.tour is not None and session.tour.name == MINUTE:
        _enter(session, None)
    session.tour = None


def _enter(session: Session, mmse: float | None) -> None:
    """Enter an MMSE as a reader would; the patient's own where None."""
    if session.study is None:
        return
    value = demo_patients()[session.study.origin].record.mmse if mmse is None else mmse
    session.fields["mmse"] = value
    st.session_state[field_key("mmse")] = as_text(value)


def _only_wrong_ones(session: Session) -> None:
    """Have the errors page show what the whole model got wrong, given everything, at its own threshold."""
    session.explorer.remove_filters()
    for key in (SOURCE_KEY, INPUTS_KEY, BRANCH_KEY, THRESHOLD_KEY):
        st.session_state.pop(key, None)
    st.session_state[KINDS_KEY] = [Kind.WRONG]
