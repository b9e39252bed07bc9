"""Puts an entity together from its notation, and the groups of fields that several share."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.sandbox.finops.entity import Entity, Join, Source, parse_fields

_ADDRESS = (
    ("Description", "location.description", ""),
    ("Street", "address.street", ""),
    ("StreetNumber", "address.number", ""),
    ("City", "address.city", ""),
    ("State", "address.state", ""),
    ("County", "address.county", ""),
    ("ZipCode", "address.zip", ""),
    ("CountryRegionId", "address.country", ""),
    ("CountryRegionISOCode", "address.iso", ""),
    ("DistrictName", "address.district", ""),
    ("BuildingCompliment", "address.building", ""),
    ("Postbox", "address.postbox", ""),
    ("LocationId", "link.location", "r"),
    ("LocationRoles", "link.roles", ""),
    ("ValidFrom", "address.valid_from", "r"),
    ("ValidTo", "address.valid_to", "r"),
    ("Latitude", "address.latitude", ""),
    ("Longitude", "address.longitude", ""),
    ("TimeZone", "address.timezone", ""),
)


def entity(
    set_name: str,
    type_name: str,
    system_name: str,
    label: str,
    source: Source,
    text: str,
    *,
    joins: tuple[Join, ...] = (),
    aliases: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    read_only: bool = False,
) -> Entity:
    """One entity from its notation."""
    every = {**source.aliases, **(aliases or {})}
    fields = parse_fields(text, every, labels or {}, read_only=read_only)
    return Entity(set_name, type_name, system_name, label, source, joins, every, fields, read_only)


def address_fields(prefix: str, role: str, renamed: Mapping[str, str] | None = None) -> str:
    """The notation of one address of a party, by its role."""
    names = renamed or {}
    return "\n".join(
        f"{prefix}{names.get(name, name)} {role}_{place} {flags}" for name, place, flags in _ADDRESS
    )


def electronic_fields(prefix: str, names: Mapping[str, str]) -> str:
    """The notation of the primary electronic addresses of a party, with their particulars."""
    lines = []
    for name, alias in names.items():
        lines += [
            f"{prefix}{name} {alias}.locator",
            f"{prefix}{name}Description {alias}.description",
            f"{prefix}{name}Purpose {alias}.purpose",
        ]
        if alias in {"phone", "fax"}:
            lines.append(f"{prefix}{name}Extension {alias}.extension")
    return "\n".join(lines)
