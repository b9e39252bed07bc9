from __future__ import annotations

from xml.etree import ElementTree

import pytest

from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.entity import Entity, parse_fields
from connectors.sandbox.finops.logic import HANDLERS
from connectors.sandbox.finops.tables import TABLES
from connectors.sandbox.finops.web.csdl import document

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_EACH = pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)


@_EACH
def test_an_entity_is_well_formed(entity: Entity) -> None:
    assert entity.keys
    for name in entity.keys:
        field = entity.fields[name]
        assert field.key
        assert not field.on_update
    assert set(entity.source.aliases) <= set(entity.aliases)
    assert set(entity.aliases.values()) <= set(TABLES)
    assert entity.system_name.endswith(("Entity", "entity"))
    assert entity.event_name.startswith("mserp_")
    assert (entity.set_name in HANDLERS) is not entity.read_only


def test_names_are_unique() -> None:
    for names in (
        [entity.type_name for entity in ENTITIES.values()],
        [entity.event_name for entity in ENTITIES.values()],
    ):
        assert len(set(names)) == len(names)


def test_a_wrong_notation_does_not_load() -> None:
    aliases = {"party": "party"}
    for text, error in (
        ("Name party.nothing", KeyError),
        ("Name nobody.name", KeyError),
        ("Name party.name q", ValueError),
        ("Name party", ValueError),
    ):
        with pytest.raises(error):
            parse_fields(text, aliases, {}, read_only=False)


def test_the_document_names_every_entity_field_and_enumeration() -> None:
    schema = next(iter(ElementTree.fromstring(document()).iter(f"{_EDM}Schema")))
    enums = {node.get("Name") for node in schema.iter(f"{_EDM}EnumType")}
    sets = {node.get("Name"): node.get("EntityType") for node in schema.iter(f"{_EDM}EntitySet")}
    types = {node.get("Name"): node for node in schema.iter(f"{_EDM}EntityType")}
    namespace = schema.get("Namespace")
    for entity in ENTITIES.values():
        assert sets[entity.set_name] == f"{namespace}.{entity.type_name}"
        node = types[entity.type_name]
        assert tuple(ref.get("Name") for ref in node.iter(f"{_EDM}PropertyRef")) == entity.keys
        properties = {prop.get("Name"): prop for prop in node.iter(f"{_EDM}Property")}
        assert list(properties) == list(entity.fields)
        for prop in properties.values():
            kind = prop.get("Type", "")
            assert kind.startswith("Edm.") or kind.rpartition(".")[2] in enums
