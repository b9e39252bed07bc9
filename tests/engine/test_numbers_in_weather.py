"""Persons of one name made on both sides, with faults and crashes: everybody ends with a number."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from sync.core.row import Side
from sync.testing.faulty import Asked, Fault
from tests.engine.people import People

BROKE = (15, 30, 36, 37, 55)
"""Seeds in which somebody was once taken for another person of the same number."""
_NAMES = ("Iver", "IVER", "Ívér", "Ek")


class ProcessEndsError(Exception):
    """The process ends here."""


class Weather:
    """Faults and crashes by a seed, until it clears up."""

    def __init__(self, people: People, random: Random) -> None:
        self.people, self.random, self.clear = people, random, False
        self.made, self.crashes, self.writes = 0, 0, 0
        for side in Side:
            people.weather[side] = self.fault

    def fault(self, asked: Asked) -> Fault | None:
        if self.clear or asked is Asked.CHANGES:
            return None
        chance = self.random.random()
        self.writes += asked is Asked.WRITE
        if chance < 0.08 or (self.writes == 2 and not self.crashes):
            self.crashes += 1
            raise ProcessEndsError
        if asked is Asked.WRITE and chance < 0.6 and self.made < 3:
            self.made += 1
            number = self.random.choice(("Iver", "Iver-2", "ek"))
            if self.people.prospect(number) is None:
                self.people.erp_person(number, f"Erp{self.made} Person")
        return self.random.choice(list(Fault)) if chance > 0.85 else None


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
@pytest.mark.parametrize("seed", [*range(5), *BROKE])
async def test_everybody_ends_with_a_number(seed: int, *, gab: bool) -> None:
    random = Random(seed)
    people = People(gab=gab)
    await people.start()
    typed = {people.new_person(f"Crm{n}", random.choice(_NAMES)): f"Crm{n}" for n in range(5)}
    weather = Weather(people, random)
    for _ in range(60):
        try:
            await people.run()
        except ProcessEndsError:
            people.restart()
            people.clock.advance(people.options.lease_seconds + 1)
        else:
            break
    assert weather.made
    assert weather.crashes
    weather.clear = True
    people.clock.advance(people.options.lease_seconds + 1)
    await people.run()
    numbers = {row_id: people.number(row_id) for row_id in typed}
    assert all(numbers.values())
    contacts = [r for r in people.crm.list("contacts") if r["msdyn_isprospect"]]
    assert len(contacts) == len(people.prospects())
    by_number = Counter(str(row["msdyn_contactpersonid"]).casefold() for row in contacts)
    assert set(by_number.values()) == {1}
    assert {n.casefold() for n in people.prospects()} == set(by_number)
    names = people.prospects()
    for row_id, first in typed.items():
        assert names[numbers[row_id]].startswith(f"{first} ")
    assert sum(name.startswith("Erp") for name in names.values()) == len(names) - len(typed)
    assert not await people.conflicts()
