"""Groups of fields that several sales documents share.

Source: dual-write table maps of quotations, orders and invoices, for the public names; the
spelling of `FormattedDelveryAddress` on orders is the ERP's own.
"""

from __future__ import annotations

_DELIVERY = (
    ("DeliveryAddressLocationId", "location"),
    ("DeliveryAddressName", "name"),
    ("DeliveryAddressDescription", "description"),
    ("DeliveryAddressStreet", "street"),
    ("DeliveryAddressStreetNumber", "number"),
    ("DeliveryAddressCity", "city"),
    ("DeliveryAddressStateId", "state"),
    ("DeliveryAddressZipCode", "zip"),
    ("DeliveryAddressCountyId", "county"),
    ("DeliveryAddressCountryRegionId", "country"),
    ("DeliveryAddressCountryRegionISOCode", "iso"),
    ("DeliveryAddressDistrictName", "district"),
    ("DeliveryAddressPostBox", "postbox"),
    ("DeliveryBuildingCompliment", "building"),
    ("DeliveryAddressDunsNumber", "duns"),
    ("DeliveryAddressLatitude", "latitude"),
    ("DeliveryAddressLongitude", "longitude"),
    ("IsDeliveryAddressOrderSpecific", "specific"),
    ("IsDeliveryAddressPrivate", "private"),
)
_INVOICE = (
    ("InvoiceAddressStreet", "street"),
    ("InvoiceAddressStreetNumber", "number"),
    ("InvoiceAddressCity", "city"),
    ("InvoiceAddressStateId", "state"),
    ("InvoiceAddressZipCode", "zip"),
    ("InvoiceAddressCountyId", "county"),
    ("InvoiceAddressCountryRegionId", "country"),
    ("InvoiceAddressCountryRegionISOCode", "iso"),
    ("InvoiceAddressDistrictName", "district"),
    ("InvoiceAddressPostBox", "postbox"),
    ("InvoiceBuildingCompliment", "building"),
    ("InvoiceAddressLatitude", "latitude"),
    ("InvoiceAddressLongitude", "longitude"),
    ("IsInvoiceAddressPrivate", "private"),
    ("FormattedInvoiceAddress", "formatted"),
)


def delivery_fields(table: str, formatted: str, flags: str = "r") -> str:
    """The notation of a document's delivery address.

    Args:
        table: the document's base table.
        formatted: what the field of the whole address is called.
        flags: whether clients may write that field.
    """
    lines = [f"{name} {table}.dlv_{column}" for name, column in _DELIVERY]
    return "\n".join([*lines, f"{formatted} {table}.dlv_formatted {flags}", ""])


def invoice_fields(table: str) -> str:
    """The notation of a document's invoice address, which the ERP alone sets."""
    return "\n".join([*(f"{name} {table}.inv_{column} r" for name, column in _INVOICE), ""])


def header_fields(table: str) -> str:
    """The notation of what quotations and orders have in common."""
    return f"""
    InvoiceCustomerAccountNumber {table}.invoice_account
    ContactPersonId {table}.contact
    CurrencyCode {table}.currency
    LanguageId {table}.language
    Email {table}.email
    URL {table}.url
    PaymentTermsName {table}.payment_terms
    PriceCustomerGroupCode {table}.price_group
    DeliveryModeCode {table}.delivery_mode
    DeliveryTermsCode {table}.delivery_terms
    DefaultShippingSiteId {table}.site
    DefaultShippingWarehouseId {table}.warehouse
    SalesOrderOriginCode {table}.origin_code
    SalesTaxGroupCode {table}.tax_group
    ArePricesIncludingSalesTax {table}.tax_included
    SalesOrderPromisingMethod {table}.promising
    CustomerRequisitionNumber {table}.requisition
    RequestedShippingDate {table}.requested_shipping
    OperatingUnitPartyNumber {table}.operating_unit
    TotalDiscountPercentage {table}.total_percent
    TotalDiscountAmount {table}.discount_total r
    """


def line_fields(table: str) -> str:
    """The notation of what the lines of quotations and orders have in common."""
    return f"""
    ProductNumber {table}.product c
    ProductName {table}.name
    LineDescription {table}.description
    SalesProductCategoryName {table}.category
    SalesProductCategoryHierarchyName {table}.hierarchy r
    ExternalItemNumber {table}.external_item
    SalesUnitSymbol {table}.unit
    SalesPrice {table}.price
    SalesPriceQuantity {table}.price_quantity
    LineDiscountAmount {table}.line_discount
    LineDiscountPercentage {table}.line_percent
    MultilineDiscountAmount {table}.multi_discount
    MultilineDiscountPercentage {table}.multi_percent
    TotalDiscountAmount {table}.total_discount
    FixedPriceCharges {table}.sales_charges
    TotalChargesAmount {table}.misc_charges r
    LineAmount {table}.amount r
    TotalTaxAmount {table}.tax r
    CurrencyCode {table}.currency r
    RequestedShippingDate {table}.requested_shipping
    RequestedReceiptDate {table}.requested_receipt
    ShippingSiteId {table}.site
    ShippingWarehouseId {table}.warehouse
    AllowedOverDeliveryPercentage {table}.over_percent
    AllowedUnderDeliveryPercentage {table}.under_percent
    InventoryLotId {table}.lot r
    """


def line_labels() -> dict[str, str]:
    """What people call the fields of lines."""
    return {
        "ProductNumber": "Product number",
        "SalesProductCategoryName": "Sales category",
        "SalesUnitSymbol": "Unit",
        "ShippingSiteId": "Site",
        "ShippingWarehouseId": "Warehouse",
        "LineAmount": "Net amount",
        "CurrencyCode": "Currency",
    }
