"""Lines of sales documents: their place, unit, currency, owner and price.

Source: dual-write table maps (a line's identity is its creation sequence number); Microsoft docs,
products on sales documents (unit and price come from product and price list).
"""

from __future__ import annotations

from decimal import Decimal

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.documents import LINES
from connectors.sandbox.dataverse.logic.pricelists import listed_price
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work
from connectors.sandbox.dataverse.wiring import Row

_CURRENCY = "_transactioncurrencyid_value"
_NOT_LISTED = 11


@RULES.on("before", *LINES)
def place_line(work: Work) -> None:
    """A line keeps its document, takes the next sequence number, its currency and its owner."""
    document, row = LINES[work.table.name], work.row
    if not work.new:
        if work.changed(document.parent):
            raise refusals.business("A line cannot be moved to another document.")
        return
    header = work.other(document.table, row[document.parent])
    if header is None:
        return  # The missing required lookup is refused with the other required columns.
    if row["sequencenumber"] is None:
        others = work.where(document.lines, **{document.parent: row[document.parent]})
        row["sequencenumber"] = max((line["sequencenumber"] or 0 for line in others), default=0) + 1
    if row["lineitemnumber"] is None:
        row["lineitemnumber"] = row["sequencenumber"]
    if row[_CURRENCY] is None:
        row[_CURRENCY] = header[_CURRENCY]
    if row["_ownerid_value"] is None:
        row["_ownerid_value"] = header["_ownerid_value"]


@RULES.on("before", *LINES)
def fill_line(work: Work) -> None:
    """A line is of a product or written in; a person's has a quantity, a unit and a price."""
    row = work.row
    product = work.other("product", row["_productid_value"])
    if work.by_person:
        row["isproductoverridden"] = product is None  # the form's switch
    if product is None and (not row["isproductoverridden"] or row["productdescription"] is None):
        raise refusals.business(
            "A line needs an existing product, or to be written in with a product description."
        )
    if not work.by_person:
        return
    if row["quantity"] is None:
        raise refusals.business("A line needs a quantity.")
    if product is not None and row["_uomid_value"] is None:
        row["_uomid_value"] = product["_defaultuomid_value"]
    _price(work, product)


def _price(work: Work, product: Row | None) -> None:
    row = work.row
    moved = work.new or work.changed("_productid_value", "_uomid_value")
    if row["priceperunit"] is not None and (
        "priceperunit" in work.sent and work.changed("priceperunit")
    ):
        row["ispriceoverridden"] = True
        row["pricingerrorcode"] = 0
    elif product is not None and not row["ispriceoverridden"] and moved:
        document = LINES[work.table.name]
        header = work.other(document.table, row[document.parent]) or {}
        price = listed_price(
            work.system,
            header.get("_pricelevelid_value"),
            product["productid"],
            row["_uomid_value"],
        )
        row["priceperunit"] = Decimal("0.00") if price is None else price
        row["pricingerrorcode"] = _NOT_LISTED if price is None else 0
