"""Posted sales invoices, only ever read. Source: dual-write table maps, sales invoices V2."""

from __future__ import annotations

from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity

_KEY = {
    "dataAreaId": "company",
    "InvoiceNumber": "invoice",
    "InvoiceDate": "date",
    "LedgerVoucher": "voucher",
}

HEADERS = entity(
    "SalesInvoiceHeadersV2",
    "SalesInvoiceHeaderV2",
    "SalesInvoiceHeaderV2Entity",
    "Sales invoice headers V2",
    sources.single("invoice", _KEY),
    """
    dataAreaId invoice.company k
    InvoiceNumber invoice.invoice k
    InvoiceDate invoice.date k
    LedgerVoucher invoice.voucher k
    SalesOrderNumber invoice.order
    InvoiceCustomerAccountNumber invoice.customer
    OrderingCustomerAccountNumber invoice.order_account
    ContactPersonId invoice.contact
    CurrencyCode invoice.currency
    CustomersOrderReference invoice.reference
    PaymentTermsName invoice.payment_terms
    DeliveryModeCode invoice.delivery_mode
    DeliveryTermsCode invoice.delivery_terms
    SalesOrderOriginCode invoice.origin_code
    TotalDiscountCustomerGroupCode invoice.discount_group
    TotalInvoiceAmount invoice.total
    TotalTaxAmount invoice.tax_total
    TotalDiscountAmount invoice.discount_total
    TotalChargeAmount invoice.charges_total
    InvoiceAddressStreet invoice.inv_street
    InvoiceAddressStreetNumber invoice.inv_number
    InvoiceAddressCity invoice.inv_city
    InvoiceAddressState invoice.inv_state
    InvoiceAddressZipCode invoice.inv_zip
    InvoiceAddressCounty invoice.inv_county
    InvoiceAddressCountryRegionId invoice.inv_country
    InvoiceAddressCountryRegionISOCode invoice.inv_iso
    """,
    read_only=True,
)

LINES = entity(
    "SalesInvoiceV2Lines",
    "SalesInvoiceV2Line",
    "SalesInvoiceLineV2Entity",
    "Sales invoice lines V2",
    sources.single("invoice_line", {**_KEY, "LineCreationSequenceNumber": "line"}),
    """
    dataAreaId invoice_line.company k
    InvoiceNumber invoice_line.invoice k
    InvoiceDate invoice_line.date k
    LedgerVoucher invoice_line.voucher k
    LineCreationSequenceNumber invoice_line.line k
    SalesOrderNumber invoice_line.order
    ProductNumber invoice_line.product
    ProductName invoice_line.name
    ProductDescription invoice_line.description
    SalesProductCategoryName invoice_line.category
    SalesProductCategoryHierarchyName invoice_line.hierarchy
    SalesUnitSymbol invoice_line.unit
    InvoicedQuantity invoice_line.quantity
    SalesPrice invoice_line.price
    LineAmount invoice_line.amount
    LineTotalDiscountAmount invoice_line.discount
    LineTotalChargeAmount invoice_line.charges
    LineTotalTaxAmount invoice_line.tax
    CurrencyCode invoice_line.currency
    ConfirmedShippingDate invoice_line.confirmed_shipping
    InventorySiteId invoice_line.site
    InventoryWarehouseId invoice_line.warehouse
    """,
    read_only=True,
)

ENTITIES = (HEADERS, LINES)
