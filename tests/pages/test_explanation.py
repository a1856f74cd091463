"""What the review page holds for researchers."""

import pytest

from tests.pages.conftest import Opened, OpenPage, answer_of, words
from tests.support import fakes

WHAT_IF, PREVALENCE = "adcore_what_if", "adcore_kept_prevalence"


def positive_predictive_value(text: str) -> int:
    """Of 100 patients classified as impaired."""
    return int(text.split("classified as impaired at the threshold of 50%, about **")[1].split("**")[0])


def test_contributions_are_given_in_words_with_their_baseline(answered: Opened) -> None:
    text = words(answered("marked"))
    assert "From a baseline of 50%, in log-odds: the scan lowers it (-1.00)" in text
    assert "MMSE 20 raises it" in text
    assert "not what causes impairment" in text


def test_the_answer_is_told_as_a_sum_from_one_probability_to_the_next(answered: Opened) -> None:
    text = words(answered("marked"))
    assert (
        "Without any input the model says 50%. VGG16 raises it to 62%, ResNet50 lowers it to 38%, the structures lower it to "
        "27%, the clinical fields raise it to 70%, the answer." in text
    )


def test_the_unknown_field_with_the_largest_effect_is_named_and_shown_first(answered: Opened) -> None:
    session = answered("borderline")
    text = words(session)
    assert "Of the unknown fields, MMSE would be the most informative." in text
    assert "between 10% (MMSE 30) and 90% (MMSE 20)" in text
    assert "By value: 20 to 22: likely impaired; 24 to 26: inconclusive; 28 to 30: likely unimpaired." in text
    assert session.selectbox(key=WHAT_IF).value == "mmse"


def test_any_other_field_can_be_tried(open_page: OpenPage) -> None:
    session = answer_of(open_page, "marked")
    session.selectbox(key=WHAT_IF).select("sex").run()
    assert not session.exception
    assert "At each of them the answer would remain" not in words(session)
    assert "either: likely unimpaired" in words(session)


def test_saliency_outside_the_brain_is_given_for_each_network(answered: Opened) -> None:
    text = words(answered("marked"))
    assert "**0.0%** of this network's positive saliency lies **outside the brain**" in text
    assert "**30.0%** of this network's positive saliency lies **outside the brain**; an even map would have 100% there" in text
    assert "Where the network looked, not where disease is." in text


def test_the_quality_of_the_maps_is_a_badge_with_its_checks(answered: Opened) -> None:
    session = answered("marked")
    assert any("Explanation: 1 of 2 checks hold" in str(shown.proto) for shown in session.get("html"))
    text = words(session)
    assert "- Passed: VGG16: its map is this patient's own." in text
    assert "- Not passed: Both networks place 30% of their saliency in the same structures." in text


def test_maps_are_tested_on_demand_and_once(open_page: OpenPage) -> None:
    session = answer_of(open_page, "marked")
    session.button(key="adcore_test_maps").click().run()
    assert not session.exception
    text = words(session)
    assert "- Passed: ResNet50: its map was tested." in text
    assert "Explanation: 2 of 3 checks hold" in " ".join(str(shown.proto) for shown in session.get("html"))
    assert not [button for button in session.button if button.key == "adcore_test_maps"]
    assert "likely impaired" in text  # the answer stays


def test_another_method_gives_other_maps_of_the_same_answer(open_page: OpenPage) -> None:
    session = answer_of(open_page, "marked")
    other = next(value for value in ("gradcam", "relative") if value != session.selectbox(key="adcore_saliency").value)
    session.selectbox(key="adcore_saliency").select(other).run()
    assert not session.exception
    assert session.selectbox(key="adcore_saliency").value == other
    assert session.session_state["adcore_session"].result.analysis.explanation.method == other


def test_a_network_without_saliency_says_so(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fakes, "REGIONS", fakes.REGIONS[:1])
    assert "ResNet50 has no positive saliency" in words(answer_of(open_page, "marked"))


def test_the_table_compares_each_share_with_an_even_map_and_leaves_the_sides_to_the_viewer(answered: Opened) -> None:
    session = answered("marked")
    _, resnet50 = (frame.value for frame in session.dataframe if "Even" in frame.value)
    assert list(resnet50.columns) == ["Share", "Even", "Volume z"]
    assert dict(resnet50["Share"]) == {"amygdala": "50%", "outside the brain": "30%", "lateral ventricle": "20%"}
    assert resnet50.loc["outside the brain", "Even"] == "100%"


def test_the_answer_had_the_hippocampi_another_volume_is_computed_on_demand(open_page: OpenPage) -> None:
    session = answer_of(open_page, "marked")
    session.button(key="adcore_other_structures_hippocampus").click().run()
    assert not session.exception
    text = words(session)
    assert "With another hippocampus it goes from 0.64 to 0.31." in text
    assert "likely impaired" in text  # the answer stays


def test_asymmetry_is_measured_without_norms(answered: Opened) -> None:
    text = words(answered("marked"))
    assert "hippocampus 3.2 and 3.0 ml (+0.03)" in text
    assert "There are no norms for it" in text


def test_a_rarer_impairment_lowers_the_probability_and_the_positive_predictive_value(open_page: OpenPage) -> None:
    session = answer_of(open_page, "marked")
    session.slider(key=PREVALENCE).set_value(50).run()
    often = words(session)
    session.slider(key=PREVALENCE).set_value(5).run()
    seldom = words(session)
    assert not session.exception
    assert "Where half of the patients are impaired, as in your clinic: 70 (58 to 80) of 100" in often
    assert "Where 1 in 20 is impaired, as in your clinic: 11 (" in seldom
    assert "Where half of the patients are impaired, as in training: 70 (58 to 80) of 100" in seldom
    assert positive_predictive_value(often) > positive_predictive_value(seldom)


def test_a_scan_that_failed_a_check_has_no_saliency_to_show(answered: Opened) -> None:
    text = words(answered("unusable"))
    for absent in ("Contributions to the answer", "What would change the answer", "outside the brain", "as in training"):
        assert absent not in text
