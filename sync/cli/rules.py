"""Owner rules on the command line: who owns a field in place of what its map says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sync.cli.common import AsJson, SettingsFile, with_state
from sync.cli.conflict_options import By
from sync.cli.exits import EXIT_CODES
from sync.cli.output import print_json, print_table, say
from sync.core.mapping import Owner

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.core.rule import OwnerRule

MapId = Annotated[str, typer.Argument(metavar="MAP", help="The map's id.")]
FieldName = Annotated[str, typer.Argument(metavar="FIELD", help="The field or group of fields.")]


def register(conflicts: typer.Typer) -> None:
    """Add the commands to the group."""
    conflicts.command("rules", epilog=EXIT_CODES)(list_rules)
    conflicts.command("set-rule", epilog=EXIT_CODES)(set_one)
    conflicts.command("remove-rule", epilog=EXIT_CODES)(remove_one)


def list_rules(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """The rules in force: who owns a field in place of what its map says."""

    async def action(opened: State) -> list[OwnerRule]:
        async with opened.store.transaction() as tx:
            return [rule for rule in await tx.rules() if rule.owner is not None]

    found = with_state(settings, action)
    if as_json:
        print_json({"items": found, "next": None})
        return
    print_table(
        ("map", "field", "owner", "version", "by", "since"),
        [(r.map_id, r.field, r.owner, r.version, r.by, r.at) for r in found],
        empty="There is none.",
    )


def set_one(
    map_id: MapId,
    field: FieldName,
    owner: Annotated[Owner, typer.Argument(help="Who owns it from now on.")],
    by: By = "an admin",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody own a field from now on; its open clashes are decided at once."""
    from sync.engine.rules import set_rule  # noqa: PLC0415

    async def action(opened: State) -> OwnerRule:
        return await set_rule(
            opened.store, opened.kinds, map_id, field, owner, by=by, clock=opened.clock
        )

    _told(with_state(settings, action), as_json)


def remove_one(
    map_id: MapId,
    field: FieldName,
    by: By = "an admin",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Let the map say again who owns a field."""
    from sync.engine.rules import remove_rule  # noqa: PLC0415

    async def action(opened: State) -> OwnerRule:
        return await remove_rule(
            opened.store, opened.kinds, map_id, field, by=by, clock=opened.clock
        )

    _told(with_state(settings, action), as_json)


def _told(rule: OwnerRule, as_json: bool) -> None:
    if as_json:
        print_json(rule)
    elif rule.owner is None:
        say(f"{rule.field} of {rule.map_id}: its map says again who owns it.")
    else:
        say(f"{rule.field} of {rule.map_id}: {rule.owner} from now on (rule {rule.version}).")
