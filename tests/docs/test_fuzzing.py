"""The table of public flaws names what the corpus holds: every advisory, every case and its outcome."""

import re
from pathlib import Path

from tests.readers.corpus import CASES, Outcome
from tests.readers.fuzz.readers import READERS
from tests.support.documents import ROOT, rows, section

FUZZING = ROOT / "docs" / "reference" / "fuzzing.md"
ADVISORY = re.compile(r"CVE-\d{4}-\d+|VU#\d+|TALOS-\d{4}-\d+|ICSMA-\d\d-\d+-\d+")
FLAWS = section(FUZZING, "Public flaws as cases")


def test_every_advisory_that_the_corpus_names_is_listed_and_no_other() -> None:
    corpus = "".join(path.read_text() for path in Path(ROOT / "tests/readers/corpus").glob("*.py"))
    listed = {found for row in rows(FLAWS) for found in ADVISORY.findall(row[0])}
    assert listed == set(ADVISORY.findall(corpus))


def test_every_case_that_is_listed_exists_and_has_its_outcome() -> None:
    known = {case.name: case.outcome for case in CASES}
    listed = [(re.findall(r"`([^`]+)`", row[3]), row[4]) for row in rows(FLAWS) if "`" in row[3]]
    assert len(listed) > 15
    for names, outcome in listed:
        assert {known[name] is Outcome.REJECTED for name in names} == {
            word.strip().startswith("refused") for word in outcome.split(";")
        }


def test_every_reader_that_is_fuzzed_is_listed() -> None:
    told = {found for row in rows(section(FUZZING, "Fuzzing")) for found in re.findall(r"`(\w+)`", row[0])}
    assert told == set(READERS)
