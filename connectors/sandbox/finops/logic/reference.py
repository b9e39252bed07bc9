"""Writes of reference data: plain rows that others refer to."""

from __future__ import annotations

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.companies import close_company, open_company
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import TABLES
from connectors.sandbox.finops.values import Values

_Use = tuple[str, str]


def plain(
    table: str, label: str, key: str, uses: tuple[_Use, ...], *, company: bool = True
) -> Handler:
    """The handler of a plain base table.

    Args:
        table: the base table.
        label: what people call its rows.
        key: the key column besides the company.
        uses: tables and columns that refer to its rows.
        company: whether its rows belong to a company.
    """

    def insert(work: Work, values: Values) -> Rows:
        columns = values.of(table)
        parts = [work.company_of(values, table)] if company else []
        parts.append(columns[key])
        if work.db.get(table, *parts) is not None:
            system_name = TABLES[table].system_name
            raise refusals.duplicate(work.row_type, label, system_name, f"{label}: {columns[key]}")
        _check(work, parts[0], columns)
        return {table: work.db.insert(table, columns)}

    def update(work: Work, rows: Rows, values: Values) -> None:
        row = rows[table]
        _check(work, str(row.get("company", "")), values.of(table))
        work.db.update(table, row, values.of(table))

    def delete(work: Work, rows: Rows) -> None:
        row = rows[table]
        for user, column in uses:
            for other in work.db.rows(user).values():
                if str(other.get(column, "")).casefold() == row[key].casefold() and (
                    not company or other.get("company") == row["company"]
                ):
                    raise refusals.infolog(
                        work.row_type,
                        "in-use",
                        f"{label} {row[key]} cannot be deleted while dependent "
                        f"{TABLES[user].system_name} records exist.",
                        verb="Delete",
                    )
        work.db.delete(table, row)

    return Handler(insert, update, delete)


def _check(work: Work, company: str, columns: dict[str, str]) -> None:
    for column in ("payment_terms", "clearing"):
        work.refer(
            columns.get(column, ""),
            "Terms of payment",
            "Terms of payment",
            "payment_term",
            company,
        )
    work.refer(columns.get("currency", ""), "Currency", "Currencies", "currency")


GROUPS = plain(
    "customer_group", "Customer group", "id", (("customer", "group"), ("prospect", "group"))
)
TERMS = plain(
    "payment_term",
    "Terms of payment",
    "name",
    (("customer", "payment_terms"), ("customer_group", "payment_terms")),
)
CURRENCIES = plain(
    "currency",
    "Currency",
    "code",
    (("customer", "currency"), ("prospect", "currency"), ("legal_entity", "currency")),
    company=False,
)
_COMPANIES = plain(
    "legal_entity",
    "Company",
    "id",
    (
        ("customer", "company"),
        ("prospect", "company"),
        ("contact", "company"),
        ("customer_group", "company"),
        ("payment_term", "company"),
        ("product", "company"),
    ),
    company=False,
)


def insert_company(work: Work, values: Values) -> Rows:
    """A new company, with its parameters and number sequences."""
    rows = _COMPANIES.insert(work, values)
    open_company(work.db, rows["legal_entity"]["id"].lower())
    return rows


def delete_company(work: Work, rows: Rows) -> None:
    """Remove a company in which there is nothing."""
    _COMPANIES.delete(work, rows)
    close_company(work.db, rows["legal_entity"]["id"].lower())


COMPANIES = Handler(insert_company, _COMPANIES.update, delete_company)
