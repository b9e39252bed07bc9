"""What the two dialects say differently, said once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from msgspec.json import encode
from sqlalchemy import BigInteger, ColumnElement, Table, Text, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.dml import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite.dml import Insert as SqliteInsert

from sync.store.texts import AnyText, held

Insert = PostgresInsert | SqliteInsert


def insert_into(table: Table, *, postgres: bool) -> Insert:
    """An insert that can say what to do about a row that exists."""
    return postgresql.insert(table) if postgres else sqlite.insert(table)


def upsert(
    table: Table, *, postgres: bool, where: tuple[str, ...] = (), keep: Collection[str] = ()
) -> Insert:
    """Insert, or replace every column but the key.

    Args:
        table: The table.
        postgres: The dialect.
        where: A column whose new value must be greater for the row to be replaced (or blank).
        keep: Columns that an existing row keeps.
    """
    statement = insert_into(table, postgres=postgres)
    keys = [column.name for column in table.primary_key]
    changed = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if column.name not in keys and column.name not in keep
    }
    condition: ColumnElement[bool] | None = None
    for name in where:
        old, new = table.c[name], statement.excluded[name]
        condition = old.is_(None) | new.is_(None) | (old < new)
    return statement.on_conflict_do_update(index_elements=keys, set_=changed, where=condition)


def insert_missing(table: Table, *, postgres: bool) -> Insert:
    """Insert, leaving rows that exist alone."""
    return insert_into(table, postgres=postgres).on_conflict_do_nothing()


def among(column: ColumnElement[Any], name: str, *, postgres: bool) -> ColumnElement[bool]:
    """The column is one of the texts of the parameter; one statement for any number of them."""
    if postgres:
        return column == func.any(bindparam(name, type_=ARRAY(AnyText)))
    listed = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return column.in_(select(listed.c.value))


def texts(values: Iterable[str], *, postgres: bool) -> list[str] | str:
    """The parameter that `among` compares with."""
    listed = sorted(set(values))
    return [str(value) for value in listed] if postgres else encode([*map(held, listed)]).decode()


def number(name: str) -> ColumnElement[int]:
    """A parameter that is a 64-bit integer."""
    return bindparam(name, type_=BigInteger)
