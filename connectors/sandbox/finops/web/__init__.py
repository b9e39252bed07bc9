"""The ERP on the wire: OData, `$batch`, metadata, control routes and data events."""
