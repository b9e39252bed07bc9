"""The base tables of sales documents: quotations, orders, what posting makes of them, features.

Addresses stand in the document itself: what it was sent under stays when a party moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from connectors.sandbox.finops.basetable import BaseTable, Row, table
from connectors.sandbox.finops.countries import iso_of

DELIVERY: Final = "dlv_"
INVOICE: Final = "inv_"

_DELIVERY: Final = """dlv_location s60 dlv_name s60 dlv_description s60 dlv_street s250
dlv_number s20 dlv_city s60 dlv_state s10 dlv_zip s10 dlv_county s10 dlv_country s10
dlv_district s60 dlv_postbox s20 dlv_building s60 dlv_duns s16 dlv_latitude d dlv_longitude d
dlv_formatted s250 dlv_specific e:NoYes dlv_private e:NoYes """
_INVOICE: Final = """inv_street s250 inv_number s20 inv_city s60 inv_state s10 inv_zip s10
inv_county s10 inv_country s10 inv_district s60 inv_postbox s20 inv_building s60 inv_latitude d
inv_longitude d inv_formatted s250 inv_private e:NoYes """
_HEADER: Final = (
    """company! s4 number! s20 customer# s20 invoice_account s20 name s60 contact s20 currency s3
language s7 email s255 url s255 payment_terms s10 price_group s10 delivery_mode s10
delivery_terms s10 site s10 warehouse s10 origin_code s10 tax_group s10 tax_included e:NoYes
promising e:SalesDeliveryDateControlType requested_shipping D requested_receipt D reference s60
requisition s20 total_percent d responsible s25 taker s25 operating_unit s40 last_line i
misc_charges d lines_total d discount_total d line_discounts d tax_total d charges_total d total d
created t """
    + _DELIVERY
    + _INVOICE
)
_LINE: Final = (
    """company! s4 number!# s20 line! i product s70 name s60 description s1000 category s254
hierarchy s128 unit s10 quantity d price d price_quantity d line_discount d line_percent d
multi_discount d multi_percent d discount_rest d sales_charges d misc_charges d amount d tax d
currency s3 external_item s60 requested_shipping D requested_receipt D site s10 warehouse s10
over_percent d under_percent d promising e:SalesDeliveryDateControlType lot s20 """
    + _DELIVERY
)
_JOURNAL: Final = (
    "company! s4 journal! s30 number# s20 date D customer s20 prospect s20 currency s3 amount d"
)


def _iso(prefix: str) -> tuple[str, Callable[[Row], Any]]:
    """The two-letter code of one of a document's addresses."""
    return ("s2", lambda row: iso_of(str(row.get(f"{prefix}country", ""))))


def total_discount(line: Row) -> Decimal:
    """The discount of a whole line: per unit, and what rounding per unit left over.

    Source: dual-write, discounts in prospect-to-cash: quantity times unit discount less the
    remainder that stands in the sales charges.
    """
    zero = Decimal(0)
    per_unit = line.get("quantity", zero) * line.get("line_discount", zero)
    whole = Decimal(per_unit - line.get("discount_rest", zero))
    rounded = whole.quantize(Decimal("0.01"))
    return rounded if rounded == whole else whole


def remaining(line: Row) -> Decimal:
    """What of an order line is still to be delivered."""
    if line.get("status") == "Canceled":
        return Decimal(0)
    left = line.get("quantity", Decimal(0)) - line.get("delivered", Decimal(0))
    return Decimal(max(left, Decimal(0)))


_HEADER_COMPUTED: Final[Mapping[str, tuple[str, Callable[[Row], Any]]]] = {
    "dlv_iso": _iso(DELIVERY),
    "inv_iso": _iso(INVOICE),
    "calculated": ("e:NoYes", lambda _row: "Yes"),  # totals follow every change here
}
_LINE_COMPUTED: Final[Mapping[str, tuple[str, Callable[[Row], Any]]]] = {
    "dlv_iso": _iso(DELIVERY),
    "total_discount": ("d", total_discount),
}

DOCUMENTS: Final[tuple[BaseTable, ...]] = (
    table(
        "quotation",
        "SalesQuotationTable",
        _HEADER
        + """prospect# s20 opportunity s38 status e:SalesQuotationStatus
        origin e:SalesQuotationCreationMethod ownership e:SalesQuotationOwnership
        expiry D follow_up D confirmed D order s20""",
        _HEADER_COMPUTED,
    ),
    table(
        "quotation_line",
        "SalesQuotationLine",
        _LINE + "status e:SalesQuotationStatus",
        _LINE_COMPUTED,
    ),
    table("quotation_journal", "CustQuotationJour", _JOURNAL),
    table("quotation_confirmation", "CustQuotationConfirmJour", _JOURNAL),
    table(
        "ownership_log",
        "SalesQuotationOwnershipChangeLog",
        """company! s4 number!# s20 entry! i before e:SalesQuotationOwnership
        after e:SalesQuotationOwnership changed t user s60""",
    ),
    table(
        "order",
        "SalesTable",
        _HEADER
        + """quotation# s20 status e:SalesStatus document e:SalesDocumentStatus
        processing e:SalesOrderProcessingStatus confirmed_shipping D confirmed_receipt D
        terms_base D one_time e:NoYes stopped e:NoYes external_customer e:NoYes
        work_order s30""",
        _HEADER_COMPUTED,
    ),
    table(
        "order_line",
        "SalesLine",
        _LINE
        + """status e:SalesStatus delivered d invoiced d picked d deliver_now d stopped e:NoYes
        confirmed_shipping D confirmed_receipt D delivery_mode s10 delivery_terms s10
        reservation s60 invoiced_amount d invoiced_tax d invoiced_discount d
        invoiced_charges d""",
        {**_LINE_COMPUTED, "remaining": ("d", remaining)},
    ),
    table("order_confirmation", "CustConfirmJour", _JOURNAL),
    table("picking_list", "WMSPickingRoute", _JOURNAL),
    table("packing_slip", "CustPackingSlipJour", _JOURNAL),
    table(
        "packing_slip_line",
        "CustPackingSlipTrans",
        """company! s4 journal!# s30 line! i number s20 product s70 name s60 unit s10
        quantity d ordered d remaining d site s10 warehouse s10 date D""",
    ),
    table(
        "invoice",
        "CustInvoiceJour",
        """company! s4 invoice! s20 date! D voucher! s20 order# s20 customer# s20
        order_account s20 contact s20 currency s3 reference s60 payment_terms s10
        delivery_mode s10 delivery_terms s10 origin_code s10 discount_group s10 total d
        tax_total d discount_total d charges_total d """
        + _INVOICE,
        {"inv_iso": _iso(INVOICE)},
    ),
    table(
        "invoice_line",
        "CustInvoiceTrans",
        """company! s4 invoice!# s20 date! D voucher! s20 line! i order s20 product s70 name s60
        description s1000 category s254 hierarchy s128 unit s10 quantity d price d amount d
        discount d charges d tax d currency s3 confirmed_shipping D site s10 warehouse s10""",
    ),
)
"""Every table of this subject."""
