"""The CRM's own numbers: documents get them where dual-write's column has no autonumber format."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.dataverse.sales import Sales

COLUMN = "EntityDefinitions(LogicalName='quote')/Attributes(LogicalName='msdyn_quotenumber')"


async def format_to(desk: Sales, text: str) -> None:
    answer = await desk.person.send("PUT", COLUMN, {"AutoNumberFormat": text})
    assert answer.status_code == 204, answer.text


async def test_a_document_takes_the_number_that_the_organisation_is_set_to_give(
    desk: Sales,
) -> None:
    await format_to(desk, "")
    assert (await desk.person.read(COLUMN))["AutoNumberFormat"] == ""
    quote = await desk.quote()
    assert re.fullmatch("QUO-01000-[A-Z0-9]{6}", quote["quotenumber"])
    assert quote["msdyn_quotenumber"] == quote["quotenumber"]
    (organisation,) = await desk.person.rows("organizations")
    assert organisation["currentquotenumber"] == 1001
    path = f"organizations({organisation['organizationid']})"
    await desk.person.edit(path, {"quoteprefix": "Q", "uniquespecifierlength": 4})
    assert re.fullmatch("Q-01001-[A-Z0-9]{4}", (await desk.quote())["quotenumber"])
    typed = await desk.quote(quotenumber="MINE")
    assert (typed["quotenumber"], typed["msdyn_quotenumber"]) == ("MINE", "MINE")

    await format_to(desk, "QUO-{SEQNUM:6}")
    assert (await desk.quote())["msdyn_quotenumber"] == "QUO-000001"


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (COLUMN, "Q-{SEQNUM:4}"),
        (COLUMN.replace("msdyn_quotenumber", "name"), ""),
        ("EntityDefinitions(LogicalName='quote')", ""),
    ],
)
async def test_no_other_change_of_the_table_model_is_known(
    desk: Sales, column: str, text: str
) -> None:
    answer = await desk.person.send("PUT", column, {"AutoNumberFormat": text})
    assert answer.status_code >= 400
    assert (await desk.person.send("DELETE", COLUMN)).status_code >= 400
    unknown = COLUMN.replace("msdyn_quotenumber", "nothing")
    assert (await desk.person.send("PUT", unknown, {"AutoNumberFormat": ""})).status_code == 404
