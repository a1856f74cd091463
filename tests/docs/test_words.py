import re
from pathlib import Path

import pytest

from tests.support.documents import ROOT, documents, name, prose

GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
TOLD_IN_TODAYS_WORDS = [document for document in documents() if document != GLOSSARY and document.name != "CHANGELOG.md"]
RETIRED = (
    "What it rests on",
    "Take along",
    "Over time",
    "Read first",
    "parts of the brain",
    "What a sceptic would try",
    "verdict",
)


@pytest.mark.parametrize("document", TOLD_IN_TODAYS_WORDS, ids=name)
def test_no_document_uses_a_name_that_the_glossary_has_retired(document: Path) -> None:
    assert [words for words in RETIRED if re.search(rf"\b{words}\b", prose(document))] == []


@pytest.mark.parametrize("document", TOLD_IN_TODAYS_WORDS, ids=name)
def test_a_percent_sign_follows_its_number_at_once(document: Path) -> None:
    assert re.findall(r"\d %", prose(document)) == []


def test_the_glossary_says_what_each_retired_name_is_called_now() -> None:
    told = GLOSSARY.read_text().lower()
    assert [words for words in RETIRED if words.lower() not in told] == []
