"""Every step of a quotation's life, by its owner and by everybody else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connectors.sandbox.finops.enums import ENUMS
from tests.sandbox.finops.selling import (
    CALLERS,
    ORDER_LINES,
    ORDERS,
    QUOTATION_LINES,
    QUOTATIONS,
    Desk,
    quoted,
)
from tests.sandbox.finops.worlds import SERVICE, World, refused

STATUSES = ("Created", "Sent", "Confirmed", "Lost", "Cancelled", "Revised")
OWNERS = ("SCM", "Dynamics365Sales")
MOVES = {
    ("Created", "Sent"),
    ("Created", "Lost"),
    ("Created", "Cancelled"),
    ("Sent", "Confirmed"),
    ("Sent", "Lost"),
    ("Sent", "Cancelled"),
    ("Sent", "Revised"),
}
ACTIONS = {
    "Sent": "send-quotation",
    "Confirmed": "confirm-quotation",
    "Lost": "lose-quotation",
    "Cancelled": "cancel-quotation",
}
EDITABLE = {
    ("Created", "SCM"),
    ("Created", "Dynamics365Sales"),
    ("Sent", "SCM"),
    ("Lost", "SCM"),
    ("Lost", "Dynamics365Sales"),
    ("Cancelled", "SCM"),
    ("Cancelled", "Dynamics365Sales"),
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("target", ENUMS["SalesQuotationStatus"])
def test_every_step_by_owner_and_caller(
    world: World, status: str, target: str, owner: str, caller: str
) -> None:
    number = quoted(world, owner, status)
    desk = Desk(world, CALLERS[caller])
    before = desk.see(QUOTATIONS, number)
    if target == status:
        desk.set(QUOTATIONS, number, SalesQuotationStatus=target)
        assert desk.see(QUOTATIONS, number) == before
        return
    owned = caller == "person" and owner == "Dynamics365Sales"
    own = target in ("Sent", "Confirmed", "Lost", "Cancelled", "Revised")
    if owned and own:
        with refused("owner", f"Sales quotation {number} is owned by Dynamics 365 Sales."):
            desk.set(QUOTATIONS, number, SalesQuotationStatus=target)
    elif (status, target) not in MOVES:
        with refused("status", f"has the status {status}, which cannot become {target}."):
            desk.set(QUOTATIONS, number, SalesQuotationStatus=target)
    else:
        desk.set(QUOTATIONS, number, SalesQuotationStatus=target)
        assert desk.see(QUOTATIONS, number)["SalesQuotationStatus"] == target
        assert desk.see(QUOTATION_LINES, number, 1)["SalesQuotationStatus"] == target
        return
    assert desk.see(QUOTATIONS, number) == before


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("target", "action"), ACTIONS.items())
def test_every_action_of_the_back_office(
    world: World, status: str, target: str, action: str, owner: str
) -> None:
    number = quoted(world, owner, status)
    desk = Desk(world)
    if owner == "Dynamics365Sales":
        with refused("owner", "is not allowed in Supply Chain Management."):
            desk.act(action, number)
    elif status == target:
        assert desk.act(action, number)["status"] == status
    elif (status, target) in MOVES:
        assert desk.act(action, number)["status"] == target
    else:
        with refused("status", "cannot become"):
            desk.act(action, number)


def _edits(desk: Desk, number: str) -> dict[str, Any]:
    return {
        "header": lambda: desk.set(QUOTATIONS, number, CustomersReference="ours"),
        "line": lambda: desk.set(QUOTATION_LINES, number, 1, RequestedSalesQuantity=5),
        "new line": lambda: desk.quote_line(number),
        "removed line": lambda: desk.remove(QUOTATION_LINES, number, 1),
    }


@pytest.mark.parametrize("edit", ["header", "line", "new line", "removed line"])
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("status", STATUSES)
def test_who_may_edit_what_when(
    world: World, status: str, owner: str, caller: str, edit: str
) -> None:
    number = quoted(world, owner, status)
    desk = Desk(world, CALLERS[caller])
    change = _edits(desk, number)[edit]
    if caller == "integration" or (status, owner) in EDITABLE:
        before = world.system.db.get("quotation", "usmf", number)
        change()
        assert world.system.db.get("quotation", "usmf", number) != before
    else:
        with refused("frozen", f"Sales quotation {number} is read-only: its status is {status}"):
            change()


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("status", STATUSES)
def test_who_may_delete_when(world: World, status: str, owner: str, caller: str) -> None:
    number = quoted(world, owner, status)
    desk = Desk(world, CALLERS[caller])
    if caller == "person" and owner == "Dynamics365Sales":
        with refused("owner", "Delete is not allowed in Supply Chain Management."):
            desk.remove(QUOTATIONS, number)
    elif status == "Confirmed" or (caller == "person" and status != "Created"):
        with refused("in-use", f"has the status {status} and cannot be deleted."):
            desk.remove(QUOTATIONS, number)
    else:
        desk.remove(QUOTATIONS, number)
        assert not world.system.list(QUOTATIONS)
        assert not world.system.list("SalesQuotationJournalHeaders")


def test_sending_writes_the_journal(world: World) -> None:
    number = quoted(world)
    assert not world.system.list("SalesQuotationJournalHeaders")
    Desk(world).act("send-quotation", number, date="2026-10-05")
    (journal,) = world.system.list("SalesQuotationJournalHeaders")
    assert journal["JournalNumber"] == f"{number}-1"
    assert journal["SalesQuotationNumber"] == number
    assert journal["DocumentDate"] == "2026-10-05T12:00:00Z"
    assert journal["TotalAmount"] == Decimal("3600.00")


def test_a_prospects_quotation_cannot_be_confirmed_before_its_conversion(world: World) -> None:
    world.prospect()
    number = quoted(world, status="Sent", account="PR-000001")
    desk = Desk(world)
    with refused("rule", "its account type is Prospect. Convert prospect PR-000001"):
        desk.act("confirm-quotation", number)
    assert not world.system.list("SalesQuotationConfirmationHeaders")
    desk.act("convert-prospect", number)
    assert desk.act("confirm-quotation", number)["order"] == "SO-000001"


def test_confirming_makes_the_order_of_an_erp_quotation(world: World) -> None:
    customer = world.customer(DeliveryAddressStreet="1 Dock Rd")["CustomerAccount"]
    desk = Desk(world)
    number = desk.quotation(
        customer, CustomersReference="PO 7", TotalDiscountPercentage=Decimal(10)
    )
    desk.quote_line(number, 3, TotalDiscountAmount=Decimal("10.00"))
    desk.quote_line(number, 2, SalesPrice=Decimal("9.99"), LineCreationSequenceNumber=5)
    desk.act("charge-quotation", number, amount=25)
    desk.act("send-quotation", number)
    answer = desk.act("confirm-quotation", number, date="2026-12-01")
    assert answer["order"] == "SO-000001"
    quotation, order = desk.see(QUOTATIONS, number), desk.see(ORDERS, "SO-000001")
    assert quotation["GeneratedSalesOrderNumber"] == "SO-000001"
    assert quotation["SalesQuotationConfirmationDate"] == "2026-12-01T12:00:00Z"
    assert order["QuotationNumber"] == number
    assert order["OrderingCustomerAccountNumber"] == customer
    assert order["SalesOrderProcessingStatus"] == "Active"
    assert order["CustomersOrderReference"] == "PO 7"
    assert order["DeliveryAddressStreet"] == "1 Dock Rd"
    assert order["OrderTotalAmount"] == quotation["QuotationTotalAmount"]
    for line in (1, 5):
        offered, sold = (
            desk.see(QUOTATION_LINES, number, line),
            desk.see(ORDER_LINES, "SO-000001", line),
        )
        assert sold["OrderedSalesQuantity"] == offered["RequestedSalesQuantity"]
        for name in ("SalesPrice", "LineAmount", "TotalDiscountAmount", "FixedPriceCharges"):
            assert sold[name] == offered[name], name
        assert sold["SalesOrderLineStatus"] == "Backorder"
    (journal,) = world.system.list("SalesQuotationConfirmationHeaders")
    assert (journal["SalesQuotationNumber"], journal["CustomerAccountNumber"]) == (number, customer)


def test_confirming_a_crm_quotation_leaves_the_order_to_whoever_posts_it(world: World) -> None:
    number = quoted(world, "Dynamics365Sales", "Sent")
    desk = Desk(world, SERVICE)
    desk.set(QUOTATIONS, number, SalesQuotationStatus="Confirmed")
    assert desk.see(QUOTATIONS, number)["GeneratedSalesOrderNumber"] == ""
    assert not world.system.list(ORDERS)
    assert len(world.system.list("SalesQuotationConfirmationHeaders")) == 1
    customer = desk.see(QUOTATIONS, number)["RequestingCustomerAccountNumber"]
    order = desk.order(customer, SalesOrderNumber="ORD-7", QuotationNumber=number)
    assert order == "ORD-7"
    assert desk.see(QUOTATIONS, number)["GeneratedSalesOrderNumber"] == "ORD-7"
    with refused("rule", "sales order ORD-7 was made of it already"):
        desk.order(customer, QuotationNumber=number)


@pytest.mark.parametrize("status", ["Created", "Sent", "Lost", "Cancelled", "Revised"])
def test_an_order_is_made_only_of_a_confirmed_quotation(world: World, status: str) -> None:
    number = quoted(world, "Dynamics365Sales", status)
    with refused("rule", f"its status is {status}"):
        Desk(world, SERVICE).order("CU-000001", QuotationNumber=number)


def test_an_order_is_for_the_customer_of_its_quotation(world: World) -> None:
    number = quoted(world, "Dynamics365Sales", "Confirmed")
    other = world.customer("Other")["CustomerAccount"]
    with refused("rule", f"it is for customer account CU-000001, not for {other}"):
        Desk(world, SERVICE).order(other, QuotationNumber=number)
    with refused("reference", "'Q-9' in field 'Sales quotation'"):
        Desk(world, SERVICE).order(other, QuotationNumber="Q-9")


@pytest.mark.parametrize("caller", CALLERS)
def test_a_quotation_that_arrives_late_catches_up(world: World, caller: str) -> None:
    customer = world.customer()["CustomerAccount"]
    desk = Desk(world, CALLERS[caller])
    if caller == "person":
        number = desk.quotation(customer, SalesQuotationStatus="Revised")
    else:
        number = desk.quotation(customer, SalesQuotationStatus="Confirmed")
        assert len(world.system.list("SalesQuotationConfirmationHeaders")) == 1
    assert len(world.system.list("SalesQuotationJournalHeaders")) == 1
    assert desk.see(QUOTATIONS, number)["SalesQuotationStatus"] in ("Revised", "Confirmed")


@pytest.mark.parametrize("status", STATUSES)
def test_ownership_changes_hands_only_while_the_quotation_is_open(
    world: World, status: str
) -> None:
    number = quoted(world, "SCM", status)
    desk = Desk(world)
    if status not in ("Created", "Sent"):
        with refused("frozen", "only created and sent quotations change hands"):
            desk.act("change-quotation-ownership", number, ownership="Dynamics 365 Sales")
        assert not world.system.list("SalesQuotationOwnershipChangeLogs")
        return
    answer = desk.act("change-quotation-ownership", number, ownership="Dynamics 365 Sales")
    assert (answer["ownership"], answer["owner"]) == ("Dynamics365Sales", "Dynamics365Sales")
    assert desk.see(QUOTATIONS, number)["SalesQuotationHeaderCreationMethod"] == "SCM"
    with refused("owner", "is owned by Dynamics 365 Sales"):
        desk.act("cancel-quotation", number)
    desk.act("change-quotation-ownership", number, ownership="BasedOnOrigin")
    desk.act("change-quotation-ownership", number, ownership="BasedOnOrigin")
    log = world.system.list("SalesQuotationOwnershipChangeLogs")
    assert [(row["OwnershipBefore"], row["OwnershipAfter"]) for row in log] == [
        ("BasedOnOrigin", "Dynamics365Sales"),
        ("Dynamics365Sales", "BasedOnOrigin"),
    ]
    assert desk.act("cancel-quotation", number)["status"] == "Cancelled"


def test_actions_say_what_they_need(world: World) -> None:
    number, desk = quoted(world), Desk(world)
    with refused("missing", "No resources were found"):
        desk.act("send-quotation", "Q-9")
    with refused("request", "'ownership' is one of BasedOnOrigin, Dynamics365Sales, SCM"):
        desk.act("change-quotation-ownership", number, ownership="mine")
    with refused("request", "'date' is an ISO day"):
        desk.act("send-quotation", number, date="tomorrow")
    desk.act("set-parameters", "", integrate_quotation_lifecycles="No")
    with refused("rule", "quotation lifecycles are not integrated"):
        desk.act("change-quotation-ownership", number, ownership="SCM")
