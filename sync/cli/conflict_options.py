"""What the conflict commands are asked for: filters, and who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.row import Side

if TYPE_CHECKING:
    from sync.ports import ConflictFilter

Kind = Annotated[ConflictKind | None, typer.Option(help="Only of this kind.")]
Record = Annotated[str | None, typer.Option(help="Only of this kind of record, e.g. account.")]
Field = Annotated[str | None, typer.Option(help="Only about this field or group of fields.")]
Winner = Annotated[Side | None, typer.Option(help="Only where this side was taken.")]
Actor = Annotated[str | None, typer.Option(help="Only of values that this user typed.")]
Since = Annotated[str | None, typer.Option(help="Only found since (ISO 8601, UTC).")]
StuckAt = Annotated[
    Side | None,
    typer.Option("--side", help="Only stuck at this side, or concerning both alike."),
]
OfLink = Annotated[
    str | None, typer.Option("--link", help="Only of this record: a link's id, or kind:key.")
]
OfMap = Annotated[str | None, typer.Option("--map", help="Only of records of this map.")]
By = Annotated[str, typer.Option("--by", help="Who asks, for the record.")]
Why = Annotated[str | None, typer.Option("--why", help="The reason, for the record.")]


def wanted(
    state: ConflictState | None,
    kind: ConflictKind | None,
    record: str | None,
    field: str | None,
    winner: Side | None,
    actor: str | None,
    since: str | None,
    side: Side | None,
    link: str | None,
    map_id: str | None,
) -> ConflictFilter:
    """The filter that the options make."""
    from sync.engine.naming import named_link  # noqa: PLC0415
    from sync.engine.times import asked_since  # noqa: PLC0415
    from sync.ports import ConflictFilter  # noqa: PLC0415

    link_id, at = None if link is None else named_link(link), asked_since(since)
    return ConflictFilter(state, kind, record, field, winner, actor, at, side, link_id, map_id)


def parsed(value: str | None) -> Any:
    """A value given on the command line: a JSON object for a group, else the text as it is."""
    if value is None or not value.lstrip().startswith("{"):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
