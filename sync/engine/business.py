"""The business view: how many prospects, customers, open quotes and so on either side has.

It is counted from the rows as they are known, whatever their links wait for, so it shows what a
person sees in either system. Counting goes page by page beside the work, seldom enough to take one
twentieth of the time at most; what the records count as is said by their maps (`business`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.loading import Batch
from sync.engine.referring import load_references
from sync.engine.standing import Standing, standings
from sync.engine.times import text
from sync.ports import Clock, Store

NO_CURRENCY = "none"
_PAGE, _SHARE, _SHORTEST, _BRIEFLY = 200, 20, timedelta(seconds=2), 2.0


class Figure(msgspec.Struct):
    """How many records count, and what they amount to.

    Attributes:
        count: How many.
        amounts: Currency → the sum; `none` for records without currency.
    """

    count: int = 0
    amounts: dict[str, Decimal] = {}


Companies = dict[str, dict[Side, dict[str, Figure]]]
"""Company → side → figure → how many and how much."""


class BusinessView(msgspec.Struct, frozen=True):
    """The figures of every company.

    Attributes:
        at: When counting began (ISO 8601, UTC).
        seconds: How long it took.
        companies: Company → side → figure → how many and how much.
    """

    at: str
    seconds: float
    companies: Companies


class Business:
    """Keeps a business view that is fresh enough.

    Args:
        store: The state.
        kinds: All kinds.
        clock: Time.
    """

    def __init__(self, store: Store, kinds: Kinds, clock: Clock) -> None:
        self._store, self._kinds, self._clock = store, kinds, clock
        self._view: BusinessView | None = None
        self._task: asyncio.Task[BusinessView] | None = None

    async def current(self, patience: float) -> BusinessView | None:
        """The view: counted anew if it is old, else the last one.

        Args:
            patience: How many seconds to wait for counting, which goes on after that; the last
                view stands until it is done. `None` before the first one is.
        """
        task = self._task
        if task is None and self._is_old():
            task = self._task = asyncio.create_task(self._count())
            task.add_done_callback(self._counted)
        if task is not None:
            pause = asyncio.ensure_future(self._clock.sleep(patience))
            await asyncio.wait([task, pause], return_when=asyncio.FIRST_COMPLETED)
            pause.cancel()
            await asyncio.gather(pause, return_exceptions=True)
            if task.done():
                return task.result()
        return self._view

    async def counts(self) -> dict[tuple[str, Side, str], int]:
        """(company, side, figure) → how many, without waiting long for them."""
        view = await self.current(_BRIEFLY)
        return {
            (company, side, name): figure.count
            for company, sides in (view.companies if view else {}).items()
            for side, figures in sides.items()
            for name, figure in figures.items()
        }

    async def close(self) -> None:
        """Count no further."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _is_old(self) -> bool:
        if self._view is None:
            return True
        age = self._clock.now() - datetime.fromisoformat(self._view.at)
        return age > max(_SHORTEST, timedelta(seconds=self._view.seconds * _SHARE))

    def _counted(self, task: asyncio.Task[BusinessView]) -> None:
        self._task = None
        if not task.cancelled() and task.exception() is None:
            self._view = task.result()

    async def _count(self) -> BusinessView:
        began = self._clock.now()
        companies = await count(self._store, self._kinds)
        return BusinessView(text(began), (self._clock.now() - began).total_seconds(), companies)


async def count(store: Store, kinds: Kinds) -> Companies:
    """Count every company's figures; all figures are named, also those of nothing."""
    names = figure_names(kinds)
    companies: Companies = {}
    for kind in kinds.values():
        if not any(compiled.map.business for compiled in kind.maps):
            continue
        after: str | None = None
        while True:
            async with store.transaction() as tx:
                page = await tx.list_links(kind=kind.name, after=after, limit=_PAGE)
                links = [entry.link for entry in page if not entry.link.is_stray]
                batch = Batch(kinds, links)
                await batch.load(tx)
                refs = await load_references(kinds, tx, batch)
            for link in links:
                if link.company is None:
                    continue
                for side, standing in standings(kind, link, batch.view(link), refs).items():
                    if standing.figures:
                        company = companies.setdefault(link.company, _nothing(names))
                        _add(company[side], standing)
            if len(page) < _PAGE:
                break
            after = page[-1].link.id
    return dict(sorted(companies.items()))


def figure_names(kinds: Kinds) -> tuple[str, ...]:
    """Every figure that a map names, in the order in which maps start."""
    maps = (m.business for m in kinds.table_maps if m.business is not None)
    return tuple(dict.fromkeys(name for business in maps for name in business.counts))


def _nothing(names: Iterable[str]) -> dict[Side, dict[str, Figure]]:
    return {side: {name: Figure() for name in names} for side in Side}


def _add(figures: dict[str, Figure], standing: Standing) -> None:
    for name in standing.figures:
        figure = figures[name]
        figure.count += 1
        if standing.amount is not None:
            currency = standing.currency or NO_CURRENCY
            known = figure.amounts.get(currency, Decimal(0))
            figure.amounts[currency] = known + Decimal(standing.amount)
