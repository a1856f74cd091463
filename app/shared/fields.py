"""The clinical fields in words."""

from adcore.case.clinical import FIELDS, RECORDED_FIELDS, ClinicalRecord, FieldSpec

FORM_FIELDS = (*FIELDS, *RECORDED_FIELDS)


def summary(record: ClinicalRecord) -> str:
    """The record in one line, without age and sex, which the bar shows; unknown fields come last."""
    listed = [spec for spec in FORM_FIELDS if spec.name not in ("age_years", "sex")]
    known = [_in_words(spec, record) for spec in listed if getattr(record, spec.name) is not None]
    known += [f"MMSE {record.mmse_band}"] if record.mmse_band is not None else []
    unknown = [spec.label.lower() if spec.label != "MMSE" else spec.label for spec in FIELDS if spec.name in record.unknown]
    return " · ".join(known + ([f"unknown: {', '.join(unknown)}"] if unknown else []))


def _in_words(spec: FieldSpec, record: ClinicalRecord) -> str:
    value = getattr(record, spec.name)
    match spec.name:
        case "education_years":
            return f"{value:g} years of education"
        case "apoe_e4":
            return f"APOE e4 {value:g} (not read by the model)"
        case _:
            return f"{spec.label} {value:g}"
