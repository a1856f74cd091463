"""The clinical form, made from adcore's list of fields: units, ranges, and every field may stay unknown."""

import streamlit as st

from adcore.clinical import FIELDS, ClinicalRecord, FieldSpec, Sex
from app.state import Session, field_key

UNKNOWN = "unknown"
SEX_WORDS = {Sex.FEMALE.value: "female", Sex.MALE.value: "male"}


def clinical_form(session: Session) -> ClinicalRecord:
    """Show the form and return what it says. It stays open during an analysis: a disabled widget may drop what was typed.

    Raises:
        ClinicalRecordError: a value the widgets let through, but the record refuses.
    """
    columns = st.columns(2, gap="medium")
    for number, spec in enumerate(FIELDS):
        with columns[number % 2]:
            session.fields[spec.name] = _ask(spec, session)
    return ClinicalRecord.of(**session.fields)


def summary(record: ClinicalRecord) -> str:
    """The record in one line; unknown fields are named at its end."""
    known = [_in_words(spec, record) for spec in FIELDS if spec.name not in record.unknown]
    unknown = [spec.label.lower() if spec.label != "MMSE" else spec.label for spec in FIELDS if spec.name in record.unknown]
    return " · ".join(known + ([f"unknown: {', '.join(unknown)}"] if unknown else []))


def _ask(spec: FieldSpec, session: Session) -> float | str | None:
    key = field_key(spec.name)
    value = session.fields.get(spec.name)
    if spec.low is None or spec.high is None:
        st.session_state.setdefault(key, value or UNKNOWN)
        answer = st.selectbox(
            spec.label,
            [UNKNOWN, *SEX_WORDS],
            format_func=lambda option: SEX_WORDS.get(option, option),
            key=key,
            help=spec.help,
        )
        return None if answer == UNKNOWN else answer
    st.session_state.setdefault(key, value)
    unit = f"{spec.unit}, " if spec.unit else ""
    return st.number_input(
        f"{spec.label} ({unit}{spec.low:g} to {spec.high:g})",
        min_value=float(spec.low),
        max_value=float(spec.high),
        value=None,  # without it an emptied field would become its lowest value instead of unknown
        step=float(spec.step or 1),
        format="%g",
        placeholder=UNKNOWN,
        key=key,
        help=f"{spec.help} Leave empty when unknown.",
    )


def _in_words(spec: FieldSpec, record: ClinicalRecord) -> str:
    value = getattr(record, spec.name)
    match spec.name:
        case "age_years":
            return f"{value:g} years"
        case "sex":
            return SEX_WORDS[value]
        case "education_years":
            return f"{value:g} years of education"
        case _:
            return f"{spec.label} {value:g}"
