import pytest

from adcore.words import DISCLAIMER
from app.runtime import UNFORESEEN
from tests.pages.conftest import PAGES, Opened, OpenPage, ReadOnly, words


@pytest.fixture
def opened(read_only: ReadOnly, open_page: OpenPage) -> Opened:
    """A page as it opens, to be read only."""
    return lambda page: read_only(f"page {page}", lambda: open_page(page))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_carries_the_disclaimer(page: str, opened: Opened) -> None:
    session = opened(page)
    assert not session.exception
    assert DISCLAIMER in words(session)
    assert UNFORESEEN not in words(session)


def test_the_start_page_offers_every_demo_patient_and_calls_it_synthetic(opened: Opened) -> None:
    session = opened("start")
    cards = [markdown.value for markdown in session.markdown if "for a test" in markdown.value]
    assert len(cards) == 4
    assert all("(synthetic)" in card for card in cards)


def test_a_demo_patient_opens_with_one_click(open_page: OpenPage) -> None:
    session = open_page("start").button(key="start_marked").click().run()
    assert session.session_state["adcore_session"].choice == "marked"
    assert session.text_input(key="adcore_field_mmse").value == "20"
    assert session.get("bidi_component")


def test_the_about_page_names_the_model(opened: Opened) -> None:
    assert "stand-in 0" in words(opened("about"))


@pytest.mark.parametrize(("door", "heading"), [("start_errors", "Errors"), ("start_card", "Model card: oasis1")])
def test_the_start_page_opens_the_errors_and_the_card(door: str, heading: str, open_page: OpenPage) -> None:
    session = open_page("start").button(key=door).click().run()
    assert session.title[0].value.startswith(heading)
