"""A prospect becomes a customer on each of the four paths, with its open quotations.

Source: dual-write, prospect conversion: all paths. P1 the ERP's prospect page, P2 the CRM's
relation type, P3 the ERP's quotation, P4 the CRM's order.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.ordering import activated, is_ordered
from tests.engine.standing import at_rest, born_in_crm, quote_stands
from tests.simulation.systems import CRM_PERSON

PATHS = ["P1", "P2", "P3", "P4"]


@pytest.fixture(params=[False, True], ids=["nogab", "gab"])
async def whose(request: pytest.FixtureRequest) -> Desk:
    """Everything is running, in each variant, and nobody is there yet."""
    bench = Bench(gab=request.param)
    await bench.start()
    return Desk(bench)


async def organisation(desk: Desk) -> tuple[str, str]:
    """An organisation that the CRM made a prospect; returns its number and its row's id."""
    row_id = desk.bench.new_account("CRMP-001", "Beta Inc")
    await desk.bench.run()
    return "CRMP-001", row_id


async def person(desk: Desk) -> tuple[str, str]:
    """A person whom the CRM made a prospect; returns the number and the row's id."""
    body = {
        "firstname": "Hal",
        "lastname": "Iver",
        "msdyn_isprospect": True,
        "msdyn_company@odata.bind": f"/cdm_companies({desk.bench.companies()['USMF']})",
    }
    row_id: str = desk.crm.create("contacts", body, CRM_PERSON)["contactid"]
    await desk.bench.run()
    number: str = desk.row("contacts", row_id)["msdyn_contactpersonid"]
    born_in_crm(desk, number)  # it has no number before the service gives it one
    return number, row_id


def convert(desk: Desk, path: str, number: str, row_id: str, quotation: str) -> None:
    """Somebody makes the prospect a customer."""
    if path == "P1":
        desk.act("convert-prospect", number)
    elif path == "P3":
        desk.act("convert-prospect", quotation)
    elif path == "P4":
        desk.create_order(desk.quote_of(quotation))
    elif path == "P2":
        group = {"msdyn_customergroupid@odata.bind": desk.bench.group("20")}
        if desk.find("accounts", accountnumber=number):
            desk.edit("accounts", row_id, customertypecode=3, **group)
        else:
            desk.edit("contacts", row_id, msdyn_sellable=True, **group)


def is_customer(desk: Desk, number: str, row_id: str, group: str) -> None:
    """Both sides have one customer, of the prospect's number and party, and no prospect."""
    customer, prospect = desk.bench.customer(number), desk.bench.prospect(number)
    assert customer is not None
    assert prospect is not None
    assert customer["CustomerGroupId"] == group
    assert customer["PartyNumber"] == prospect["ProspectPartyNumber"]
    assert prospect["ProspectRelationTypeId"] == "Customer"
    assert len(desk.erp.list("CustomersV3")) == 1
    found = desk.find("accounts", accountnumber=number)
    if found:
        assert [(r["accountid"], r["customertypecode"]) for r in found] == [(row_id, 3)]
    else:
        (row,) = desk.find("contacts", msdyn_contactpersonid=number)
        assert (row["contactid"], row["msdyn_isprospect"], row["msdyn_sellable"]) == (
            row_id,
            False,
            True,
        )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("kind", [organisation, person], ids=["organisation", "person"])
async def test_open_quotations_go_with_the_customer(whose: Desk, path: str, kind: Any) -> None:
    desk = whose
    number, row_id = await kind(desk)
    open_in_erp = desk.quotation("Q-0001", 3, ProspectId=number)
    await desk.bench.run()
    party = "accounts" if kind is organisation else "contacts"
    quote = desk.quote(row_id, 5, party=party)
    draft = desk.number(desk.quote(row_id, 7, party=party))
    desk.activate(quote)
    if path == "P3":
        desk.act("send-quotation", open_in_erp)
    await desk.bench.run()
    quotation = open_in_erp if path == "P3" else desk.number(quote)
    convert(desk, path, number, row_id, quotation)
    await desk.bench.run()
    is_customer(desk, number, row_id, "20" if path == "P2" else "10")
    states = {
        open_in_erp: "sent" if path == "P3" else "draft",
        draft: "draft",
        desk.number(quote): "confirmed" if path == "P4" else "sent",
    }
    for name, state in states.items():
        row = quote_stands(desk, name, state)
        there = desk.erp_quotation(name)
        assert there is not None
        assert (there["RequestingCustomerAccountNumber"], there["ProspectId"]) == (number, "")
        assert row["_customerid_value"] == row_id
    if path == "P4":
        (order,) = desk.find("salesorders")
        assert order["_customerid_value"] == row_id
    await at_rest(desk)


@pytest.mark.parametrize("path", ["P1", "P3"])
async def test_ordered_after_the_erp_converted(both: Desk, path: str) -> None:
    quote = await activated(both)
    sent = both.quotation("Q-0001", 3, ProspectId="CRMP-001")
    both.act("send-quotation", sent)
    await both.bench.run()
    convert(both, path, "CRMP-001", both.account_id(), sent)
    order = both.create_order(quote)
    await both.bench.run()
    is_ordered(both, quote, order)
    await at_rest(both)


@pytest.mark.parametrize("path", ["P1", "P2"])
async def test_a_quote_is_made_while_it_is_converted(both: Desk, path: str) -> None:
    """Both sides make a quotation in the moment of the conversion."""
    both.quotation("Q-0001", 3, ProspectId="CRMP-001")
    quote = both.quote(both.account_id(), 5)
    convert(both, path, "CRMP-001", both.account_id(), "")
    await both.bench.run()
    for number in ("Q-0001", both.number(quote)):
        quote_stands(both, number, "draft")
        there = both.erp_quotation(number)
        assert there is not None
        assert there["RequestingCustomerAccountNumber"] == "CRMP-001"
    await at_rest(both)
