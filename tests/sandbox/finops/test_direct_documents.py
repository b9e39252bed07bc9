"""Documents behind the connector port without HTTP: numbers in keys, exact money, whole or not."""

from __future__ import annotations

from decimal import Decimal

from connectors.sandbox.direct import DirectFinops
from sync.core.row import Row, RowRef, Side, TableSpec
from sync.core.write import ChangeSet, Refused, Write, WriteOp, Written
from tests.sandbox.finops.selling import (
    INVOICE_LINES,
    INVOICES,
    ORDER_LINES,
    ORDERS,
    QUOTATION_LINES,
    QUOTATIONS,
    Desk,
    ordered,
    quoted,
)
from tests.sandbox.finops.worlds import World


def _direct(world: World) -> DirectFinops:
    sets = (QUOTATIONS, QUOTATION_LINES, ORDERS, ORDER_LINES, INVOICES, INVOICE_LINES)
    tables = {}
    for name in sets:
        entity = world.system.entity(name)
        tables[name] = TableSpec(
            Side.ERP, name, entity.keys, tuple(entity.fields), company="dataAreaId"
        )
    return DirectFinops(world.system, tables)


async def _rows(direct: DirectFinops, table: str) -> list[Row]:
    return [row async for page in direct.changes(table, None) for row in page.rows]


async def test_every_row_of_a_document_is_found_again_by_its_id(world: World) -> None:
    number, desk = ordered(world, 3, *([1] * 10)), Desk(world)
    quoted(world, account="CU-000001")
    desk.act("pack-order", number)
    desk.act("invoice-order", number)
    direct = _direct(world)
    await direct.prepare()
    for table in (QUOTATIONS, QUOTATION_LINES, ORDERS, ORDER_LINES, INVOICES, INVOICE_LINES):
        rows = await _rows(direct, table)
        assert rows, table
        again = await direct.read([row.ref for row in rows])
        assert [again[row.ref] for row in rows] == rows
    lines = [row.image["LineCreationSequenceNumber"] for row in await _rows(direct, ORDER_LINES)]
    assert lines == list(range(1, 12))
    (found,) = await direct.find(ORDER_LINES, [{"LineCreationSequenceNumber": 11}])
    assert [row.ref.row_id for row in found] == [
        f"dataAreaId='usmf',SalesOrderNumber='{number}',LineCreationSequenceNumber=11"
    ]


async def test_a_change_set_of_header_and_lines_happens_whole_or_not(world: World) -> None:
    customer, direct = world.customer()["CustomerAccount"], _direct(world)

    def writes(product: str) -> ChangeSet:
        header = {
            "dataAreaId": "usmf",
            "SalesOrderNumber": "ORD-1",
            "OrderingCustomerAccountNumber": customer,
        }
        line = {
            "dataAreaId": "usmf",
            "SalesOrderNumber": "ORD-1",
            "LineCreationSequenceNumber": 1,
            "ProductNumber": product,
            "OrderedSalesQuantity": Decimal(3),
            "TotalDiscountAmount": Decimal("10.00"),
        }
        return ChangeSet(
            "c1",
            (
                Write(WriteOp.CREATE, RowRef(Side.ERP, ORDERS, ""), header),
                Write(WriteOp.CREATE, RowRef(Side.ERP, ORDER_LINES, ""), line),
            ),
        )

    refused, written = await direct.write([writes("P9"), writes("P0001")])
    assert isinstance(refused, Refused)
    assert "'P9' in field 'Product number'" in str(refused.error)
    assert isinstance(written, Written)
    order, line = written.rows
    assert order is not None
    assert line is not None
    assert order.image["OrderTotalAmount"] == Decimal("3590.00")
    assert line.image["LineDiscountAmount"] == Decimal("3.33")


async def test_a_status_is_written_under_the_version_that_was_read(world: World) -> None:
    number, direct = quoted(world, "Dynamics365Sales"), _direct(world)
    (row,) = await _rows(direct, QUOTATIONS)

    def send() -> ChangeSet:
        change = Write(WriteOp.UPDATE, row.ref, {"SalesQuotationStatus": "Sent"}, row.version)
        return ChangeSet("c1", (change,))

    Desk(world).set(QUOTATION_LINES, number, 1, RequestedSalesQuantity=4)
    (stale,) = await direct.write([send()])
    assert isinstance(stale, Refused)
    (row,) = await _rows(direct, QUOTATIONS)
    (written,) = await direct.write([send()])
    assert isinstance(written, Written)
    assert written.rows[0] is not None
    assert written.rows[0].image["SalesQuotationStatus"] == "Sent"
