"""A person who works in either system, over its public API and nothing else."""

from connectors.sandbox.people.calls import Calls, Refusal
from connectors.sandbox.people.crm import CrmPerson
from connectors.sandbox.people.erp import ErpPerson
from connectors.sandbox.people.opening import Access, open_people
from connectors.sandbox.people.patience import NotSeen, Patience

__all__ = [
    "Access",
    "Calls",
    "CrmPerson",
    "ErpPerson",
    "NotSeen",
    "Patience",
    "Refusal",
    "open_people",
]
