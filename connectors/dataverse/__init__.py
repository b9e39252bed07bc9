"""The CRM: Dynamics 365 Sales on Dataverse."""

from connectors.dataverse.connector import DataverseConnector
from connectors.dataverse.factory import open_dataverse
from connectors.dataverse.options import DataverseOptions

__all__ = ["DataverseConnector", "DataverseOptions", "open_dataverse"]
