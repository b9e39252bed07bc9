"""Which columns of the two systems say the same, for who compares them by hand.

Written from the published table maps of quotations, orders and invoices, and from nothing that the
service is made of: the comparison has to be able to find it wrong.
"""

from __future__ import annotations

from typing import Final, NamedTuple

STATUS: Final = {
    "Created": (192350000, 0, 1),
    "Sent": (192350001, 1, 2),
    "Confirmed": (192350002, 2, 4),
    "Lost": (192350003, 3, 5),
    "Cancelled": (192350004, 3, 6),
    "Revised": (192350009, 3, 7),
}
"""A quotation's status: its copy in the CRM, the CRM's own state and status reason."""
PROCESSING: Final = {
    "Active": (192350000, 0, 1),
    "Confirmed": (192350001, 0, 1),
    "Picked": (192350002, 0, 1),
    "PartiallyDelivered": (192350003, 0, 1),
    "Delivered": (192350004, 3, 100001),
    "Invoiced": (192350005, 4, 100003),
    "PartiallyInvoiced": (192350006, 0, 1),
    "Canceled": (192350007, 2, 4),
    "DeliveredPartiallyInvoiced": (192350008, 3, 100001),
}
"""An order's processing status: its copy in the CRM, the CRM's own state and status reason."""
_LINE_STATUS: Final = {"Backorder": 192350001, "Delivered": 192350002, "Invoiced": 192350003}


class Column(NamedTuple):
    """A pair of columns.

    Attributes:
        erp: the ERP's.
        crm: the CRM's; a lookup as `_name_value`.
        kind: `text`, `amount`, `day`, `country`, or what a lookup points to.
        instead: the ERP's column that says it when the first is blank.
    """

    erp: str
    crm: str
    kind: str = "text"
    instead: str = ""


class Sheet(NamedTuple):
    """A pair of tables.

    Attributes:
        name: what a row is.
        erp: the ERP's entity set.
        crm: the CRM's entity set.
        key: the pairs by which rows are matched.
        columns: the pairs that are compared.
        states: the ERP's status column, the CRM's copy of it, and what is what; if there are any.
    """

    name: str
    erp: str
    crm: str
    key: tuple[Column, ...]
    columns: tuple[Column, ...]
    states: tuple[str, str, dict[str, tuple[int, ...]]] | None = None


def _amounts(**pairs: str) -> tuple[Column, ...]:
    return tuple(Column(erp, crm, "amount") for erp, crm in pairs.items())


_PLACE: Final = (
    Column("DeliveryAddressName", "msdyn_deliveryaddressname"),
    Column("DeliveryAddressStreet", "shipto_line1"),
    Column("DeliveryAddressCity", "shipto_city"),
    Column("DeliveryAddressZipCode", "shipto_postalcode"),
    Column("DeliveryAddressStateId", "shipto_stateorprovince"),
    Column("DeliveryAddressCountryRegionISOCode", "shipto_country", "country"),
)
_SHIPPING: Final = (
    Column("RequestedShippingDate", "requestdeliveryby", "day"),
    Column("ShippingSiteId", "_msdyn_shippingsite_value", "site"),
    Column("ShippingWarehouseId", "_msdyn_shippingwarehouse_value", "warehouse"),
)
_LINE: Final = (
    Column("ProductNumber", "_productid_value", "product"),
    Column("ProductName", "description"),
    Column("SalesUnitSymbol", "_uomid_value", "unit"),
    *_amounts(
        SalesPrice="priceperunit",
        LineDiscountAmount="msdyn_linediscountamount",
        FixedPriceCharges="msdyn_fixedpricecharges",
        TotalDiscountAmount="manualdiscountamount",
        TotalTaxAmount="tax",
    ),
    Column("LineAmount", "baseamount", "amount"),
    Column("LineAmount", "extendedamount", "amount"),
    *_SHIPPING,
    *_PLACE,
)
_LINE_NUMBER: Final = Column("LineCreationSequenceNumber", "sequencenumber", "amount")

