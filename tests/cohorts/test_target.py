from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.bids import find_bids
from adcore.cohorts.cohort import Cohort
from adcore.cohorts.layouts import find_scans
from adcore.cohorts.manifest import read_manifest
from adcore.cohorts.prepared_folder import Outcome, PreparedFolder
from adcore.cohorts.target import labelled_words, labels_of, target_of
from adcore.errors import CohortError
from adcore.model.card_schema import CDR, TargetCard
from adcore.prepare.config import PreparationConfig
from adcore.training.release.card_text import card_text
from tests.support.untrained import synthetic_cohort

DIAGNOSES = ["AD", "cn", "MCI ", None, "-4", "FTD", "CN"]


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {"age_years": [70.0, 71, 72, 73, 74, 75, 50], "diagnosis": DIAGNOSES, "cdr": [1.0, 0, np.nan, 0, 0, 0, 0]}
    )


def labels(target: TargetCard) -> list[float]:
    return np.nan_to_num(labels_of(target, table()), nan=-1).tolist()


def test_without_a_target_the_label_is_cdr_above_0_from_60_on() -> None:
    assert target_of(None, None, None, None) == CDR
    assert labels(CDR) == [1, 0, -1, 0, 0, 0, -1]
    assert (CDR.positive_words, labelled_words(CDR)) == ("impaired (CDR above 0)", "age 60 and over with a CDR")


def test_values_count_as_positive_whatever_their_capitals_and_unknown_ones_are_no_label() -> None:
    assert labels(target_of("diagnosis", "ad,MCI", None, None)) == [1, 0, 1, -1, -1, 0, -1]
    assert labels(target_of("diagnosis", "AD", "CN", 0)) == [1, 0, -1, -1, -1, -1, 0]  # FTD and MCI are neither
    assert labels(target_of("cdr", "1,2", None, 71)) == [-1, 0, -1, 0, 0, 0, -1]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [(("diagnosis", None, None, None), "Which values of diagnosis"), ((None, "AD", None, None), "Give --target too")],
)
def test_half_a_target_is_refused(typed: tuple[str | None, ...], sentence: str) -> None:
    with pytest.raises(CohortError, match=sentence):
        target_of(*typed)


def test_a_target_that_the_table_cannot_give_is_refused_with_what_there_is() -> None:
    cohort = synthetic_cohort(labelled=6, others=0)
    with pytest.raises(CohortError, match=r"no column diagnosis in the cohort.*--keep diagnosis"):
        cohort.with_target(target_of("diagnosis", "AD", None, None))
    cohort.table["diagnosis"] = ["AD", "CN"] * 3
    with pytest.raises(CohortError, match=r"No row has MCI in diagnosis. It has: AD \(3\), CN \(3\)."):
        cohort.with_target(target_of("diagnosis", "AD,MCI", None, None))
    labelled = cohort.with_target(target_of("diagnosis", "AD", None, None)).labelled()
    assert labelled.impaired.tolist() == [True, False] * 3
    assert (cohort.labelled().impaired != labelled.impaired).any()


def test_a_label_and_the_site_go_from_the_table_through_preparation_to_the_cohort(tmp_path: Path) -> None:
    (tmp_path / "a.nii").touch()
    (tmp_path / "cohort.csv").write_text("path,person,age_years,DX,SITEID,phone\na.nii,P1,71,MCI,007,555\n")
    scans = read_manifest(tmp_path / "cohort.csv", ["dx"])
    assert "Kept: dx, site." in scans.notes[0]
    folder = PreparedFolder(tmp_path / "out", PreparationConfig())
    folder.begin()
    folder.keep(Outcome("P1_1", "a.nii", "stamp", "0" * 64), np.zeros((2, 4, 4), np.float32))
    folder.write_tables(scans)
    row = folder.table().iloc[0]
    assert (row["dx"], row["site"], row["age_years"]) == ("MCI", "007", 71)
    assert "phone" not in folder.table()
    cohort = Cohort(folder.table(), np.zeros((1, 10, 4, 4), np.float32))
    assert cohort.with_target(target_of("dx", "MCI", None, 0)).impaired.tolist() == [True]


def test_in_bids_a_site_is_that_of_every_visit_and_a_diagnosis_that_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "participants.tsv").write_text("participant_id\tage\tsite\tdx\nsub-1\t70\tB\tCN\n")
    for session in ("ses-M00", "ses-M12", "ses-M24"):
        place = tmp_path / "sub-1" / session / "anat"
        place.mkdir(parents=True)
        (place / f"sub-1_{session}_T1w.nii").touch()
    (tmp_path / "sub-1" / "sub-1_sessions.tsv").write_text("session_id\tdx\nses-M12\tMCI\n")
    found = find_bids(tmp_path, keep=["dx"]).table
    assert found["site"].tolist() == ["B"] * 3
    assert found["dx"].where(found["dx"].notna(), "").tolist() == ["CN", "MCI", ""]
    with pytest.raises(CohortError, match=r"There is no column amyloid in participants.tsv"):
        find_scans(tmp_path, keep=["amyloid"])


def test_a_card_of_another_label_says_so() -> None:
    text = card_text({"P1"}, "mine", None, "none", target_of("diagnosis", "AD,MCI", "CN", 55))
    assert text.reference_standard.startswith("A person is positive (diagnosis AD or MCI); CN counts as negative.")
    assert "55 years and over" in text.reference_standard
    assert "CDR" not in text.intended_use
    assert "stand for positive and negative" in text.limits[0]
