"""What persons decided is part of a recording: a replay decides the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sync.bootstrap.recordings import replay_file
from sync.core.conflict import ConflictState, Take
from sync.core.mapping import Owner
from sync.engine.reopening import reopen
from sync.engine.resolving import Resolution, resolve
from sync.engine.rules import set_rule
from tests.replay.world import PERSON, World

MAP, NUMBER = "prospects-accounts", "P-1"


def names(world: World) -> tuple[Any, Any]:
    key = {"dataAreaId": "usmf", "ProspectId": NUMBER}
    return world.account(NUMBER)["name"], world.erp.get("Prospects", key)["ProspectName"]


async def both_edit(world: World, text: str) -> None:
    world.crm.update("accounts", world.account(NUMBER)["accountid"], {"name": f"C{text}"}, PERSON)
    key = {"dataAreaId": "usmf", "ProspectId": NUMBER}
    world.erp.update("Prospects", key, {"ProspectName": f"E{text}"}, PERSON)
    await world.rest()


async def told() -> World:
    """A rule leaves names to persons; they decide one, open it again, and decide it otherwise."""
    world = World(gab=False)
    store, kinds, clock = world.store, world.kinds, world.clock
    await set_rule(store, kinds, MAP, "name", Owner.MANUAL, by="Ann", clock=clock)
    world.clock.advance(1)
    await world.start()
    body = {"ProspectId": NUMBER, "ProspectName": "First", "ProspectPartyType": "Organization"}
    world.erp.create("Prospects", {**body, "ProspectRelationTypeId": "Prospect"}, PERSON)
    await world.rest()
    await both_edit(world, "1")
    async with store.transaction() as tx:
        (clash,) = await tx.conflicts(state=ConflictState.OPEN)
    assert clash.policy == "it is left to a person, by rule 1 of Ann"
    for take, name in ((Take.CRM, "C1"), (Take.ERP, "E1"), (Take.VALUE, "Both")):
        value = name if take is Take.VALUE else None
        resolved = await resolve(store, kinds, [clash.id], Resolution(take, "Bob", value), clock)
        assert not resolved.refused
        await world.rest()
        assert names(world) == (name, name)
        world.clock.advance(1)
        if take is not Take.VALUE:
            await reopen(store, kinds, clash.id, "Cid", "it was wrong", clock)
            await world.rest()
            assert names(world) == (name, name)
            world.clock.advance(1)
    await set_rule(store, kinds, MAP, "name", Owner.ERP, by="Ann", clock=clock)
    world.clock.advance(1)
    await both_edit(world, "2")
    assert names(world) == ("E2", "E2")
    return world


async def test_a_replay_decides_as_persons_did(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_bytes(await (await told()).recording())
    transcript = await replay_file(file, None)
    lines = [json.loads(line) for line in transcript.splitlines()]
    acts = [line for line in lines if "act" in line]
    assert [act["act"] for act in acts] == [
        "rule",
        "resolve",
        "reopen",
        "resolve",
        "reopen",
        "resolve",
        "rule",
    ]
    assert [act["refused"] for act in acts] == [None] * len(acts)
    written = [
        row[2]["ProspectName"]
        for line in lines
        for write in line.get("writes", ())
        for row in write["rows"]
        if "ProspectName" in row[2] and write["answer"] == "written"
    ]
    assert written == ["C1", "E1", "Both"]
    assert not [line for line in lines if "left over" in line]
    assert await replay_file(file, None) == transcript
