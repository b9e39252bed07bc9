"""The local CRM: Dynamics 365 Sales on Dataverse, as a system and as its Web API."""

from connectors.sandbox.dataverse.app import create_app
from connectors.sandbox.dataverse.seed import open_system, seed_system, user_id_of
from connectors.sandbox.dataverse.system import DataverseSystem

__all__ = ["DataverseSystem", "create_app", "open_system", "seed_system", "user_id_of"]
