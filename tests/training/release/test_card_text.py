from adcore.training.release.card_text import card_text


def test_the_card_of_another_cohort_states_nothing_about_oasis() -> None:
    text = card_text(["P1", "OAS1_0001"], "clinic", "A memory clinic, 3 T, 2015 to 2020.", "the convolutions began somewhere")
    assert text.name == "clinic"
    assert text.method["data_source"] == "A memory clinic, 3 T, 2015 to 2020."
    assert text.method["stages"] == "the convolutions began somewhere"
    assert "OASIS" not in f"{text}"
    assert card_text(["P1"], "clinic", None, "").method["data_source"].startswith("not stated")


def test_oasis_1_is_known_by_the_names_of_its_participants() -> None:
    assert "OASIS-1" in card_text(["OAS1_0001", "OAS1_0002"], "oasis1", None, "").method["data_source"]
