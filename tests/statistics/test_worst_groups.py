import numpy as np
import pandas as pd

from adcore.statistics.worst_groups import LEAST_MEMBERS, worst_groups

GENERATOR = np.random.default_rng(4)
PEOPLE = 400
ATTRIBUTES = pd.DataFrame(
    {
        "sex": GENERATOR.choice(["women", "men"], PEOPLE),
        "site": GENERATOR.choice(["north", "south", "west", None], PEOPLE),
        "age": GENERATOR.choice(["young", "old"], PEOPLE),
    }
)
LABELS = GENERATOR.uniform(size=PEOPLE) < 0.5


def test_a_planted_pair_is_found_first_with_its_people_and_a_small_p() -> None:
    planted = ((ATTRIBUTES["sex"] == "men") & (ATTRIBUTES["site"] == "west")).to_numpy()
    wrong = GENERATOR.uniform(size=PEOPLE) < np.where(planted, 0.7, 0.15)
    first = worst_groups(ATTRIBUTES, wrong, LABELS).groups[0]
    assert first.values == {"sex": "men", "site": "west"}
    assert list(first.participants) == list(np.flatnonzero(planted))
    assert first.wrong.low > first.expected
    assert first.p < 0.01


def test_an_effect_of_one_value_is_told_once_and_not_again_by_its_pairs() -> None:
    men = (ATTRIBUTES["sex"] == "men").to_numpy()
    wrong = GENERATOR.uniform(size=PEOPLE) < np.where(men, 0.6, 0.1)
    groups = worst_groups(ATTRIBUTES, wrong, LABELS).groups
    assert groups[0].values == {"sex": "men"}
    assert all(group.values.get("sex") != "men" for group in groups[1:] if group.wrong.value < groups[0].wrong.value)


def test_errors_dealt_out_by_chance_are_called_significant_about_as_rarely_as_stated() -> None:
    generator, found = np.random.default_rng(5), 0
    for seed in range(40):
        wrong = generator.uniform(size=PEOPLE) < 0.25
        search = worst_groups(ATTRIBUTES, wrong, LABELS, seed=seed)
        found += search.groups[0].p < 0.05
    assert found <= 6  # of 40; 2 are expected, and a p of single groups would find about 15


def test_a_group_is_not_found_for_holding_more_of_the_harder_label() -> None:
    attributes = pd.DataFrame({"clinic": np.where(LABELS, "a", "b")})
    wrong = LABELS & (GENERATOR.uniform(size=PEOPLE) < 0.5)
    assert worst_groups(attributes, wrong, LABELS).groups == ()


def test_few_people_are_no_group_and_nothing_known_is_no_search() -> None:
    few = pd.DataFrame({"site": ["a"] * (LEAST_MEMBERS - 1) + ["b"] * (PEOPLE - LEAST_MEMBERS + 1)})
    wrong = np.arange(PEOPLE) < LEAST_MEMBERS - 1
    assert worst_groups(few, wrong, LABELS).looked_at == 0
    assert worst_groups(pd.DataFrame(index=range(PEOPLE)), wrong, LABELS).groups == ()
