import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.documents import ROOT, anchors, documents, links, name, spans

OUTSIDE = ("http://", "https://", "mailto:")
ROOMS = ("adcore/", "app/", "assets/", "docs/", "models/oasis1/", "models/structures/", "pages/", "tests/")


@pytest.mark.parametrize("document", documents(), ids=name)
def test_every_link_leads_to_a_file_and_every_anchor_to_a_heading(document: Path) -> None:
    broken = []
    for link in links(document):
        if link.startswith(OUTSIDE):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.is_relative_to(ROOT) or not target.exists():
            broken.append(f"{link}: no such file")
        elif anchor and anchor not in anchors(target):
            broken.append(f"{link}: no such heading")
    assert broken == []


@pytest.mark.parametrize("document", [path for path in documents() if path.name != "CHANGELOG.md"], ids=name)
def test_every_path_in_the_tree_that_is_named_exists(document: Path) -> None:
    paths = {span for span in spans(document) if span.startswith(ROOMS) and not re.search(r"[ *<>=]|NAME|\.\.\.", span)}
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


def test_every_page_of_the_documentation_can_be_reached_from_its_index() -> None:
    index = ROOT / "docs" / "README.md"
    reached, waiting = {index}, [index]
    while waiting:
        document = waiting.pop()
        for link in links(document):
            target = (document.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_relative_to(ROOT / "docs") and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert set(ROOT.glob("docs/**/*.md")) - reached == set()
