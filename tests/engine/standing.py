"""Where a document has to stand in both systems, and everything else that has to be at rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sync.core.row import Side
from tests.engine.desk import Desk
from tests.simulation.check import Checker


@dataclass(frozen=True)
class Stand:
    """What a state of a quote looks like.

    Attributes:
        crm: State and reason in the CRM.
        erp: The quotation's status.
        copy: That status as the CRM's row and its lines tell it.
    """

    crm: tuple[int, int]
    erp: str
    copy: int


STANDS = {
    "draft": Stand((0, 1), "Created", 192350000),
    "sent": Stand((1, 2), "Sent", 192350001),
    "confirmed": Stand((2, 4), "Confirmed", 192350002),
    "lost": Stand((3, 5), "Lost", 192350003),
    "cancelled": Stand((3, 6), "Cancelled", 192350004),
    "revised": Stand((3, 7), "Revised", 192350009),
}
ORIGINS = {"crm": (776160001, "Dynamics365Sales"), "erp": (776160000, "SCM")}
OWNERSHIPS = {"BasedOnOrigin": 776160000, "SCM": 776160001, "Dynamics365Sales": 776160002}


def quote_stands(desk: Desk, number: str, state: str) -> dict[str, Any]:
    """Both sides of a quote are in a state, with its copies and lines; returns the CRM's row."""
    stand, quote = STANDS[state], desk.row("quotes", desk.quote_of(number))
    there = desk.erp_quotation(number)
    assert there is not None
    assert (quote["statecode"], quote["statuscode"]) == stand.crm
    assert there["SalesQuotationStatus"] == stand.erp
    assert quote["msdyn_salesquotationstatus"] == stand.copy
    same_lines(desk, number)
    return quote


def same_lines(desk: Desk, number: str) -> list[tuple[int, Any]]:
    """The lines of a quote are the same on both sides; returns sequence and quantity of each."""
    ours = [
        (line["sequencenumber"], line["quantity"], line["priceperunit"])
        for line in desk.lines_of("quotedetails", "quoteid", desk.quote_of(number))
    ]
    theirs = sorted(
        (row["LineCreationSequenceNumber"], row["RequestedSalesQuantity"], row["SalesPrice"])
        for row in desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    )
    assert ours == theirs, f"the CRM has {ours}, the ERP {theirs}"
    return [line[:2] for line in ours]


async def at_rest(desk: Desk, *conflicts: str) -> None:
    """Nothing is left to do, nobody's value is lost, and only these conflicts stand open."""
    found = await desk.bench.conflicts(state="open")
    assert sorted(c.kind.value for c in found) == sorted(conflicts), [c.message for c in found]
    faults = await Checker(desk.bench).look()
    assert not faults, "\n".join(faults)
    before = desk.bench.systems.writes
    await desk.bench.look(full=True)
    await desk.bench.run()
    assert desk.bench.systems.writes == before, "it writes although nothing has changed"


def born_in_crm(desk: Desk, number: str) -> None:
    """What has the number is the CRM's own work or a person's, though the service wrote it."""
    ledger = desk.bench.systems.ledger
    for record in [one for one in ledger.made[Side.CRM] if number.casefold() in one[1]]:
        del ledger.made[Side.CRM][record]
        ledger.born[Side.CRM].add(record)
