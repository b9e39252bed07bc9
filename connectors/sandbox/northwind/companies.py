"""The companies, as a person would type them into either system."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from connectors.sandbox.kernel.countries import find_country

# What the sample calls otherwise than ISO 3166, and regions that are longer than a state's code.
COUNTRIES = {"UK": "GBR"}
STATES = {"Isle of Wight": "IOW", "Nueva Esparta": "O"}


@dataclass(frozen=True, slots=True)
class Company:
    """One company with its contact and its address.

    Args:
        number: its id in the sample, five letters such as `ALFKI`.
        name: the company's name.
        first: the contact's first names.
        last: the contact's last name.
        title: the contact's job title.
        street: the address, of which `state` and `zip` may be empty.
        city: the city.
        state: the state's or region's code.
        zip: the postal code.
        country: the ERP's country code, ISO 3166-1 alpha-3.
        country_name: the country's name.
        phone: the phone number.
    """

    number: str
    name: str
    first: str
    last: str
    title: str
    street: str
    city: str
    state: str
    zip: str
    country: str
    country_name: str
    phone: str

    @property
    def contact(self) -> str:
        """The contact's whole name."""
        return f"{self.first} {self.last}"


@cache
def load_companies() -> tuple[Company, ...]:
    """All 91 companies, in the order of their numbers.

    Raises:
        ValueError: a company's country is not one of ISO 3166.
    """
    text = files(__package__).joinpath("customers.csv").read_text("utf-8")
    return tuple(_company(row) for row in csv.DictReader(text.splitlines()))


def _company(row: dict[str, str]) -> Company:
    first, _, last = row["contact_name"].rpartition(" ")
    country = find_country(COUNTRIES.get(row["country"], row["country"]))
    if country is None:
        raise ValueError(f"company {row['customer_id']}: there is no country {row['country']!r}")
    return Company(
        number=row["customer_id"],
        name=row["company_name"],
        first=" ".join(first.split()),
        last=last,
        title=row["contact_title"],
        street=" ".join(row["address"].split()),
        city=row["city"],
        state=STATES.get(row["region"], row["region"]),
        zip=row["postal_code"],
        country=country.alpha3,
        country_name=country.name,
        phone=row["phone"],
    )
