"""People who edit the same quotes and orders in both systems at once, and a book of all they typed.

Nobody waits for anybody: an edit may cross one of the other side. Which quote, which field, which
side and which value is chance, by a seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from connectors.sandbox.people.calls import Refusal, Row
from connectors.sandbox.people.crm import CrmPerson
from connectors.sandbox.people.erp import ErpPerson

Side = Literal["crm", "erp"]
Value = str | Decimal


class Cell(NamedTuple):
    """What people edit together: one column of either system, or several of an address.

    Attributes:
        name: what it is.
        erp: the ERP's columns.
        crm: the CRM's columns.
        kind: `text`, `day` or `number`.
    """

    name: str
    erp: tuple[str, ...]
    crm: tuple[str, ...]
    kind: Literal["text", "day", "number"] = "text"


class Paper(NamedTuple):
    """A kind of document with its lines.

    Attributes:
        name: what it is.
        erp: the ERP's entity set, its number and its status that lets people edit.
        crm: the CRM's entity set, its number and its id.
        erp_lines: the ERP's entity set of the lines.
        crm_lines: the CRM's entity set of the lines and the lookup to the document.
        cells: what is edited of the document.
        line_cells: what is edited of a line.
    """

    name: str
    erp: tuple[str, str]
    crm: tuple[str, str, str]
    erp_lines: str
    crm_lines: tuple[str, str, str]
    cells: tuple[Cell, ...]
    line_cells: tuple[Cell, ...]


_PLACE: Final = Cell(
    "address",
    ("DeliveryAddressStreet", "DeliveryAddressCity", "DeliveryAddressZipCode"),
    ("shipto_line1", "shipto_city", "shipto_postalcode"),
)
_DAY: Final = Cell("shipping day", ("RequestedShippingDate",), ("requestdeliveryby",), "day")
_SHARED: Final = (
    Cell("requisition", ("CustomerRequisitionNumber",), ("msdyn_customerrequisitionnumber",)),
    Cell("url", ("URL",), ("msdyn_url",)),
    _DAY,
    _PLACE,
)
_LINE: Final = (
    Cell("name", ("ProductName",), ("description",)),
    Cell("item", ("ExternalItemNumber",), ("msdyn_externalitemnumber",)),
    _DAY,
)
QUOTES: Final = Paper(
    "quote",
    ("CDSSalesQuotationHeaders", "SalesQuotationNumber"),
    ("quotes", "msdyn_quotenumber", "quoteid"),
    "CDSSalesQuotationLines",
    ("quotedetails", "quoteid", "quotedetailid"),
    (
        Cell("name", ("SalesQuotationName",), ("name",)),
        Cell("expiry", ("SalesQuotationExpiryDate",), ("msdyn_salesquotationexpirydate",), "day"),
        *_SHARED,
    ),
    (
        *_LINE,
        Cell("quantity", ("RequestedSalesQuantity",), ("quantity",), "number"),
        Cell("text", ("LineDescription",), ("msdyn_linedescription2",)),
    ),
)
ORDERS: Final = Paper(
    "order",
    ("CDSSalesOrderHeaders", "SalesOrderNumber"),
    ("salesorders", "msdyn_salesordernumber", "salesorderid"),
    "CDSSalesOrderLines",
    ("salesorderdetails", "salesorderid", "salesorderdetailid"),
    (
        Cell("reference", ("CustomersOrderReference",), ("msdyn_customersorderreference",)),
        *_SHARED,
    ),
    (
        *_LINE,
        Cell("quantity", ("OrderedSalesQuantity",), ("quantity",), "number"),
        Cell("text", ("LineDescription",), ("msdyn_linedescription",)),
    ),
)


class Spot(NamedTuple):
    """A record: a document, or with a line's number that line."""

    paper: str
    number: str
    line: int = 0

    @property
    def kind(self) -> str:
        """What kind of record the service links it as."""
        return f"{self.paper}_line" if self.line else self.paper


class Typed(NamedTuple):
    """One thing that somebody typed; a deleted line has the cell `deleted`.

    Attributes:
        at: its place among all that was typed.
        side: where.
        spot: the record.
        cell: what of it.
        values: what was typed, column by column.
    """

    at: int
    side: Side
    spot: Spot
    cell: str
    values: tuple[Value, ...]


_FIRST_DAY: Final = date(1999, 1, 1)
DELETED: Final = "deleted"
ADDED: Final = "product"


