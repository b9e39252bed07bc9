"""Reading map files and value tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings.reading import read
from mappings.values import read_tables
from sync.errors import MapInvalid


def test_what_values_become_and_where_they_stand(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(
        "# first\nversion: 1.0\nanswer: Yes\nright: true\nnone: ~\ncode: 007\nnumber: 1_000\n"
        "zero: 0\nnegative: -5\nhex: 0x1F\nday: 2026-01-01\nitems:\n  - {a: 1,\n     b: 2}\n",
        encoding="utf-8",
    )
    source = read(file)
    assert source.data == {
        "version": "1.0",
        "answer": "Yes",
        "right": True,
        "none": None,
        "code": "007",
        "number": 1000,
        "zero": 0,
        "negative": -5,
        "hex": "0x1F",
        "day": "2026-01-01",
        "items": [{"a": 1, "b": 2}],
    }
    assert source.place(("version",)).line == 2
    assert source.place(("items", 0)).line == 13
    assert source.place(("items", 0, "b")).line == 14
    assert source.place(("items", 0, "b", "deeper")).line == 14
    assert source.place(()).file == str(file)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: *nothing\n", 1, "undefined alias"),
        ("a: &x\n  b: *x\n", 1, "refers to itself"),
        ("a: 1\n[b]: 2\n", 2, "a key is not text"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ("a: 'open\n", 2, "not valid YAML"),
        ("a: \x07\n", 1, "not valid YAML"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, line: int, message: str, tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MapInvalid, match=message) as caught:
        read(file)
    assert (caught.value.file, caught.value.line) == (str(file), line)
    assert caught.value.cure


@pytest.mark.parametrize(
    ("text", "line", "message", "cure"),
    [
        ("rows: [[a, b], [c]]\n", 3, "1 values, the table has 2 columns", "one, two"),
        ("rows:\n  - [a, b]\n  - [c, B]\n", 5, "'B' stands for two values", "Keep one"),
        ("rows: [[a, b]]\naccept: {x: q}\n", 4, "accepted for 'q'", "the column one"),
        ("rows: [[a, b], [c, d]]\naccept: {D: a}\n", 4, "'D' stands for two values", "Keep one"),
        ("rows: []\n", 3, "rows is []", "at least 1 item"),
        ("row: [[a, b]]\n", 1, "'rows' is missing", "Add `rows"),
    ],
)
def test_a_wrong_value_table_is_refused(
    text: str, line: int, message: str, cure: str, tmp_path: Path
) -> None:
    (tmp_path / "t.yaml").write_text(f"table: t\ncolumns: [one, two]\n{text}", encoding="utf-8")
    with pytest.raises(MapInvalid) as caught:
        read_tables(tmp_path)
    refused = caught.value
    assert (refused.file, refused.line) == (str(tmp_path / "t.yaml"), line), str(refused)
    assert message in refused.message
    assert cure in (refused.cure or "")
