"""The ERP's documents over HTTP: swept, read and written under keys that have numbers in them."""

from __future__ import annotations

from decimal import Decimal

from connectors.finops import FinopsOptions
from connectors.sandbox.finops.actions import actions_of
from connectors.sandbox.kernel.tokens import Caller
from sync.core.row import Row, RowRef, Side, TableSpec
from sync.core.write import ChangeSet, Write, WriteOp, Written
from tests.connectors.finops_bench import FinopsBench

_PERSON = Caller("person", "person", is_integration=False)
_LINES = "CDSSalesOrderLines"
_TABLES = {
    "CDSSalesOrderHeaders": TableSpec(
        side=Side.ERP,
        table="CDSSalesOrderHeaders",
        keys=("dataAreaId", "SalesOrderNumber"),
        columns=("OrderTotalAmount", "SalesOrderProcessingStatus"),
        company="dataAreaId",
    ),
    _LINES: TableSpec(
        side=Side.ERP,
        table=_LINES,
        keys=("dataAreaId", "SalesOrderNumber", "LineCreationSequenceNumber"),
        columns=("OrderedSalesQuantity", "SalesPrice", "LineAmount", "TotalDiscountAmount"),
        company="dataAreaId",
    ),
    "SalesInvoiceHeadersV2": TableSpec(
        side=Side.ERP,
        table="SalesInvoiceHeadersV2",
        keys=("dataAreaId", "InvoiceNumber", "InvoiceDate", "LedgerVoucher"),
        columns=("TotalInvoiceAmount",),
        company="dataAreaId",
    ),
}


def _bench(lines: int) -> FinopsBench:
    bench = FinopsBench(FinopsOptions(page_size=3), page_size=3, tables=_TABLES)
    create = bench.system.create
    customer = {"dataAreaId": "usmf", "OrganizationName": "Gamma", "CustomerGroupId": "20"}
    account = create("CustomersV3", customer, _PERSON)["CustomerAccount"]
    header = {"dataAreaId": "usmf", "OrderingCustomerAccountNumber": account}
    create("CDSSalesOrderHeaders", header, _PERSON)
    for _ in range(lines):
        line = {"dataAreaId": "usmf", "SalesOrderNumber": "SO-000001", "ProductNumber": "P0001"}
        create(_LINES, line, _PERSON)
    return bench


async def _rows(bench: FinopsBench, table: str) -> list[Row]:
    return [row async for page in bench.connector.changes(table, None) for row in page.rows]


async def test_a_sweep_by_key_meets_every_line_once() -> None:
    bench = _bench(11)
    rows = await _rows(bench, _LINES)
    assert [row.image["LineCreationSequenceNumber"] for row in rows] == list(range(1, 12))
    again = await bench.connector.read([row.ref for row in rows])
    assert [again[row.ref] for row in rows] == rows


async def test_a_line_is_made_changed_and_told_with_what_followed() -> None:
    bench = _bench(0)
    (header,) = await _rows(bench, "CDSSalesOrderHeaders")
    values = {
        "dataAreaId": "usmf",
        "SalesOrderNumber": "SO-000001",
        "LineCreationSequenceNumber": 4,
        "ProductNumber": "P0001",
        "OrderedSalesQuantity": Decimal(3),
        "TotalDiscountAmount": Decimal("10.00"),
    }
    create = Write(WriteOp.CREATE, RowRef(Side.ERP, _LINES, ""), values)
    (made,) = await bench.connector.write([ChangeSet("c1", (create,))])
    assert isinstance(made, Written), made
    (line,) = made.rows
    assert line is not None
    assert line.image["LineAmount"] == Decimal("3590.00")
    change = Write(WriteOp.UPDATE, line.ref, {"OrderedSalesQuantity": Decimal(4)}, line.version)
    (changed,) = await bench.connector.write([ChangeSet("c2", (change,))])
    assert isinstance(changed, Written), changed
    assert changed.rows[0] is not None
    assert changed.rows[0].image["TotalDiscountAmount"] == Decimal("10.00")
    now = (await bench.connector.read([header.ref]))[header.ref]
    assert now is not None
    assert now.image["OrderTotalAmount"] == Decimal("4790.00")
    assert now.version != header.version


async def test_an_invoice_is_read_under_its_key_of_four() -> None:
    bench = _bench(2)
    for action in ("pack-order", "invoice-order"):
        body = {"company": "USMF", "number": "SO-000001"}
        actions_of(bench.system)[action](body)
    (invoice,) = await _rows(bench, "SalesInvoiceHeadersV2")
    assert invoice.image["TotalInvoiceAmount"] == Decimal("2400.00")
    assert (await bench.connector.read([invoice.ref]))[invoice.ref] == invoice
