"""Reads both systems and says what is not the same, to the cent, and how far the business is.

It knows the two systems' APIs and the published columns, and nothing of the service between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from connectors.sandbox.kernel.countries import find_country
from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import ROOT, CrmPerson
from connectors.sandbox.people.erp import ErpPerson
from connectors.sandbox.people.northwind_sheets import LOOKUPS, SHEETS, Column, Sheet

Key = tuple[Any, ...]
_NEVER: Final = "1900-01-01"


@dataclass(frozen=True)
class Stage:
    """How many there are of something, and what they amount to."""

    count: int
    amount: Decimal


@dataclass(frozen=True)
class Ledger:
    """Both systems as they are now.

    Args:
        crm: sheet's name to the CRM's rows by key.
        erp: sheet's name to the ERP's rows by key.
        names: what a lookup points to, by kind: id to number.
    """

    crm: Mapping[str, Mapping[Key, Row]]
    erp: Mapping[str, Mapping[Key, Row]]
    names: Mapping[str, Mapping[str, str]]

    @cached_property
    def differences(self) -> list[str]:
        """Everything that is not the same, in words."""
        return [text for sheet in SHEETS for text in self._compare(sheet)]

    @property
    def values(self) -> int:
        """How many pairs of values were compared."""
        return sum(
            len(self.erp[sheet.name]) * (len(sheet.columns) + len(_states(sheet)))
            for sheet in SHEETS
        )

    @property
    def stages(self) -> dict[str, dict[str, Stage]]:
        """Stage to side to how much of it there is."""
        return {
            "Quotes": self._stage("quote", "QuotationTotalAmount", "totalamount"),
            "Won": self._stage(
                "quote",
                "QuotationTotalAmount",
                "totalamount",
                erp={"SalesQuotationStatus": ("Confirmed",)},
                crm={"statecode": (2,)},
            ),
            "Ordered": self._stage("order", "OrderTotalAmount", "totalamount"),
            "Shipped": self._stage(
                "order",
                "OrderTotalAmount",
                "totalamount",
                erp={"SalesOrderProcessingStatus": ("Delivered", "Invoiced")},
                crm={"statecode": (3, 4)},
            ),
            "Invoiced": self._stage("invoice", "TotalInvoiceAmount", "msdyn_totalamount"),
        }

    def _stage(
        self,
        name: str,
        erp_amount: str,
        crm_amount: str,
        *,
        erp: Mapping[str, tuple[Any, ...]] | None = None,
        crm: Mapping[str, tuple[Any, ...]] | None = None,
    ) -> dict[str, Stage]:
        return {
            "crm": _sum(self.crm[name].values(), crm_amount, crm or {}),
            "erp": _sum(self.erp[name].values(), erp_amount, erp or {}),
        }

    def _compare(self, sheet: Sheet) -> Iterator[str]:
        crm, erp = self.crm[sheet.name], self.erp[sheet.name]
        for key in sorted(crm.keys() ^ erp.keys(), key=str):
            yield f"{sheet.name} {_shown(key)}: only in the {'CRM' if key in crm else 'ERP'}"
        for key in sorted(crm.keys() & erp.keys(), key=str):
            for column in sheet.columns:
                said = erp[key][column.erp] or erp[key].get(column.instead)
                ours = _plain(said, column.kind)
                theirs = self._neutral(crm[key][column.crm], column)
                if ours != theirs:
                    yield (
                        f"{sheet.name} {_shown(key)}: {column.erp} is {ours!r}, "
                        f"{column.crm} is {theirs!r}"
                    )
            yield from _compare_states(sheet, key, erp[key], crm[key])

    def _neutral(self, value: Any, column: Column) -> Any:
        return _neutral(value, column, self.names)


def read_ledger(crm: CrmPerson, erp: ErpPerson) -> Ledger:
    """Read every quote, order, invoice and line of both systems."""
    found: dict[str, list[Row]] = {}
    for sheet in SHEETS:
        columns = {column.crm for column in (*sheet.key, *sheet.columns)}
        columns.update(_states(sheet))
        if sheet.name in LOOKUPS:
            columns.add(LOOKUPS[sheet.name][1])
        found[sheet.crm] = _crm_rows(crm, sheet.crm, columns)
    names: dict[str, dict[str, str]] = {}
    for kind, (table, row_id, number) in LOOKUPS.items():
        rows = found.get(table) or _crm_rows(crm, table, {row_id, number})
        names[kind] = {row[row_id]: row[number] for row in rows}
    return Ledger(
        {s.name: {_crm_key(s, row, names): row for row in found[s.crm]} for s in SHEETS},
        {s.name: {_erp_key(s, row): row for row in _erp_rows(erp, s)} for s in SHEETS},
        names,
    )


def _crm_rows(crm: CrmPerson, table: str, columns: Iterable[str]) -> list[Row]:
    page = crm.calls.get(f"{ROOT}{table}", {"$select": ",".join(sorted(columns))})
    found: list[Row] = page["value"]
    while "@odata.nextLink" in page:
        page = crm.calls.get(page["@odata.nextLink"])
        found += page["value"]
    return found


def _erp_rows(erp: ErpPerson, sheet: Sheet) -> list[Row]:
    columns = {column.erp for column in (*sheet.key, *sheet.columns)}
    columns.update(column.instead for column in sheet.columns if column.instead)
    if sheet.states is not None:
        columns.add(sheet.states[0])
    query = {"cross-company": "true", "$select": ",".join(sorted(columns))}
    page = erp.calls.get(f"/data/{sheet.erp}", query)
    found: list[Row] = page["value"]
    while "@odata.nextLink" in page:
        page = erp.calls.get(page["@odata.nextLink"])
        found += page["value"]
    return found


def _erp_key(sheet: Sheet, row: Row) -> Key:
    return tuple(_plain(row[column.erp], column.kind) for column in sheet.key)


def _crm_key(sheet: Sheet, row: Row, names: Mapping[str, Mapping[str, str]]) -> Key:
    return tuple(_neutral(row[column.crm], column, names) for column in sheet.key)


def _neutral(value: Any, column: Column, names: Mapping[str, Mapping[str, str]]) -> Any:
    if column.kind in names:
        return names[column.kind].get(value, "") if value is not None else ""
    if column.kind == "country":
        country = find_country(value or "")
        return country.alpha2 if country is not None else value or ""
    return _plain(value, column.kind)


def _plain(value: Any, kind: str) -> Any:
    """A value without what the two systems write differently: blanks, days, amounts."""
    if kind == "amount":
        return Decimal(str(value or 0)).quantize(Decimal("0.0001"))
    if kind == "day":
        day = str(value or "")[:10]
        return "" if day == _NEVER else day
    return value or ""


def _states(sheet: Sheet) -> tuple[str, ...]:
    """The CRM's columns that tell the state of a sheet's rows."""
    if sheet.states is None:
        return ()
    _, copy, values = sheet.states
    return (copy, "statecode", "statuscode")[: len(next(iter(values.values())))]


def _compare_states(sheet: Sheet, key: Key, erp: Row, crm: Row) -> Iterator[str]:
    if sheet.states is None:
        return
    status, _, values = sheet.states
    seen = tuple(crm[column] for column in _states(sheet))
    if values.get(erp[status]) != seen:
        yield (
            f"{sheet.name} {_shown(key)}: {status} is {erp[status]!r}, "
            f"{', '.join(_states(sheet))} are {seen}"
        )


def _sum(rows: Iterable[Row], amount: str, where: Mapping[str, tuple[Any, ...]]) -> Stage:
    found = [row for row in rows if all(row[name] in values for name, values in where.items())]
    return Stage(len(found), sum((Decimal(str(row[amount] or 0)) for row in found), Decimal()))


def _shown(key: Key) -> str:
    return " ".join(
        f"{part:f}".rstrip("0").rstrip(".") if isinstance(part, Decimal) else part for part in key
    )
