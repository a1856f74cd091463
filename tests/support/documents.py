"""The documents of the project as tests read them: links, anchors, code blocks, tables."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[\w-]*)[^\n`]*\n(?P<code>.*?)^(?P=indent)(?P=fence) *$", re.M | re.S
)
SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
SOURCE = re.compile(r"<(?:img|a)\b[^>]*?\b(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.M)
NOT_RUN = re.compile(r"<!-- not run: (.+?) -->\s*\Z")


@dataclass(frozen=True)
class Block:
    """One block of code.

    Attributes:
        language: as the fence says; "" for none, "indented" for a block that is set off by four spaces.
        not_run: the reason in a comment `<!-- not run: ... -->` right above it; None where it should run.
    """

    document: Path
    line: int
    language: str
    code: str
    not_run: str | None = None

    def __str__(self) -> str:
        return f"{name(self.document)}:{self.line}"


def documents() -> list[Path]:
    """Every Markdown file that a reader meets."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("adcore/**/*.md")])


def name(document: Path) -> str:
    """As a test calls it."""
    return document.relative_to(ROOT).as_posix()


def blocks(document: Path) -> Iterator[Block]:
    """The blocks of code in a document, in their order."""
    text = document.read_text()
    for found in FENCE.finditer(text):
        reason = NOT_RUN.search(text[: found.start()])
        code = textwrap.dedent(found["code"])
        yield Block(document, text.count("\n", 0, found.start()) + 2, found["language"], code, reason and reason[1])
    without_fences = FENCE.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in re.finditer(r"(?:^\n)((?:^ {4}\S.*\n)(?:^ {4}.*\n|^\n(?= {4}))*)", without_fences, re.M):
        yield Block(document, without_fences.count("\n", 0, found.start(1)) + 1, "indented", textwrap.dedent(found[1]))


def prose(document: Path) -> str:
    """A document without its fenced blocks."""
    return FENCE.sub("", document.read_text())


def spans(document: Path) -> set[str]:
    """What stands between backticks in the prose, white space joined."""
    return {" ".join(found[2].split()) for found in SPAN.finditer(prose(document))}


def links(document: Path) -> list[str]:
    """Targets of links and pictures in the prose."""
    text = SPAN.sub("", prose(document))
    return [*LINK.findall(text), *SOURCE.findall(text)]


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub and its like give a document's headings."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(prose(document)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def section(document: Path, heading: str) -> str:
    """The text beneath a heading, up to the next heading of its level or above."""
    text = document.read_text()
    start = re.search(rf"^(#+) {re.escape(heading)} *$", text, re.M)
    assert start is not None, f"{name(document)} has no heading '{heading}'"
    rest = text[start.end() :]
    end = re.search(rf"^#{{1,{len(start[1])}}} ", rest, re.M)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """The cells of every table row in a text, heads and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rules = {place for place, line in enumerate(lines) if set(line) <= set("|-: ")}
    kept = [line for place, line in enumerate(lines) if place not in rules and place + 1 not in rules]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in kept]
