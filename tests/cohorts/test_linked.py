from dataclasses import replace
from pathlib import Path

import pytest

from adcore.cohorts.cohort import Cohort, person_folds
from adcore.cohorts.linked import LINKS, join_cohorts, link_participants, read_links
from adcore.errors import CohortError
from tests.support.untrained import synthetic_cohort


def two_sets() -> tuple[Cohort, Cohort]:
    """Twenty people each; T019 in the second set comes twice."""
    first, second = synthetic_cohort(labelled=20, others=0), synthetic_cohort(labelled=20, others=0, seed=1)
    second.table["person"] = second.table["person"].str.replace("S", "T")
    second.table["session"] = second.table["session"].str.replace("S", "T")
    second.table.loc[18, "person"] = "T019"
    return first, second


def test_linked_participants_have_one_name_and_the_others_keep_theirs() -> None:
    first, second = link_participants(two_sets(), [("T019_1", "S003_1"), ("T002_1", "S002_1"), ("T404_1", "S004_1")])
    assert list(second.table.loc[[2, 18, 19, 4], "person"]) == ["S002", "S003", "S003", "T004"]
    assert list(first.table["person"]) == [f"S{number:03d}" for number in range(20)]


def test_links_go_through_to_everybody_who_may_be_one_person() -> None:
    first, second = link_participants(two_sets(), [("T001_1", "S001_1"), ("T001_1", "S005_1")])
    assert first.table.loc[1, "person"] == first.table.loc[5, "person"] == second.table.loc[1, "person"] == "S001"


def test_a_person_of_two_data_sets_stands_on_one_side_of_every_split() -> None:
    links = [(f"T{number:03d}_1", f"S{19 - number:03d}_1") for number in range(20)]
    joined = join_cohorts(link_participants(two_sets(), links))
    assert len(joined) == 40
    persons = joined.table["person"]
    assert set(persons) <= {f"S{number:03d}" for number in range(20)}
    for train, test in person_folds(joined.labelled_sessions(), 4, seed=0):
        assert not set(persons[train]) & set(persons[test])


def test_cohorts_with_other_slices_or_the_same_session_cannot_be_joined() -> None:
    first, second = two_sets()
    with pytest.raises(CohortError, match="same planes"):
        join_cohorts([first, second.on_slices((97,))])
    with pytest.raises(CohortError, match="more than once"):
        join_cohorts([first, replace(first, slices=first.slices / 2)])
    with pytest.raises(CohortError, match="at least one"):
        join_cohorts([])


def test_links_are_read_by_their_columns(tmp_path: Path) -> None:
    (tmp_path / LINKS).write_text("age,oasis2_mri,oasis1_id\n70,OAS2_0002_MR2,OAS1_0015_MR1\n")
    assert read_links(tmp_path / LINKS) == (("OAS2_0002_MR2", "OAS1_0015_MR1"),)
    (tmp_path / LINKS).write_text("a,oasis1_id\nx,y\n")
    with pytest.raises(CohortError, match="missing oasis2_mri"):
        read_links(tmp_path / LINKS)
