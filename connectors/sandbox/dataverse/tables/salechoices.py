"""The choices of the sales process, and the states of its tables.

Source: the dual-write value maps; the tables' published options.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

Labels = Mapping[int | str, str | int]


class Life(NamedTuple):
    """The states of a table's rows, and the status reasons that belong to each."""

    states: Labels
    reasons: Labels
    allowed: dict[int, tuple[int, ...]]


def numbered(start: int, *labels: str) -> dict[int | str, str | int]:
    """Labels by consecutive values."""
    return {start + offset: label for offset, label in enumerate(labels)}


SALE_CHOICES: Final[Mapping[str, Labels]] = {
    "ordertype": {
        192350000: "Item based",
        192350001: "Work based",
        690970002: "Service-Maintenance Based",
    },
    "internalorganization": {
        806380001: "Department",
        806380002: "None",
        806380003: "Cost center",
        806380004: "Value stream",
        806380005: "Business unit",
        806380006: "Any operating unit",
        192350000: "Retail channel",
    },
    "projectline": {690970000: "Project Service Line", 690970001: "Field Service Line"},
    "quotationstatus": numbered(
        192350000,
        "Created",
        "Sent",
        "Confirmed",
        "Lost",
        "Cancelled",
        "Reset",
        "Modified",
        "Submitted",
        "Approved",
        "Revised",
    ),
    "processingstatus": numbered(
        192350000,
        "Active",
        "Confirmed",
        "Picked",
        "Partially delivered",
        "Delivered",
        "Invoiced",
        "Partially invoiced",
        "Cancelled",
        "Delivered and partially invoiced",
    ),
    "linestatus": numbered(192350000, "None", "Backorder", "Delivered", "Invoiced", "Canceled"),
    "promise": numbered(192350000, "None", "Sales lead time", "ATP", "ATP + issue margin", "CTP"),
    "origin": numbered(776160000, "Supply Chain Management", "Dynamics 365 Sales"),
    "ownership": numbered(
        776160000, "Based on origin", "Supply Chain Management", "Dynamics 365 Sales"
    ),
    "linetype": {
        1: "Product",
        2: "Bundle",
        3: "Required Bundle Product",
        4: "Optional Bundle Product",
        5: "Project-based Service",
    },
    "configured": numbered(0, "Edit", "Rectify", "Not Configured"),
    "pricingerror": numbered(
        0,
        "None",
        "Detail Error",
        "Missing Price Level",
        "Inactive Price Level",
        "Missing Quantity",
        "Missing Unit Price",
        "Missing Product",
        "Invalid Product",
        "Missing Pricing Code",
        "Invalid Pricing Code",
        "Missing UOM",
        "Product Not In Price Level",
    ),
    "pricingmethod": numbered(1, "Currency Amount", "Percent of List"),
    "sellingoption": numbered(1, "No Control", "Whole", "Whole and Fractional"),
    "priority": {1: "Default Value"},
    "leadsource": numbered(
        1,
        "Advertisement",
        "Employee Referral",
        "External Referral",
        "Partner",
        "Public Relations",
        "Seminar",
        "Trade Show",
        "Web",
        "Word of Mouth",
        "Other",
    ),
    "leadquality": numbered(1, "Hot", "Warm", "Cold"),
    "rating": numbered(1, "Hot", "Warm", "Cold"),
    "budgetstatus": numbered(0, "No Committed Budget", "May Buy", "Can Buy", "Will Buy"),
    "salesstage": numbered(0, "Qualify", "Develop", "Propose", "Close"),
}

SALE_LIVES: Final[Mapping[str, Life]] = {
    "lead": Life(
        {0: "Open", 1: "Qualified", 2: "Disqualified"},
        {
            1: "New",
            2: "Contacted",
            3: "Qualified",
            4: "Lost",
            5: "Cannot Contact",
            6: "No Longer Interested",
            7: "Canceled",
        },
        {0: (1, 2), 1: (3,), 2: (4, 5, 6, 7)},
    ),
    "opportunity": Life(
        {0: "Open", 1: "Won", 2: "Lost"},
        {1: "In Progress", 2: "On Hold", 3: "Won", 4: "Canceled", 5: "Out-Sold"},
        {0: (1, 2), 1: (3,), 2: (4, 5)},
    ),
    "quote": Life(
        {0: "Draft", 1: "Active", 2: "Won", 3: "Closed"},
        {
            1: "In Progress",
            2: "In Progress",
            3: "Open",
            4: "Won",
            5: "Lost",
            6: "Canceled",
            7: "Revised",
        },
        # The first reason is the default of its state.
        {0: (1,), 1: (2, 3), 2: (4,), 3: (7, 5, 6)},
    ),
    "salesorder": Life(
        {0: "Active", 1: "Submitted", 2: "Canceled", 3: "Fulfilled", 4: "Invoiced"},
        {
            1: "New",
            2: "Pending",
            690970000: "On Hold",
            3: "In Progress",
            4: "No Money",
            100001: "Complete",
            100002: "Partial",
            100003: "Invoiced",
        },
        {0: (1, 2, 690970000), 1: (3,), 2: (4,), 3: (100001, 100002), 4: (100003,)},
    ),
    "invoice": Life(
        {0: "Active", 1: "Closed (deprecated)", 2: "Paid", 3: "Canceled"},
        {
            1: "New",
            2: "Partially Shipped",
            3: "Canceled (deprecated)",
            4: "Billed",
            5: "Booked (applies to services)",
            6: "Installed (applies to services)",
            7: "Paid in Full (deprecated)",
            100001: "Complete",
            100002: "Partial",
            100003: "Canceled",
        },
        {0: (1, 2, 4, 5, 6), 1: (3, 7), 2: (100001, 100002), 3: (100003,)},
    ),
    "pricelevel": Life(
        {0: "Active", 1: "Inactive"},
        {100001: "Active", 100002: "Inactive"},
        {0: (100001,), 1: (100002,)},
    ),
    "activity": Life(
        {0: "Open", 1: "Completed", 2: "Canceled"},
        {1: "Open", 2: "Completed", 3: "Canceled"},
        {0: (1,), 1: (2,), 2: (3,)},
    ),
}
"""By the name that a table's `states=` gives."""
