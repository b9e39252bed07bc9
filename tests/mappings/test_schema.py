"""What editors are told of map files is what the loader accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mappings.catalogue import SHIPPED
from mappings.reading import read
from mappings.schema import FILE, schema_text

from .folders import CUSTOMER
from .jsonschema import Schema

SCHEMA = Schema(json.loads(schema_text()))
FILES = sorted(SHIPPED.glob("*/*.yaml"))


def told(tmp_path: Path, text: str) -> bool:
    file = tmp_path / "map.yaml"
    file.write_text(text, encoding="utf-8")
    return SCHEMA.accepts(read(file).data)


def test_the_shipped_schema_is_made_of_the_loaders_classes() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run python -m mappings.schema"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}-{f.stem}")
def test_every_map_file_is_valid(file: Path) -> None:
    assert SCHEMA.accepts(read(file).data)


def _bent(data: Any, path: list[Any], value: Any) -> Any:
    copy = json.loads(json.dumps(data))
    part = copy
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["kinds"], "x"),
        (["kind"], "Not A Name"),
        (["rank"], "two"),
        (["delete"], "cascade"),
        (["crm", "other"], {}),
        (["erp", "customer", "id"], "x"),
        (["crm", "main", "where", "customertypecode"], {"is": 3}),
        (["enter", 0], {"destroy": "customer"}),
        (["fields"], []),
        (["fields", 0, "ownr"], "crm"),
        (["fields", 0, "owner"], "ax"),
        (["fields", 0, "max"], 0),
        (["fields", 0, "max"], {"ax": 3}),
        (["fields", 0, "key"], "yes"),
    ],
)
def test_what_the_loader_refuses_is_marked(path: list[Any], value: Any, tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(CUSTOMER, encoding="utf-8")
    data = read(file).data
    assert SCHEMA.accepts(data)
    assert not SCHEMA.accepts(_bent(data, path, value))


def test_a_change_needs_only_what_it_changes(tmp_path: Path) -> None:
    assert told(tmp_path, "map: customers\nremove: [hold]\n")
    assert told(tmp_path, "map: customers\nfields:\n  - {name: zip, owner: erp}\n")
    assert told(tmp_path, "map: customers\ncrm: {main: {where: {statecode: {not: 1}}}}\n")
    assert not told(tmp_path, "map: customers\nfields:\n  - {owner: erp}\n")
    assert not told(tmp_path, "map: customers\nfields:\n  - {name: zip, ownr: erp}\n")
    assert not told(tmp_path, "remove: [hold]\n")
