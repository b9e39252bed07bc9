"""The price engine: line amounts and document totals, in exact decimals.

A person's rows are computed; what the integration writes stays as written, for the ERP has the
totals. With the ERP as price master the CRM computes nothing.

Source: Microsoft docs, pricing of sales documents; dual-write quote-to-cash (price master).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.documents import DOCUMENTS, LINES
from connectors.sandbox.dataverse.logic.features import price_master_on
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

_CENT: Final = Decimal("0.01")
_NONE: Final = Decimal("0.00")
_PRICED: Final = (
    "quantity",
    "priceperunit",
    "manualdiscountamount",
    "tax",
    "msdyn_salespricequantity",
)
_COMPUTED_LINE: Final = ("baseamount", "extendedamount")
_TYPED_HEADER: Final = ("discountamount", "discountpercentage", "freightamount")
_COMPUTED_HEADER: Final = (
    "totallineitemamount",
    "totallineitemdiscountamount",
    "totaldiscountamount",
    "totalamountlessfreight",
    "totaltax",
    "totalamount",
)


def line_amounts(line: Mapping[str, Any]) -> dict[str, Decimal]:
    """Base and extended amount of a line: quantity times price, less discount, plus tax."""
    base = _base(line)
    extended = base - (line["manualdiscountamount"] or _NONE) + (line["tax"] or _NONE)
    return {"baseamount": base, "extendedamount": extended}


def totals(header: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Every computed total of a document, from what was typed on it and on its lines."""
    found = list(lines)
    discounts = sum((line["manualdiscountamount"] or _NONE for line in found), _NONE)
    items = sum((_base(line) for line in found), _NONE) - discounts
    tax = sum((line["tax"] or _NONE for line in found), _NONE)
    share = items * (header["discountpercentage"] or _NONE) / 100
    discount = (header["discountamount"] or _NONE) + _cents(share)
    less_freight = items - discount
    return {
        "totallineitemamount": items,
        "totallineitemdiscountamount": discounts,
        "totaldiscountamount": discount,
        "totalamountlessfreight": less_freight,
        "totaltax": tax,
        "totalamount": less_freight + (header["freightamount"] or _NONE) + tax,
    }


@RULES.on("before", *LINES)
def compute_line(work: Work) -> None:
    """A person's line: amounts follow what was typed; computed columns cannot be typed."""
    if not work.by_person:
        return
    _take_back(work, _COMPUTED_LINE)
    if price_master_on(work.system):
        if "manualdiscountamount" in work.sent and work.changed("manualdiscountamount"):
            raise refusals.business(
                "manualdiscountamount is calculated in Supply Chain Management and is read-only. "
                "Type the discount per unit into msdyn_linediscountamount."
            )
    elif work.new or work.changed(*_priced(work)):
        work.row.update(line_amounts(work.row))


@RULES.on("after", *LINES)
@RULES.on("removed", *LINES)
def total_document(work: Work) -> None:
    """A person's line moves the totals of its document."""
    document = LINES[work.table.name]
    header = work.other(document.table, work.row[document.parent])
    if not work.by_person or header is None or price_master_on(work.system):
        return
    if work.row is work.before or work.new or work.changed(*_priced(work)):
        lines = work.where(document.lines, **{document.parent: header[document.lookup]})
        work.change(document.table, header[document.lookup], _with_revenue(header, lines))


@RULES.on("before", *DOCUMENTS)
def compute_document(work: Work) -> None:
    """A person's document: totals follow its lines, discount and freight."""
    if not work.by_person:
        return
    _take_back(work, _COMPUTED_HEADER)
    if price_master_on(work.system) or not (work.new or work.changed(*_TYPED_HEADER)):
        return
    document = DOCUMENTS[work.table.name]
    lines = work.where(document.lines, **{document.parent: work.row_id})
    work.row.update(_with_revenue(work.row, lines))


def _with_revenue(
    header: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]
) -> dict[str, Decimal]:
    found = totals(header, lines)
    if header.get("isrevenuesystemcalculated"):
        found["estimatedvalue"] = found["totalamount"]
    return found


def _priced(work: Work) -> list[str]:
    return [name for name in _PRICED if name in work.row]


def _take_back(work: Work, names: Iterable[str]) -> None:
    for name in names:
        if name in work.sent:
            work.row[name] = None if work.before is None else work.before[name]


def _base(line: Mapping[str, Any]) -> Decimal:
    per = line.get("msdyn_salespricequantity") or Decimal(1)
    return _cents((line["quantity"] or _NONE) * (line["priceperunit"] or _NONE) / per)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)
