"""A reader study's blinded cases: a sheet each, as a picture, and a table to fill in for each session of each reader."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from adcore.cohorts.browse import BrowsableCohort
from adcore.errors import CohortError
from adcore.evaluation.cases.case_picture import BACKGROUND, COLUMNS, INK, show_slice
from adcore.evaluation.cases.cases import FUSED, WORD, Cases
from adcore.prepare.slices import SliceConfig
from adcore.statistics.cross_validation import CHANCE
from adcore.statistics.names import BRANCHES, INPUTS
from adcore.studies.reader_design import SESSIONS, WITH, choose_cases, design
from adcore.words import DISCLAIMER, points

KEY_FILE, STUDY_FILE, RATINGS_FILE, README_FILE = "key.csv", "study.json", "ratings.csv", "README.txt"
FIELDS = ("age_years", "sex", "education_years", "mmse")
"""What a sheet tells beside the slices."""

RATED = ("likelihood", "mta_right", "mta_left", "seconds")
"""What a reader fills in, a column each."""

DPI = 110
MARGIN, TOP, BOTTOM, LINE = 14, 48, 160, 26
TITLE, TEXT, SMALL = 22, 18, 13
"""Pixels: places on a sheet, and sizes of letters."""

README = """Reader {reader}, session {session} of 2

Read the sheets in the order of ratings.csv and fill in one row each, before you look at the next:

  likelihood   how likely this person is impaired (CDR above 0), 0 to 100 percent
  mta_right    your own rating of medial temporal atrophy, 0 to 4 (Scheltens), of the patient's right; may stay empty
  mta_left     the same of the left
  seconds      time from opening the sheet to your last entry

The patient's right is on the left. On some sheets a model's answer is printed: use it as you would a colleague's opinion.
Read alone. Leave at least four weeks between the two sessions.

{disclaimer}
"""


@dataclass(frozen=True, eq=False)
class StudyCases:
    """The cases of a study before they are blinded.

    Attributes:
        cases: with labels and the model's answers.
        cohort: images and fields of them.
        config: the slices.
    """

    cases: Cases
    cohort: BrowsableCohort
    config: SliceConfig

    @property
    def inputs(self) -> str:
        """What the model was given: all that these cases' predictions know."""
        return self.cases.inputs()[0]

    def usable(self) -> pd.DataFrame:
        """Those with label, answer and images, by participant, with the columns of both tables.

        Raises:
            CohortError: there are not two of each label.
        """
        people = self.cohort.first_sessions().set_index("person")
        table = self.cases.table.set_index("subject")
        known = table[table["label"].notna() & table[f"{CHANCE}{self.inputs}_{FUSED}"].notna()]
        both = known[known.index.isin(people.index)]
        both = both.assign(**{name: people[name].reindex(both.index) for name in ("session", *FIELDS)})
        if (both["label"].value_counts().reindex([0, 1]).fillna(0) < 2).any():
            raise CohortError(
                "Expected at least two impaired and two unimpaired participants with a label, an answer and images, got fewer. "
                "Choose the data folder of the cohort that the predictions are of."
            )
        return both


def write_study(source: StudyCases, out: Path, readers: int, count: int | None, seed: int) -> pd.DataFrame:
    """Write a study's folder.

    Returns:
        its key, a row a reading.
    Raises:
        CohortError: too few participants, or the folder holds a study already.
    """
    if (out / STUDY_FILE).exists():
        raise CohortError(
            f"Expected an empty folder, but {out.name} holds a study already. Ratings could be lost; choose another."
        )
    people = source.usable()
    chosen = choose_cases(people["label"], count, seed)
    key = design(chosen, people["label"], readers, seed)
    drawn = {subject: draw_slices(source.cohort.slices(str(people.loc[subject, "session"])), source) for subject in chosen}
    synthetic = " · SYNTHETIC" if source.cohort.synthetic else ""
    for reading in key.itertuples():
        folder = session_folder(out, reading.reader, reading.session)
        folder.mkdir(parents=True, exist_ok=True)
        row = people.loc[reading.subject]
        told = answer_lines(source.cases, source.inputs, row) if reading.arm == WITH else []
        page = sheet(drawn[reading.subject], f"Case {reading.code}{synthetic}", field_line(row), told)
        page.save(folder / f"{reading.place:03d}-{reading.code}.png", compress_level=3)
    for reader in range(1, readers + 1):
        for session in SESSIONS:
            _write_session(session_folder(out, reader, session), key, reader, session)
    columns = {"label": "label", f"{CHANCE}{source.inputs}_{FUSED}": "model", f"{WORD}{source.inputs}": "word"}
    key = key.join(people[list(columns)].rename(columns=columns), on="subject")
    key.to_csv(out / KEY_FILE, index=False)
    about = {"seed": seed, "readers": readers, "cases": len(chosen), "inputs": source.inputs, "origin": source.cases.origin}
    (out / STUDY_FILE).write_text(json.dumps(about, indent=1) + "\n")
    return key


