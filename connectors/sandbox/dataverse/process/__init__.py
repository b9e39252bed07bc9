"""The actions of the sales process: what a button of the CRM does, in one transaction.

`DataverseSystem.act` calls them; the Web API puts them under the service root, alone or inside a
change set.
"""

from connectors.sandbox.dataverse.process import (
    leads,
    opportunities,
    orders,
    pricing,
    quotes,
)
from connectors.sandbox.dataverse.process.act import ACTIONS, Act, Action, Answer

__all__ = [
    "ACTIONS",
    "Act",
    "Action",
    "Answer",
    "leads",
    "opportunities",
    "orders",
    "pricing",
    "quotes",
]
