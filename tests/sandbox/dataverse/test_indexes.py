"""Indexes agree with the rows after any sequence of writes, failures and restored snapshots."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from connectors.sandbox.dataverse.wiring import wired
from connectors.sandbox.kernel.errors import SystemRefusal
from tests.sandbox.dataverse.worlds import PERSON, World, world

NUMBERS = st.sampled_from(["A", "a", "B", "C", None])
PICK = st.integers(0, 5)


class Writes(RuleBasedStateMachine):
    """People who create, edit and delete accounts and contacts, and sometimes fail half-way."""

    crm: World

    @initialize(gab=st.booleans())
    def start(self, gab: bool) -> None:
        self.crm = world(gab=gab)
        self.saved = self.crm.system.storage.snapshot()
        self.ever: dict[tuple[str, tuple[str, ...]], set[tuple[Any, ...]]] = {}

    def row(self, entity_set: str, pick: int) -> dict[str, Any] | None:
        rows = self.crm.system.list(entity_set)
        return rows[pick % len(rows)] if rows else None

    @rule(number=NUMBERS, phone=NUMBERS)
    def create(self, number: str | None, phone: str | None) -> None:
        with contextlib.suppress(SystemRefusal):
            self.crm.account("Name", accountnumber=number, telephone1=phone)

    @rule(pick=PICK, number=NUMBERS, phone=NUMBERS)
    def edit(self, pick: int, number: str | None, phone: str | None) -> None:
        row = self.row("accounts", pick)
        if row is not None:
            body = {"accountnumber": number, "telephone1": phone, "name": number}
            with contextlib.suppress(SystemRefusal):
                self.crm.system.update("accounts", row["accountid"], body, PERSON)

    @rule(pick=PICK)
    def add_contact(self, pick: int) -> None:
        row = self.row("accounts", pick)
        if row is not None:
            self.crm.contact_of(row)

    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        row = self.row("accounts", pick)
        if row is not None:
            self.crm.system.delete("accounts", row["accountid"], PERSON)

    @rule(pick=PICK, number=NUMBERS)
    def fail(self, pick: int, number: str | None) -> None:
        with contextlib.suppress(SystemRefusal), self.crm.system.transaction():
            row = self.row("accounts", pick)
            if row is not None:
                self.crm.system.delete("accounts", row["accountid"], PERSON)
            self.crm.account("Undone", accountnumber=number)
            self.crm.person("accounts", {"no_such_column": 1})

    @rule()
    def save(self) -> None:
        self.saved = self.crm.system.storage.snapshot()

    @rule()
    def go_back(self) -> None:
        self.crm.system.storage.restore(self.saved)

    @invariant()
    def indexes_agree(self) -> None:
        system = self.crm.system
        for table, properties in [
            ("account", wired("account").key_properties[0]),
            ("account", ("_msdyn_partyid_value",)),
            ("contact", ("_parentcustomerid_value",)),
            ("msdyn_partyelectronicaddress", ("_msdyn_partyid_value", "msdyn_type")),
        ]:
            by_values: dict[tuple[Any, ...], set[str]] = {}
            for key, row in system.storage.rows(table).items():
                values = tuple(
                    v.casefold() if isinstance(v := row[name], str) else v for name in properties
                )
                if None not in values:
                    by_values.setdefault(values, set()).add(key)
            ever = self.ever.setdefault((table, properties), set())
            ever.update(by_values)
            for values in ever:
                found = set(system.indexes.find(table, properties, values))
                assert found == by_values.get(values, set())

    @invariant()
    def keys_are_unique(self) -> None:
        seen = set()
        for row in self.crm.system.list("accounts"):
            key = (str(row["accountnumber"]).casefold(), row["_msdyn_company_value"])
            if row["accountnumber"] is not None:
                assert key not in seen
                seen.add(key)

    @invariant()
    def mirrored_columns_agree(self) -> None:
        system = self.crm.system
        if not system.gab:
            return
        for account in system.list("accounts"):
            party = account["_msdyn_partyid_value"]
            assert system.get("msdyn_parties", party)["msdyn_name"] == account["name"]
            phones = [
                row["msdyn_locator"]
                for row in system.storage.rows("msdyn_partyelectronicaddress").values()
                if row["_msdyn_partyid_value"] == party and row["msdyn_isprimary"]
            ]
            assert phones == ([account["telephone1"]] if account["telephone1"] else [])


TestWrites = Writes.TestCase
TestWrites.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
