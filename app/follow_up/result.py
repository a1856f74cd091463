"""The course of several visits in words, numbers and charts."""

import json

import pandas as pd
import streamlit as st

from adcore.longitudinal.course import Course
from adcore.longitudinal.repeatability import REAL_RESCANS_SD
from adcore.report.wording import HEADLINES, with_interval
from adcore.volumetry.norms import load_norms
from app.files import FileOffer, show_file_buttons
from app.follow_up.charts import course_volumes_chart, mmse_chart, probability_chart
from app.follow_up.scans import show_scans
from app.shared.widgets import chart_row, show_chart
from app.state.follow_up import FollowUp


def show_course(follow_up: FollowUp, key: str, course: Course) -> None:
    """Show everything that the comparison found."""
    for warning in course.warnings:
        st.warning(warning, icon=None)
    for visit in course.left_out:
        st.warning(f"The visit at {visit.months:g} months is left out. {visit.reason}", icon=None)
    st.table(_table(course))
    for reason in _reasons(course):
        st.markdown(reason)
    chance, points = chart_row(2, "course")
    with chance:
        st.markdown("## Probability of impairment")
        show_chart(probability_chart(course), "course_probability", f"Probability over time. {course.probability_sentence}")
        st.markdown(course.probability_sentence)
    with points:
        st.markdown("## MMSE")
        mmse = mmse_chart(course)
        if mmse is None:
            st.markdown("MMSE is known at fewer than two visits.")
        else:
            show_chart(mmse, "course_mmse", "MMSE at each visit, as in the table above.")
    repeat = course.repeatability.probability
    st.caption(
        f"Bars: 90% intervals of the calibration. Rescans: {repeat.participants} OASIS-1 subjects scanned twice within weeks, "
        f"and simulated rescans of {course.repeatability.heads} whole heads; the larger spread counts. Over years, even subjects "
        "who remain unimpaired vary more than that (seen on single slices of OASIS-2), so a larger difference is no proof of a "
        "change. The probability from all inputs also follows age and MMSE."
    )
    _volumes(course)
    st.markdown("## Scans in a common space")
    show_scans(follow_up, key, course)
    st.markdown("## Export")

    def result() -> bytes:
        return json.dumps(course.to_json(), indent=1).encode()

    follow_up.offers.replace([FileOffer("Course (JSON)", f"adcore-course-{key[:8]}.json", "application/json", result)])
    show_file_buttons(follow_up.offers, "course_files")


def _reasons(course: Course) -> list[str]:
    """Why visits got no category, one or more sentences for each visit."""
    answers = ((visit.months, visit.analysis.prediction) for visit in course.visits)
    return [
        f"Why the answer at {months:g} months is inconclusive: {' '.join(map(str, answer.reasons))}"
        for months, answer in answers
        if answer is not None and answer.reasons
    ]


def _table(course: Course) -> pd.DataFrame:
    rows = []
    for visit, millilitres in zip(course.visits, course.intracranial_ml, strict=True):
        answer, record = visit.analysis.prediction, visit.analysis.record
        if answer is None:
            continue
        rows.append(
            {
                "Months": f"{visit.months:g}",
                "Age": "unknown" if record.age_years is None else f"{record.age_years:.0f}",
                "MMSE": "unknown" if record.mmse is None else f"{record.mmse:g}",
                "Answer": HEADLINES[answer.category],
                "Probability": with_interval(answer.fused),
                "Scan alone": with_interval(visit.scan_alone),
                "Intracranial volume": f"{millilitres:.0f} ml",
            }
        )
    return pd.DataFrame(rows).set_index("Months")


def _volumes(course: Course) -> None:
    norms = load_norms()
    st.markdown("## Volumes and their change per year")
    show_chart(course_volumes_chart(course, norms), "course_volumes", "Volumes over age beside healthy adults; rates below.")
    for trend in course.volumes:
        st.markdown(f"- {trend.sentence}")
    for reason in sorted({trend.reason for trend in course.volumes if trend.reason}):
        st.caption(reason)
    st.caption(
        f"Bands: the middle 50% and 90% of {norms.participants} healthy adults, {norms.age_years[0]:.0f} to "
        f"{norms.age_years[1]:.0f} years ({norms.scanner}), each measured once. Their rate of change is cross-sectional: it "
        "compares adults of different ages, and does not show how individual rates vary. A rate's interval is the rescan "
        f"variability on one scanner, from published figures ({_published()} between two scans) or from simulation on "
        f"{course.repeatability.heads} heads, whichever is larger; a change of scanner adds to it."
    )


def _published() -> str:
    return ", ".join(f"{measure} {100 * spread:g}%" for measure, spread in REAL_RESCANS_SD.items())
