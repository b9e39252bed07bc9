"""What a new system holds: company, currencies, groups, terms, sequences, set-up."""

from __future__ import annotations

from typing import Final

from connectors.sandbox.finops.companies import open_company
from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.numbers import GLOBAL, add_sequence
from connectors.sandbox.finops.setup_seed import seed_company_setup, seed_shared_setup
from connectors.sandbox.kernel import reference_data as data

SYSTEM_USER: Final = "Admin"


def seed_reference(db: Database) -> None:
    """Insert the rows that both systems start with, and the ERP's own set-up."""
    with db.transaction():
        for currency in data.CURRENCIES:
            db.insert(
                "currency",
                {"code": currency.code, "name": currency.name, "symbol": currency.symbol},
            )
        for role in data.ADDRESS_ROLES:
            db.insert(
                "location_role",
                {
                    "purpose": role.name,
                    "postal": "Yes" if role.postal else "No",
                    "electronic": "Yes" if role.electronic else "No",
                },
            )
        seed_shared_setup(db)
        for datatype, pattern in GLOBAL.items():
            add_sequence(db, "Global", "", datatype, pattern)
        for company in data.COMPANIES:
            seed_company(db, company)
        db.insert(
            "user",
            {
                "id": SYSTEM_USER,
                "name": "Administrator",
                "company": data.DEFAULT_COMPANY.lower(),
                "language": "en-us",
                "enabled": "Yes",
            },
        )


def seed_company(db: Database, company: data.Company) -> None:
    """Insert one company with everything that belongs to it."""
    area = company.code.lower()
    db.insert(
        "legal_entity",
        {
            "id": company.code,
            "name": company.name,
            "currency": company.currency,
            "country": company.country,
            "language": "en-us",
        },
    )
    open_company(db, area)
    parameters = db.get("parameters", area) or {}
    db.update("parameters", parameters, {"prospect_customer_group": data.PROSPECT_CUSTOMER_GROUP})
    for term in data.PAYMENT_TERMS:
        db.insert(
            "payment_term",
            {
                "company": area,
                "name": term.name,
                "description": term.description,
                "days": term.days,
            },
        )
    for group in data.CUSTOMER_GROUPS:
        db.insert(
            "customer_group",
            {
                "company": area,
                "id": group.code,
                "description": group.description,
                "payment_terms": group.payment_term or "",
            },
        )
    seed_company_setup(db, company)
