"""The sample companies fit into both systems."""

from __future__ import annotations

from connectors.sandbox.kernel.countries import BY_ALPHA3
from connectors.sandbox.northwind import load_companies
from connectors.sandbox.people.northwind import halves


def test_ninety_one_companies_with_contact_and_address() -> None:
    companies = load_companies()
    assert len(companies) == 91
    assert len({company.number for company in companies}) == 91
    for company in companies:
        assert company.name
        assert company.first
        assert company.last
        assert company.street
        assert company.city
        assert company.country in BY_ALPHA3


def test_values_fit_the_smaller_side() -> None:
    for company in load_companies():
        assert len(company.number) <= 20
        assert len(company.name) <= 100
        assert max(len(company.first), len(company.last)) <= 25
        assert len(company.state) <= 10
        assert len(company.zip) <= 10
        assert len(company.city) <= 60


def test_first_and_last_company_as_the_sample_has_them() -> None:
    first, *_, last = load_companies()
    assert (first.number, first.name, first.contact) == (
        "ALFKI",
        "Alfreds Futterkiste",
        "Maria Anders",
    )
    assert (first.street, first.city, first.zip, first.country) == (
        "Obere Str. 57",
        "Berlin",
        "12209",
        "DEU",
    )
    assert (last.number, last.country_name) == ("WOLZA", "Poland")


def test_halves_share_no_company_and_leave_none_out() -> None:
    both = halves()
    assert (len(both.crm), len(both.erp)) == (46, 45)
    assert {*both.crm} | {*both.erp} == {*load_companies()}
