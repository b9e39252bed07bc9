"""Units and products: shared ones, released ones, variants, what orders of them default to."""

from __future__ import annotations

from connectors.sandbox.finops import setup_fields as more
from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity
from connectors.sandbox.finops.entity import Entity

_UNIT = """
    UnitSymbol unit.symbol k*
    UnitDescription unit.description
    UnitClass unit.class
    DecimalPrecision unit.decimals
    IsBaseUnit unit.base
    IsSystemUnit unit.system
    SystemOfUnits unit.system_of_units
    """


def _units(set_name: str, type_name: str, system_name: str, *, read_only: bool = False) -> Entity:
    return entity(
        set_name,
        type_name,
        system_name,
        "Units",
        sources.single("unit", {"UnitSymbol": "symbol"}),
        _UNIT,
        labels={"UnitSymbol": "Unit"},
        read_only=read_only,
    )


UNITS = _units("UnitsOfMeasure", "UnitOfMeasure", "UnitOfMeasureEntity")
SHORT_UNITS = _units("Units", "Unit", "UnitEntity", read_only=True)
"""The same rows to read, under a short name."""

CONVERSIONS = entity(
    "UnitOfMeasureConversions",
    "UnitOfMeasureConversion",
    "UnitOfMeasureConversionEntity",
    "Unit conversions",
    sources.single("unit_conversion", {"FromUnitSymbol": "from", "ToUnitSymbol": "to"}),
    """
    FromUnitSymbol unit_conversion.from k*
    ToUnitSymbol unit_conversion.to k*
    Numerator unit_conversion.numerator
    Denominator unit_conversion.denominator
    Factor unit_conversion.factor
    InnerOffset unit_conversion.inner
    OuterOffset unit_conversion.outer
    Rounding unit_conversion.rounding
    """,
)

SHARED = entity(
    "AllProducts",
    "AllProduct",
    "EcoResProductEntity",
    "All products",
    sources.single("shared_product", {"ProductNumber": "number"}),
    """
    ProductNumber shared_product.number k*
    ProductName shared_product.name
    ProductDescription shared_product.description
    """,
    labels={"ProductNumber": "Product number"},
)

RELEASED = entity(
    "ReleasedProductsV2",
    "ReleasedProductV2",
    "EcoResReleasedProductV2Entity",
    "Released products V2",
    sources.single("item", {"dataAreaId": "company", "ItemNumber": "id"}),
    """
    dataAreaId item.company k
    ItemNumber item.id k*
    ProductNumber item.product c*
    ProductSearchName item.search
    ProductType item.type
    SalesPrice item.price
    UnitCost item.cost
    SalesUnitSymbol item.unit
    InventoryUnitSymbol item.inventory_unit
    PurchaseUnitSymbol item.purchase_unit
    BOMUnitSymbol item.bom_unit
    CatchWeightUnitSymbol item.catch_unit
    ComparisonPriceBaseUnitSymbol item.compared_unit
    AlternativeItemNumber item.alternative
    """
    + more.fields(more.RELEASED_PRODUCT, "item"),
    labels={"ItemNumber": "Item number", "SalesUnitSymbol": "Unit"},
)

DISTINCT = entity(
    "CDSReleasedDistinctProducts",
    "CDSReleasedDistinctProduct",
    "EcoResReleasedDistinctProductCDSEntity",
    "CDS released distinct products",
    sources.single("product", {"dataAreaId": "company", "ProductNumber": "number"}),
    """
    dataAreaId product.company k
    ProductNumber product.number k
    ItemNumber product.item
    ProductName product.name
    ProductDescription product.description
    ProductType product.type
    FieldServiceProductType product.field_service
    SalesPrice product.price
    UnitCost product.cost
    CurrencyCode product.currency
    SalesUnitSymbol product.unit
    SalesUnitDecimalPrecision product.unit_decimals
    IsStockedProduct product.stocked
    IsCatchWeightProduct product.catch_weight
    ProductColorId product.color
    ProductConfigurationId product.configuration
    ProductSizeId product.size
    ProductStyleId product.style
    """,
    read_only=True,
)

SETTINGS = entity(
    "ProductDefaultOrderSettings",
    "ProductDefaultOrderSetting",
    "InventProductDefaultOrderSettingsEntity",
    "Default order settings",
    sources.single("order_settings", {"dataAreaId": "company", "ItemNumber": "item"}),
    """
    dataAreaId order_settings.company k
    ItemNumber order_settings.item k*
    SalesSiteId order_settings.sales_site
    SalesWarehouseId order_settings.sales_warehouse
    InventorySiteId order_settings.inventory_site
    InventoryWarehouseId order_settings.inventory_warehouse
    IsSalesProcessingStopped order_settings.stopped
    MinimumSalesOrderQuantity order_settings.lowest
    MaximumSalesOrderQuantity order_settings.highest
    StandardSalesOrderQuantity order_settings.standard
    SalesLeadTimeDays order_settings.lead_days
    """,
    labels={"ItemNumber": "Item number"},
)


def _dimension(set_name: str, type_name: str, table: str, field: str) -> Entity:
    """One of the dimensions that tell a product's variants apart."""
    return entity(
        set_name,
        type_name,
        f"EcoRes{type_name}Entity",
        set_name.removeprefix("Product"),
        sources.single(table, {field: "id"}),
        f"{field} {table}.id k*",
    )


ENTITIES = (
    UNITS,
    SHORT_UNITS,
    CONVERSIONS,
    SHARED,
    RELEASED,
    DISTINCT,
    SETTINGS,
    _dimension("ProductColors", "ProductColor", "color", "ColorId"),
    _dimension("ProductConfigurations", "ProductConfiguration", "configuration", "ConfigurationId"),
    _dimension("ProductSizes", "ProductSize", "size", "SizeId"),
    _dimension("ProductStyles", "ProductStyle", "style", "StyleId"),
)
