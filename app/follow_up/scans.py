"""Every visit's scan in the common space, in the linked viewer, with what changed between two of them laid over it."""

import numpy as np
import streamlit as st
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.longitudinal.common_space import common_affine
from adcore.longitudinal.course import Course
from adcore.longitudinal.difference import LARGEST, difference, drawn
from adcore.viewer.overlays import Overlay
from adcore.viewer.payload import volume_payload
from app.runtime import runtime
from app.shared.viewer import show_viewer
from app.state.follow_up import FollowUp
from app.state.keys import EARLIER_KEY, LATER_KEY, SHOWN_VISIT_KEY

START_MM = (26.0, -26.0, -14.0)
"""Of the right medial temporal lobe in the upright head: where the crosshair starts."""


def show_scans(follow_up: FollowUp, key: str, course: Course) -> None:
    """Choose a visit and the two that are compared, and show them."""
    numbers = list(range(len(course.visits)))
    last = numbers[-1]

    def named(number: int) -> str:
        return f"{course.visits[number].months:g} months"

    shown, earlier, later = st.columns(3)
    for key_of, number in ((SHOWN_VISIT_KEY, last), (EARLIER_KEY, 0), (LATER_KEY, last)):
        if st.session_state.get(key_of) not in numbers:
            st.session_state[key_of] = number
    scan = shown.selectbox("Scan shown", numbers, format_func=named, key=SHOWN_VISIT_KEY)
    first = earlier.selectbox("Change from", numbers, format_func=named, key=EARLIER_KEY)
    second = later.selectbox("to", numbers, format_func=named, key=LATER_KEY)
    if follow_up.payload is None or follow_up.payload[0] != (scan, first, second):
        with st.spinner("Comparing the two scans"):
            change = _change(follow_up, course, first, second)
            follow_up.payload = ((scan, first, second), _payload(course, key, scan, first, second, change))
    show_viewer(follow_up.payload[1], key="viewer_follow_up")
    st.caption(
        "All visits are read once into one space, half way between them, so none is favoured. Change: later minus earlier, in "
        f"shares of white matter's brightness, from -{LARGEST:g} (darker: tissue gave way to fluid, or its signal fell) to "
        f"{LARGEST:g} (brighter), one scale for everyone; within ±{course.repeatability.drawn_from:.2f} nothing is drawn, "
        f"twice what simulated rescans of {course.repeatability.heads} heads differ by. Pictures that differ, not why."
    )


def _change(follow_up: FollowUp, course: Course, first: int, second: int) -> NDArray[np.float32]:
    if (first, second) not in follow_up.differences:
        space, noise = course.space, course.repeatability.drawn_from
        follow_up.differences[first, second] = runtime().compute(
            lambda _: drawn(difference(space.images[first], space.images[second], space.brain), noise)
        )
    return follow_up.differences[first, second]


def _payload(course: Course, key: str, scan: int, first: int, second: int, change: NDArray[np.float32]) -> bytes:
    prepared = course.visits[0].analysis.prepared
    strongest = np.unravel_index(int(np.abs(change).argmax()), change.shape)
    anything = bool(np.any(change))
    overlay = Overlay(
        name="change",
        label=f"Change, {course.visits[first].months:g} to {course.visits[second].months:g} months",
        values=change,
        maximum=LARGEST,
        caption="Later minus earlier, shares of white matter's brightness, one scale for all. Pictures that differ, not why."
        if anything
        else "Nothing differs by more than rescans of an unchanged brain.",
        signed=True,
        positive=anything,
        top_voxel=(int(strongest[0]), int(strongest[1]), int(strongest[2])) if anything else None,
    )
    i, j, k = np.rint(apply_affine(np.linalg.inv(common_affine()), START_MM)).astype(int)
    return volume_payload(
        course.space.scan(scan, course.visits[scan].analysis.prepared.scan),
        (overlay,),
        space=key,
        to_atlas=course.space.to_atlas(prepared),
        start=(int(i), int(j), int(k)),
    )
