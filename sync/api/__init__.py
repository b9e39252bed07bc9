"""The HTTP API: status, administration and webhooks."""
