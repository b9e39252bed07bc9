"""The ERP: Dynamics 365 Supply Chain Management over OData."""
