"""A local Entra ID: client credentials in, signed tokens out, for the two local systems."""

from connectors.sandbox.entra.app import create_app
from connectors.sandbox.entra.authority import Authority, TokenRequestRefused
from connectors.sandbox.entra.identities import Application, Identities

__all__ = ["Application", "Authority", "Identities", "TokenRequestRefused", "create_app"]
