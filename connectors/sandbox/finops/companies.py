"""What a legal entity needs before anybody can work in it: parameters and number sequences."""

from __future__ import annotations

from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.numbers import PER_COMPANY, add_sequence


def open_company(db: Database, company: str) -> None:
    """Add a company's parameters and sequences, as far as it does not have them."""
    if db.get("parameters", company) is None:
        db.insert(
            "parameters",
            {
                "company": company,
                "prospect_relation_type": "Prospect",
                "default_ownership": "BasedOnOrigin",
                "quotation_expiry_days": 30,
            },
        )
    for datatype, pattern in PER_COMPANY.items():
        if db.get("sequence", "DataArea", company, datatype) is None:
            add_sequence(db, "DataArea", company, datatype, pattern)


def close_company(db: Database, company: str) -> None:
    """Remove them again."""
    parameters = db.get("parameters", company)
    if parameters is not None:
        db.delete("parameters", parameters)
    for datatype in PER_COMPANY:
        sequence = db.get("sequence", "DataArea", company, datatype)
        if sequence is not None:
            db.delete("sequence", sequence)
