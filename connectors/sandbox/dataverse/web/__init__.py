"""The Web API of the local CRM: `/api/data/v9.2/`, byte for byte as the protocol describes it."""
