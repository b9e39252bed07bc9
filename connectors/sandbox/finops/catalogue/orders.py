"""Sales orders, their lines, and what confirming, picking and packing them leaves behind.

Source: dual-write table maps, Dynamics 365 Sales order headers and lines.
"""

from __future__ import annotations

from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity
from connectors.sandbox.finops.catalogue.documents import (
    delivery_fields,
    header_fields,
    invoice_fields,
    line_fields,
    line_labels,
)
from connectors.sandbox.finops.catalogue.journals import journal

HEADERS = entity(
    "CDSSalesOrderHeaders",
    "CDSSalesOrderHeader",
    "SalesOrderHeaderCDSEntity",
    "Dynamics 365 Sales order headers",
    sources.single("order", {"dataAreaId": "company", "SalesOrderNumber": "number"}),
    """
    dataAreaId order.company k
    SalesOrderNumber order.number k
    SalesOrderName order.name
    OrderingCustomerAccountNumber order.customer c
    QuotationNumber order.quotation c
    SalesOrderStatus order.status r
    DocumentStatus order.document r
    SalesOrderProcessingStatus order.processing
    RequestedReceiptDate order.requested_receipt
    ConfirmedShippingDate order.confirmed_shipping
    ConfirmedReceiptDate order.confirmed_receipt
    PaymentTermsBaseDate order.terms_base
    CustomersOrderReference order.reference
    OrderResponsiblePersonnelNumber order.responsible
    OrderTakerPersonnelNumber order.taker
    OrderCreationDateTime order.created r
    OrderingCustomerIsExternallyMaintained order.external_customer
    ExternalWorkOrderStatus order.work_order
    IsOneTimeCustomer order.one_time
    IsSalesProcessingStopped order.stopped
    OrderTotalAmount order.total r
    OrderTotalTaxAmount order.tax_total r
    OrderTotalDiscountAmount order.line_discounts r
    OrderTotalChargesAmount order.charges_total r
    """
    + header_fields("order")
    + delivery_fields("order", "FormattedDelveryAddress")
    + invoice_fields("order"),
    labels={
        "SalesOrderNumber": "Sales order",
        "OrderingCustomerAccountNumber": "Customer account",
        "QuotationNumber": "Quotation",
        "SalesOrderProcessingStatus": "Processing status",
        "CurrencyCode": "Currency",
    },
)

LINES = entity(
    "CDSSalesOrderLines",
    "CDSSalesOrderLine",
    "SalesOrderLineCDSEntity",
    "Dynamics 365 Sales order lines",
    sources.single(
        "order_line",
        {
            "dataAreaId": "company",
            "SalesOrderNumber": "number",
            "LineCreationSequenceNumber": "line",
        },
    ),
    """
    dataAreaId order_line.company k
    SalesOrderNumber order_line.number k*
    LineCreationSequenceNumber order_line.line k
    OrderedSalesQuantity order_line.quantity
    SalesOrderLineStatus order_line.status r
    SalesOrderPromisingMethod order_line.promising
    PickedQuantity order_line.picked r
    SalesDeliverNow order_line.deliver_now
    DeliveredSalesQuantity order_line.delivered r
    RemainingSalesQuantity order_line.remaining r
    InvoicedSalesQuantity order_line.invoiced r
    IsLineStopped order_line.stopped
    ConfirmedShippingDate order_line.confirmed_shipping
    ConfirmedReceiptDate order_line.confirmed_receipt
    DeliveryModeCode order_line.delivery_mode
    DeliveryTermsId order_line.delivery_terms
    InventoryServiceReservationId order_line.reservation
    """
    + line_fields("order_line")
    + delivery_fields("order_line", "FormattedDeliveryAddress", ""),
    labels={
        **line_labels(),
        "SalesOrderNumber": "Sales order",
        "OrderedSalesQuantity": "Quantity",
    },
)

CONFIRMATIONS = journal(
    "SalesOrderConfirmationHeaders",
    "SalesOrderConfirmationHeader",
    "CustConfirmJourEntity",
    "order_confirmation",
    "SalesOrderNumber",
)
PICKING_LISTS = journal(
    "SalesOrderPickingListHeaders",
    "SalesOrderPickingListHeader",
    "WMSPickingRouteEntity",
    "picking_list",
    "SalesOrderNumber",
)
PACKING_SLIPS = journal(
    "SalesPackingSlipHeaders",
    "SalesPackingSlipHeader",
    "CustPackingSlipJourEntity",
    "packing_slip",
    "SalesOrderNumber",
)

PACKING_SLIP_LINES = entity(
    "SalesPackingSlipLines",
    "SalesPackingSlipLine",
    "CustPackingSlipTransEntity",
    "Packing slip lines",
    sources.single(
        "packing_slip_line",
        {
            "dataAreaId": "company",
            "JournalNumber": "journal",
            "LineCreationSequenceNumber": "line",
        },
    ),
    """
    dataAreaId packing_slip_line.company k
    JournalNumber packing_slip_line.journal k
    LineCreationSequenceNumber packing_slip_line.line k
    SalesOrderNumber packing_slip_line.number
    ProductNumber packing_slip_line.product
    ProductName packing_slip_line.name
    SalesUnitSymbol packing_slip_line.unit
    OrderedSalesQuantity packing_slip_line.ordered
    DeliveredQuantity packing_slip_line.quantity
    RemainingQuantity packing_slip_line.remaining
    ShippingSiteId packing_slip_line.site
    ShippingWarehouseId packing_slip_line.warehouse
    DeliveryDate packing_slip_line.date
    """,
    read_only=True,
)

ENTITIES = (HEADERS, LINES, CONFIRMATIONS, PICKING_LISTS, PACKING_SLIPS, PACKING_SLIP_LINES)