def session_folder(out: Path, reader: int, session: int) -> Path:
    """Where one session of one reader lies."""
    return out / f"reader-{reader}" / f"session-{session}"


def draw_slices(slices: NDArray[np.float32], source: StudyCases) -> Image.Image:
    """A case's slices with their sides, once for all its sheets."""
    rows = -(-len(slices) // COLUMNS)
    places = [source.config.t88_slices.index(number) for number in source.cohort.t88_slices]
    figure = Figure(figsize=(10, 1.95 * rows), facecolor=BACKGROUND, dpi=DPI)
    axes = figure.subplots(
        rows, COLUMNS, squeeze=False, gridspec_kw={"left": 0, "right": 1, "top": 1, "bottom": 0, "wspace": 0.03}
    )
    for axis in axes.ravel():
        axis.set_axis_off()
    for axis, image, place in zip(axes.ravel(), slices, places, strict=False):
        show_slice(axis, image, source.config.y_mm[place])
    picture = io.BytesIO()
    figure.savefig(picture, format="png", facecolor=BACKGROUND)
    return Image.open(picture).convert("RGB")


def sheet(slices: Image.Image, title: str, fields: str, told: list[str]) -> Image.Image:
    """A case's slices with its fields and, in one arm, the model's answer; nothing else of the case."""
    page = Image.new("RGB", (slices.width + 2 * MARGIN, slices.height + TOP + BOTTOM), BACKGROUND)
    page.paste(slices, (MARGIN, TOP))
    pen, text = ImageDraw.Draw(page), ImageFont.load_default(TEXT)
    pen.text((MARGIN, MARGIN), title, fill=INK, font=ImageFont.load_default(TITLE))
    for line, words in enumerate([fields, "", *told]):
        pen.text((MARGIN, TOP + slices.height + MARGIN + line * LINE), words, fill=INK, font=text)
    pen.text((page.width - MARGIN, page.height - MARGIN), DISCLAIMER, fill=INK, font=ImageFont.load_default(SMALL), anchor="rd")
    return page


def field_line(row: pd.Series) -> str:
    """The clinical fields that both arms are given."""
    known = (
        None if pd.isna(row["age_years"]) else f"{row['age_years']:.0f} years",
        {"F": "female", "M": "male"}.get(row["sex"]),
        None if pd.isna(row["education_years"]) else f"education {row['education_years']:.0f} years",
        None if pd.isna(row["mmse"]) else f"MMSE {row['mmse']:g}",
    )
    return " · ".join(one for one in known if one) or "No clinical field is known."


def answer_lines(cases: Cases, inputs: str, row: pd.Series) -> list[str]:
    """The model's answer in the arm that shows it: the word, the probability, and each branch's own."""
    word = row[f"{WORD}{inputs}"] or "no answer in words"
    alone = ", ".join(
        f"{BRANCHES[branch]} {points(float(chance))}%"
        for branch in cases.branches(inputs)
        if branch != FUSED and not pd.isna(chance := row[f"{CHANCE}{inputs}_{branch}"])
    )
    first = f"Model: {word}; probability of impairment {points(float(row[f'{CHANCE}{inputs}_{FUSED}']))}%"
    return [first, f"given {INPUTS[inputs]}", *([f"each branch alone: {alone}"] if alone else [])]


def _write_session(folder: Path, key: pd.DataFrame, reader: int, session: int) -> None:
    here = key[(key["reader"] == reader) & (key["session"] == session)].sort_values("place")
    here[["place", "code"]].assign(**dict.fromkeys(RATED, "")).to_csv(folder / RATINGS_FILE, index=False)
    (folder / README_FILE).write_text(README.format(reader=reader, session=session, disclaimer=DISCLAIMER))
