from dataclasses import replace

import numpy as np
import pytest

from adcore.cohorts.cohort import person_folds, refuse_shared_participants
from adcore.errors import CohortError, LeakageError
from tests.support.untrained import synthetic_cohort


def test_participants_under_sixty_are_no_label_even_with_a_cdr() -> None:
    cohort = synthetic_cohort(labelled=4, others=2)
    cohort.table.loc[4, "cdr"] = 0.0
    assert set(cohort.labelled().table["person"]) == {"S000", "S001", "S002", "S003"}
    assert set(cohort.unlabelled().table["person"]) == {"S004", "S005"}


def test_an_unknown_cdr_is_not_normal() -> None:
    cohort = synthetic_cohort(labelled=4, others=0)
    cohort.table.loc[0, "cdr"] = np.nan
    assert "S000" not in set(cohort.labelled().table["person"])


def test_second_sessions_of_labelled_participants_stay_out_of_pretraining() -> None:
    cohort = synthetic_cohort(labelled=4, others=2)
    cohort.table.loc[5, "person"] = "S000"
    cohort.table.loc[5, "cdr"] = np.nan
    assert set(cohort.unlabelled().table["person"]) == {"S004"}
    assert len(cohort.labelled()) == 4


def test_a_person_never_stands_on_two_sides_of_a_split() -> None:
    cohort = synthetic_cohort(labelled=30, others=0)
    cohort.table["person"] = [f"P{row // 3}" for row in range(30)]
    cohort.table["cdr"] = [0.5 * (row // 3 % 2) for row in range(30)]
    tested = []
    for train, test in person_folds(cohort, 5, seed=1):
        assert not set(cohort.table["person"].iloc[train]) & set(cohort.table["person"].iloc[test])
        tested.extend(test)
    assert sorted(tested) == list(range(30))


def test_a_shared_person_is_refused_by_name() -> None:
    with pytest.raises(LeakageError, match="B among"):
        refuse_shared_participants(np.array(["A", "B"], dtype=object), np.array(["B", "C"], dtype=object))


def test_a_table_without_slices_is_refused() -> None:
    cohort = synthetic_cohort(labelled=2, others=0)
    with pytest.raises(CohortError, match="one stack"):
        type(cohort)(cohort.table, cohort.slices[:1])


def test_the_digest_tells_participants_and_pixels_apart() -> None:
    cohort, same, pixels, participants = (synthetic_cohort(labelled=3, others=0) for _ in range(4))
    pixels.slices[0, 0, 0, 0] += 0.1
    participants.table.loc[0, "mmse"] += 1
    assert cohort.digest == same.digest
    assert len({cohort.digest, pixels.digest, participants.digest}) == 3


def test_records_carry_the_fields_and_never_the_label() -> None:
    cohort = synthetic_cohort(labelled=2, others=0)
    cohort.table.loc[1, "ses"] = np.nan
    record = cohort.record(1)
    assert record.age_years == cohort.table.loc[1, "age_years"]
    assert record.unknown == ("ses",)
    assert "cdr" not in record.model_dump()


def test_a_session_may_stand_in_the_table_once() -> None:
    cohort = synthetic_cohort(labelled=3, others=0)
    cohort.table.loc[2, "session"] = cohort.table.loc[0, "session"]
    with pytest.raises(CohortError, match="S000_1 is listed in the table more than once"):
        replace(cohort)


def test_the_number_of_slices_has_to_be_the_one_stated() -> None:
    cohort = synthetic_cohort(labelled=2, others=0)
    with pytest.raises(CohortError, match="Expected the slices"):
        replace(cohort, t88_slices=(97,))


def test_some_of_the_slices_can_be_kept() -> None:
    cohort = synthetic_cohort(labelled=2, others=0)
    one = cohort.on_slices((97,))
    np.testing.assert_array_equal(one.slices[:, 0], cohort.slices[:, 1])
    assert one.rows(np.array([1])).t88_slices == (97,)
    with pytest.raises(CohortError, match=r"slices \[90\]"):
        cohort.on_slices((90, 97))


def test_the_first_session_of_a_participant_in_the_tables_order_carries_the_label() -> None:
    cohort = synthetic_cohort(labelled=4, others=2)
    cohort.table["person"] = ["A", "A", "B", "A", "C", "B"]
    assert list(cohort.labelled().table["session"]) == ["S000_1", "S002_1"]
