"""Routing: which links a change event concerns, and which links come into being by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sync.core.event import ChangeEvent, Op
from sync.core.kinds import Identity, Kind, Kinds
from sync.core.link import STRAY, Link, LinkState, Problem, link_id
from sync.core.row import Image, Row, RowRef, Side
from sync.core.values import Unfit, Unresolved
from sync.ports import KnownRow


class Known(msgspec.Struct):
    """What the store knows that routing needs; routing adds to it as it goes.

    Attributes:
        rows: Known rows of the events and of the lookups in their images.
        links: Links of those rows, by id.
        aliases: (kind, alias) → link id.
    """

    rows: dict[RowRef, KnownRow]
    links: dict[str, Link]
    aliases: dict[tuple[str, str], str]

    def owners(self) -> dict[tuple[str, str], str]:
        """(table, row id) in the CRM → link id."""
        return {
            (ref.table, ref.row_id): known.link_id
            for ref, known in self.rows.items()
            if ref.side is Side.CRM and known.link_id is not None
        }


class Routed(msgspec.Struct):
    """What became of one event.

    Attributes:
        row: The row to save; `None` when the event tells nothing new.
        link_ids: The links it concerns.
        created: Links to add; one that exists already is the same and stays as it is.
    """

    row: KnownRow | None = None
    link_ids: tuple[str, ...] = ()
    created: tuple[Link, ...] = ()


class Routing:
    """Routes the events of one batch, in order.

    Args:
        kinds: All kinds.
        known: What the store knows.
    """

    def __init__(self, kinds: Kinds, known: Known) -> None:
        self._kinds, self._known = kinds, known
        self._owners = known.owners()
        self._refs = kinds.references(known.links, self._owners)

    def route(self, event: ChangeEvent) -> Routed:
        """Find the links that an event concerns."""
        known = self._known.rows.get(event.ref)
        if known is not None and _is_old(event, known):
            return Routed()
        if event.op is Op.DELETE:
            return self._deleted(event, known)
        image = event.image or {}
        found: dict[str, None] = {}
        created: list[Link] = []
        link_id_of_row = known.link_id if known else None
        if known is not None and self._is_candidate(known):
            found[str(known.link_id)] = None
            link_id_of_row = None
        joins: str | None = None
        for kind, compiled, member in self._kinds.concerned.get(
            (event.ref.side, event.ref.table), ()
        ):
            if member.joins is not None:
                joins = str(image.get(member.joins) or "") or None
                for alias in {joins, known.joins if known else None} - {None}:
                    found.update(dict.fromkeys(self._aliased(kind.name, str(alias))))
            elif link_id_of_row is None and member.matches(image):
                if member.side is Side.ERP and member.name != compiled.map.anchor.name:
                    continue
                identity = kind.identify(compiled, member, image, self._refs)
                link = self._link(kind, event.ref, identity, compiled.map.stage)
                link_id_of_row = link.id
                if link.id not in self._known.links:
                    self._known.links[link.id] = link
                    created.append(link)
        if link_id_of_row is not None:
            found[link_id_of_row] = None
        found.update(dict.fromkeys(self._namesakes(event.ref, image)))
        row = KnownRow(_row(event), link_id_of_row, joins, event_id=event.id)
        self._remember(row)
        return Routed(row, tuple(found), tuple(created))

    def _is_candidate(self, known: KnownRow) -> bool:
        """Whether a row only competes for a link, so that it may still say that it is another's."""
        link = self._known.links.get(known.link_id or "")
        if link is None or link.is_stray or link.state is not LinkState.CONFLICT:
            return False
        side = f"{known.row.ref.side}."
        bound = {row_id for name, row_id in link.rows.items() if name.startswith(side)}
        return known.row.ref.row_id not in bound

    def _deleted(self, event: ChangeEvent, known: KnownRow | None) -> Routed:
        if known is None:
            return Routed()
        found = [known.link_id] if known.link_id else []
        if known.joins is not None:
            for kind, _, member in self._kinds.concerned.get((event.ref.side, event.ref.table), ()):
                if member.joins is not None:
                    found += self._aliased(kind.name, known.joins)
        found += self._namesakes(event.ref, known.row.image)
        row = msgspec.structs.replace(known, deleted=True, event_id=event.id)
        self._remember(row)
        return Routed(row, tuple(dict.fromkeys(found)))

    def _aliased(self, kind: str, alias: str) -> list[str]:
        link = self._known.aliases.get((kind, alias))
        return [link] if link is not None else []

    def _namesakes(self, ref: RowRef, image: Image) -> list[str]:
        """The links that have the number of an ERP row: it is theirs, or taken from them."""
        ids = namesake_ids(self._kinds, ref, image)
        return [one for one in ids if one in self._known.links]

    def _link(
        self,
        kind: Kind,
        ref: RowRef,
        identity: Identity | Unresolved | Unfit,
        stage: str | None,
    ) -> Link:
        """The link that the row is of; a stray one while the row does not say which."""
        if isinstance(identity, Identity):
            link = Link(
                id=link_id(kind.name, identity.key),
                kind=kind.name,
                key=identity.key,
                natural=identity.natural,
                company=identity.company,
                first_stage=stage,
            )
            return self._known.links.get(link.id, link)
        return stray(kind, ref, identity)

    def _remember(self, row: KnownRow) -> None:
        self._known.rows[row.row.ref] = row
        if row.row.ref.side is Side.CRM and row.link_id is not None:
            self._owners[row.row.ref.table, row.row.ref.row_id] = row.link_id


