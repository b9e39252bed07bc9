"""Sites, warehouses, modes and terms of delivery, order origins, and the features of the ERP."""

from __future__ import annotations

from connectors.sandbox.finops import setup_fields as more
from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity


def _address(table: str) -> str:
    """The notation of the address of a site or warehouse."""
    fields = {
        "Description": "address_description",
        "Street": "street",
        "StreetNumber": "number",
        "City": "city",
        "CountyId": "county",
        "StateId": "state",
        "ZipCode": "zip",
        "CountryRegionId": "country",
        "DistrictName": "district",
        "PostBox": "postbox",
        "BuildingCompliment": "building",
        "Latitude": "latitude",
        "Longitude": "longitude",
        "LocationRoles": "roles",
    }
    lines = [f"PrimaryAddress{name} {table}.{column}" for name, column in fields.items()]
    lines += [
        f"IsPrimaryAddressAssigned {table}.assigned r",
        f"FormattedPrimaryAddress {table}.formatted r",
        more.fields(more.PLACE, table),
    ]
    return "\n".join(lines)


ENTITIES = (
    entity(
        "OperationalSites",
        "OperationalSite",
        "InventOperationalSiteEntity",
        "Sites",
        sources.single("site", {"dataAreaId": "company", "SiteId": "id"}),
        f"""
        dataAreaId site.company k
        SiteId site.id k*
        SiteName site.name
        {_address("site")}
        {more.fields(more.SITE, "site")}
        """,
        labels={"SiteId": "Site"},
    ),
    entity(
        "Warehouses",
        "Warehouse",
        "InventWarehouseEntity",
        "Warehouses",
        sources.single("warehouse", {"dataAreaId": "company", "WarehouseId": "id"}),
        f"""
        dataAreaId warehouse.company k
        WarehouseId warehouse.id k*
        WarehouseName warehouse.name
        OperationalSiteId warehouse.site *
        WarehouseType warehouse.type
        MainRefillingWarehouseId warehouse.main
        QuarantineWarehouseId warehouse.quarantine
        TransitWarehouseId warehouse.transit
        {_address("warehouse")}
        {more.fields(more.WAREHOUSE, "warehouse")}
        """,
        labels={"WarehouseId": "Warehouse", "OperationalSiteId": "Site"},
    ),
    entity(
        "DeliveryModesV2",
        "DeliveryModeV2",
        "DlvDeliveryModeV2Entity",
        "Modes of delivery",
        sources.single("delivery_mode", {"dataAreaId": "company", "ModeCode": "code"}),
        """
        dataAreaId delivery_mode.company k
        ModeCode delivery_mode.code k*
        ModeDescription delivery_mode.description
        """,
        labels={"ModeCode": "Mode of delivery"},
    ),
    entity(
        "DeliveryTerms",
        "DeliveryTerm",
        "DeliveryTermsEntity",
        "Terms of delivery",
        sources.single("delivery_term", {"dataAreaId": "company", "TermsCode": "code"}),
        """
        dataAreaId delivery_term.company k
        TermsCode delivery_term.code k*
        TermsDescription delivery_term.description
        IntrastatCode delivery_term.intrastat
        FreightChargeTerms delivery_term.freight
        SalesTaxLocationRole delivery_term.tax_role
        IsCashOnDelivery delivery_term.cash
        DoRetailSalesOrdersGetTransportationChargesAdded delivery_term.charges
        WillShipmentConfirmationTransferCharges delivery_term.transfer
        """,
        labels={"TermsCode": "Terms of delivery"},
    ),
    entity(
        "SalesOrderOriginCodes",
        "SalesOrderOriginCode",
        "SalesOrderOriginEntity",
        "Sales order origin codes",
        sources.single("order_origin", {"dataAreaId": "company", "OriginCode": "code"}),
        """
        dataAreaId order_origin.company k
        OriginCode order_origin.code k*
        OriginDescription order_origin.description
        """,
        labels={"OriginCode": "Sales origin"},
    ),
    entity(
        "TradeD365SalesFeatureParameters",
        "TradeD365SalesFeatureParameter",
        "TradeD365SalesFeatureParametersEntity",
        "Dynamics 365 Sales feature parameters",
        sources.single("feature", {"Name": "name"}),
        """
        Name feature.name k*
        IsEnabled feature.enabled
        """,
    ),
)
