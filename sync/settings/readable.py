"""Which addresses could be read on the way."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_readable(address: str | None) -> bool:
    """Whether what is sent to an address can be read on the way: no TLS, and another machine."""
    if address is None or not address.startswith("http://"):
        return False
    return not is_this_machine(urlsplit(address).hostname or "")


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
