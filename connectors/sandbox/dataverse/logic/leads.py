"""What the CRM does with a lead by itself."""

from __future__ import annotations

from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work


@RULES.on("before", "lead")
def lead_name(work: Work) -> None:
    """First and last name make the full name."""
    names = (work.row["firstname"], work.row["lastname"])
    work.row["fullname"] = " ".join(part for part in names if part) or None
