"""Runs one seed, or many: `python -m tests.simulation.run --seed 7 --flavour gab`."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from typing import Any

from sync.testing.loop import run_virtual
from tests.simulation.check import Checker
from tests.simulation.coverage import touched_maps
from tests.simulation.world import World

ACTS, _MORE_ACTS = 25, 40
_VERDICTS = 5
"""How many conflicts are decided once everything has come to rest."""


class Broken(AssertionError):
    """A world broke a promise."""


def command(
    seed: int,
    gab: bool,
    *,
    polite: bool = False,
    sales: bool = False,
    judges: bool = False,
    wide: bool = False,
) -> str:
    """The one-line command that repeats a world."""
    asked = {"polite": polite, "sales": sales, "judges": judges, "wide": wide}
    more = "".join(f" --{name}" for name, wanted in asked.items() if wanted)
    flavour = "gab" if gab else "nogab"
    return f".venv/bin/python -m tests.simulation.run --seed {seed} --flavour {flavour}{more}"


def run_world(seed: int, *, gab: bool, acts: int | None = None, **options: Any) -> World:
    """Run a world and check it.

    Raises:
        Broken: A promise was broken.
    """

    async def story() -> World:
        world = World(seed, gab=gab, **options)
        await world.begin()
        await world.chaos(acts or (_MORE_ACTS if world.sales or world.wide else ACTS))
        await world.settle()
        if world.judges is not None:
            for _ in range(_VERDICTS):
                await world.judges.act()
            await world.settle()
        found = await Checker(world).look()
        if world.people.polite:
            found += await _clashes(world)
        writes = await world.again()
        if writes:
            found.append(f"P5 a replay of the whole stream wrote {writes} times")
        changes = world.systems.ledger.size
        if world.systems.writes > 20 * (changes + 10):
            found.append(f"P5 {world.systems.writes} writes for {changes} changes")
        if found:
            kind = {
                "polite": world.people.polite,
                "sales": world.sales,
                "judges": world.judges is not None,
                "wide": world.wide,
            }
            again = command(seed, gab, **kind)
            raise Broken("\n".join((again, *found)))
        await _count(world)
        return world

    return run_virtual(story())


async def _clashes(world: World) -> list[str]:
    async with world.store.transaction() as tx:
        found = await tx.conflicts(limit=1000)
    typed = {"name", "phone", "email", "fax", "url", "organization_name", "locator", "last_name"}
    return [
        f"P3 clash without a cause: {c.message}"
        for c in found
        if c.kind == "clash" and c.field in typed
    ]


async def _count(world: World) -> None:
    counts = world.seen.counts
    async with world.store.transaction() as tx:
        for conflict in await tx.conflicts(limit=100_000):
            counts[f"conflict: {conflict.kind}"] += 1
        for (_, state), number in (await tx.count_links()).items():
            counts[f"links: {state}"] += number
    if world.wide:
        counts.update(f"map: {map_id}" for map_id in touched_maps(world))
    counts["acts"] += len(world.people.acts)
    counts["refused acts"] += world.people.refused
    counts["writes"] += world.systems.writes
    counts["port calls"] += world.calls


def main() -> int:
    """Run what the command line says; 0 when every world kept its promises."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--flavour", choices=("gab", "nogab"), default="gab")
    parser.add_argument("--polite", action="store_true")
    parser.add_argument("--sales", action="store_true")
    parser.add_argument("--judges", action="store_true")
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--trace", action="store_true")
    asked = parser.parse_args()
    total: Counter[str] = Counter()
    failed, begun = [], time.perf_counter()
    for seed in range(asked.seed, asked.seed + asked.count):
        try:
            world = run_world(
                seed,
                gab=asked.flavour == "gab",
                polite=asked.polite,
                sales=asked.sales,
                judges=asked.judges,
                wide=asked.wide,
                trace=asked.trace,
            )
        except Exception as error:
            failed.append(seed)
            if not isinstance(error, Broken) and not asked.quiet:
                traceback.print_exc()
            text = str(error) if isinstance(error, Broken) else f"{seed}: {error!r}"
            sys.stdout.write(f"FAILED {text if not asked.quiet else text[:300]}\n")
            continue
        total += world.seen.counts
    seconds = time.perf_counter() - begun
    sys.stdout.write(f"{asked.count} worlds in {seconds:.1f} s, {len(failed)} failed {failed}\n")
    for name, number in sorted(total.items()):
        sys.stdout.write(f"  {name}: {number}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
