"""The local CRM: Dynamics 365 Sales on Dataverse, as a system and as its Web API.and as its Web API."""

from connectors.sandbox.dataverse.seed import seed_system, service_user_id, user_id_of
from connectors.sandbox.dataverse.system import DataverseSystem

__all__ = ["DataverseSystem", "seed_system", "service_user_id", "user_id_of"]
