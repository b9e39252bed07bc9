"""What a test needs of a Markdown page: its links, its headings, its tables, its shell blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\!)\[[^\]\[]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_FIRST_CELL = re.compile(r"^\|((?:[^|\\\n]|\\.)*)\|", re.MULTILINE)


def pages() -> list[Path]:
    """Every page that is ours."""
    top = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
    found = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md"), *ROOT.glob("mappings/*.md")]
    return [*top, *sorted(found)]


def prose(text: str) -> str:
    """A page without its blocks and code spans."""
    return _CODE.sub("", _FENCE.sub("", text))


def links(text: str) -> list[str]:
    """The targets of a page's links."""
    return _LINK.findall(prose(text))


def anchors(page: Path) -> set[str]:
    """What a link into a page may name."""
    headings = _HEADING.findall(_FENCE.sub("", page.read_text("utf-8")))
    return {_anchor(heading) for heading in headings}


def first_column(text: str) -> set[str]:
    """The code spans in the first cell of every table row."""
    cells = _FIRST_CELL.findall(text)
    return {span.strip("`") for cell in cells for span in _CODE.findall(cell)}


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    _, found, rest = text.partition(f"\n## {heading}\n")
    assert found, f"there is no section {heading!r}"
    return rest.split("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a page in a language."""
    return [block for of, block in _FENCE.findall(text) if of == language]


def command_lines(text: str) -> Iterator[str]:
    """Every `dualwrite …` that a page tells a reader to type."""
    for block in blocks(text, "sh"):
        lines = (line.split("#")[0].strip() for line in block.splitlines())
        yield from (line for line in lines if line.startswith("dualwrite "))
    spans = (span.strip("`") for span in _CODE.findall(_FENCE.sub("", text)))
    yield from (span for span in spans if span.startswith("dualwrite "))


def _anchor(heading: str) -> str:
    plain = re.sub(r"[^\w\- ]", "", heading.lower())
    return plain.strip().replace(" ", "-")
