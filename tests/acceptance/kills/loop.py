"""The service is killed again and again while people work and both systems are in trouble."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from connectors.sandbox.people.calls import Calls
from connectors.sandbox.people.patience import NotSeen
from tests.acceptance.environment import Environment
from tests.acceptance.kills.comparing import Comparison, Key, compare
from tests.acceptance.kills.sellers import Sellers
from tests.acceptance.kills.trouble import WANTED, Trouble
from tests.acceptance.northwind import arrived, quiet

_REQUESTS = (0, 1, 3, 10, 30, 100)
_BATCHES = (1, 2, 5)
_BUSY = 0.5
"""How likely somebody does something between two looks at how far the service is."""


@dataclass
class Summary:
    """What a run was.

    Attributes:
        kills: how often the service was killed.
        moments: what it had done in its life by then → how often.
        faults: kind of fault → how often it was met.
        acts: what people did.
        refused: what the systems refused them.
        conflicts: kind and state → how many the service recorded.
        links: state → how many links are in it at the end.
        typed: how many values people typed.
        compared: how many pairs of values were compared at the end.
        open: what a person has to decide on.
        wrong: what is lost, doubled or different.
    """

    kills: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    conflicts: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    typed: int = 0
    compared: int = 0
    open: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The summary as people read it."""
        found = [f"{self.kills} kills, {self.typed} values typed, {self.compared} compared"]
        for name in ("moments", "faults", "acts", "refused", "conflicts", "links"):
            counts: Counter[str] = getattr(self, name)
            told = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
            found.append(f"{name}: {told or 'none'}")
        found.append(f"lost, doubled or different: {len(self.wrong)}")
        return [*found, *self.wrong, *(f"open: {message}" for message in self.open)]


class Loop:
    """One product, its people and its troubles.

    Args:
        product: what is killed; it does not run yet.
        seed: everything that is left to chance.
    """

    def __init__(self, product: Environment, seed: int) -> None:
        self._product = product
        self._random = Random(f"{seed}/{product.gab}")
        self._systems = {"crm": product.crm.calls, "erp": product.erp.calls}
        self.people = Sellers(product.crm, product.erp, gab=product.gab, random=self._random)
        self.trouble = Trouble(self._systems, self._random)
        self.summary = Summary()

    def run(self, kills: int) -> Summary:
        """Kill it so often, let everything come to rest, and compare."""
        self._product.service.start()
        self._product.service.wait_ready()
        for _ in range(kills):
            self._live_and_die()
        self._meet_every_fault()
        self._rest()
        self._compare()
        return self.summary

    def _live_and_die(self) -> None:
        what = self._random.choice(("requests", "batches"))
        many = self._random.choice(_REQUESTS if what == "requests" else _BATCHES)
        self.trouble.arm()
        self._while_people_work(f"{many} {what} of the service", what, many)
        self._product.service.kill()
        self.summary.kills += 1
        self.summary.moments[what] += 1
        for _ in range(self._random.randint(1, 5)):
            self.people.act()
        self._product.service.start()

    def _while_people_work(self, name: str, what: str, many: int) -> None:
        progress = Progress(self._systems)

        def look() -> Mapping[str, int]:
            if self._random.random() < _BUSY:
                self.people.act()
            return progress.look()

        self._product.patience.until(name, look, lambda seen: seen[what] >= many)

    def _meet_every_fault(self) -> None:
        """The last life lasts until everything that can go wrong has gone wrong."""

        def look() -> list[str]:
            if self._random.random() < _BUSY:
                self.people.act()
            met = self.trouble.met
            return [kind for kind in WANTED if not met[kind]]

        self._product.patience.until("every fault was met", look, lambda missing: not missing)
        self.summary.faults = self.trouble.met
        self.trouble.stop()

    def _rest(self) -> None:
        """Until both systems say the same and nothing is left to do; else the comparison tells."""
        self._product.service.wait_ready()
        with suppress(NotSeen):
            self._product.patience.until(
                "both systems say the same",
                lambda: self._wrong(self._comparison()),
                lambda wrong: not wrong,
            )
            arrived(self._product)
            quiet(self._product)

    def _comparison(self) -> Comparison:
        return compare(self._product.crm, self._product.erp, gab=self._product.gab)

    def _wrong(self, comparison: Comparison) -> list[str]:
        conflicts = self._product.items("conflicts", state="all")
        contested = self._contested(conflicts)
        standing = comparison.standing(contested)
        lost = self.people.book.lost(comparison.present(), conflicts, standing)
        lost += comparison.unconverted(self.people.book.customers, contested)
        return comparison.differences(contested) + lost

    def _contested(self, conflicts: list[dict[str, Any]]) -> set[Key]:
        """The records over which a conflict stands open."""
        links = {link["id"]: link for link in self._product.items("links")}
        found: set[Key] = set()
        for conflict in conflicts:
            if conflict["state"] == "open":
                link = links[conflict["link_id"]]
                found.add((link["kind"], link["key"].rpartition("|")[2].upper()))
        return found

    def _compare(self) -> None:
        comparison, summary, people = self._comparison(), self.summary, self.people
        summary.wrong = self._wrong(comparison)
        summary.compared, summary.typed = comparison.compared, len(people.book.entries)
        summary.acts, summary.refused = people.done, people.refused
        for conflict in self._product.items("conflicts", state="all"):
            summary.conflicts[f"{conflict['kind']} {conflict['state']}"] += 1
            if conflict["state"] == "open":
                summary.open.append(conflict["message"])
        summary.links.update(link["state"] for link in self._product.items("links"))


class Progress:
    """What the service has asked of both systems since it was started."""

    def __init__(self, systems: Mapping[str, Calls]) -> None:
        self._systems = systems
        self._seen: Counter[str] = Counter(requests=0, batches=0)
        self._last = dict.fromkeys(systems, 0)
        for calls in systems.values():
            calls.send("DELETE", "/_sandbox/journal")

    def look(self) -> Mapping[str, int]:
        """How many requests, and how many batches of them."""
        for name, calls in self._systems.items():
            news = calls.get("/_sandbox/journal", {"since": str(self._last[name])})["requests"]
            for entry in news:
                self._last[name] = entry["sequence"]
                if entry["headers"].get("user-agent") == "dualwrite":
                    self._seen["requests"] += 1
                    self._seen["batches"] += entry["path"].endswith("$batch")
        return self._seen
