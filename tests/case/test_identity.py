import random

from adcore.case.identity import canonical_names, linked_names


def test_a_chain_of_links_is_one_participant() -> None:
    names = linked_names([("A", "B"), ("B", "C"), ("X", "Y")])
    assert names["A"] == names["B"] == names["C"] == {"A", "B", "C"}
    assert names["X"] == names["Y"] == {"X", "Y"}


def test_the_order_and_direction_of_links_do_not_matter() -> None:
    chain = [(f"P{number}", f"P{number + 1}") for number in range(30)]
    shuffled = [pair[::-1] if number % 2 else pair for number, pair in enumerate(chain)]
    random.Random(0).shuffle(shuffled)
    assert linked_names(shuffled) == linked_names(chain)
    assert set(canonical_names(shuffled).values()) == {"P0"}


def test_a_name_linked_to_itself_stays_one_name() -> None:
    assert linked_names([("A", "A")]) == {"A": {"A"}}


def test_a_name_without_a_link_is_not_listed() -> None:
    assert "Z" not in canonical_names([("A", "B")])
