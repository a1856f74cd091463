"""The clinical form, built from adcore's lists of fields with their units and ranges. Every field may be unknown.

A value outside a field's range stays as typed, with a sentence beneath it.
"""

import html
from functools import partial
from itertools import cycle

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from adcore.case.clinical import FIELDS, RECORDED_FIELDS, ClinicalRecord, FieldSpec, MmseBand, Sex, remarks
from adcore.case.scan import Scan
from adcore.model.card import ModelCard
from app.review.mmse_sections import ask_sections, sections_toggle
from app.shared.fields import NOT_READ
from app.shared.numbers import as_text, ask_number, number_in
from app.state.keys import MEASURE_KEYS, MMSE_BAND_KEY, field_key
from app.state.session import Session

UNKNOWN = "unknown"
SEX_WORDS = {sex.value: sex.word for sex in Sex}


def clinical_form(session: Session, card: ModelCard) -> ClinicalRecord | None:
    """Show the form. It stays enabled during an analysis, since a disabled widget may drop what was typed.

    Args:
        card: of the model that reads the fields, and perhaps measures of its own beside them.
    Returns:
        the record; None while a field has a value outside its range.
    """
    measures = tuple(one.spec for one in card.measures)
    below = _ask_all(FIELDS, session) | _ask_measures(measures, session)
    with st.expander(f"Biomarkers ({NOT_READ})", type="compact"):
        below |= _ask_all(RECORDED_FIELDS, session)
    values = dict(session.fields)
    if session.by_sections:
        values |= {"mmse": ask_sections(session), "mmse_band": None}
    refusals = {name: refusal for name, value in values.items() if (refusal := ClinicalRecord.refusal(name, value))}
    refusals |= {spec.name: refusal for spec in measures if (refusal := _beyond(spec, session.measures[spec.name]))}
    for name, sentence in refusals.items():
        below[name].html(_beneath(sentence, "refused"))
    if refusals:
        return None
    record = ClinicalRecord.of(**values, measures=session.known_measures)
    for name, sentence in remarks(record, card.age_years).items():
        below[name].html(_beneath(sentence, "remark"))
    return record


def age_and_sex(session: Session) -> str:
    """'74 years, female', as last typed."""
    typed, sex = (st.session_state.get(field_key(name), session.fields.get(name)) for name in ("age_years", "sex"))
    age = number_in(typed) if isinstance(typed, str) else typed
    years = "age unknown" if ClinicalRecord.refusal("age_years", age) or age is None else f"{age:g} years"
    return f"{years}, {SEX_WORDS.get(str(sex), 'sex unknown')}"


def scanned_on(scan: Scan) -> str:
    """'scanned 2011-06-10', by the scan's header; empty where that does not say."""
    return f"scanned {scan.stated.study_date}" if scan.stated.study_date else ""


def _ask_all(specs: tuple[FieldSpec, ...], session: Session) -> dict[str, DeltaGenerator]:
    """Show fields in two columns; returns a place beneath each, by its name."""
    below: dict[str, DeltaGenerator] = {}
    for row in range(0, len(specs), 2):
        for column, spec in zip(st.columns(2, gap="medium"), specs[row : row + 2], strict=False):
            with column:
                if spec.name == "mmse":
                    session.by_sections = sections_toggle(session, spec, partial(_ask_mmse, spec, session))
                else:
                    _ask(spec, session)
                below[spec.name] = st.empty()
    return below


def _ask_measures(specs: tuple[FieldSpec, ...], session: Session) -> dict[str, DeltaGenerator]:
    """Show the model's own measures as the usual fields."""
    below: dict[str, DeltaGenerator] = {}
    for spec, column in zip(specs, cycle(st.columns(2, gap="medium")) if specs else (), strict=False):
        with column:
            _ask_number(spec, f"{MEASURE_KEYS}{spec.name}", session.measures)
            below[spec.name] = st.empty()
    return below


def _beyond(spec: FieldSpec, value: float | str | None) -> str:
    """Why a measure is refused; empty where it is not, or is unknown."""
    return "" if value is None else spec.refusal(value) if isinstance(value, str) else spec.beyond(value)


def _ask_mmse(spec: FieldSpec, session: Session) -> None:
    """The total, or where that is not known the band."""
    _ask(spec, session)
    if session.fields[spec.name] is not None:
        session.fields["mmse_band"] = None
        return
    st.session_state.setdefault(MMSE_BAND_KEY, session.fields.get("mmse_band") or UNKNOWN)
    chosen = st.selectbox(
        "MMSE band, if only that is known",
        [UNKNOWN, *map(str, MmseBand)],
        key=MMSE_BAND_KEY,
        help="The answer is then averaged over the band's scores, each as frequent as among the training participants.",
    )
    session.fields["mmse_band"] = None if chosen == UNKNOWN else chosen


def _ask(spec: FieldSpec, session: Session) -> None:
    """Show one field and keep its value in session.fields."""
    key = field_key(spec.name)
    value = session.fields.get(spec.name)
    if spec in RECORDED_FIELDS and spec.low is not None and spec.high is not None:
        st.session_state.setdefault(key, UNKNOWN if value is None else int(float(value)))
        chosen = st.selectbox(spec.label, [UNKNOWN, *range(int(spec.low), int(spec.high) + 1)], key=key, help=spec.help)
        session.fields[spec.name] = float(chosen) if isinstance(chosen, int) else None
    elif spec.low is None or spec.high is None:
        st.session_state.setdefault(key, value or UNKNOWN)
        answer = st.selectbox(
            spec.label,
            [UNKNOWN, *map(str, spec.choices)],
            format_func=lambda option: SEX_WORDS.get(option, option),
            key=key,
            help=f"{spec.help} Choose 'unknown' if it is not known.",
        )
        session.fields[spec.name] = None if answer == UNKNOWN else answer
    else:
        _ask_number(spec, key, session.fields)


def _ask_number(spec: FieldSpec, key: str, held: dict[str, float | str | None]) -> None:
    """Show the field of a number and keep its value."""
    st.session_state.setdefault(key, as_text(held.get(spec.name)))
    label = f"{spec.label} ({spec.unit}{', ' if spec.unit else ''}{spec.low:g} to {spec.high:g})"
    held[spec.name] = ask_number(label, key, help=f"{spec.help} Leave empty if unknown.")


def _beneath(sentence: str, kind: str) -> str:
    return f'<p class="adcore-field {kind}" role="status">{html.escape(sentence)}</p>'
