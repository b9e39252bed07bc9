"""`dualwrite maps`: how table maps stand, starting and stopping them, checking a folder of them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, Group
from sync.cli.output import print_json, print_table, say
from sync.errors import ConfigurationWrong

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.ports import MapRun, MapVersion

maps = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)
MapIds = Annotated[list[str], typer.Argument(metavar="MAP…", help="Ids of maps, or `all`.")]
_ALL = "all"


class Master(StrEnum):
    """Who wins where both sides have a record and differ."""

    CRM = "crm"
    ERP = "erp"
    NONE = "none"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(maps, name="maps", help="Table maps: list, start, stop, check.")


@maps.command("list", epilog=EXIT_CODES)
def list_maps(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """How every map stands, in start order."""
    from sync.engine.overview import map_standings  # noqa: PLC0415

    async def action(state: State) -> Any:
        return await map_standings(state.store, state.kinds, state.clock)

    standings = with_state(settings, action)
    if as_json:
        print_json({"items": standings, "next": None})
        return
    print_table(
        ("map", "version", "state", "problem", "master", "since", "read"),
        [
            (
                *(m.id, m.version, m.state, m.problem.code if m.problem else ""),
                *(m.master, m.since, _ago(m.lag_seconds)),
            )
            for m in standings
        ],
    )
    for problem in {m.problem.code: m.problem for m in standings if m.problem}.values():
        say(f"{problem.code}: {problem.message} {problem.cure}")


@maps.command(epilog=EXIT_CODES)
def show(
    map_id: Annotated[str, typer.Argument(metavar="MAP")],
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """One map, field by field. Needs no database."""
    from sync.bootstrap import load_kinds  # noqa: PLC0415
    from sync.settings import load  # noqa: PLC0415

    by_id = {table_map.id: table_map for table_map in load_kinds(load(settings)).table_maps}
    if map_id not in by_id:
        raise ConfigurationWrong(
            f"There is no map {map_id!r}.", cure=f"Use one of {', '.join(by_id)}."
        )
    found = by_id[map_id]
    if as_json:
        print_json(found)
        return
    erp = ", ".join(dict.fromkeys(member.table for member in found.erp))
    say(f"{found.id} {found.version}: {found.crm.table} and {erp}; digest {found.digest}")
    print_table(
        ("field", "crm", "erp", "direction", "owner", ""),
        [
            (f.name, f.crm.column, f.erp.column, f.direction, f.owner, "key" if f.key else "")
            for f in found.fields
        ],
    )


@maps.command(epilog=EXIT_CODES)
def versions(
    map_id: Annotated[str, typer.Argument(metavar="MAP")],
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """The versions of a map that the service has run with; with --json word for word."""
    from sync.engine.versions import used_versions  # noqa: PLC0415

    async def action(state: State) -> list[MapVersion]:
        return await used_versions(state.store, state.kinds, map_id)

    found = with_state(settings, action)
    if as_json:
        print_json({"items": found, "next": None})
        return
    print_table(
        ("version", "digest", "since", "again"),
        [(one.version, one.digest, one.since, ", ".join(one.again)) for one in found],
        empty="The service has not run with it yet.",
    )


@maps.command(epilog=EXIT_CODES)
def start(
    map_ids: MapIds,
    master: Annotated[
        Master, typer.Option(help="Who wins on first contact; none: differences are conflicts.")
    ],
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Start maps and those they depend on; the running service reads both sides, then writes."""
    from sync.engine.maps import start_maps  # noqa: PLC0415

    async def action(state: State) -> list[MapRun]:
        wanted = _expand(state, map_ids)
        return await start_maps(state.store, state.kinds, wanted, master.value, state.clock)

    _told(with_state(settings, action), "start", as_json)


@maps.command(epilog=EXIT_CODES)
def stop(map_ids: MapIds, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Stop maps: their records are still captured, and nothing of them is written."""
    from sync.engine.maps import stop_maps  # noqa: PLC0415

    async def action(state: State) -> list[MapRun]:
        return await stop_maps(state.store, state.kinds, _expand(state, map_ids), state.clock)

    _told(with_state(settings, action), "stop", as_json)


@maps.command(epilog=EXIT_CODES)
def pause(map_ids: MapIds, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Pause running maps: changes wait, for as long as it takes."""
    from sync.engine.maps import pause_maps  # noqa: PLC0415

    async def action(state: State) -> list[MapRun]:
        return await pause_maps(state.store, state.kinds, _expand(state, map_ids), state.clock)

    _told(with_state(settings, action), "pause", as_json)


@maps.command(epilog=EXIT_CODES)
def resume(map_ids: MapIds, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Resume paused maps: everything that changed meanwhile is due at once."""
    from sync.engine.maps import resume_maps  # noqa: PLC0415

    async def action(state: State) -> list[MapRun]:
        return await resume_maps(state.store, state.kinds, _expand(state, map_ids), state.clock)

    _told(with_state(settings, action), "resume", as_json)


@maps.command(epilog=EXIT_CODES)
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of maps.")],
    gab: Annotated[
        bool, typer.Option(help="With party and global address book, or without.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Check a folder of maps laid over the shipped ones: file, line, field and cure if broken."""
    from sync.bootstrap import load_kinds  # noqa: PLC0415
    from sync.settings import Settings  # noqa: PLC0415

    kinds = load_kinds(Settings(maps_dir=folder, gab=gab))
    shipped = {m.id: m.digest for m in load_kinds(Settings(gab=gab)).table_maps}
    changed = [m.id for m in kinds.table_maps if shipped.get(m.id) != m.digest]
    if as_json:
        print_json({"maps": len(kinds.table_maps), "changed": changed})
    else:
        what = f"changed or new: {', '.join(changed)}" if changed else "none differs from ours"
        say(f"{len(kinds.table_maps)} maps are valid; {what}.")


def _expand(state: State, map_ids: Sequence[str]) -> list[str]:
    if _ALL in map_ids:
        return [table_map.id for table_map in state.kinds.table_maps]
    return list(map_ids)


def _told(runs: list[MapRun], what: str, as_json: bool) -> None:
    if as_json:
        print_json({"changed": runs})
        return
    print_table(
        ("map", "state", "master"),
        [(run.map_id, run.state, run.master) for run in runs],
        empty=f"There was nothing to {what}.",
    )


def _ago(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.0f} s ago"
