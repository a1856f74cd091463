"""The clinical fields in words."""

from adcore.case.clinical import FIELDS, ClinicalRecord, FieldSpec

NOT_READ = "not read by the model"
"""Said of the fields that are recorded alone, wherever they are shown."""


def summary(record: ClinicalRecord) -> str:
    """The record in one line, without age and sex, which the bar shows; unknown fields come last."""
    listed = [spec for spec in FIELDS if spec.name not in ("age_years", "sex")]
    known = [_in_words(spec, record) for spec in listed if getattr(record, spec.name) is not None]
    known += [f"MMSE {record.mmse_band}"] if record.mmse_band is not None else []
    unknown = [spec.label.lower() if spec.label != "MMSE" else spec.label for spec in FIELDS if spec.name in record.unknown]
    known += [f"{name} {value:g}" for name, value in record.measures.items()]
    known += [f"{recorded_in_words(record)} ({NOT_READ})"] if record.recorded else []
    return " · ".join(known + ([f"unknown: {', '.join(unknown)}"] if unknown else []))


def recorded_in_words(record: ClinicalRecord) -> str:
    """'APOE e4 alleles 1, amyloid positive': the fields that no network reads."""
    return ", ".join(_in_words(spec, record) for spec in record.recorded)


def _in_words(spec: FieldSpec, record: ClinicalRecord) -> str:
    value = getattr(record, spec.name)
    if spec.name == "education_years":
        return f"{value:g} years of education"
    return f"{spec.label} {value if spec.choices else f'{value:g}'}"
