import numpy as np
import pytest

from adcore.cohorts.cohort import person_folds, refuse_shared_people
from adcore.errors import CohortError, LeakageError
from tests.untrained import synthetic_cohort


def test_people_under_sixty_are_no_label_even_with_a_cdr() -> None:
    cohort = synthetic_cohort(labelled=4, others=2)
    cohort.table.loc[4, "cdr"] = 0.0
    assert set(cohort.labelled().table["person"]) == {"S000", "S001", "S002", "S003"}
    assert set(cohort.unlabelled().table["person"]) == {"S004", "S005"}


def test_an_unknown_cdr_is_not_normal() -> None:
    cohort = synthetic_cohort(labelled=4, others=0)
    cohort.table.loc[0, "cdr"] = np.nan
    assert "S000" not in set(cohort.labelled().table["person"])


def test_second_sessions_of_labelled_people_stay_out_of_pretraining() -> None:
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
        refuse_shared_people(np.array(["A", "B"], dtype=object), np.array(["B", "C"], dtype=object))


def test_a_table_without_planes_is_refused() -> None:
    cohort = synthetic_cohort(labelled=2, others=0)
    with pytest.raises(CohortError, match="one stack"):
        type(cohort)(cohort.table, cohort.planes[:1])


def test_the_digest_tells_people_and_pixels_apart() -> None:
    cohort, same, pixels, people = (synthetic_cohort(labelled=3, others=0) for _ in range(4))
    pixels.planes[0, 0, 0, 0] += 0.1
    people.table.loc[0, "mmse"] += 1
    assert cohort.digest == same.digest
    assert len({cohort.digest, pixels.digest, people.digest}) == 3


def test_records_carry_the_fields_and_never_the_label() -> None:
    cohort = synthetic_cohort(labelled=2, others=0)
    cohort.table.loc[1, "ses"] = np.nan
    record = cohort.record(1)
    assert record.age_years == cohort.table.loc[1, "age_years"]
    assert record.unknown == ("ses",)
    assert "cdr" not in record.model_dump()
