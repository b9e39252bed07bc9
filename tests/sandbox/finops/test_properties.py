"""Whatever people do, in any order: events tell everything, indexes and kept rows stay true."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.events import DataEvent
from connectors.sandbox.finops.views import Views
from connectors.sandbox.kernel.errors import SystemRefusal
from tests.sandbox.finops.selling import ORDERS, QUOTATIONS, Desk
from tests.sandbox.finops.worlds import PERSON, SERVICE, World

_QUIET = {"NumberSequencesV2References", "SequenceV2Tables", "SystemUsers"}
_NUMBERS = [f"N-{n}" for n in range(4)]
_LOCATIONS = [f"L-{n}" for n in range(3)]


class Mirror:
    """The rows of every entity, known only from events."""

    def __init__(self, world: World) -> None:
        self.rows: dict[tuple[str, tuple[Any, ...]], dict[str, Any]] = {}
        for set_name in ENTITIES:
            for row in world.system.list(set_name):
                self.rows[self._name(set_name, row)] = row
        world.system.subscribe(self._apply)

    def _apply(self, events: Sequence[DataEvent]) -> None:
        seen = set()
        for event in events:
            name = self._name(event.entity.set_name, event.key)
            assert name not in seen, "one event per transaction and row"
            seen.add(name)
            known = self.rows.get(name)
            assert (event.message == "OnExternalCreated") == (known is None)
            if known is not None and event.before is not None:
                assert _plain(known) == _plain(event.before)
            if event.after is None:
                del self.rows[name]
            else:
                self.rows[name] = dict(event.after)

    def of(self, set_name: str) -> list[dict[str, Any]]:
        entity = ENTITIES[set_name]
        found = [_plain(row) for (owner, _), row in self.rows.items() if owner == set_name]
        return sorted(found, key=lambda row: [str(row[key]).casefold() for key in entity.keys])

    @staticmethod
    def _name(set_name: str, row: Any) -> tuple[str, tuple[Any, ...]]:
        return (set_name, tuple(row[key] for key in ENTITIES[set_name].keys))


def _plain(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "@odata.etag"}


class People:
    """Do something at random; half of it is refused, as in real life."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.done = self.refused = 0

    def act(self) -> None:
        self.world.clock.forward(minutes=1)
        action = self.dice.choice(
            [self._create, self._create, self._update, self._update, self._delete, self._changeset]
        )
        try:
            action()
            self.done += 1
        except SystemRefusal:
            self.refused += 1

    def _changeset(self) -> None:
        with self.world.system.transaction(PERSON):
            for _ in range(self.dice.randint(1, 3)):
                self.dice.choice([self._create, self._update, self._delete])()

    def _party(self) -> str:
        rows = self.world.system.list("CDSParties")
        return str(self.dice.choice(rows)["PartyNumber"]) if rows else ""

    def _create(self) -> None:
        pick, create = self.dice.choice, self.world.create
        kind = pick(["Organization", "Person"])
        name = pick(["Alpha", "Beta Two"])
        number = pick(_NUMBERS)
        match pick(
            ["prospect", "customer", "convert", "contact", "address", "link", "way", "sale", "post"]
        ):
            case "sale":
                self._sell(number)
            case "post":
                self._post()
            case "prospect":
                create(
                    "Prospects",
                    ProspectId=number,
                    ProspectName=name,
                    ProspectPartyType=kind,
                    PrimaryEmailAddress=pick(["", "a@b.example"]),
                )
            case "customer":
                create(
                    "CustomersV3",
                    CustomerAccount=number,
                    CustomerGroupId=pick(["10", "20", ""]),
                    OrganizationName=name,
                    DeliveryAddressStreet=pick(["", "1 Dock"]),
                )
            case "convert":
                self.world.convert(number) if self._has(number) else None
            case "contact":
                self.world.contact(self._party(), pick(["Ann", "Bob"]), "Bee")
            case "address":
                self.world.address(self._party(), "1 Main", pick(["Delivery", "Invoice;Home"]))
            case "link":
                if self.dice.random() < 0.5:
                    create("CDSPostalAddressLocations", LocationId=pick(_LOCATIONS))
                else:
                    create(
                        "CDSPartyPostalAddressLocations",
                        PartyNumber=self._party(),
                        LocationId=pick(_LOCATIONS),
                    )
            case _:
                create(
                    "PartyContactsV3",
                    PartyNumber=self._party(),
                    Type=pick(["Phone", "Email"]),
                    Locator=pick(["1", "2"]),
                    IsPrimary=pick(["Yes", "No"]),
                )

    def _sell(self, number: str) -> None:
        desk = Desk(self.world, self.dice.choice([PERSON, SERVICE]))
        service = {"ProductNumber": "", "SalesProductCategoryName": "Services", "SalesPrice": 5}
        what = service if self.dice.random() < 0.7 else {}
        if self.dice.random() < 0.5:
            desk.quote_line(desk.quotation(number), self.dice.randint(1, 3), **what)
        else:
            desk.order_line(desk.order(number), self.dice.randint(1, 3), **what)

    def _post(self) -> None:
        """Something that the back office does with a document, whether it fits or not."""
        kind, key, actions = self.dice.choice(
            [
                (QUOTATIONS, "SalesQuotationNumber", ["send", "confirm", "lose"]),
                (ORDERS, "SalesOrderNumber", ["confirm", "pick", "pack", "invoice", "cancel"]),
            ]
        )
        rows = self.world.system.list(kind)
        if rows:
            action = f"{self.dice.choice(actions)}-{'order' if kind == ORDERS else 'quotation'}"
            options = {"quantity": 1} if action == "pack-order" else {}
            Desk(self.world).act(action, self.dice.choice(rows)[key], **options)

    def _has(self, number: str) -> bool:
        key = {"dataAreaId": "usmf", "ProspectId": number}
        return self.world.system.get("Prospects", key) is not None

    def _any(self) -> tuple[str, dict[str, Any]] | None:
        names = [name for name, entity in ENTITIES.items() if not entity.read_only]
        set_name = self.dice.choice(names)
        rows = self.world.system.list(set_name)
        return (set_name, self.dice.choice(rows)) if rows else None

    def _update(self) -> None:
        found = self._any()
        if found is None:
            return
        set_name, row = found
        entity = ENTITIES[set_name]
        names = [field.name for field in entity.fields.values() if field.on_update]
        body = {}
        for name in self.dice.sample(names, min(len(names), self.dice.randint(1, 3))):
            kind = entity.fields[name].kind
            body[name] = (
                self.dice.choice(["Yes", "No"])
                if kind.enum == "NoYes"
                else self.dice.choice(["", "a", "Customer", "USA", "Delivery"])
            )
        self.world.update(set_name, row, **body)

    def _delete(self) -> None:
        found = self._any()
        if found is not None:
            self.world.delete(*found)


