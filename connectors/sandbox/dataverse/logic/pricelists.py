"""Price lists: the default one of a currency, and the products in it.

Source: dual-write product mapping (a product is put into the alphabetically first price list of
its company's currency, which is made when missing).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem
    from connectors.sandbox.dataverse.writing import Context

_CURRENCY = "_transactioncurrencyid_value"
_ACTIVE = 0


def price_list_of(
    system: DataverseSystem, currency: str, context: Context, preferred: str | None = None
) -> str:
    """The id of the price list for a currency: the preferred one if it fits, else the first.

    Args:
        system: the organisation.
        currency: id of the currency.
        context: who writes, should one have to be made.
        preferred: a customer's own price list.
    """
    ids = system.indexes.find("pricelevel", (_CURRENCY,), (currency,))
    rows = [row for row in (system.storage.get("pricelevel", key) for key in ids) if row]
    active = [row for row in rows if row["statecode"] == _ACTIVE]
    if active:
        own = [row for row in active if row["pricelevelid"] == preferred]
        first = min(own or active, key=lambda row: (str(row["name"]).casefold(), row["name"]))
    else:
        code = (system.storage.get("transactioncurrency", currency) or {}).get("isocurrencycode")
        values = {"name": f"{code} price list", _CURRENCY: currency}
        first = system.writer.insert("pricelevel", values, context)
    row_id: str = first["pricelevelid"]
    return row_id


def listed_price(
    system: DataverseSystem, price_list: str | None, product: str, unit: str | None
) -> Decimal | None:
    """What a price list says for a product in a unit; `None` when the product is not in it."""
    if price_list is None:
        return None
    names = ("_pricelevelid_value", "_productid_value")
    for row_id in system.indexes.find("productpricelevel", names, (price_list, product)):
        row = system.storage.get("productpricelevel", row_id)
        if row is not None and row["_uomid_value"] in {None, unit} and row["amount"] is not None:
            amount: Decimal = row["amount"]
            return amount
    return None


@RULES.on("after", "product")
def list_product(work: Work) -> None:
    """A priced product stands in the default price list of its currency, with its price."""
    row = work.row
    if row[_CURRENCY] is None or not work.changed("price", "_defaultuomid_value", _CURRENCY):
        return
    price_list = price_list_of(work.system, row[_CURRENCY], work.context.deeper())
    values = {
        "amount": row["price"],
        "_uomid_value": row["_defaultuomid_value"],
        "_uomscheduleid_value": row["_defaultuomscheduleid_value"],
        _CURRENCY: row[_CURRENCY],
    }
    names = {"_pricelevelid_value": price_list, "_productid_value": work.row_id}
    listed = work.where("productpricelevel", **names)
    if listed:
        work.change("productpricelevel", listed[0]["productpricelevelid"], values)
    else:
        work.insert("productpricelevel", {**names, **values})
