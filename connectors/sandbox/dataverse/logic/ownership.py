"""Company, owner and currency: what every business row gets or must keep.

Source: dual-write company data (company read-only after save, default owning team); currency: the
record's, else the company's.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

_CURRENCY = "_transactioncurrencyid_value"


@RULES.everywhere
def keep_company(work: Work) -> None:
    """A company that was saved stays."""
    if work.table.company is None or work.before is None:
        return
    name = f"_{work.table.company}_value"
    if work.before[name] is not None and work.row[name] != work.before[name]:
        raise refusals.business(
            f"The company of {work.table.name} {work.row_id} cannot be changed after the record "
            "was saved."
        )


@RULES.everywhere
def set_owner(work: Work) -> None:
    """Rows that the integration writes for a company belong to its default owning team."""
    if "ownerid" not in work.table.by_name:
        return
    if work.new and work.row["_ownerid_value"] is None:
        work.row["_ownerid_value"] = _team(work) or work.context.caller.user_id
    if not work.changed("_ownerid_value"):
        return
    owner = work.row["_ownerid_value"]
    team = work.other("team", owner)
    user = work.other("systemuser", owner)
    work.row["_owningteam_value"] = owner if team is not None else None
    work.row["_owninguser_value"] = None if team is not None else owner
    found = team or user
    work.row["_owningbusinessunit_value"] = (
        None if found is None else found["_businessunitid_value"]
    )


@RULES.everywhere
def set_currency(work: Work) -> None:
    """The record's own currency, else the company's; and the amounts in the base currency."""
    if work.table.name in {"cdm_company", "transactioncurrency"} or _CURRENCY not in work.row:
        return
    if work.row[_CURRENCY] is None and work.table.company is not None:
        company = work.other("cdm_company", work.row[f"_{work.table.company}_value"])
        if company is not None:
            work.row[_CURRENCY] = company[_CURRENCY]
    if "exchangerate" not in work.table.by_name:
        return
    currency = work.other("transactioncurrency", work.row[_CURRENCY])
    rate = None if currency is None else currency["exchangerate"]
    work.row["exchangerate"] = rate
    for column in work.table.columns:
        if column.kind == "money" and not column.name.endswith("_base"):
            amount = work.row[column.name]
            base = None
            if amount is not None:
                base = (amount / (rate or Decimal(1))).quantize(Decimal("0.01"))
            work.row[f"{column.name}_base"] = base


def _team(work: Work) -> str | None:
    if not work.context.caller.is_integration or work.table.company is None:
        return None
    company = work.other("cdm_company", work.row[f"_{work.table.company}_value"])
    if company is None:
        return None
    team: str | None = company["_cdm_defaultowningteam_value"]
    return team
