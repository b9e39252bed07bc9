"""Calculate the prices and totals of a document anew.

Source: Microsoft docs, CalculatePrice action; dual-write quote-to-cash (with the ERP as price
master recalculating does nothing).
"""

from __future__ import annotations

from typing import Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.documents import DOCUMENTS
from connectors.sandbox.dataverse.logic.features import price_master_on
from connectors.sandbox.dataverse.logic.pricelists import listed_price
from connectors.sandbox.dataverse.logic.states import read_only
from connectors.sandbox.dataverse.logic.totals import line_amounts, totals
from connectors.sandbox.dataverse.process.act import ACTIONS, NOTHING, Act, Answer
from connectors.sandbox.dataverse.process.copying import lines_of
from connectors.sandbox.dataverse.wiring import Row, wired

_OPEN: Final = 0


@ACTIONS.on("CalculatePrice")
def calculate_price(act: Act) -> Answer:
    """`{"Target": {"@odata.type": "Microsoft.Dynamics.CRM.quote", "quoteid": …}}`."""
    header = act.entity("Target", *DOCUMENTS)
    if header is None:
        raise refusals.keyless()
    document = next(one for one in DOCUMENTS.values() if one.lookup in header)
    if price_master_on(act.system):
        return NOTHING
    if act.by_person and header["statecode"] != _OPEN:
        raise refusals.business(read_only(document.table, header))
    line_id = wired(document.lines).table.id_column
    for line in lines_of(act, header, document):
        price = _price(act, header, line)
        amounts = line_amounts({**line, **price})
        act.change(document.lines, line[line_id], {**price, **amounts})
    found = totals(header, lines_of(act, header, document))
    act.change(document.table, header[document.lookup], found)
    return NOTHING


def _price(act: Act, header: Row, line: Row) -> Row:
    """The list price of a line that follows the price list and is not locked."""
    product = line["_productid_value"]
    if product is None or line["ispriceoverridden"] or header.get("ispricelocked"):
        return {}
    unit, price_list = line["_uomid_value"], header["_pricelevelid_value"]
    price = listed_price(act.system, price_list, product, unit)
    return {} if price is None else {"priceperunit": price, "pricingerrorcode": 0}
