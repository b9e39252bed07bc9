"""The CRM: Dynamics 365 Sales on Dataverse."""
