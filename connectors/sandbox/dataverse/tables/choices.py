"""The choices (option sets) by name: value to label. Source: the dual-write value maps."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from typing import Final

from connectors.sandbox.dataverse.tables.salechoices import SALE_CHOICES, SALE_LIVES, Life


def _from(start: int, *labels: str) -> dict[int | str, str | int]:
    return {start + offset: label for offset, label in enumerate(labels)}


_LANGUAGES = tuple(
    re.findall(
        r"\S+",
        "ar ar-ae cs da de de-at de-ch en-au en-ca en-gb en-ie en-in en-my en-nz en-sg en-us en-za "
        "es es-mx et fi fr fr-be fr-ca fr-ch hu is it it-ch ja lt lv nb-no nl nl-be pl pt-br ru sv "
        "th tr zh-hans",
    )
)
_LOCATION_ROLES = (
    "None",
    "Invoice",
    "Delivery",
    "SWIFT",
    "Payment",
    "Service",
    "Home",
    "Other",
    "Business",
    "Remit to",
    "Statement",
    "Fixed asset",
    "One-time",
    "Recruit",
    "SMS",
    "Lading",
    "Unlading",
    "Head company",
    "Stable organization",
)
_MONTHS = tuple(calendar.month_name)[1:]

CHOICES: Final[Mapping[str, Mapping[int | str, str | int]]] = {
    "customertype": _from(
        1,
        "Competitor",
        "Consultant",
        "Customer",
        "Investor",
        "Partner",
        "Influencer",
        "Press",
        "Prospect",
        "Reseller",
        "Supplier",
        "Vendor",
        "Other",
    ),
    "addresstype": {1: "Bill To", 2: "Ship To", 3: "Primary", 4: "Other"},
    "freightterms": {1: "FOB", 2: "No Charge"},
    "shippingmethod": _from(
        1, "Airborne", "DHL", "FedEx", "UPS", "Postal Mail", "Full Load", "Will Call"
    ),
    "paymentterms": {1: "Net 30", 2: "2% 10, Net 30", 3: "Net 45", 4: "Net 60"},
    "industry": _from(1, "Accounting", "Agriculture and Non-petrol Natural Resource Extraction"),
    "onhold": _from(806380000, "No", "Invoice", "All", "Payment", "Requisition", "Never"),
    "gender": {1: "Male", 2: "Female", 192350000: "Non-specific", 192350001: "Unknown"},
    "marital": {1: "Single", 2: "Married", 3: "Divorced", 4: "Widowed", 192350000: "None"},
    "partytype": _from(
        192350000, "None", "Person", "Organization", "Legal entity", "Team", "Operating unit"
    ),
    "etype": _from(
        192350001, "Phone", "Email", "URL", "Telex", "Fax", "Facebook", "Twitter", "LinkedIn"
    ),
    "abccode": _from(192350000, "A", "B", "C", "None"),
    "language": _from(192350000, *_LANGUAGES),
    "month": _from(0, "None", *_MONTHS),
    "sensitivity": _from(192350000, "Normal", "Personal", "Private", "Confidential"),
    "allocation": _from(806380000, "Total", "Amount by payment", "Number of payments", "Specified"),
    "frequency": _from(806380000, "Day", "Month", "Year"),
    "taxallocation": _from(806380000, "Proportional", "First rate", "Last rate"),
    "cardpayment": {806380998: "N/A", 806380999: "Credit card"},
    "cardcheck": _from(806380000, "Normal", "Bypass"),
    "paymentmethodtype": _from(
        806380991,
        "Net",
        "Current month",
        "Current quarter",
        "Current year",
        "Current week",
        "COD",
        "Cut-off date",
    ),
    "accounttype": _from(
        806380000, "Ledger", "Customer", "Vendor", "Project", "Fixed assets", "Bank"
    ),
    "paymenttype": _from(
        806380000, "Other", "Electronic payment", "Check", "Bill of exchange", "Credit card"
    ),
    "paymentstatus": _from(806380000, "None", "Sent", "Received", "Confirmed", "Rejected"),
    "sumbyperiod": _from(806380000, "Invoice", "Transaction date", "Week", "Total"),
    "weekmonth": _from(806380000, "Week", "Month"),
    "weekday": _from(806380000, "None", *calendar.day_name),
    "percentamount": _from(806380000, "Percent", "Amount"),
    "draft": _from(
        806380000, "No draft", "No acceptance", "Acceptance", "Promissory", "Bank acceptance"
    ),
    "abc3": _from(806380000, "None", "A", "B", "C"),
    "pricekeying": _from(
        806380000, "Not mandatory", "New price", "Higher equal", "Lower equal", "No price"
    ),
    "quantitykeying": _from(806380000, "Not mandatory", "Key in", "Not key in"),
    "potencyevent": _from(806380000, "Purch prod receipt", "Quality"),
    "pickingprinciple": _from(806380000, "Staging", "Order picking"),
    "salespricemodel": _from(806380000, "None", "Contribution ratio", "Percent markup"),
    "scaleindicator": _from(806380000, "Relevant", "Not relevant"),
    "reservationremoval": _from(192350000, "None", "Reservation", "Marking reservation"),
    "reservationrule": _from(
        192350000, "Not applicable", "Allow partial reservation", "Require full reservation"
    ),
    "rounding": _from(192350000, "Nearest", "Up", "Down"),
    "fieldserviceproduct": _from(690970000, "Inventory", "Non-Inventory", "Service"),
    "itemtype": _from(806380001, "Item", "Service"),
    "warehousetype": _from(
        192350000,
        "Goods in route",
        "Transit",
        "Quarantine",
        "Standard",
        "Goods in transit",
        "Under",
    ),
    "freightcharges": _from(192350000, "Prepaid", "Collect", "Third party", "No freight"),
    "locationrole": _from(192350000, *_LOCATION_ROLES),
    "unitsystem": _from(192350000, "None", "Metric", "US"),
    "producttype": {1: "Sales Inventory", 2: "Miscellaneous Charges", 3: "Services"},
    "productstructure": {1: "Product", 2: "Product Family", 3: "Product Bundle"},
    "contract": {
        1: "OneWay",
        2: "Queue",
        3: "Rest",
        4: "TwoWay",
        5: "Topic",
        6: "Queue (Persistent)",
        7: "Event Hub",
        8: "Webhook",
        9: "Event Grid",
    },
    "authtype": {
        0: "Not Specified",
        1: "ACS",
        2: "SAS Key",
        3: "SAS Token",
        4: "Webhook Key",
        5: "Http Header",
        6: "Http Query String",
    },
    "messageformat": {1: "Binary XML", 2: "Json", 3: "Text XML"},
    "stepmode": {0: "Synchronous", 1: "Asynchronous"},
    "stepstage": {10: "Pre-validation", 20: "Pre-operation", 40: "Post-operation"},
    "deployment": {0: "Server Only", 1: "Outlook Client Only", 2: "Both"},
    "imagetype": {0: "PreImage", 1: "PostImage", 2: "Both"},
    "accessmode": {
        0: "Read-Write",
        1: "Administrative",
        2: "Read",
        3: "Support User",
        4: "Non-interactive",
        5: "Delegated Admin",
    },
    "teamtype": {0: "Owner", 1: "Access"},
    **SALE_CHOICES,
}


LIVES: Final[Mapping[str, Life]] = {
    "active": Life({0: "Active", 1: "Inactive"}, {1: "Active", 2: "Inactive"}, {0: (1,), 1: (2,)}),
    "product": Life(
        {0: "Active", 1: "Retired", 2: "Draft", 3: "Under Revision"},
        {0: "Draft", 1: "Active", 2: "Retired", 3: "Under Revision"},
        {0: (1,), 1: (2,), 2: (0,), 3: (3,)},
    ),
    **SALE_LIVES,
}
"""By the name that a table's `states=` gives; `active` without one."""
