"""How results are printed: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


def print_json(value: Any) -> None:
    """One JSON document on standard output; decimals as text, exactly."""
    import msgspec  # noqa: PLC0415 - only commands that print need it

    plain = msgspec.to_builtins(value, str_keys=True)
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "") -> None:
    """A table; `empty` is said when there is no row."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        # Text, not markup: a value in brackets is a value.
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if table.row_count:
        # A pipe has no width to fit into; lines stay whole there.
        Console(width=None if sys.stdout.isatty() else 10_000).print(table)
    elif empty:
        sys.stdout.write(empty + "\n")


def say(line: str = "") -> None:
    """One line on standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def page(items: Sequence[Any], limit: int, cursors: Sequence[str]) -> dict[str, Any]:
    """`{"items": …, "next": …}` of what was found, one more than asked for if there is more."""
    following = cursors[limit - 1] if len(items) > limit else None
    return {"items": list(items[:limit]), "next": following}
