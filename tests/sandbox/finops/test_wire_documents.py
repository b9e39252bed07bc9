"""Documents over HTTP: keys with numbers, pages in their order, data events, metadata."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.sandbox.finops.events import DataEvent
from tests.sandbox.finops.selling import (
    INVOICE_LINES,
    INVOICES,
    ORDER_LINES,
    ORDERS,
    QUOTATION_LINES,
    QUOTATIONS,
    Desk,
    ordered,
    quoted,
)
from tests.sandbox.finops.wire import Wire
from tests.sandbox.finops.worlds import World


async def test_a_line_is_addressed_by_its_number(wire: Wire) -> None:
    number = ordered(wire.world, 3)
    key = f"LineCreationSequenceNumber=1,SalesOrderNumber='{number}',dataAreaId='USMF'"
    answer = await wire.get(f"/data/{ORDER_LINES}({key})?cross-company=true")
    assert answer.status_code == 200
    assert answer.json()["LineAmount"] == 30.0
    body = {"dataAreaId": "usmf", "SalesOrderNumber": number, "ProductNumber": "P0001"}
    made = await wire.client.post(f"/data/{ORDER_LINES}?cross-company=true", json=body)
    assert made.status_code == 201, made.text
    assert f"SalesOrderNumber='{number}',LineCreationSequenceNumber=2" in made.headers["Location"]
    assert made.json()["OrderedSalesQuantity"] == 1


async def test_lines_are_paged_in_the_order_of_their_numbers(wire: Wire) -> None:
    number = ordered(wire.world, *([1] * 11))
    path, seen = f"/data/{ORDER_LINES}?cross-company=true", []
    while path:
        page = (await wire.get(path)).json()
        seen += [row["LineCreationSequenceNumber"] for row in page["value"]]
        path = page.get("@odata.nextLink", "")
    assert seen == list(range(1, 12))
    rest = await wire.rows(
        f"/data/{ORDER_LINES}?cross-company=true&$filter=SalesOrderNumber eq '{number}' and "
        "LineCreationSequenceNumber gt 9&$orderby=LineCreationSequenceNumber"
    )
    assert [row["LineCreationSequenceNumber"] for row in rest] == [10, 11]


async def test_an_action_answers_in_the_erps_own_words(wire: Wire) -> None:
    number = quoted(wire.world, "Dynamics365Sales")
    url = "/_sandbox/actions/send-quotation"
    answer = await wire.client.post(url, json={"company": "USMF", "number": number})
    assert answer.status_code == 400
    assert answer.json()["error"]["innererror"]["message"] == (
        "Write failed for table row of type 'SalesQuotationHeaderCDSEntity'. Infolog: Error: Sales "
        f"quotation {number} is owned by Dynamics 365 Sales. Send quotation is not allowed in "
        "Supply Chain Management.; Error: Update has been canceled.."
    )
    url = "/_sandbox/actions/pack-order"
    order = ordered(wire.world, 3)
    body = {"company": "USMF", "number": order, "quantity": 1.5, "date": "2026-12-24"}
    answer = await wire.client.post(url, json=body)
    assert answer.json() == {
        "company": "usmf",
        "number": order,
        "status": "Backorder",
        "document_status": "PackingSlip",
        "processing_status": "PartiallyDelivered",
    }


async def test_metadata_tells_the_documents(wire: Wire) -> None:
    answer = await wire.get("/metadata/PublicEntities('CDSSalesOrderLine')")
    properties = {item["Name"]: item for item in answer.json()["Properties"]}
    assert properties["LineCreationSequenceNumber"]["DataType"] == "Integer"
    assert properties["LineAmount"]["IsReadOnly"]
    answer = await wire.get("/metadata/PublicEnumerations('SalesOrderProcessingStatus')")
    assert answer.json()["Members"][8]["Name"] == "DeliveredPartiallyInvoiced"
    invoice = (await wire.get("/metadata/PublicEntities('SalesInvoiceHeaderV2')")).json()
    assert invoice["IsReadOnly"]


def test_a_line_tells_its_documents_totals_and_each_row_once(world: World) -> None:
    number, events = ordered(world, 3), list[DataEvent]()
    world.system.subscribe(events.extend)
    Desk(world).set(ORDER_LINES, number, 1, SalesPrice=Decimal(12))
    found = {event.entity.set_name: event for event in events}
    assert len(events) == 2
    assert "LineAmount" in found[ORDER_LINES].changed()
    assert found[ORDERS].changed() == ["OrderTotalAmount"]
    assert found[ORDERS].entity.event_name == "mserp_salesorderheadercdsentity"


def test_a_write_that_changes_nothing_tells_nothing(world: World) -> None:
    number, events = quoted(world), list[DataEvent]()
    desk = Desk(world)
    header, line = desk.see(QUOTATIONS, number), desk.see(QUOTATION_LINES, number, 1)
    world.system.subscribe(events.extend)
    for set_name, row in ((QUOTATIONS, header), (QUOTATION_LINES, line)):
        keys = world.system.entity(set_name).keys
        desk.set(
            set_name,
            number,
            1,
            **{name: value for name, value in row.items() if name not in keys and "@" not in name},
        )
    assert events == []
    assert desk.see(QUOTATIONS, number) == header


def test_a_sent_quotation_tells_its_lines_too(world: World) -> None:
    number, events = quoted(world), list[DataEvent]()
    world.system.subscribe(events.extend)
    Desk(world).act("send-quotation", number)
    assert sorted(event.entity.set_name for event in events) == [
        QUOTATIONS,
        QUOTATION_LINES,
        "SalesQuotationJournalHeaders",
    ]


_HEADER = """
    Email URL LanguageId CurrencyCode ContactPersonId PaymentTermsName PriceCustomerGroupCode
    DefaultShippingSiteId DefaultShippingWarehouseId SalesOrderPromisingMethod
    ArePricesIncludingSalesTax TotalDiscountAmount TotalDiscountPercentage RequestedShippingDate
    CustomerRequisitionNumber InvoiceCustomerAccountNumber DeliveryModeCode DeliveryTermsCode
    SalesOrderOriginCode InvoiceAddressCountryRegionId InvoiceAddressStateId FormattedInvoiceAddress
    DeliveryAddressLocationId DeliveryAddressDunsNumber DeliveryBuildingCompliment
    IsDeliveryAddressOrderSpecific IsDeliveryAddressPrivate IsInvoiceAddressPrivate
