"""Northwind: sample companies, read from the CSV files that ship with the package."""

from connectors.sandbox.northwind.companies import Company, load_companies

__all__ = ["Company", "load_companies"]
