"""The service is killed mid-way, at several points, and everything arrives once all the same."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from connectors.sandbox.northwind import Company
from connectors.sandbox.people import northwind
from tests.acceptance.environment import Environment, running

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

RESTART_SECONDS = 60.0
SLICE = 10


def test_everything_arrives_once_whenever_the_service_dies(tmp_path: Path) -> None:
    with running(tmp_path, gab=True, seconds=RESTART_SECONDS) as product:
        halves = northwind.halves(3 * SLICE)
        everything = (halves.erp, halves.crm)
        for round_, point in enumerate((0, 1, SLICE)):
            _kill_when(product, round_, point)
            began = time.monotonic()
            product.service.start()
            done = slice(0, (round_ + 1) * SLICE // 2)
            _wait_for(product, halves.erp[done], halves.crm[done])
            assert time.monotonic() - began < RESTART_SECONDS
        _once(product, *everything)
        _nothing_is_left(product)


def _kill_when(product: Environment, round_: int, point: int) -> None:
    """Type one more slice into both systems and kill the service when `point` rows have crossed."""
    halves = northwind.halves(3 * SLICE)
    part = slice(round_ * SLICE // 2, (round_ + 1) * SLICE // 2)
    before = _arrived(product, halves.erp, halves.crm)
    northwind.seed_erp(product.erp, halves.erp[part])
    northwind.seed_crm(product.crm, halves.crm[part], gab=True)
    product.patience.until(
        f"{point} rows have crossed",
        lambda: _arrived(product, halves.erp, halves.crm) - before,
        lambda crossed: crossed >= point,
    )
    product.service.kill()


def _arrived(product: Environment, erp: tuple[Company, ...], crm: tuple[Company, ...]) -> int:
    there = northwind.arrived_in_crm(product.crm, erp, gab=True)
    here = northwind.arrived_in_erp(product.erp, crm)
    return sum(half.companies + half.contacts + half.addresses for half in (there, here))


def _wait_for(product: Environment, erp: tuple[Company, ...], crm: tuple[Company, ...]) -> None:
    wanted = 3 * (len(erp) + len(crm))
    product.patience.until(
        "companies, contacts and addresses are on the other side",
        lambda: _arrived(product, erp, crm),
        lambda crossed: crossed == wanted,
    )


def _once(product: Environment, erp: tuple[Company, ...], crm: tuple[Company, ...]) -> None:
    """No company, contact or address is there twice, on either side."""
    companies = Counter(company.name for company in (*erp, *crm))
    people = Counter(company.contact for company in (*erp, *crm))
    streets = Counter(company.street for company in (*erp, *crm))
    crm_rows, erp_rows = product.crm.rows, product.erp.rows
    assert Counter(row["name"] for row in crm_rows("accounts")) == companies
    assert Counter(row["ProspectName"] for row in erp_rows("Prospects")) == companies
    assert Counter(row["fullname"] for row in crm_rows("contacts")) == people
    assert Counter(row["ContactPersonName"] for row in erp_rows("ContactPersons")) == people
    assert len(crm_rows("msdyn_contactforparties")) == people.total()
    assert len(crm_rows("msdyn_parties")) == companies.total() + people.total()
    assert len(erp_rows("CDSParties")) == companies.total() + people.total()
    assert Counter(row["msdyn_street"] for row in crm_rows("msdyn_postaladdresses")) == streets
    addresses = erp_rows("PartyLocationPostalAddressesV2")
    assert Counter(row["Street"] for row in addresses) == streets
    assert len(crm_rows("msdyn_partypostaladdresses")) == streets.total()


def _nothing_is_left(product: Environment) -> None:
    """No record is stuck, and no conflict was made up."""
    product.patience.until(
        "every link is at rest",
        lambda: {item["state"] for item in product.items("links")} - {"settled", "dormant", "gone"},
        lambda states: not states,
    )
    assert product.open_conflicts() == []
    assert product.items("deadletters") == []
