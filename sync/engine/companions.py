"""Companions: the records that take part in a document's step, found and claimed with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from sync.core.kinds import Kind, Kinds
from sync.core.lifecycle import Way
from sync.core.link import Link, row_token
from sync.core.references import References
from sync.core.row import Row, Side
from sync.core.values import Unresolved
from sync.engine.in_hand import InHand
from sync.engine.lines import parent_field
from sync.engine.loading import Batch
from sync.ports import Claim, Connector, Store


class Company(msgspec.Struct):
    """A document and those who take part in its step.

    Attributes:
        leader: The document.
        way: The step.
        converted: The record that enters its last stage with it, if one has to.
        created: The records that the step makes, each after the one it belongs to.
        rows: Their rows in the CRM, in the same order.
        waits: What has to be known first.
    """

    leader: InHand
    way: Way
    converted: Link | None = None
    created: list[Link] = []
    rows: list[Row] = []
    waits: list[Unresolved] = []
    claims: dict[str, Claim] = {}

    @property
    def ids(self) -> list[str]:
        """The links to claim beside the leader's."""
        return [link.id for link in (self.converted, *self.created) if link is not None]

    def in_order(self) -> list[Claim]:
        """Everybody's claim, in the order in which the ERP has to make the step."""
        first = [self.claims[self.converted.id]] if self.converted else []
        return [*first, self.leader.claim, *(self.claims[link.id] for link in self.created)]


class Companions:
    """Finds and claims the companions of documents.

    Args:
        kinds: All kinds.
        store: The state.
        connectors: Both systems.
    """

    def __init__(self, kinds: Kinds, store: Store, connectors: Mapping[Side, Connector]) -> None:
        self._kinds, self._store, self._connectors = kinds, store, connectors

    async def find(
        self, leaders: Sequence[InHand], batch: Batch, refs: References
    ) -> list[Company]:
        """Find who takes part, in a request per kind for all documents together.

        Raises:
            RemoteError: The CRM could not be asked.
        """
        found = [self._company(leader, batch, refs) for leader in leaders]
        rows: dict[tuple[int, str], list[Row]] = {}
        for kind in dict.fromkeys(kind for company in found for kind in company.way.creates):
            asked = [(n, c) for n, c in enumerate(found) if kind in c.way.creates]
            for place, answer in zip(
                asked, await self._ask(self._kinds[kind], asked, batch, rows), strict=True
            ):
                rows[place[0], kind] = answer
        await self._know(found, rows)
        return found

    async def claim(
        self, companies: Sequence[Company], now: datetime, lease: datetime
    ) -> tuple[list[Company], list[Company], list[Claim]]:
        """Claim everybody.

        Returns:
            The companies that are complete, those that are not because somebody else holds a part
            of them, and the claims that are not needed therefore.
        """
        taken: set[str] = set()
        alone: list[Company] = []
        late: list[Company] = []
        for company in companies:
            (late if taken & set(company.ids) else alone).append(company)
            taken.update(company.ids)
        wanted = sorted({i for company in alone for i in company.ids})
        async with self._store.transaction() as tx:
            claims = {
                claim.link.id: claim
                for claim in await tx.claim_these(wanted, now, lease_until=lease)
            }
        complete: list[Company] = []
        spare: list[Claim] = []
        for company in alone:
            company.claims = {i: claims[i] for i in company.ids if i in claims}
            if len(company.claims) == len(company.ids):
                complete.append(company)
            else:
                late.append(company)
                spare += company.claims.values()
        return complete, late, spare

    def _company(self, leader: InHand, batch: Batch, refs: References) -> Company:
        way = leader.decision.together
        if way is None:  # only links that decided so are asked
            raise LookupError(leader.claim.link.key)
        company = Company(leader, way)
        view = batch.view(leader.claim.link)
        if way.convert is None or view.crm is None:
            return company
        field = self._kinds[leader.claim.link.kind].maps[0].fields[way.convert]
        key = refs.from_crm(field.lookup, view.crm.image.get(field.crm.column))
        if isinstance(key, Unresolved):
            company.waits.append(key)
        record = refs.record(field.lookup, key) if isinstance(key, str) else None
        if record is not None and record.stage != self._kinds[record.kind].maps[-1].map.stage:
            company.converted = record
        return company

    async def _ask(
        self,
        kind: Kind,
        asked: Sequence[tuple[int, Company]],
        batch: Batch,
        rows: Mapping[tuple[int, str], list[Row]],
    ) -> list[list[Row]]:
        """The CRM's rows of a kind that belong to each document's step."""
        member, life = kind.maps[0].map.crm, kind.maps[0].map.lifecycle
        wanted: list[dict[str, str]] = []
        owners: list[int] = []
        for place, (number, company) in enumerate(asked):
            for column, row_id in self._parents(kind, number, company, batch, rows):
                wanted.append({column: row_id})
                owners.append(place)
        found: list[list[Row]] = [[] for _ in asked]
        answers = await self._connectors[Side.CRM].find(member.table, wanted) if wanted else []
        for place, answer in zip(owners, answers, strict=True):
            found[place] += [
                row
                for row in answer
                if member.matches(row.image)
                and (life is None or life.state(Side.CRM, row.image) not in life.stays)
            ]
        return found

    def _parents(
        self,
        kind: Kind,
        number: int,
        company: Company,
        batch: Batch,
        rows: Mapping[tuple[int, str], list[Row]],
    ) -> list[tuple[str, str]]:
        """By which column and which ids the rows of a kind are found."""
        life, leader = kind.maps[0].map.lifecycle, company.leader.claim.link
        if life is not None and life.led_by == leader.kind and life.leader is not None:
            view = batch.view(leader)
            return [(life.leader, view.crm.ref.row_id)] if view.crm else []
        before = [of for of in company.way.creates if (number, of) in rows]
        for of in before:
            if any(of in field.lookup for field in kind.maps[0].keys):
                column = parent_field(kind, of).crm.column
                return [(column, row.ref.row_id) for row in rows[number, of]]
        return []

    async def _know(
        self, companies: Sequence[Company], rows: Mapping[tuple[int, str], list[Row]]
    ) -> None:
        """Find the links of the rows; a row that has none yet is waited for."""
        refs = sorted({row.ref for several in rows.values() for row in several})
        async with self._store.transaction() as tx:
            known = await tx.rows(refs)
            links = await tx.links(sorted({k.link_id for k in known.values() if k.link_id}))
        for (number, _), several in rows.items():
            for row in several:
                owner = known[row.ref].link_id if row.ref in known else None
                link = links.get(owner or "")
                if link is None or link.is_stray:
                    message = f"its {row.ref} is not known yet"
                    companies[number].waits.append(Unresolved((row_token(row.ref),), message))
                else:
                    companies[number].created.append(link)
                    companies[number].rows.append(row)
