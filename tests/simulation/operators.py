"""What operators do to a service while people work, and what happens to its surroundings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

from sync.core.kinds import Kinds
from sync.core.mapping import FieldMap, Owner, TableMap
from sync.core.row import Side
from sync.engine.maps import pause_maps, resume_maps
from sync.engine.versions import keep_versions

if TYPE_CHECKING:
    from tests.simulation.world import World

_OFTEN = 0.25
_OTHER = {Owner.CRM: Owner.ERP, Owner.ERP: Owner.CRM}


class Operators:
    """Everybody who looks after one world's service.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world, self._random = world, world.random
        self._shipped = world.kinds
        self._acts: list[Callable[[], Awaitable[None]]] = [
            self._partition,
            self._reunite,
            self._jump,
            self._pause,
            self._resume,
            self._change_maps,
            self._ship_maps,
        ]

    async def act(self) -> None:
        """Now and then, one of them does one thing."""
        if self._random.random() < _OFTEN:
            what = self._random.choice(self._acts)
            self._world.tell(what.__name__)
            await what()

    async def restore(self) -> None:
        """Everything as it was shipped, running and reachable."""
        self._world.network.away.clear()
        await self._ship_maps()
        await self._resume()

    async def _partition(self) -> None:
        self._world.network.away.add(self._random.choice(list(Side)))

    async def _reunite(self) -> None:
        self._world.network.away.clear()

    async def _jump(self) -> None:
        """A clock is set anew, forwards or back."""
        systems, seconds = self._world.systems, self._random.choice((-900.0, 0.0, 30.0, 4000.0))
        if self._random.random() < 0.5:
            systems.crm.skew = seconds
        else:
            systems.erp_skew = seconds
        self._met("clock jumps")

    async def _pause(self) -> None:
        known = [m.id for m in self._world.kinds.table_maps]
        some = self._random.sample(known, self._random.randint(1, 8))
        paused = await pause_maps(self._world.store, self._world.kinds, some, self._world.clock)
        self._world.seen.counts["paused maps"] += len(paused)

    async def _resume(self) -> None:
        known = [m.id for m in self._world.kinds.table_maps]
        world = self._world
        resumed = await resume_maps(world.store, world.kinds, known, world.clock)
        world.seen.counts["resumed maps"] += len(resumed)

    async def _change_maps(self) -> None:
        """Another version of a few maps: a field less, or one that the other side owns."""
        chosen = set(self._random.sample([m.id for m in self._shipped.table_maps], 6))
        await self._begin_with(
            Kinds(
                self._changed(one) if one.id in chosen else one for one in self._shipped.table_maps
            )
        )
        self._met("map changes")

    async def _ship_maps(self) -> None:
        if self._world.kinds is not self._shipped:
            await self._begin_with(self._shipped)

    async def _begin_with(self, kinds: Kinds) -> None:
        """The next process begins with other maps, as the service does when it starts."""
        world = self._world
        await keep_versions(world.store, world.kinds, world.clock)
        world.change_maps(kinds)
        woken = await keep_versions(world.store, kinds, world.clock)
        world.seen.counts["looked at for a new field"] += woken

    def _changed(self, table_map: TableMap) -> TableMap:
        free = [f for f in table_map.fields if _is_free(f)]
        if not free:
            return table_map
        picked = self._random.choice(free)
        if self._random.random() < 0.5:
            fields = [f for f in table_map.fields if f is not picked]
        else:
            other = msgspec.structs.replace(picked, owner=_OTHER[picked.owner])
            fields = [other if f is picked else f for f in table_map.fields]
        return msgspec.structs.replace(table_map, fields=tuple(fields), version="changed")

    def _met(self, name: str) -> None:
        self._world.seen.counts[name] += 1


def _is_free(field: FieldMap) -> bool:
    """Whether a map is still one without this field, or with another owner of it."""
    return (
        not (field.key or field.lookup or field.group or field.calculated or field.without)
        and field.owner in _OTHER
        and field.type == "text"
    )
