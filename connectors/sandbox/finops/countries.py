"""Country codes: the ERP's own three letters, and the two letters of its ISO fields."""

from __future__ import annotations

from typing import Final

from connectors.sandbox.kernel.countries import BY_ALPHA2, BY_ALPHA3

_TO_ISO: Final = {code: country.alpha2 for code, country in BY_ALPHA3.items()}


def iso_of(country: str) -> str:
    """The two-letter code of one of the ERP's country codes; empty for none."""
    return _TO_ISO.get(country, "")


def country_of(iso: str) -> str | None:
    """The ERP's country code for a two-letter code, or `None` when there is no such country."""
    found = BY_ALPHA2.get(iso.upper())
    return None if found is None else found.alpha3


def is_country(country: str) -> bool:
    """Whether the ERP knows this country code."""
    return country in _TO_ISO
