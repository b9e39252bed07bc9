"""A prospect's quotation becomes an order of a customer: one changeset, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.kernel.storage import Snapshot
from tests.sandbox.finops.selling import ORDER_LINES, ORDERS, QUOTATIONS, Desk, quoted
from tests.sandbox.finops.wire import Wire, changeset, request
from tests.sandbox.finops.worlds import SERVICE, World

_PROSPECT = "Prospects(dataAreaId='usmf',ProspectId='CRMP-001')?cross-company=true"
_CROSS = "?cross-company=true"


def _parts(world: World, quotation: str) -> list[str]:
    """What the integration writes when a CRM user creates the order of a quotation."""
    party = world.system.list("Prospects")[0]["ProspectPartyNumber"]
    known = Desk(world).see(QUOTATIONS, quotation)["@odata.etag"]
    key = f"dataAreaId='usmf',SalesQuotationNumber='{quotation}'"

    def post(set_name: str, **body: Any) -> str:
        return request(f"POST {set_name}{_CROSS}", json.dumps({"dataAreaId": "usmf", **body}))

    return [
        post("CustomersV3", CustomerAccount="CRMP-001", PartyNumber=party),
        request(f"PATCH {_PROSPECT}", '{"ProspectRelationTypeId":"Customer"}'),
        request(
            f"PATCH {QUOTATIONS}({key}){_CROSS}",
            '{"SalesQuotationStatus":"Confirmed"}',
            f"If-Match: {known}",
        ),
        post(
            ORDERS,
            SalesOrderNumber="ORD-000001",
            OrderingCustomerAccountNumber="CRMP-001",
            QuotationNumber=quotation,
        ),
        post(
            ORDER_LINES,
            SalesOrderNumber="ORD-000001",
            LineCreationSequenceNumber=1,
            ProductNumber="P0001",
            OrderedSalesQuantity=3,
        ),
    ]


def _quoted(world: World, status: str = "Sent") -> str:
    world.prospect("Beta Inc", ProspectId="CRMP-001")
    return quoted(world, "Dynamics365Sales", status, "CRMP-001")


async def test_the_whole_step_is_one_changeset(wire: Wire) -> None:
    world, quotation = wire.world, _quoted(wire.world)
    answer = await wire.batch(changeset(*_parts(world, quotation)))
    assert answer.status_code == 200, answer.text
    desk = Desk(world)
    order, after = desk.see(ORDERS, "ORD-000001"), desk.see(QUOTATIONS, quotation)
    assert order["OrderingCustomerAccountNumber"] == "CRMP-001"
    assert order["OrderTotalAmount"] == 3600
    assert after["SalesQuotationStatus"] == "Confirmed"
    assert after["RequestingCustomerAccountNumber"] == "CRMP-001"
    assert after["ProspectId"] == ""
    assert after["GeneratedSalesOrderNumber"] == "ORD-000001"
    (customer,) = world.system.list("CustomersV3")
    assert (customer["CustomerAccount"], customer["CustomerGroupId"]) == ("CRMP-001", "10")
    assert world.system.list("Prospects")[0]["ProspectRelationTypeId"] == "Customer"
    assert world.next_number("CustAccount") == world.next_number("SalesId") == 1


def _number_taken(world: World, _quotation: str) -> None:
    world.customer("Taken", CustomerAccount="CRMP-001")


def _no_group(world: World, _quotation: str) -> None:
    Desk(world).act("set-parameters", "", customer_group="")


def _taken_back(world: World, quotation: str) -> None:
    Desk(world, SERVICE).set(QUOTATIONS, quotation, SalesQuotationStatus="Lost")


def _order_taken(world: World, _quotation: str) -> None:
    other = world.customer("Other")["CustomerAccount"]
    Desk(world).order(other, SalesOrderNumber="ORD-000001")


def _product_gone(world: World, _quotation: str) -> None:
    row = world.system.db.get("product", "usmf", "P0001")
    assert row is not None
    with world.system.transaction():
        world.system.db.delete("product", row)


def _site_missing(world: World, _quotation: str) -> None:
    row = world.system.db.get("order_settings", "usmf", "P0001")
    assert row is not None
    with world.system.transaction():
        world.system.db.delete("order_settings", row)


_REASONS: dict[str, tuple[Callable[[World, str], None], str]] = {
    "number taken": (_number_taken, "Customer account: CRMP-001. The record already exists."),
    "no customer group": (_no_group, "Field 'Customer group' must be filled in."),
    "quotation not sent": (_taken_back, "has the status Lost, which cannot become Confirmed."),
    "order number taken": (_order_taken, "Sales order: ORD-000001. The record already exists."),
    "unknown product": (_product_gone, "'P0001' in field 'Product number' is not found"),
    "no site": (_site_missing, "Inventory dimension Site is mandatory"),
}


@pytest.mark.parametrize("reason", _REASONS)
async def test_a_part_that_is_refused_undoes_the_others(wire: Wire, reason: str) -> None:
    world, quotation = wire.world, _quoted(wire.world)
    spoil, text = _REASONS[reason]
    spoil(world, quotation)
    parts = _parts(world, quotation)
    told: list[object] = []
    world.system.subscribe(told.append)
    before = _everything(world)
    answer = await wire.batch(changeset(*parts))
    assert answer.status_code == 400
    assert text in answer.text
    assert _everything(world) == before
    assert not told


async def test_somebody_elses_change_is_still_noticed(wire: Wire) -> None:
    world, quotation = wire.world, _quoted(wire.world)
    parts = _parts(world, quotation)
    Desk(world, SERVICE).set(QUOTATIONS, quotation, CustomersReference="meanwhile")
    before = _everything(world)
    answer = await wire.batch(changeset(*parts))
    assert answer.status_code == 412
    assert _everything(world) == before


def _everything(world: World) -> dict[str, list[dict[str, Any]]]:
    return {
        name: world.system.list(name) for name in ENTITIES if not name.startswith("NumberSequences")
    }


def test_a_snapshot_holds_documents_too(world: World) -> None:
    snapshot: Snapshot = world.system.snapshot()
    quoted(world)
    world.system.restore(snapshot)
    assert world.system.list(QUOTATIONS) == []
    assert quoted(world) == "SQ-000001"