@pytest.mark.parametrize("seed", range(12))
def test_events_tell_everything_and_nothing_kept_is_stale(seed: int) -> None:
    world = World()
    mirror, people = Mirror(world), People(world, seed)
    for _ in range(250):
        people.act()
    assert people.done > 40
    assert people.refused > 20
    fresh = Views(Database(world.system.db.storage))
    for set_name, entity in ENTITIES.items():
        listed = world.system.list(set_name)
        if set_name not in _QUIET:
            assert mirror.of(set_name) == [_plain(row) for row in listed], set_name
        rebuilt = {tuple(row[key] for key in entity.keys): row for row in fresh.all(entity)}
        assert len(rebuilt) == len(listed)
        for row in listed:
            assert rebuilt[tuple(row[key] for key in entity.keys)] == row
            assert world.again(set_name, row) == row


@pytest.mark.parametrize("seed", range(3))
def test_a_party_has_one_primary_of_each_and_a_contact_group_one_default(seed: int) -> None:
    world = World()
    people = People(world, seed + 100)
    for _ in range(250):
        people.act()
        links = world.system.list("CDSPartyPostalAddressLocations")
        ways = world.system.list("PartyContactsV3")
        contacts = world.system.list("ContactPersons")
        for group in (
            [row["PartyNumber"] for row in links if row["IsPrimary"] == "Yes"],
            [(row["PartyNumber"], row["Type"]) for row in ways if row["IsPrimary"] == "Yes"],
            [
                row["AssociatedPartyNumber"]
                for row in contacts
                if row["IsDefaultContactPerson"] == "Yes"
            ],
        ):
            assert len(group) == len(set(group))
