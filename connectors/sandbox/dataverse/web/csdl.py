"""`$metadata`: the table model as CSDL XML."""

from __future__ import annotations

from functools import cache
from xml.etree import ElementTree as Xml

from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.dataverse.values import edm_type
from connectors.sandbox.dataverse.wiring import property_of
from connectors.sandbox.kernel.model import Column, Table

_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"
_NAMESPACE = "Microsoft.Dynamics.CRM"


@cache
def metadata_document() -> bytes:
    """The whole document."""
    Xml.register_namespace("edmx", _EDMX)
    Xml.register_namespace("", _EDM)
    root = Xml.Element(f"{{{_EDMX}}}Edmx", {"Version": "4.0"})
    services = Xml.SubElement(root, f"{{{_EDMX}}}DataServices")
    schema = Xml.SubElement(services, f"{{{_EDM}}}Schema", {"Namespace": _NAMESPACE})
    base = Xml.SubElement(
        schema, f"{{{_EDM}}}EntityType", {"Name": "crmbaseentity", "Abstract": "true"}
    )
    base.set("OpenType", "true")
    for table in all_tables().values():
        _entity_type(schema, table)
    container = Xml.SubElement(schema, f"{{{_EDM}}}EntityContainer", {"Name": "System"})
    for table in all_tables().values():
        _entity_set(container, table)
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entity_type(schema: Xml.Element, table: Table) -> None:
    attributes = {"Name": table.name, "BaseType": f"{_NAMESPACE}.crmbaseentity"}
    entity = Xml.SubElement(schema, f"{{{_EDM}}}EntityType", attributes)
    key = Xml.SubElement(entity, f"{{{_EDM}}}Key")
    Xml.SubElement(key, f"{{{_EDM}}}PropertyRef", {"Name": table.id_column})
    for column in table.columns:
        if not column.write_only:
            _property(entity, column)
    for column in table.lookups:
        _navigations(entity, column)
    for name, (child, _) in table.collections.items():
        Xml.SubElement(
            entity,
            f"{{{_EDM}}}NavigationProperty",
            {"Name": name, "Type": f"Collection({_NAMESPACE}.{child})"},
        )


def _navigations(entity: Xml.Element, column: Column) -> None:
    shared = len(column.targets) > len({target.navigation for target in column.targets})
    for target in column.targets[:1] if shared else column.targets:
        kind = "crmbaseentity" if shared else target.table
        attributes = {"Name": target.navigation, "Type": f"{_NAMESPACE}.{kind}"}
        found = Xml.SubElement(entity, f"{{{_EDM}}}NavigationProperty", attributes)
        if not shared:
            pair = {
                "Property": property_of(column),
                "ReferencedProperty": all_tables()[target.table].id_column,
            }
            Xml.SubElement(found, f"{{{_EDM}}}ReferentialConstraint", pair)


def _property(entity: Xml.Element, column: Column) -> None:
    attributes = {"Name": property_of(column), "Type": edm_type(column)}
    if column.max_length is not None:
        attributes["MaxLength"] = str(column.max_length)
    if column.kind in {"decimal", "money"}:
        attributes["Scale"] = "Variable"
    Xml.SubElement(entity, f"{{{_EDM}}}Property", attributes)


def _entity_set(container: Xml.Element, table: Table) -> None:
    entity_set = Xml.SubElement(
        container,
        f"{{{_EDM}}}EntitySet",
        {"Name": table.entity_set, "EntityType": f"{_NAMESPACE}.{table.name}"},
    )
    for column in table.lookups:
        shared = len(column.targets) > len({target.navigation for target in column.targets})
        for target in () if shared else column.targets:
            path = {"Path": target.navigation, "Target": all_tables()[target.table].entity_set}
            Xml.SubElement(entity_set, f"{{{_EDM}}}NavigationPropertyBinding", path)
    if table.change_tracking:
        annotation = Xml.SubElement(
            entity_set,
            f"{{{_EDM}}}Annotation",
            {"Term": "Org.OData.Capabilities.V1.ChangeTracking"},
        )
        record = Xml.SubElement(annotation, f"{{{_EDM}}}Record")
        Xml.SubElement(
            record, f"{{{_EDM}}}PropertyValue", {"Property": "Supported", "Bool": "true"}
        )
