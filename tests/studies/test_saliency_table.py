import numpy as np
import pandas as pd

from adcore.studies.saliency_table import saliency_table
from adcore.studies.saliency_tests import CENTRAL, COLUMNS, RANDOM
from adcore.studies.weakened import WEAKENED

PEOPLE = ("S000", "S001", "S002")


def line(person: str, method: str, deletion: float, side: float = 1.0, likeness: float = np.nan) -> list[object]:
    return [person, "resnet50", method, side, deletion, deletion / 2, *[likeness] * (2 + len(WEAKENED))]


def moves() -> pd.DataFrame:
    """Three people: the map wins in the first, loses to the middle of the head in the second, and speaks against in the third."""
    rows = [line("S000", "map", 1.0, likeness=0.9), line("S001", "map", 0.3, likeness=0.7)]
    rows.append(line("S002", "map", -0.8, side=-1.0, likeness=0.8))
    for person in PEOPLE:
        rows += [line(person, RANDOM, moved) for moved in (0.1, -0.1)]
        rows.append(line(person, CENTRAL, 0.4))
    return pd.DataFrame(rows, columns=COLUMNS)


def cells_of(maps: list[list[float]]) -> pd.DataFrame:
    rows = [[person, "resnet50", "map", *values] for person, values in zip(PEOPLE, maps, strict=True)]
    return pd.DataFrame(rows, columns=["person", "branch", "method", *(str(place) for place in range(len(maps[0])))])


def row_of(maps: list[list[float]], method: str = "map") -> pd.Series:
    table = saliency_table(moves(), cells_of(maps))
    return table[table["method"] == method].iloc[0]


def test_a_map_wins_where_its_cells_move_the_answer_further_than_all_others() -> None:
    assert row_of([[1, 2, 3, 4]] * 3)["deletion beats"] == "2 of 3"


def test_a_map_that_speaks_against_impairment_is_taken_by_its_own_side() -> None:
    assert row_of([[1, 2, 3, 4]] * 3)["deletion"] == "+0.80"  # of 1.0, 0.3 and 0.8


def test_people_with_the_same_map_have_a_correlation_of_one_and_empty_cells_do_not_count() -> None:
    assert row_of([[1, 2, 3, 4, 0, 0]] * 3)["between people"] == "1.00"
    assert row_of([[1, 2, 3, 0, 0], [3, 2, 1, 0, 0], [2, 1, 3, 0, 0]])["between people"] == "-0.33"


def test_choices_without_a_map_have_no_stability() -> None:
    row = row_of([[1, 2, 3, 4]] * 3, method=CENTRAL)
    assert row["noise"] == row["deletion beats"] == row["between people"] == ""
