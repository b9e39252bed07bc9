"""A person who works in either system, over its public API and nothing else."""

from connectors.sandbox.people.calls import Calls, Refusal
from connectors.sandbox.people.crm import CrmPerson
from connectors.sandbox.people.crm_sales import CrmSales
from connectors.sandbox.people.erp import ErpPerson
from connectors.sandbox.people.erp_sales import ErpSales
from connectors.sandbox.people.opening import Access, open_people
from connectors.sandbox.people.patience import NotSeen, Patience

__all__ = [
    "Access",
    "Calls",
    "CrmPerson",
    "CrmSales",
    "ErpPerson",
    "ErpSales",
    "NotSeen",
    "Patience",
    "Refusal",
    "open_people",
]
