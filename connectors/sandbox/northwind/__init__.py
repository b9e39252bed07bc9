"""Microsoft's Northwind sample, shipped as data (see LICENSE in this folder)."""

from connectors.sandbox.northwind.companies import Company, load_companies
from connectors.sandbox.northwind.orders import Line, Order, load_orders
from connectors.sandbox.northwind.products import Product, load_products, units

__all__ = [
    "Company",
    "Line",
    "Order",
    "Product",
    "load_companies",
    "load_orders",
    "load_products",
    "units",
]
