"""A side is prepared before it is looked at: as often as it takes, and not against its breaker."""

from __future__ import annotations

import asyncio
from typing import Any

from sync.core.breaker import LIMITS
from sync.core.row import Side
from sync.engine.breakers import Breakers
from sync.engine.guarding import Guarded
from sync.engine.preparing import Preparing
from sync.errors import ColumnMissing, RemoteError, Unavailable
from sync.testing.loop import LoopClock, run_virtual
from tests.engine.between import Between
from tests.simulation.systems import Systems


class Stubborn(Between):
    """A system that refuses to be prepared, each time with the next error."""

    def __init__(self, inner: Any, *errors: RemoteError) -> None:
        super().__init__(inner)
        self.errors, self.asked = list(errors), 0

    async def prepare(self) -> None:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)


class Scene:
    """The ERP, before it is prepared."""

    def __init__(self, *errors: RemoteError) -> None:
        self.clock = LoopClock()
        self.told: list[dict[str, Any]] = []
        self.failures = 0
        self.breakers = Breakers(self.clock, self)
        self.erp = Stubborn(Systems(False, self.clock.now).ports[Side.ERP], *errors)
        guarded = Guarded(self.erp, self.breakers)  # type: ignore[arg-type]
        self.preparing = Preparing(guarded, self.breakers, self.clock, self, self.failed)
        self.stop = asyncio.Event()

    def noticed(self, name: str, /, **facts: Any) -> None:
        self.told.append({"name": name, **facts})

    def failed(self) -> None:
        self.failures += 1


def test_it_is_tried_again_until_it_succeeds() -> None:
    async def story() -> None:
        scene = Scene(Unavailable("Down."), Unavailable("Down."))
        preparing = scene.preparing
        assert not preparing.met
        assert await preparing.once(scene.stop)
        assert (preparing.met, preparing.done, scene.failures) == (True, False, 1)
        assert await preparing.once(scene.stop)
        assert not await preparing.once(scene.stop)
        assert (preparing.done, preparing.error, scene.erp.asked) == (True, None, 3)
        assert [one["name"] for one in scene.told] == ["prepare_failed"] * 2

    run_virtual(story())


def test_a_column_that_is_missing_is_told_and_the_rest_goes_on() -> None:
    async def story() -> None:
        lacks = ColumnMissing("No such column.", table="CustomersV3", column="X", cure="Add it.")
        scene = Scene(lacks)
        assert not await scene.preparing.once(scene.stop)
        assert (scene.preparing.done, scene.preparing.error) == (True, lacks)
        (told,) = scene.told
        assert (told["table"], told["field"], scene.failures) == ("CustomersV3", "X", 0)

    run_virtual(story())


def test_nothing_is_asked_while_the_breaker_is_open() -> None:
    async def story() -> None:
        scene = Scene()
        for _ in range(LIMITS.failures):
            scene.breakers.failed(Side.ERP, Unavailable("Down."))
        waiting = asyncio.create_task(scene.preparing.once(scene.stop))
        await asyncio.sleep(600)
        assert not waiting.done()
        scene.breakers.answered(Side.ERP)
        assert await waiting
        assert scene.erp.asked == 0
        assert not await scene.preparing.once(scene.stop)
        assert scene.preparing.done

    run_virtual(story())
