"""Reads the compact table texts.

    table account accounts primary=name company=msdyn_company owner track
      key msdyn_accountkey "Account Number" accountnumber msdyn_company
      collection contact_customer_accounts contact parentcustomerid
      name s160
      creditlimit money
      customertypecode choice:customertype
      msdyn_company > cdm_company
      parentcustomerid > account:parentcustomerid_account contact:parentcustomerid_contact

A column is its name, its kind, and words: `req` required, `ro` read-only, `wo` write-only, `=x` the
default.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors.sandbox.dataverse.tables.choices import CHOICES, LIVES
from connectors.sandbox.kernel.model import Column, Key, Table, Target

_KINDS = {
    "int": "integer",
    "bigint": "bigint",
    "bool": "boolean",
    "guid": "guid",
    "dt": "datetime",
    "date": "date",
}
_ALWAYS = (
    Column("createdon", "datetime", read_only=True),
    Column("modifiedon", "datetime", read_only=True),
    Column("createdby", "lookup", read_only=True, targets=(Target("systemuser", "createdby"),)),
    Column("modifiedby", "lookup", read_only=True, targets=(Target("systemuser", "modifiedby"),)),
    Column(
        "createdonbehalfby",
        "lookup",
        read_only=True,
        targets=(Target("systemuser", "createdonbehalfby"),),
    ),
    Column(
        "modifiedonbehalfby",
        "lookup",
        read_only=True,
        targets=(Target("systemuser", "modifiedonbehalfby"),),
    ),
    Column("overriddencreatedon", "datetime"),
    Column("importsequencenumber", "integer"),
    Column("versionnumber", "bigint", read_only=True),
)
_OWNER = (
    Column(
        "ownerid", "lookup", targets=(Target("systemuser", "ownerid"), Target("team", "ownerid"))
    ),
    Column("owninguser", "lookup", read_only=True, targets=(Target("systemuser", "owninguser"),)),
    Column("owningteam", "lookup", read_only=True, targets=(Target("team", "owningteam"),)),
    Column(
        "owningbusinessunit",
        "lookup",
        read_only=True,
        targets=(Target("businessunit", "owningbusinessunit"),),
    ),
)


def read_tables(text: str) -> Iterator[Table]:
    """Every table of a text, with its standard columns added."""
    lines: list[list[str]] = []
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0] == "table" and lines:
            yield _table(lines)
            lines = []
        lines.append(words)
    if lines:
        yield _table(lines)


def _table(lines: list[list[str]]) -> Table:
    head, *rest = lines
    _, name, entity_set, *words = head
    options = {key: value for key, _, value in (word.partition("=") for word in words)}
    columns: list[Column] = [Column(options.get("id") or f"{name}id", "guid")]
    keys: list[Key] = []
    collections: dict[str, tuple[str, str]] = {}
    for words in rest:
        if words[0] == "key":
            keys.append(Key(words[1], tuple(words[3:]), words[2]))
        elif words[0] == "collection":
            collections[words[1]] = (words[2], words[3])
        else:
            columns.extend(_column(words))
    columns.extend(_ALWAYS)
    if "owner" in options:
        columns.extend(_OWNER)
    life = None if "stateless" in options else LIVES[options.get("states") or "active"]
    if life is not None:
        columns.append(Column("statecode", "choice", options=life.states, default=0))
        first = life.allowed[0][0]
        columns.append(Column("statuscode", "choice", options=life.reasons, default=first))
    if any(column.kind == "money" for column in columns):
        columns.append(Column("exchangerate", "decimal", precision=10, read_only=True))
    return Table(
        name=name,
        entity_set=entity_set,
        columns=tuple(columns),
        id_column=columns[0].name,
        keys=tuple(keys),
        states=life.allowed if life is not None else None,
        change_tracking="track" in options,
        primary_name=options.get("primary"),
        company=options.get("company"),
        collections=collections,
    )


def _column(words: list[str]) -> list[Column]:
    name, kind, *rest = words
    if kind == ">":
        return [_lookup(name, rest)]
    given: dict[str, Any] = {}
    if kind.startswith("choice:"):
        given = {"kind": "choice", "options": CHOICES[kind.removeprefix("choice:")]}
    elif kind.startswith("memo"):
        given = {"kind": "memo", "max_length": int(kind[4:])}
    elif kind.startswith("dec"):
        given = {"kind": "decimal", "precision": int(kind[3:])}
    elif kind == "money":
        given = {"kind": "money", "precision": 2}
    elif kind in _KINDS:
        given = {"kind": _KINDS[kind]}
    else:
        given = {"kind": "string", "max_length": int(kind[1:])}
    column = _flags(Column(name, **given), rest)
    if column.kind != "money":
        return [column]
    return [column, Column(f"{name}_base", "money", precision=2, read_only=True)]


def _lookup(name: str, words: list[str]) -> Column:
    targets = []
    flags = []
    for word in words:
        if word in {"req", "ro"}:
            flags.append(word)
        else:
            table, _, navigation = word.partition(":")
            targets.append(Target(table, navigation or name))
    return _flags(Column(name, "lookup", targets=tuple(targets)), flags)


def _flags(column: Column, words: list[str]) -> Column:
    for word in words:
        if word == "req":
            column = replace(column, required=True)
        elif word == "ro":
            column = replace(column, read_only=True)
        elif word == "wo":
            column = replace(column, write_only=True)
        elif word.startswith("="):
            column = replace(column, default=_default(column, word[1:]))
        else:
            raise ValueError(f"column '{column.name}': unknown word '{word}'")
    return column


def _default(column: Column, text: str) -> object:
    if column.kind == "boolean":
        return text == "true"
    return int(text) if column.kind in {"choice", "integer"} else text
