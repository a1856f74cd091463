"""Sections 3 to 6: training data, reference standard, data split, and missing data."""

import pandas as pd
import streamlit as st

from adcore.evaluation.card.facts import fold_counts, sides_agree
from adcore.model.card import ModelCard
from app.model_card.charts import fold_chart, participants_flow
from app.model_card.wording import not_known, table
from app.shared.widgets import chart_row, show_chart

FIELDS = {"age_years": "age", "sex": "sex", "education_years": "education", "ses": "socio-economic status", "mmse": "MMSE"}
FLOW_KEYS = {"participants", "sessions", "pretraining_participants", "labelled_participants", "cdr_counts"}


def show_data(card: ModelCard) -> None:
    """Show the source and the flow of participants."""
    data = card.data
    if data.keys() >= FLOW_KEYS:
        told = f"Of {data['participants']} participants, {data['labelled_participants']} have a label."
        show_chart(participants_flow(data), "card_flow", f"The flow of participants. {told}")
        women = data.get("female_labelled")
        low, high = card.age_years
        st.markdown(
            f"The {data['labelled_participants']} participants with a label are {low:.0f} to {high:.0f} years old"
            + (f" and have a CDR, one scan each ({_grades(data['cdr_counts'])})" if card.target is None else ", one scan each")
            + f"; {data['impaired_participants']} are {card.label.positive_words}"
            + (f", {women} are women. " if women is not None else ". ")
            + ("A missing CDR is not 0: participants without one, and younger ones," if card.target is None else "The others")
            + " have no label and were used for pretraining only."
        )
    else:
        not_known("How many participants there were: this card does not say.")
    source = card.method.get("data_source")
    if source:
        st.markdown(f"**Source.** {source}.")
    made = {key.replace("_", " "): str(value) for key, value in card.method.items() if key != "data_source"}
    table(
        "Components of the model", pd.DataFrame({"Component": made.keys(), "Description": made.values()}).set_index("Component")
    )
    if card.measures:
        read = pd.DataFrame([one.model_dump() for one in card.measures])[["name", "known", "low", "high"]]
        table("Measures that the clinical branch reads beside the usual fields, by labelled participants", read.set_index("name"))
    not_known(
        "When the scans were acquired, and the participants' ancestry: the cohort's table has neither.",
        "How the participants were recruited, beyond what the cohort's publication reports.",
    )


def show_label(card: ModelCard) -> None:
    """Show the reference standard and its limits."""
    st.markdown(card.reference_standard)
    not_known(
        "How far two raters would agree on the same participant: the table has one rating each.",
        "Whether Alzheimer's disease was the cause: no amyloid, tau or autopsy findings were used.",
    )


def show_split(card: ModelCard, folds: pd.DataFrame) -> None:
    """Show participants and events in each fold, and the leakage certificate."""
    left, right = chart_row(2, "split")
    with left:
        st.markdown("**Participants tested in each fold**")
        show_chart(fold_chart(fold_counts(folds)), "card_folds", "Impaired and unimpaired participants tested in each fold.")
    with right:
        st.markdown("**Leakage certificate**")
        _certificate(card)
        if sides_agree(card, folds):
            st.markdown(
                f"Checked when this page was drawn: {len(folds)} participants are tested exactly once, and the participants of "
                "each fold in folds.csv have the hash that the card records for its test side."
            )
        else:
            st.warning("The participants in folds.csv do not match the hashes in the card. Do not trust its figures.", icon=None)
    _hashes(card)


def show_missing(card: ModelCard) -> None:
    """Show how poor scans and missing fields are handled."""
    unknown = card.data.get("unknown_fields_labelled", {})
    counts = [f"{FIELDS.get(name, name)} in {count}" for name, count in unknown.items() if count]
    st.markdown(
        "Every scan must pass a list of quality checks, each shown with its value and its limit; a scan that fails one gets no "
        "probability. Any clinical field may be unknown. The review page shows both for the current patient."
    )
    if card.training_distance is not None:
        st.markdown(
            f"One check measures the scan's distance from the training set of {card.training_distance.participants} "
            f"participants: nearly all of these lie within {card.training_distance.usual:.2f}, and above "
            f"{card.training_distance.limit:.2f} the scan is out of distribution and gets no answer."
        )
        st.caption(card.training_distance.origin)
    if unknown:
        st.markdown(f"Unknown among the labelled participants: {', '.join(counts) or 'nothing'}.")
    impaired, ses = card.data.get("impaired_among_unknown_ses"), unknown.get("ses")
    if ses and impaired is not None:
        st.markdown(
            f"{impaired} of the {ses} participants without a socio-economic status are impaired, so its absence would leak the "
            f"label. {_sentence(card.method.get('unknown_ses', ''))}"
        )
    not_known("How the figures below change with poor scans: they come from a cohort's curated scans.")


def _certificate(card: ModelCard) -> None:
    certificate = card.certificate
    if certificate is None:
        not_known("This card is older than the certificate. It holds only the hashes of each fold's sides, below.")
        return
    st.markdown(certificate.statement)
    linked = f"{certificate.links} pairs of identifiers are known to belong to one participant each." if certificate.links else ""
    st.markdown(
        f"{len(certificate.splits)} splits, {certificate.tested.participants} participants tested; "
        f"{certificate.pretraining.participants} participants in pretraining, {certificate.pretraining_shared} of them tested. "
        f"{linked}"
    )


def _hashes(card: ModelCard) -> None:
    if card.certificate is not None:
        rows = [
            {
                "repeat": split.repeat,
                "fold": split.fold,
                **{
                    f"{side} ({what})": value
                    for side in ("fit", "stop", "test")
                    for what, value in (
                        ("participants", getattr(split, side).participants),
                        ("sha256", getattr(split, side).sha256),
                    )
                },
                "shared": split.shared,
            }
            for split in card.certificate.splits
        ]
        table("Hashes of the participants on each side of every split", pd.DataFrame(rows).set_index(["repeat", "fold"]))
    elif card.splits:
        rows = [{"fold": number, **split} for number, split in enumerate(card.splits)]
        table("Hashes of the participants on each side of every split", pd.DataFrame(rows).set_index("fold"))


def _grades(counts: dict[str, int]) -> str:
    return ", ".join(f"CDR {cdr}: {count}" for cdr, count in counts.items())


def _sentence(text: str) -> str:
    """A phrase of the card as a sentence."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""
