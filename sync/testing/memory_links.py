"""Links and their schedule in the in-memory store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import nsmallest

from msgspec.structs import replace

from sync.core.link import Link, LinkState
from sync.core.numbers import comparable_number
from sync.ports import Claim, LinkRow, Settlement
from sync.testing.memory_state import MemoryState, Schedule, isolated

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class MemoryLinks:
    """The link part of a transaction."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def links(self, ids: Iterable[str]) -> dict[str, Link]:
        """Links by id."""
        known = self._state.links
        return {link: isolated(known[link]) for link in ids if link in known}

    async def links_by_alias(self, kind: str, aliases: Iterable[str]) -> dict[str, Link]:
        """Alias → link, for links of that kind; the lowest id where several have it."""
        state = self._state
        return {
            alias: isolated(state.links[min(state.aliases[kind, alias])])
            for alias in aliases
            if (kind, alias) in state.aliases
        }

    async def add_links(self, links: Iterable[Link]) -> None:
        """Insert links; one that exists is left alone."""
        for link in links:
            if link.id not in self._state.links:
                added = self._state.sequences.get("link", 0) + 1
                self._state.put(self._state.sequences, "link", added)
                self._state.put(self._state.schedules, link.id, Schedule())
                number = comparable_number(link)
                if number is not None:
                    place = (link.kind, str(link.company), number)
                    self._state.add(self._state.numbers, place, link.id)
                self._save(link)

    async def touch(self, positions: Mapping[str, int], due_at: datetime) -> None:
        """Note that an event at that position concerns each link, and make it due."""
        due = _micros(due_at)
        for link, position in positions.items():
            plan = self._state.schedules.get(link)
            if plan is None:
                continue
            self._reschedule(
                link,
                replace(
                    _stirred(plan, due),
                    latest=max(plan.latest, position),
                    oldest=min(plan.oldest or position, position),
                ),
            )

    async def claim(
        self,
        now: datetime,
        limit: int,
        *,
        lease_until: datetime,
        kinds: Sequence[str] | None = None,
    ) -> list[Claim]:
        """Take up to `limit` due links that nobody holds, oldest due first."""
        state, moment, lease = self._state, _micros(now), _micros(lease_until)
        due: list[tuple[int, int, str]] = []
        for link in state.due:
            plan = state.schedules[link]
            if plan.due_at is None or plan.due_at > moment:
                continue
            if plan.lease_until is not None and plan.lease_until > moment:
                continue
            if kinds is None or state.links[link].kind in kinds:
                due.append((plan.due_at, plan.oldest, link))
        claims = []
        for _, _, link in nsmallest(limit, due):
            plan = replace(state.schedules[link], lease_until=lease, stirred=False)
            self._reschedule(link, plan)
            claims.append(Claim(link=isolated(state.links[link]), position=plan.latest))
        return claims

    async def claim_these(
        self, ids: Iterable[str], now: datetime, *, lease_until: datetime
    ) -> list[Claim]:
        """Take links by id that nobody holds, due or not; they are due until given back."""
        state, moment = self._state, _micros(now)
        claims = []
        for link in sorted(set(ids)):
            plan = state.schedules.get(link)
            if plan is None or (plan.lease_until is not None and plan.lease_until > moment):
                continue
            due = moment if plan.due_at is None else min(plan.due_at, moment)
            lease = _micros(lease_until)
            self._reschedule(link, replace(plan, lease_until=lease, stirred=False, due_at=due))
            claims.append(Claim(link=isolated(state.links[link]), position=plan.latest))
        return claims

    async def held(self, ids: Iterable[str], lease_until: datetime) -> set[str]:
        """Which of the links are still held under that lease; nobody else takes them meanwhile."""
        schedules, lease = self._state.schedules, _micros(lease_until)
        return {i for i in ids if i in schedules and schedules[i].lease_until == lease}

    async def update_links(self, links: Iterable[Link]) -> None:
        """Save the bodies of claimed links, keeping the claim (intents)."""
        for link in links:
            if link.id in self._state.links:
                self._save(link)

    async def settle(self, settlements: Iterable[Settlement]) -> None:
        """Give claimed links back. One that was touched meanwhile is due at once."""
        for settlement in settlements:
            link, position = settlement.link.id, settlement.position
            if link not in self._state.links:
                continue
            self._save(settlement.link)
            plan = self._state.schedules[link]
            again = plan.stirred or plan.latest > position
            due = None if settlement.due_at is None else _micros(settlement.due_at)
            if again:
                due = plan.due_at if plan.due_at is not None else due or 0
            if settlement.settled:
                oldest = position + 1 if plan.latest > position else 0
                plan = replace(plan, settled=max(plan.settled, position), oldest=oldest)
                self._forget_pending(link, position)
            self._reschedule(link, replace(plan, due_at=due, lease_until=None, stirred=False))
            self._wait(settlement.link)

    async def let_go(self, ids: Iterable[str]) -> None:
        """Settle the events of dead links that nobody holds and nobody has asked for since."""
        state = self._state
        for link in ids:
            if link in state.links and state.links[link].state is LinkState.DEAD:
                plan = state.schedules[link]
                if plan.due_at is None:
                    self._forget_pending(link, plan.latest)
                    state.put(state.schedules, link, replace(plan, settled=plan.latest, oldest=0))

    async def wake(self, ids: Iterable[str], due_at: datetime) -> None:
        """Make links due, without an event (redrive, resolution, a map that starts)."""
        for link in ids:
            if link in self._state.schedules:
                self._stir(link, due_at)

    async def wake_kinds(self, kinds: Sequence[str], due_at: datetime, master: str | None) -> int:
        """Make every link of the kinds due; sets `master` on those that have no base yet."""
        state = self._state
        found = sorted(link.id for link in state.links.values() if link.kind in kinds)
        for link in found:
            self._stir(link, due_at)
            if master is not None and not state.links[link].base:
                mastered = isolated(state.links[link])
                mastered.master = master
                state.put(state.links, link, mastered)
        return len(found)

    async def release(self, tokens: Iterable[str], due_at: datetime) -> int:
        """Make every link due that waits for one of the tokens; returns how many."""
        state = self._state
        waiting = {token: sorted(state.waiting.get(token, ())) for token in set(tokens)}
        released = sorted({link for links in waiting.values() for link in links})
        for token, links in waiting.items():
            for link in links:
                state.remove(state.waiting, token, link)
                state.remove(state.waits, link, token)
        for link in released:
            self._stir(link, due_at)
        return len(released)

    async def awaited(self, tokens: Iterable[str]) -> set[str]:
        """Which of the tokens some link waits for."""
        return {token for token in tokens if token in self._state.waiting}

    async def next_due(self) -> datetime | None:
        """When the next link can be claimed; of a claimed one, when its lease ends."""
        plans = [self._state.schedules[link] for link in self._state.due]
        moments = [max(plan.due_at or 0, plan.lease_until or 0) for plan in plans]
        return _moment(min(moments)) if moments else None

    async def list_links(
        self,
        *,
        kind: str | None = None,
        state: LinkState | None = None,
        search: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> list[LinkRow]:
        """Links in order of id; `search` matches the start of the key or a natural key part."""
        wanted = [
            link
            for link in sorted(self._state.links.values(), key=lambda link: link.id)
            if (kind is None or link.kind == kind)
            and (state is None or link.state == state)
            and (search is None or _matches(link, search))
            and (after is None or link.id > after)
        ]
        return [self._listed(link) for link in wanted[:limit]]

    async def count_links(self) -> dict[tuple[str, str], int]:
        """(kind, state) → how many."""
        links = self._state.links.values()
        counts = Counter((link.kind, str(link.state)) for link in links)
        return dict(sorted(counts.items()))

    async def backlog(self) -> tuple[int, str | None]:
        """How many events are not settled, and when the oldest of them was received."""
        pending = self._state.pending_links
        if not pending:
            return 0, None
        return len(pending), self._state.inbox[min(pending)].received_at

    def _save(self, link: Link) -> None:
        state = self._state
        before = state.links.get(link.id)
        saved = isolated(link)
        if before is not None:
            if state.schedules[link.id].stirred and before.master is not None:
                saved.master = before.master
            if before.alias is not None:
                state.remove(state.aliases, (before.kind, before.alias), link.id)
        state.put(state.links, link.id, saved)
        if saved.alias is not None:
            state.add(state.aliases, (saved.kind, saved.alias), link.id)

    def _wait(self, link: Link) -> None:
        state = self._state
        for token in sorted(state.waits.get(link.id, ())):
            state.remove(state.waiting, token, link.id)
            state.remove(state.waits, link.id, token)
        for token in link.waiting_on:
            state.add(state.waiting, token, link.id)
            state.add(state.waits, link.id, token)

    def _forget_pending(self, link: str, position: int) -> None:
        state = self._state
        for done in sorted(p for p in state.pending.get(link, ()) if p <= position):
            state.remove(state.pending, link, done)
            state.remove(state.pending_links, done, link)

    def _stir(self, link: str, due_at: datetime) -> None:
        self._reschedule(link, _stirred(self._state.schedules[link], _micros(due_at)))

    def _reschedule(self, link: str, plan: Schedule) -> None:
        state = self._state
        state.put(state.schedules, link, plan)
        if plan.due_at is None:
            state.drop(state.due, link)
        elif link not in state.due:
            state.put(state.due, link, None)

    def _listed(self, link: Link) -> LinkRow:
        plan = self._state.schedules[link.id]
        return LinkRow(
            link=isolated(link),
            due_at=None if plan.due_at is None else _moment(plan.due_at),
            latest_position=plan.latest,
            settled_position=plan.settled,
        )


def _stirred(plan: Schedule, due: int) -> Schedule:
    """The schedule after somebody asked for the link: a claim stays, and will not be the last."""
    if plan.lease_until is not None:
        return replace(plan, due_at=due, stirred=True)
    return replace(plan, due_at=due if plan.due_at is None else min(plan.due_at, due))


def _matches(link: Link, search: str) -> bool:
    start = search.casefold()
    return any(part.casefold().startswith(start) for part in (link.key, *link.natural.values()))


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND
