"""`$metadata`: the CSDL document of all entities and enumerations."""

from __future__ import annotations

from functools import cache
from xml.etree import ElementTree as Xml

from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.entity import Entity, Field
from connectors.sandbox.finops.enums import ENUMS
from connectors.sandbox.finops.kinds import NAMESPACE

_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"


@cache
def document() -> bytes:
    """The document, as UTF-8 with its declaration."""
    root = Xml.Element("edmx:Edmx", {"Version": "4.0", "xmlns:edmx": _EDMX})
    services = Xml.SubElement(root, "edmx:DataServices")
    schema = Xml.SubElement(services, "Schema", {"Namespace": NAMESPACE, "xmlns": _EDM})
    for name, members in ENUMS.items():
        kind = Xml.SubElement(schema, "EnumType", {"Name": name})
        for number, member in enumerate(members):
            Xml.SubElement(kind, "Member", {"Name": member, "Value": str(number)})
    for entity in ENTITIES.values():
        _entity_type(schema, entity)
    container = Xml.SubElement(schema, "EntityContainer", {"Name": "Resources"})
    for entity in ENTITIES.values():
        Xml.SubElement(
            container,
            "EntitySet",
            {"Name": entity.set_name, "EntityType": f"{NAMESPACE}.{entity.type_name}"},
        )
    text: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _entity_type(schema: Xml.Element, entity: Entity) -> None:
    node = Xml.SubElement(schema, "EntityType", {"Name": entity.type_name})
    key = Xml.SubElement(node, "Key")
    for name in entity.keys:
        Xml.SubElement(key, "PropertyRef", {"Name": name})
    for field in entity.fields.values():
        Xml.SubElement(node, "Property", _property(field))


def _property(field: Field) -> dict[str, str]:
    attributes = {"Name": field.name, "Type": field.kind.edm}
    if field.key or field.mandatory or field.kind.edm == "Edm.Decimal":
        attributes["Nullable"] = "false"
    if field.kind.max_length is not None:
        attributes["MaxLength"] = str(field.kind.max_length)
    if field.kind.edm == "Edm.Decimal":
        attributes["Scale"] = "Variable"
    return attributes