@dataclass
class Typist:
    """Edits documents in both systems.

    Args:
        crm: a person in the CRM.
        erp: a person in the ERP.
        paper: the kind of document.
        numbers: the documents, which stand on both sides.
        products: numbers of the products that lines are added of, to their ids in the CRM.
        seed: what chance starts from.
        first: the number after which values are typed, so that no two typists type the same.
        book: what was typed so far, in order; refused edits are not in it.
        refused: how many edits a system refused.
    """

    crm: CrmPerson
    erp: ErpPerson
    paper: Paper
    numbers: list[str]
    products: dict[str, str]
    seed: int
    first: int = 0
    book: list[Typed] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self._typed = self.first
        self._chance = random.Random(self.seed)  # noqa: S311 - chance that repeats
        table, number, row_id = self.paper.crm
        wanted = set(self.numbers)
        self._ids = {
            row[number]: row[row_id] for row in self.crm.rows(table) if row[number] in wanted
        }

    def edit(self, times: int, *, lines: bool = True) -> None:
        """Edit at random, one thing after the other.

        Args:
            times: how many edits.
            lines: whether lines are added and deleted as well.
        """
        for _ in range(times):
            side: Side = self._chance.choice(("crm", "erp"))
            number = self._chance.choice(self.numbers)
            what = self._chance.random()
            try:
                if lines and what < 0.06:
                    self._add(side, number)
                elif lines and what < 0.12:
                    self._delete(side, number)
                elif what < 0.55:
                    self._change_line(side, number)
                else:
                    self._change(side, Spot(self.paper.name, number), self.paper.cells)
            except Refusal as refusal:
                if refusal.status >= 500:
                    raise
                self.refused += 1

    def _change(self, side: Side, spot: Spot, cells: tuple[Cell, ...], row_id: str = "") -> None:
        cell = self._chance.choice(cells)
        values = tuple(self._value(cell) for _ in cell.erp)
        if side == "crm":
            table = self.paper.crm_lines[0] if spot.line else self.paper.crm[0]
            typed = dict(zip(cell.crm, values, strict=True))
            self.crm.change(table, row_id or self._ids[spot.number], typed)
        else:
            typed = dict(zip(cell.erp, values, strict=True))
            if cell.kind == "day":
                typed = {name: f"{value}T12:00:00Z" for name, value in typed.items()}
            table = self.paper.erp_lines if spot.line else self.paper.erp[0]
            self.erp.change(table, self._key(spot), typed)
        self._note(side, spot, cell.name, values)

    def _change_line(self, side: Side, number: str) -> None:
        found = self._lines(side, number)
        if found:
            line, row_id = self._chance.choice(found)
            self._change(side, Spot(self.paper.name, number, line), self.paper.line_cells, row_id)

    def _add(self, side: Side, number: str) -> None:
        product = self._chance.choice(sorted(self.products))
        self._typed += 1
        quantity = Decimal(self._typed)
        if side == "crm":
            table, lookup, _ = self.paper.crm_lines
            body: Row = {
                f"{lookup}@odata.bind": f"/{self.paper.crm[0]}({self._ids[number]})",
                "productid@odata.bind": f"/products({self.products[product]})",
                "quantity": quantity,
            }
            line = self.crm.create(table, body)["sequencenumber"]
        else:
            quantity_column = next(c for c in self.paper.line_cells if c.name == "quantity").erp[0]
            body = {
                "dataAreaId": self.erp.company,
                self.paper.erp[1]: number,
                "ProductNumber": product,
                quantity_column: quantity,
            }
            line = self.erp.create(self.paper.erp_lines, body)["LineCreationSequenceNumber"]
        spot = Spot(self.paper.name, number, int(line))
        self._note(side, spot, ADDED, (product,))
        self._note(side, spot, "quantity", (quantity,))

    def _delete(self, side: Side, number: str) -> None:
        found = self._lines(side, number)
        if len(found) < 2:
            return
        line, row_id = self._chance.choice(found)
        spot = Spot(self.paper.name, number, line)
        if side == "crm":
            self.crm.delete(self.paper.crm_lines[0], row_id)
        else:
            self.erp.delete(self.paper.erp_lines, self._key(spot))
        self._note(side, spot, DELETED, ())

    def _lines(self, side: Side, number: str) -> list[tuple[int, str]]:
        """Number and id of the lines that one side shows of a document."""
        if side == "crm":
            table, lookup, row_id = self.paper.crm_lines
            rows = self.crm.rows(table, f"_{lookup}_value eq {self._ids[number]}")
            return sorted((int(row["sequencenumber"]), row[row_id]) for row in rows)
        rows = self.erp.rows(self.paper.erp_lines, f"{self.paper.erp[1]} eq '{number}'")
        return sorted((int(row["LineCreationSequenceNumber"]), "") for row in rows)

    def _key(self, spot: Spot) -> dict[str, Any]:
        key: dict[str, Any] = {"dataAreaId": self.erp.company, self.paper.erp[1]: spot.number}
        if spot.line:
            key["LineCreationSequenceNumber"] = spot.line
        return key

    def _value(self, cell: Cell) -> Value:
        """A value that nobody typed before: who types what is there already changes nothing."""
        self._typed += 1
        if cell.kind == "number":
            return Decimal(self._typed)
        if cell.kind == "day":
            return (_FIRST_DAY + timedelta(days=self._typed)).isoformat()
        return f"typed {self._typed}"

    def _note(self, side: Side, spot: Spot, cell: str, values: tuple[Value, ...]) -> None:
        self.book.append(Typed(len(self.book), side, spot, cell, values))


def last_typed(book: list[Typed]) -> Iterator[Typed]:
    """What nobody typed over later: the last of each cell, unless its line was deleted later."""
    last: dict[tuple[Spot, str], Typed] = {}
    gone: dict[Spot, int] = {}
    for typed in book:
        if typed.cell == DELETED:
            gone[typed.spot] = typed.at
        else:
            last[typed.spot, typed.cell] = typed
    for typed in last.values():
        if gone.get(typed.spot, -1) < typed.at:
            yield typed
