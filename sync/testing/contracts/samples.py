"""Small values that the suites are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sync.core.conflict import Conflict, ConflictKind
from sync.core.event import ChangeEvent, upserted
from sync.core.family import Relation, place
from sync.core.link import Agreed, Link, link_id
from sync.core.row import Image, Row, RowRef, Side
from sync.ports import DeadLetter, InboxEvent, KnownRow, Receipt, Store

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LEASE = NOW + timedelta(seconds=60)


def later(seconds: float) -> datetime:
    """That many seconds after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def account(number: int | str, version: int = 1, image: Image | None = None) -> Row:
    """An account of the CRM at a version."""
    return Row(
        ref=RowRef(Side.CRM, "accounts", f"id-{number}"),
        version=str(version),
        image={"name": f"Account {number}"} if image is None else image,
        order=version,
    )


def known(number: int | str, version: int = 1, link_id: str | None = None) -> KnownRow:
    """An account as the service knows it."""
    return KnownRow(row=account(number, version), link_id=link_id)


def change(number: int | str, version: int = 1) -> ChangeEvent:
    """The event of an account's version."""
    return upserted(account(number, version))


def a_link(key: str, kind: str = "account") -> Link:
    """A link that nobody has looked at yet."""
    return Link(id=link_id(kind, key), kind=kind, key=key, natural={"number": key.upper()})


def based(link: Link, name: str = "Contoso") -> Link:
    """The link, with a base."""
    link.base = {"name": Agreed(erp=name, crm=name)}
    return link


async def due_links(store: Store, *keys: str) -> list[Link]:
    """Links that an event each has made due now, in the order given."""
    links = [a_link(key) for key in keys]
    async with store.transaction() as state:
        await state.add_links(links)
        events = [
            InboxEvent(change(key), (link.id,), received_at=NOW.isoformat())
            for key, link in zip(keys, links, strict=True)
        ]
        positions = await state.add_events(events)
        touched = {link.id: at for link, at in zip(links, positions, strict=True)}
        await state.touch(touched, NOW)
    return links


def a_conflict(number: int, link: str = "l") -> Conflict:
    """A clash."""
    return Conflict(f"{number:04}", link, ConflictKind.CLASH, "name", crm="A", erp=None)


def a_letter(number: int, link: str | None = "l", state: str = "open") -> DeadLetter:
    """A dead letter."""
    payload = {"amount": Decimal("12.50"), "lines": [Decimal("7")]}
    at = NOW.isoformat()
    return DeadLetter(f"{number:04}", link, "rejected", "No.", None, payload, at, state=state)


def a_relation(
    above: Link, below: Link, field: str = "customer", *, part: bool = False, kin: bool = False
) -> Relation:
    """That the link below says it belongs to the one above."""
    return Relation(below.id, field, above.id, below.id, below.kind, place(below.key), part, kin)


def a_receipt(link: str, plan: str) -> Receipt:
    """The audit of a write that happened."""
    changed = ({"field": "credit", "old": None, "new": Decimal("100.10")},)
    return Receipt(link, plan, NOW.isoformat(), Side.ERP, "digest", changed, {}, {}, ok=True)
