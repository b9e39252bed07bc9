"""Every link of every page leads somewhere, and no page names this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, anchors, links, pages

_ELSEWHERE = ("https://", "mailto:")


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for target in links(page.read_text("utf-8")):
        if target.startswith(_ELSEWHERE):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if (
            not file.is_relative_to(ROOT)
            or not file.exists()
            or (anchor and (file.suffix != ".md" or anchor not in anchors(file)))
        ):
            lost.append(target)
    assert lost == []


def test_a_lost_link_would_be_seen() -> None:
    text = "[a](docs/nowhere.md) and `[b](code.md)`\n```sh\n[c](block.md)\n```\n"
    assert links(text) == ["docs/nowhere.md"]


def test_the_readme_leads_to_every_page_of_the_documentation() -> None:
    wanted, open_pages = set[Path](), [ROOT / "README.md"]
    while open_pages:
        page = open_pages.pop()
        wanted.add(page)
        for target in links(page.read_text("utf-8")):
            file = (page.parent / target.partition("#")[0]).resolve()
            if file.suffix == ".md" and file.is_file() and file not in wanted:
                open_pages.append(file)
    assert [p for p in sorted(ROOT.glob("docs/**/*.md")) if p not in wanted] == []
