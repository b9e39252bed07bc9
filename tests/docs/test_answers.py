"""The page of errors shows the table by which the connectors take an answer for an error."""

from __future__ import annotations

import sys

from connectors.odata.recovery import TABLE, Row
from tests.docs.pages import ROOT, section

_ANY = "any"


def _line(row: Row) -> str:
    text = row.text.pattern.replace("|", "` or `") if row.text is not None else None
    cells = (
        row.source.value,
        ", ".join(map(str, sorted(row.status))) + (" with a pause" if row.paused else ""),
        ", ".join(f"`{code}`" for code in sorted(row.codes)),
        f"`{text}`" if text else "",
        f"`{row.error.code}`",
        row.error.recovery.value,
        row.again.value,
        "perhaps" if row.unknown else "no",
    )
    return f"| {' | '.join(cell or _ANY for cell in cells)} |"


def test_every_row_is_on_the_page_in_its_order_and_no_other() -> None:
    page = section((ROOT / "docs" / "errors.md").read_text("utf-8"), "What an answer becomes")
    shown = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert shown == [_line(row) for row in TABLE]


if __name__ == "__main__":
    sys.stdout.writelines(f"{_line(row)}\n" for row in TABLE)