"""
_LINE = """
    ProductNumber ProductName SalesUnitSymbol SalesPrice SalesPriceQuantity LineAmount
    LineDiscountAmount LineDiscountPercentage MultilineDiscountAmount MultilineDiscountPercentage
    TotalDiscountAmount TotalTaxAmount TotalChargesAmount FixedPriceCharges LineDescription
    RequestedShippingDate RequestedReceiptDate ShippingSiteId ShippingWarehouseId CurrencyCode
    ExternalItemNumber AllowedOverDeliveryPercentage AllowedUnderDeliveryPercentage
    SalesProductCategoryName SalesProductCategoryHierarchyName InventoryLotId
    FormattedDeliveryAddress
"""


@pytest.mark.parametrize(
    ("set_name", "names"),
    [
        (
            QUOTATIONS,
            _HEADER
            + """ProspectId OpportunityId RequestingCustomerAccountNumber ReceiptDateRequested
            SalesQuotationName SalesQuotationStatus SalesQuotationHeaderCreationMethod
            SalesQuotationOwnership GeneratedSalesOrderNumber CustomersReference AreTotalsCalculated
            SalesQuotationExpiryDate SalesQuotationFollowUpDate SalesQuotationConfirmationDate
            QuotationTotalAmount QuotationTotalTaxAmount QuotationTotalChargesAmount
            OperatingUnitPartyNumber FormattedDeliveryAddress""",
        ),
        (
            QUOTATION_LINES,
            _LINE + "RequestedSalesQuantity SalesQuotationStatus SalesQuotationPromisingMethod",
        ),
        (
            ORDERS,
            _HEADER
            + """OrderingCustomerAccountNumber QuotationNumber SalesOrderName PaymentTermsBaseDate
            SalesOrderProcessingStatus CustomersOrderReference IsSalesProcessingStopped
            IsOneTimeCustomer OrderTotalAmount OrderTotalTaxAmount OrderTotalChargesAmount
            ConfirmedShippingDate ConfirmedReceiptDate RequestedReceiptDate ExternalWorkOrderStatus
            OrderCreationDateTime OrderingCustomerIsExternallyMaintained FormattedDelveryAddress""",
        ),
        (
            ORDER_LINES,
            _LINE
            + """OrderedSalesQuantity SalesOrderLineStatus IsLineStopped SalesOrderPromisingMethod
            PickedQuantity SalesDeliverNow ConfirmedShippingDate ConfirmedReceiptDate
            DeliveryModeCode DeliveryTermsId InventoryServiceReservationId""",
        ),
        (
            INVOICES,
            """InvoiceNumber InvoiceDate LedgerVoucher SalesOrderNumber PaymentTermsName
            InvoiceCustomerAccountNumber CurrencyCode ContactPersonId CustomersOrderReference
            InvoiceAddressCity InvoiceAddressState InvoiceAddressCountryRegionISOCode
            TotalInvoiceAmount TotalTaxAmount TotalDiscountAmount TotalChargeAmount
            TotalDiscountCustomerGroupCode""",
        ),
        (
            INVOICE_LINES,
            """LineCreationSequenceNumber ProductNumber ProductName InvoicedQuantity SalesPrice
            SalesUnitSymbol LineAmount LineTotalChargeAmount LineTotalDiscountAmount
            LineTotalTaxAmount CurrencyCode ConfirmedShippingDate InventorySiteId
            InventoryWarehouseId SalesProductCategoryName""",
        ),
    ],
)
def test_every_field_of_the_published_maps_is_there(
    world: World, set_name: str, names: str
) -> None:
    fields = world.system.entity(set_name).fields
    assert [name for name in names.split() if name not in fields] == []
