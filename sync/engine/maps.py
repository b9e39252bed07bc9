"""Maps: starting, stopping, pausing and resuming them.

Nothing is written until a map is started with a named master. Starting reads both sides whole first
(the daemon does it), so that records which exist on both are matched and not made twice.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sync.core.kinds import Kinds
from sync.engine.held_maps import problems
from sync.engine.times import text
from sync.errors import ConfigurationWrong
from sync.ports import Clock, MapRun, Store

MASTERS = ("crm", "erp", "none")


async def start_maps(
    store: Store, kinds: Kinds, map_ids: Iterable[str], master: str, clock: Clock
) -> list[MapRun]:
    """Ask for maps to be started, with the maps they depend on; running ones are left alone.

    Args:
        store: The state.
        kinds: All kinds.
        map_ids: Which maps.
        master: Who wins where both sides have a record and differ: `crm`, `erp`, or `none`.
        clock: Time.

    Raises:
        ConfigurationWrong: A map or the master is unknown.
    """
    if master not in MASTERS:
        raise ConfigurationWrong(
            f"{master!r} is no master.", cure=f"Use one of {', '.join(MASTERS)}."
        )
    wanted = with_prerequisites(kinds, checked_maps(kinds, map_ids))
    return await _set(
        store, kinds, wanted, "starting", master, clock, unless=("running", "starting")
    )


async def stop_maps(
    store: Store, kinds: Kinds, map_ids: Iterable[str], clock: Clock
) -> list[MapRun]:
    """Stop maps: their records are still captured, and nothing of them is written."""
    return await _set(store, kinds, checked_maps(kinds, map_ids), "stopped", None, clock)


async def pause_maps(
    store: Store, kinds: Kinds, map_ids: Iterable[str], clock: Clock
) -> list[MapRun]:
    """Pause maps: changes wait, for as long as it takes."""
    return await _set(
        store,
        kinds,
        checked_maps(kinds, map_ids),
        "paused",
        None,
        clock,
        unless=("stopped", "starting"),
    )


async def resume_maps(
    store: Store, kinds: Kinds, map_ids: Iterable[str], clock: Clock
) -> list[MapRun]:
    """Resume paused maps: everything that changed meanwhile is due at once."""
    ids = checked_maps(kinds, map_ids)
    async with store.transaction() as tx:
        runs = await tx.map_runs()
        paused = [i for i in ids if i in runs and runs[i].state == "paused"]
        since = text(clock.now())
        resumed = [msgspec.structs.replace(runs[i], state="running", since=since) for i in paused]
        for run in resumed:
            await tx.put_map_run(run)
        touched = {m.kind for m in kinds.table_maps if m.id in paused}
        if touched:
            # A quote that is won waits for its order, not the order for the quote.
            await tx.wake_kinds(sorted(kinds.with_leaders(touched)), clock.now(), None)
    return resumed


async def require_known(store: Store, kinds: Kinds) -> None:
    """See that the state is one that these maps have made.

    Raises:
        ConfigurationWrong: A map is in operation that the settings do not have: the other flavour,
            or another folder of maps.
    """
    known = {table_map.id for table_map in kinds.table_maps}
    async with store.transaction() as tx:
        runs = await tx.map_runs()
    foreign = sorted(i for i, run in runs.items() if i not in known and run.state != "stopped")
    if foreign:
        raise ConfigurationWrong(
            f"The state has maps in operation that these settings do not have: "
            f"{', '.join(foreign)}.",
            cure="Set gab and maps_dir as they were; to leave a map out, stop it first. A CRM that "
            "gets or loses party and global address book needs a new state: docs/gab.md says how.",
        )


def with_prerequisites(kinds: Kinds, map_ids: Iterable[str]) -> list[str]:
    """The maps and all that their lookups need, in start order."""
    by_kind: dict[str, set[str]] = {}
    needs: dict[str, set[str]] = {}
    for table_map in kinds.table_maps:
        by_kind.setdefault(table_map.kind, set()).add(table_map.id)
        lookups = {kind for field in table_map.fields for kind in field.lookup}
        life = table_map.lifecycle
        lookups |= {life.led_by} if life and life.led_by else set()
        needs[table_map.id] = lookups | ({"company"} if table_map.company else set())
    wanted, open_ids = set[str](), list(map_ids)
    while open_ids:
        map_id = open_ids.pop()
        if map_id not in wanted:
            wanted.add(map_id)
            for kind in needs[map_id]:
                open_ids += by_kind.get(kind, ())
    return [m.id for m in kinds.table_maps if m.id in wanted]


def checked_maps(kinds: Kinds, map_ids: Iterable[str]) -> list[str]:
    """The maps that are named.

    Raises:
        ConfigurationWrong: There is no such map.
    """
    known = [m.id for m in kinds.table_maps]
    wanted = list(map_ids)
    for map_id in wanted:
        if map_id not in known:
            raise ConfigurationWrong(
                f"There is no map {map_id!r}.", cure=f"Use one of {', '.join(known)}."
            )
    return wanted


async def _set(
    store: Store,
    kinds: Kinds,
    map_ids: list[str],
    state: str,
    master: str | None,
    clock: Clock,
    *,
    unless: tuple[str, ...] = (),
) -> list[MapRun]:
    changed = []
    async with store.transaction() as tx:
        runs = await tx.map_runs()
        found = await problems(kinds, tx)
        for map_id in map_ids:
            before = runs.get(map_id, MapRun(map_id, "stopped"))
            if before.state in unless:
                continue
            run = msgspec.structs.replace(
                before,
                state=state,
                master=master or before.master,
                since=text(clock.now()),
                problem=found.get(map_id),
            )
            await tx.put_map_run(run)
            changed.append(run)
    return changed
