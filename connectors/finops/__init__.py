"""The ERP: Dynamics 365 Supply Chain Management over finance and operations' OData."""

from connectors.finops.connector import FinopsConnector
from connectors.finops.factory import open_finops
from connectors.finops.options import FinopsOptions

__all__ = ["FinopsConnector", "FinopsOptions", "open_finops"]
