"""The local ERP: finance and operations entities over base tables, and their OData server."""
