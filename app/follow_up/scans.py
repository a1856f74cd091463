"""The visits' scans in a common space, in the viewer, with the change between two of them as an overlay."""

import numpy as np
import streamlit as st
from nibabel.affines import apply_affine
from numpy.typing import NDArray

from adcore.longitudinal.common_space import common_affine
from adcore.longitudinal.course import Course
from adcore.longitudinal.difference import LARGEST, difference, drawn
from adcore.viewer.apart import apart
from adcore.viewer.overlays import Overlay, Place
from adcore.viewer.payload import volume_payload
from app.runtime import runtime
from app.shared.viewer import show_viewer
from app.state.follow_up import FollowUp
from app.state.keys import EARLIER_KEY, LATER_KEY, SHOWN_VISIT_KEY

START_MM = (26.0, -26.0, -14.0)
"""Initial place of the crosshair: the right medial temporal lobe in the common space."""


def show_scans(follow_up: FollowUp, key: str, course: Course) -> None:
    """Choose the scan shown and the two visits compared, and show them."""
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
    second = later.selectbox("Change to", numbers, format_func=named, key=LATER_KEY)
    if follow_up.payload is None or follow_up.payload[0] != (scan, first, second):
        with st.spinner("Comparing the two scans"):
            change = _change(follow_up, course, first, second)
            follow_up.payload = ((scan, first, second), apart(_payload(course, key, scan, first, second, change)))
    show_viewer(follow_up.payload[1], key="viewer_follow_up")
    st.caption(
        "All visits are resampled once into one space half way between them, so that none is favoured. Change: later minus "
        f"earlier, as a share of white matter intensity, from -{LARGEST:g} (darker: tissue replaced by fluid, or less signal) to "
        f"{LARGEST:g} (brighter), one scale for all patients. Differences within ±{course.repeatability.drawn_from:.2f} are not "
        f"drawn: twice the difference between simulated rescans of {course.repeatability.heads} heads. The map shows where "
        "images differ, not why."
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
    strongest = np.array(np.unravel_index(int(np.abs(change).argmax()), change.shape))
    anything = bool(np.any(change))
    overlay = Overlay(
        name="change",
        label=f"Change, {course.visits[first].months:g} to {course.visits[second].months:g} months",
        values=change,
        maximum=LARGEST,
        caption="Later minus earlier, as a share of white matter intensity, one scale for all. Where images differ, not why."
        if anything
        else "No difference is larger than between rescans of an unchanged brain.",
        signed=True,
        positive=anything,
        top=_nearest(strongest) if anything else None,
    )
    return volume_payload(
        course.space.scan(scan, course.visits[scan].analysis.prepared.scan),
        (overlay,),
        space=key,
        to_atlas=course.space.to_atlas(prepared),
        start=_nearest(apply_affine(np.linalg.inv(common_affine()), START_MM)),
    )


def _nearest(voxel: NDArray) -> Place:
    i, j, k = (float(value) for value in voxel)
    return lambda grid: grid.voxel_of((i, j, k))
