"""adcore/README.md has one line a room, the first sentence of the room's docstring."""

import ast
import re
from pathlib import Path

import adcore

PACKAGE = Path(adcore.__file__).parent
README = PACKAGE / "README.md"


def test_every_room_has_the_line_that_its_docstring_says() -> None:
    written, expected = lines_of_readme(), rooms()
    missing = [f"{README} lacks the line\n{line(room, expected[room])}" for room in sorted(expected.keys() - written)]
    gone = [f"{README} has a line for {room}, which does not exist" for room in sorted(written.keys() - expected)]
    different = [
        f"{README} should say\n{line(room, expected[room])}\nor change the docstring of adcore/{room}"
        for room in sorted(written.keys() & expected)
        if written[room] != expected[room]
    ]
    assert not missing + gone + different, "\n\n".join(missing + gone + different)


def test_no_two_rooms_say_the_same() -> None:
    sentences = list(rooms().values())
    assert len(set(sentences)) == len(sentences)


def rooms() -> dict[str, str]:
    """The first sentence of each folder of Python files and each loose module, by its path in the package."""
    folders = [path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE]
    modules = [path for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]
    return {f"{folder.relative_to(PACKAGE)}/": first_sentence(folder / "__init__.py") for folder in folders} | {
        module.name: first_sentence(module) for module in modules
    }


def first_sentence(module: Path) -> str:
    text = ast.get_docstring(ast.parse(module.read_text())) or ""
    return re.split(r"(?<=\.)\s", text, maxsplit=1)[0]


def lines_of_readme() -> dict[str, str]:
    return dict(re.findall(r"^\| \[`(.+?)`\]\(\1\) \| (.+) \|$", README.read_text(), re.MULTILINE))


def line(room: str, sentence: str) -> str:
    return f"| [`{room}`]({room}) | {sentence} |"
