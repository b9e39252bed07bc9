"""Postal addresses: locations, their dated versions, and who uses them in which role."""

from __future__ import annotations

from connectors.sandbox.finops import joins, sources
from connectors.sandbox.finops.catalogue.builder import entity

_PLACE = """
    Street address.street
    StreetNumber address.number
    City address.city
    County address.county
    State address.state
    ZipCode address.zip
    CountryRegionId address.country
    CountryRegionISOCode address.iso
    DistrictName address.district
    PostBox address.postbox
    BuildingCompliment address.building
    Latitude address.latitude
    Longitude address.longitude
    TimeZone address.timezone
    IsPrivate address.private
    """
_LABELS = {
    "PartyNumber": "Party ID",
    "LocationId": "Location ID",
    "CountryRegionId": "Country/region",
}

LOCATIONS = entity(
    "CDSPostalAddressLocations",
    "CDSPostalAddressLocation",
    "LogisticsPostalAddressLocationCDSEntity",
    "CDS postal address locations",
    sources.single("location", {"LocationId": "id"}, location="id"),
    """
    LocationId location.id k
    Description location.description
    ParentLocationId location.parent
    """,
    labels=_LABELS,
)

VERSIONS = entity(
    "CDSPostalAddressHistoryV2",
    "CDSPostalAddressHistoryV2",
    "LogisticsPostalAddressHistoryV2CDSEntity",
    "CDS postal address history V2",
    sources.single(
        "address", {"LocationId": "location", "ValidFrom": "valid_from"}, location="location"
    ),
    """
    LocationId address.location k*
    ValidFrom address.valid_from k
    ValidTo address.valid_to
    Description location.description
    Address address.formatted r
    """
    + _PLACE,
    joins=(joins.location,),
    aliases={"location": "location"},
    labels=_LABELS,
)

LINKS = entity(
    "CDSPartyPostalAddressLocations",
    "CDSPartyPostalAddressLocation",
    "DirPartyPostalAddressLocationCDSEntity",
    "CDS Party postal address locations",
    sources.single("link", {"PartyNumber": "party", "LocationId": "location"}, party=("party",)),
    """
    PartyNumber link.party k*
    LocationId link.location k*
    Purpose link.roles
    IsPrimary link.primary
    IsLocationOwner link.owner
    IsPrivate link.private
    """,
    labels=_LABELS,
)

PARTY_ADDRESSES = entity(
    "PartyLocationPostalAddressesV2",
    "PartyLocationPostalAddressV2",
    "DirPartyLocationPostalAddressV2Entity",
    "Party postal addresses V2",
    sources.party_addresses(),
    """
    PartyNumber link.party k*
    LocationId link.location k
    ValidFrom address.valid_from k
    ValidTo address.valid_to
    Roles link.roles
    IsPrimary link.primary
    IsLocationOwner link.owner
    IsRoleDelivery link.is_delivery
    IsRoleInvoice link.is_invoice
    IsRoleBusiness link.is_business
    IsRoleHome link.is_home
    Description location.description
    FormattedDeliveryAddress address.formatted r
    """
    + _PLACE,
    joins=(joins.location,),
    aliases={"location": "location"},
    labels=_LABELS,
)

ENTITIES = (LOCATIONS, VERSIONS, LINKS, PARTY_ADDRESSES)
