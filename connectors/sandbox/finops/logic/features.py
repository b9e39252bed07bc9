"""Which features of the integration are on.

Source: Microsoft docs, add efficiency in quote-to-cash: features and their parameters.
"""

from __future__ import annotations

from typing import Final

from connectors.sandbox.finops.database import Database

LIFECYCLE: Final = "Quote lifecycle"
PROSPECTS: Final = "Prospects in prospect-to-cash"


def is_on(db: Database, feature: str) -> bool:
    """Whether a feature is on."""
    row = db.get("feature", feature)
    return row is not None and row.get("enabled") == "Yes"