SHEETS: Final = (
    Sheet(
        "quote",
        "CDSSalesQuotationHeaders",
        "quotes",
        (Column("SalesQuotationNumber", "msdyn_quotenumber"),),
        (
            Column("SalesQuotationName", "name"),
            Column("CustomersReference", "msdyn_customersreference"),
            Column(
                "RequestingCustomerAccountNumber", "_customerid_value", "customer", "ProspectId"
            ),
            Column("CurrencyCode", "_transactioncurrencyid_value", "currency"),
            Column("GeneratedSalesOrderNumber", "_msdyn_generatedsalesordernumber_value", "order"),
            Column("RequestedShippingDate", "requestdeliveryby", "day"),
            Column("ReceiptDateRequested", "msdyn_requestedreceiptdate", "day"),
            Column("SalesQuotationExpiryDate", "msdyn_salesquotationexpirydate", "day"),
            Column("SalesQuotationConfirmationDate", "msdyn_salesquotationconfirmationdate", "day"),
            *_amounts(
                QuotationTotalAmount="totalamount",
                TotalDiscountAmount="discountamount",
                QuotationTotalTaxAmount="totaltax",
                QuotationTotalChargesAmount="freightamount",
            ),
            *_PLACE,
        ),
        ("SalesQuotationStatus", "msdyn_salesquotationstatus", dict(STATUS)),
    ),
    Sheet(
        "quote line",
        "CDSSalesQuotationLines",
        "quotedetails",
        (Column("SalesQuotationNumber", "_quoteid_value", "quote"), _LINE_NUMBER),
        (*_LINE, Column("RequestedSalesQuantity", "quantity", "amount")),
    ),
    Sheet(
        "order",
        "CDSSalesOrderHeaders",
        "salesorders",
        (Column("SalesOrderNumber", "msdyn_salesordernumber"),),
        (
            Column("SalesOrderName", "name"),
            Column("QuotationNumber", "msdyn_quotationnumber"),
            Column("OrderingCustomerAccountNumber", "_customerid_value", "customer"),
            Column("CurrencyCode", "_transactioncurrencyid_value", "currency"),
            Column("RequestedShippingDate", "requestdeliveryby", "day"),
            Column("RequestedReceiptDate", "msdyn_requestedreceiptdate", "day"),
            Column("ConfirmedShippingDate", "msdyn_confirmedshippingdate", "day"),
            Column("ConfirmedReceiptDate", "msdyn_confirmedreceiptdate", "day"),
            *_amounts(
                OrderTotalAmount="totalamount",
                TotalDiscountAmount="discountamount",
                OrderTotalTaxAmount="totaltax",
                OrderTotalChargesAmount="freightamount",
            ),
            *_PLACE,
        ),
        ("SalesOrderProcessingStatus", "msdyn_processingstatus", dict(PROCESSING)),
    ),
    Sheet(
        "order line",
        "CDSSalesOrderLines",
        "salesorderdetails",
        (Column("SalesOrderNumber", "_salesorderid_value", "order"), _LINE_NUMBER),
        (
            *_LINE,
            Column("OrderedSalesQuantity", "quantity", "amount"),
            Column("SalesDeliverNow", "quantityshipped", "amount"),
            Column("ConfirmedShippingDate", "msdyn_confirmedshippingdate", "day"),
        ),
        (
            "SalesOrderLineStatus",
            "msdyn_linestatus",
            {status: (number,) for status, number in _LINE_STATUS.items()},
        ),
    ),
    Sheet(
        "invoice",
        "SalesInvoiceHeadersV2",
        "invoices",
        (Column("InvoiceNumber", "msdyn_invoicenumber"),),
        (
            Column("InvoiceDate", "msdyn_invoicedate", "day"),
            Column("LedgerVoucher", "msdyn_ledgervoucher"),
            Column("InvoiceCustomerAccountNumber", "_customerid_value", "customer"),
            Column("SalesOrderNumber", "_salesorderid_value", "order"),
            *_amounts(
                TotalInvoiceAmount="msdyn_totalamount",
                TotalTaxAmount="msdyn_totaltax",
                TotalDiscountAmount="msdyn_totaldiscountamount",
                TotalChargeAmount="freightamount",
            ),
        ),
    ),
    Sheet(
        "invoice line",
        "SalesInvoiceV2Lines",
        "invoicedetails",
        (Column("InvoiceNumber", "_invoiceid_value", "invoice"), _LINE_NUMBER),
        (
            Column("ProductNumber", "_productid_value", "product"),
            Column("ProductName", "description"),
            Column("SalesUnitSymbol", "_uomid_value", "unit"),
            *_amounts(
                InvoicedQuantity="quantity",
                SalesPrice="priceperunit",
                LineAmount="extendedamount",
                LineTotalDiscountAmount="manualdiscountamount",
                LineTotalChargeAmount="msdyn_totalchargeamount",
                LineTotalTaxAmount="tax",
            ),
            Column("InventorySiteId", "_msdyn_inventorysite_value", "site"),
            Column("InventoryWarehouseId", "_msdyn_inventorywarehouse_value", "warehouse"),
        ),
    ),
)
"""The pairs of tables, documents before their lines."""

LOOKUPS: Final = {
    "customer": ("accounts", "accountid", "accountnumber"),
    "product": ("products", "productid", "msdyn_productnumber"),
    "unit": ("uoms", "uomid", "msdyn_symbol"),
    "currency": ("transactioncurrencies", "transactioncurrencyid", "isocurrencycode"),
    "site": ("msdyn_operationalsites", "msdyn_operationalsiteid", "msdyn_siteid"),
    "warehouse": ("msdyn_warehouses", "msdyn_warehouseid", "msdyn_warehouseidentifier"),
    "quote": ("quotes", "quoteid", "msdyn_quotenumber"),
    "order": ("salesorders", "salesorderid", "msdyn_salesordernumber"),
    "invoice": ("invoices", "invoiceid", "msdyn_invoicenumber"),
}
"""What a lookup of the CRM points to: entity set, id, and the column that the ERP knows it by."""
