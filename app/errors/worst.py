"""The ten worst of the participants shown, each with a slice where a data folder has one, and a button that opens it."""

import io

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw, ImageFont

from adcore.cohorts.browse import BrowsableCohort
from adcore.errors import AdcoreError
from adcore.evaluation.cases.case_picture import BRIGHTEST
from adcore.evaluation.cases.cases import WORD
from adcore.evaluation.cases.classified import Classified, Kind
from app.errors.source import Source
from app.errors.table import LABELS
from app.state.explorer import Explorer
from app.state.keys import CASE_KEY

SHOWN, A_ROW = 10, 5
WIDTH = 224


def show_worst(source: Source, classified: Classified, explorer: Explorer) -> None:
    """Show those misclassified with the probabilities furthest off; nothing where none is."""
    wrong = classified.table[classified.table[Kind.WRONG.value]].head(SHOWN)
    if wrong.empty:
        return
    st.markdown(f"**The {len(wrong)} worst**: the probabilities furthest from the label")

    def open_case(subject: str) -> None:
        st.session_state[CASE_KEY] = subject
        explorer.lead += 1

    rows = list(wrong.to_dict("records"))
    for start in range(0, len(rows), A_ROW):
        for place, row in zip(st.columns(A_ROW, gap="small"), rows[start : start + A_ROW], strict=False):
            with place.container(border=True, key=f"worst_{start}_{rows.index(row)}"):
                picture = _picture(source, row["session"], explorer)
                if picture is not None:
                    st.image(picture, width="stretch", alt=f"Coronal slice of {row['subject']}")
                st.markdown(f"**{100 * row['chance']:.0f}%**, is {LABELS[row['label']]}")
                st.caption(_facts(row, classified.inputs))
                subject = row["subject"]
                st.button(subject, key=f"adcore_worst_{start}_{subject}", on_click=open_case, args=(subject,), width="stretch")


def _facts(row: dict, inputs: str) -> str:
    known = (
        f"called {row[f'{WORD}{inputs}']}" if row[f"{WORD}{inputs}"] else None,
        f"CDR {row['cdr']:g}" if row["cdr"] == row["cdr"] else None,
        f"{row['age_years']:.0f} years" if row["age_years"] == row["age_years"] else row["age_band"],
        {"F": "female", "M": "male"}.get(row["sex"]),
    )
    return " · ".join(fact for fact in known if isinstance(fact, str)) or "age, sex and CDR not known"


def _picture(source: Source, session: object, explorer: Explorer) -> bytes | None:
    """A slice from the middle of those that the networks read; None without one. The last are kept."""
    if source.cohort is None or not isinstance(session, str):
        return None
    key = f"{source.place} {session}"
    if key not in explorer.thumbnails:
        try:
            explorer.thumbnails[key] = _draw(source.cohort, session)
        except (AdcoreError, OSError):  # the case itself says what is missing
            explorer.thumbnails[key] = None
        while len(explorer.thumbnails) > 20 * SHOWN:
            del explorer.thumbnails[next(iter(explorer.thumbnails))]
    return explorer.thumbnails[key]


def _draw(cohort: BrowsableCohort, session: str) -> bytes:
    """A PNG in radiological order, as the case's own pictures: the patient's right on the left."""
    slices = cohort.slices(session)
    middle = slices[len(slices) // 2][:, ::-1]
    levels = np.clip(middle * (255 / BRIGHTEST), 0, 255).astype(np.uint8)
    image = Image.fromarray(levels).resize((WIDTH, WIDTH * levels.shape[0] // levels.shape[1]), Image.Resampling.BILINEAR)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(16)
    pen.text((4, 2), "R", fill=235, font=font)
    pen.text((WIDTH - 4, 2), "L", fill=235, font=font, anchor="ra")
    if cohort.synthetic:
        pen.text((WIDTH // 2, image.height - 4), "SYNTHETIC", fill=235, font=font, anchor="md")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
