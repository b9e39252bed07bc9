"""Acting: what persons decided, done again as it was recorded."""

from __future__ import annotations

from sync.core.conflict import UNDO, Take
from sync.core.kinds import Kinds
from sync.core.mapping import Owner
from sync.engine.held_orders import ask
from sync.engine.reopening import reopen, retry
from sync.engine.resolving import Resolution, resolve
from sync.engine.rules import put_rule
from sync.errors import InputUnusable
from sync.ports import Act, Clock, Store


async def act_again(store: Store, kinds: Kinds, act: Act, clock: Clock) -> str | None:
    """Do what a person did; returns why it cannot be done, where the state is another one now."""
    try:
        return await _act(store, kinds, act, clock)
    except InputUnusable as error:
        return error.message


async def _act(store: Store, kinds: Kinds, act: Act, clock: Clock) -> str | None:
    conflict_id, said = act.conflict_id or "", act.said
    match act.what:
        case "rule" | "remove_rule":
            owner = Owner(said["owner"]) if said["owner"] else None
            async with store.transaction() as tx:
                field = str(said["field"])
                await put_rule(tx, kinds, said["map"], field, owner, by=act.by, clock=clock)
        case "reopen":
            await reopen(store, kinds, conflict_id, act.by, said.get("why"), clock)
        case "retry":
            await retry(store, conflict_id, act.by, clock)
        case "undo":
            if await ask(store, conflict_id, UNDO, act.by, clock) is None:
                return f"There is no conflict {conflict_id}."
        case _:
            taken = Resolution(Take(said["take"]), act.by, said.get("value"), said.get("why"))
            resolved = await resolve(store, kinds, [conflict_id], taken, clock)
            return next((refused.message for refused in resolved.refused), None)
    return None