def stray(kind: Kind, ref: RowRef, why: Unresolved | Unfit) -> Link:
    """A link for a row that does not say yet which record it is of.

    It waits like any other link, shows its problem, and gives the row to the right link once that
    is known.
    """
    key = f"{STRAY}{ref}"
    unresolved = isinstance(why, Unresolved)
    return Link(
        id=link_id(kind.name, key),
        kind=kind.name,
        key=key,
        natural={"code": str(ref)},
        state=LinkState.DUE,
        rows={f"{ref.side}.stray": ref.row_id},
        problem=Problem(
            "dependency_missing" if unresolved else "identity_missing",
            f"{ref}: {why.message}",
            why.cure if isinstance(why, Unfit) else None,
            ref.side,
        ),
        waiting_on=why.tokens if isinstance(why, Unresolved) else (),
    )


def lookup_refs(kinds: Kinds, side: Side, table: str, image: Image) -> Iterable[RowRef]:
    """The CRM rows that an image's lookups point to."""
    if side is not Side.CRM:
        return
    spec = kinds.tables[Side.CRM].get(table)
    for column, targets in (spec.lookups if spec else {}).items():
        value = image.get(column)
        if value:
            for target in targets:
                yield RowRef(Side.CRM, target, str(value))


def namesake_ids(kinds: Kinds, ref: RowRef, image: Image) -> Iterable[str]:
    """The links, if they exist, of every kind that shares its numbers with an ERP row's."""
    maps = kinds.namesakes.get(ref.table, ()) if ref.side is Side.ERP else ()
    refs = kinds.references({}, {})
    for kind, compiled in maps:
        identity = kind.identify(compiled, compiled.map.anchor, image, refs)
        if isinstance(identity, Identity):
            yield link_id(kind.name, identity.key)


def erp_link_ids(kinds: Kinds, kind: Kind, image: Image, company: str | None) -> Iterable[str]:
    """The links that an ERP image's references name."""
    refs = kinds.references({}, {})
    for compiled in kind.maps:
        for field in compiled.map.fields:
            if not field.lookup:
                continue
            for column in (field.erp.column, *field.by_stage.values()):
                within = image.get(field.within) if field.within else None
                key = refs.from_erp(field.lookup, company, image.get(column), within)
                if isinstance(key, str):
                    yield from (link_id(of_kind, key) for of_kind in field.lookup)


def _is_old(event: ChangeEvent, known: KnownRow) -> bool:
    """Duplicate, stale or echo: the known image is the same or newer."""
    if event.op is Op.DELETE:
        return known.deleted
    if known.deleted:
        return event.order is not None and event.order <= (known.row.order or 0)
    if event.order is not None and known.row.order is not None:
        return event.order <= known.row.order
    return event.version == known.row.version


def _row(event: ChangeEvent) -> Row:
    return Row(
        event.ref,
        event.version,
        event.image or {},
        event.order,
        event.actor,
        event.occurred_at,
    )


def aliases_in(
    kinds: Kinds, events: Iterable[ChangeEvent], rows: Mapping[RowRef, KnownRow]
) -> dict[str, set[str]]:
    """Kind → the aliases that joined rows among the events refer to, now or before."""
    wanted: dict[str, set[str]] = {}
    for event in events:
        for kind, _, member in kinds.concerned.get((event.ref.side, event.ref.table), ()):
            if member.joins is None:
                continue
            known = rows.get(event.ref)
            values = {(event.image or {}).get(member.joins), known.joins if known else None}
            wanted.setdefault(kind.name, set()).update(str(value) for value in values if value)
    return wanted
