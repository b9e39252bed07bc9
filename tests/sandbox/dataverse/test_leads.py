"""Leads exist in the CRM, have states of their own, and are named by the CRM."""

from __future__ import annotations

import pytest

from connectors.sandbox.dataverse import open_system
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import Caller

PERSON = Caller("00000000-0000-0000-0000-0000000000aa", "person", is_integration=False)


def test_a_lead_is_open_and_new_and_named() -> None:
    crm = open_system(Storage(None), gab=False)
    lead = crm.create("leads", {"subject": "Fair", "firstname": "Ada", "lastname": "Wu"}, PERSON)
    assert (lead["statecode"], lead["statuscode"], lead["fullname"]) == (0, 1, "Ada Wu")
    done = crm.update("leads", lead["leadid"], {"statecode": 2, "statuscode": 4}, PERSON)
    assert (done["statecode"], done["statuscode"]) == (2, 4)


def test_a_reason_of_another_state_is_refused() -> None:
    crm = open_system(Storage(None), gab=False)
    lead = crm.create("leads", {"subject": "Fair"}, PERSON)
    with pytest.raises(SystemRefusal):
        crm.update("leads", lead["leadid"], {"statecode": 0, "statuscode": 4}, PERSON)
    assert crm.get("leads", lead["leadid"])["statuscode"] == 1
