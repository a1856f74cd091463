"""Questions 3 to 6: whom the model learned from, by what truth, how they were split, and what happens to missing data."""

import pandas as pd
import streamlit as st

from adcore.evaluation.card.facts import fold_counts, sides_agree
from adcore.model.card import ModelCard
from app.model_card.charts import fold_chart, participants_flow
from app.model_card.wording import PLOT, not_known, table
from app.shared.chart_row import chart_row

FIELDS = {"age_years": "age", "sex": "sex", "education_years": "education", "ses": "socio-economic status", "mmse": "MMSE"}
WHO_FLOWS = {"participants", "sessions", "pretraining_participants", "labelled_participants", "cdr_counts"}


def show_data(card: ModelCard) -> None:
    """Source, and the flow of people."""
    data = card.data
    if data.keys() >= WHO_FLOWS:
        st.plotly_chart(participants_flow(data), config=PLOT, key="card_flow")
        women = data.get("female_labelled")
        low, high = card.age_years
        st.markdown(
            f"The {data['labelled_participants']} people with a label are {low:.0f} to {high:.0f} years old and "
            "have a CDR, one scan "
            f"each ({_grades(data['cdr_counts'])}); {data['impaired_participants']} of them are impaired (CDR above 0)"
            + (f", {women} are women" if women is not None else "")
            + ". Missing is not 0: whoever has no CDR, or is younger, has no label and served for pretraining alone."
        )
    else:
        not_known("How many people took part: this card does not say.")
    source = card.method.get("data_source")
    if source:
        st.markdown(f"**Source.** {source}.")
    made = {key.replace("_", " "): str(value) for key, value in card.method.items() if key != "data_source"}
    table(
        "How the model is made, part by part", pd.DataFrame({"Part": made.keys(), "What it is": made.values()}).set_index("Part")
    )
    not_known(
        "When the scans were made, and the ancestry of the people: the table that the model learned from tells neither.",
        "How they were found beyond what the cohort's own publication says.",
    )


def show_label(card: ModelCard) -> None:
    """The reference standard and its limits."""
    st.markdown(card.reference_standard)
    not_known(
        "How far two raters would agree on the same person: the table holds one grade each.",
        "Whether Alzheimer's disease was the cause: no amyloid, tau or autopsy finding took part.",
    )


def show_split(card: ModelCard, folds: pd.DataFrame) -> None:
    """N and events of each fold, and the leakage certificate."""
    left, right = chart_row(2, "split")
    with left:
        st.markdown("**People tested in each fold**")
        st.plotly_chart(fold_chart(fold_counts(folds)), config=PLOT, key="card_folds")
    with right:
        st.markdown("**Leakage certificate**")
        _certificate(card)
        if sides_agree(card, folds):
            st.markdown(
                f"Checked as this page was made: {len(folds)} people are tested exactly once, and the people of each fold in "
                "folds.csv have the hash that the card keeps of its test side."
            )
        else:
            st.warning("The people of folds.csv are not those whose hashes the card keeps. Do not trust its figures.", icon=None)
    _hashes(card)


def show_missing(card: ModelCard) -> None:
    """What happens to an input that is poor or missing."""
    unknown = card.data.get("unknown_fields_labelled", {})
    lacking = [f"{FIELDS.get(name, name)} in {count}" for name, count in unknown.items() if count]
    st.markdown(
        "Every scan passes a list of checks before it is judged, each shown with its value and its limit; one that fails gets no "
        "probability. Any clinical field may stay unknown. The review page shows both for the patient at hand."
    )
    if card.training_distance is not None:
        st.markdown(
            f"One check asks how far the scan lies from the {card.training_distance.participants} people that the "
            "networks saw: nearly all of "
            f"those lie within {card.training_distance.usual:.2f}, and over {card.training_distance.limit:.2f} no "
            "answer is given."
        )
        st.caption(card.training_distance.origin)
    if unknown:
        st.markdown(f"Unknown among the labelled people: {', '.join(lacking) or 'nothing'}.")
    impaired, ses = card.data.get("impaired_among_unknown_ses"), unknown.get("ses")
    if ses and impaired is not None:
        st.markdown(
            f"{impaired} of the {ses} people without a socio-economic status are impaired, so its absence would give the label "
            f"away. {_sentence(card.method.get('unknown_ses', ''))}"
        )
    not_known("How the figures below change with scans of poor quality: they come from a cohort's curated scans.")


def _certificate(card: ModelCard) -> None:
    certificate = card.certificate
    if certificate is None:
        not_known("This card is older than the certificate. It keeps the hashes of every fold's sides, below, and no more.")
        return
    st.markdown(certificate.statement)
    linked = f"{certificate.links} pairs of identifiers are known to be one person." if certificate.links else ""
    st.markdown(
        f"{len(certificate.splits)} splits, {certificate.tested.participants} people tested; "
        f"{certificate.pretraining.participants} people "
        f"pretrained on, {certificate.pretraining_shared} of them tested. {linked}"
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
        table("Hashes of the people on each side of every split", pd.DataFrame(rows).set_index(["repeat", "fold"]))
    elif card.splits:
        rows = [{"fold": number, **split} for number, split in enumerate(card.splits)]
        table("Hashes of the people on each side of every split", pd.DataFrame(rows).set_index("fold"))


def _grades(counts: dict[str, int]) -> str:
    return ", ".join(f"CDR {cdr}: {count}" for cdr, count in counts.items())


def _sentence(text: str) -> str:
    """A phrase of the card as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:]}." if text else ""
