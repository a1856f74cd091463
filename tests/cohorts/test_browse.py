from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from adcore.cohorts.browse import open_cohort
from adcore.cohorts.cohort import COLUMNS
from adcore.cohorts.oasis1 import load_oasis1
from adcore.cohorts.prepared_folder import Outcome, PreparedFolder
from adcore.cohorts.synthetic.participants import MARKED, PARTICIPANTS, read_participants
from adcore.errors import CohortError
from adcore.prepare.config import PreparationConfig
from adcore.prepare.slices import SliceConfig
from tests.support.model_folder import SLICES, write_oasis1, write_synthetic_participants

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "demo"


def test_one_persons_slices_are_those_that_the_whole_cohort_loads(tmp_path: Path) -> None:
    folder = write_oasis1(tmp_path / "data")
    whole = load_oasis1(folder, SLICES)
    cohort = open_cohort(folder, SLICES)
    session = whole.table["session"][2]
    np.testing.assert_array_equal(cohort.slices(session), whole.slices[2])


def test_a_person_has_one_row_the_first_session(tmp_path: Path) -> None:
    folder = write_oasis1(tmp_path / "data")
    table = folder / "oasis_cross-sectional.csv"
    table.write_text(table.read_text() + "OAS1_0000_MR2,M,61,3,2,27,,1400,0.75\n")
    cohort = open_cohort(folder, SLICES)
    assert len(cohort.table) == len(cohort.first_sessions()) + 1
    assert "OAS1_0000_MR2" not in set(cohort.first_sessions()["session"])


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_that_holds_no_cohort_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CohortError, match=r"Check the path|is not recognised"):
        open_cohort(tmp_path / name, SLICES)


@pytest.mark.parametrize("session", ["../secret", "a/b", "..", ""])
def test_no_session_leads_out_of_the_folder(tmp_path: Path, session: str) -> None:
    cohort = open_cohort(write_oasis1(tmp_path / "data"), SLICES)
    with pytest.raises(CohortError, match="not a session of this data folder"):
        cohort.slices(session)


def test_a_prepared_folder_gives_its_slices_one_by_one(tmp_path: Path) -> None:
    config = replace(PreparationConfig(), slices=SLICES)
    folder = PreparedFolder(tmp_path, config)
    folder.begin()
    slices = np.random.default_rng(0).uniform(0, 1, (2, SLICES.size, SLICES.size)).astype(np.float32)
    folder.keep(Outcome("a_1", "a.nii", "stamp", "0" * 64), slices)
    table = pd.DataFrame([["a", "a_1", 70, "F", 12, 2, 28, 0.5, 1400, 0.75]], columns=list(COLUMNS))
    table.to_csv(tmp_path / "cohort.csv", index=False)
    cohort = open_cohort(tmp_path, SLICES)
    assert cohort.first_sessions()["cdr"].tolist() == [0.5]
    np.testing.assert_array_equal(cohort.slices("a_1"), slices)
    with pytest.raises(CohortError, match="prepare again"):
        cohort.slices("b_1")


def test_someone_without_slices_is_named(tmp_path: Path) -> None:
    cohort = open_cohort(write_oasis1(tmp_path / "data"), SLICES)
    with pytest.raises(CohortError, match="OAS1_0030_MR1 lacks slice 92"):
        cohort.slices("OAS1_0030_MR1")


def test_synthetic_participants_have_an_atrophy_and_no_cdr(tmp_path: Path) -> None:
    cohort = open_cohort(write_synthetic_participants(tmp_path / "participants"), SLICES)
    assert cohort.synthetic
    assert cohort.table["cdr"].isna().all()
    assert cohort.table["label"].tolist() == [0.0, 1.0]
    slices = cohort.slices("SYN-01")
    assert slices.shape == (2, SLICES.size, SLICES.size)
    assert 0 <= slices.min() < slices.max() <= SLICES.ceiling


def test_synthetic_participants_of_another_configuration_are_refused(tmp_path: Path) -> None:
    folder = write_synthetic_participants(tmp_path / "participants")
    with pytest.raises(CohortError, match="adcore study demo"):
        read_participants(folder, SliceConfig())


def test_the_shipped_synthetic_participants_fit_this_version_and_are_few_bytes() -> None:
    cohort = open_cohort(SHIPPED, SliceConfig())
    assert cohort.table["person"].tolist() == [one.person for one in PARTICIPANTS]
    assert cohort.table["label"].sum() == sum(one.atrophy >= MARKED for one in PARTICIPANTS) == len(PARTICIPANTS) / 2
    for session in cohort.table["session"]:
        assert cohort.slices(session).mean() > 0.1
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*")) < 1_000_000
