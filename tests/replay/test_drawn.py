"""A recording holds the numbers that rows drew: a replay knows neither settings nor other draws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sync.bootstrap.recordings import replay_file
from sync.core.leases import SharedSequence
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.engine.drawing import Asked
from sync.engine.draws import Draws
from sync.engine.options import ServiceOptions
from tests.replay.world import PERSON, World

PERSONS = SharedSequence.of(
    "persons-usmf", NumberSpace("USMF", ("account", "person")), "person", "PP-####"
)


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
async def test_a_replay_gives_every_row_the_number_that_it_drew(gab: bool, tmp_path: Path) -> None:
    options = ServiceOptions(person_prospect_id="sequence", shared_sequences=(PERSONS,))
    world = World(gab=gab, options=options)
    await world.start()
    draws = Draws([PERSONS], world.clock)
    await draws.draw(world.store, PERSONS, Asked(side=Side.CRM, request="a form", count=3))
    (company,) = (r for r in world.crm.list("cdm_companies") if r["cdm_companycode"] == "USMF")
    for first in ("Hal", "Ida"):
        body = {
            "firstname": first,
            "lastname": "Iver",
            "msdyn_isprospect": True,
            "msdyn_company@odata.bind": f"/cdm_companies({company['cdm_companyid']})",
        }
        world.crm.create("contacts", body, PERSON)
    await world.rest()
    found = {row["ProspectId"] for row in world.erp.list("Prospects")}
    assert found == {"PP-0004", "PP-0005"}
    file = tmp_path / "drawn.jsonl"
    file.write_bytes(await world.recording())
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert [line["drawn"]["numbers"] for line in lines if "drawn" in line] == [
        ["PP-0004"],
        ["PP-0005"],
    ]
    transcript = (await replay_file(file, None)).decode()
    assert "PP-0004" in transcript
    assert "PP-0005" in transcript
    assert "left over" not in transcript
