"""How values are kept in columns: JSON text with exact decimals, moments as integers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from sync.core.conflict import Conflict
from sync.core.event import ChangeEvent, Op
from sync.core.exact_json import decode, encode, exact
from sync.core.link import Link
from sync.core.row import Row, RowRef, Side
from sync.core.rule import OwnerRule
from sync.ports import Act, DeadLetter, InboxEvent, KnownRow, Receipt

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SEPARATOR = "\x1f"

_encode = msgspec.json.Encoder().encode
_link = msgspec.json.Decoder(Link).decode
_conflict = msgspec.json.Decoder(Conflict).decode
_act = msgspec.json.Decoder(Act).decode
_rule = msgspec.json.Decoder(OwnerRule).decode
_receipt = msgspec.json.Decoder(Receipt, float_hook=Decimal).decode
_dead_letter = msgspec.json.Decoder(DeadLetter, float_hook=Decimal).decode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode


class _StoredEvent(msgspec.Struct, array_like=True):
    side: Side
    table: str
    row_id: str
    op: Op
    version: str
    order: int | None
    image: dict[str, Any] | None
    actor: str | None
    occurred_at: str | None
    traceparent: str | None = None


_event = msgspec.json.Decoder(_StoredEvent, float_hook=Decimal).decode


def micros(moment: datetime) -> int:
    """A moment as it is stored: microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    """A stored moment, in UTC."""
    return _EPOCH + stored * _MICROSECOND


def ref_key(ref: RowRef) -> str:
    """A row's identity as one text."""
    return f"{ref.side}|{ref.table}|{ref.row_id}"


def row_columns(known: KnownRow) -> dict[str, Any]:
    """The columns of a known row."""
    row, ref = known.row, known.row.ref
    return {
        "ref": ref_key(ref),
        "side": str(ref.side),
        "entity_set": ref.table,
        "row_id": ref.row_id,
        "version": row.version,
        "version_order": row.order,
        "image": encode(row.image).decode(),
        "actor": row.actor,
        "changed_at": row.changed_at,
        "link_id": known.link_id,
        "joins": known.joins,
        "deleted": known.deleted,
        "event_id": known.event_id,
    }


def known_row(columns: Mapping[str, Any]) -> KnownRow:
    """A known row from its columns."""
    return KnownRow(
        row=Row(
            ref=RowRef(Side(columns["side"]), columns["entity_set"], columns["row_id"]),
            version=columns["version"],
            image=decode(columns["image"]),
            order=columns["version_order"],
            actor=columns["actor"],
            changed_at=columns["changed_at"],
        ),
        link_id=columns["link_id"],
        joins=columns["joins"],
        deleted=columns["deleted"],
        event_id=columns["event_id"],
    )


def inbox_columns(kept: InboxEvent, position: int) -> dict[str, Any]:
    """The columns of an inbox event."""
    event = kept.event
    body = _StoredEvent(
        side=event.ref.side,
        table=event.ref.table,
        row_id=event.ref.row_id,
        op=event.op,
        version=event.version,
        order=event.order,
        image=None if event.image is None else exact(event.image),
        actor=event.actor,
        occurred_at=event.occurred_at,
        traceparent=event.traceparent,
    )
    return {
        "position": position,
        "event_id": event.id,
        "received_at": kept.received_at,
        "link_ids": _encode(kept.link_ids).decode(),
        "body": _encode(body).decode(),
    }


def inbox_event(columns: Mapping[str, Any]) -> InboxEvent:
    """An inbox event from its columns."""
    body = _event(columns["body"])
    return InboxEvent(
        event=ChangeEvent(
            id=columns["event_id"],
            ref=RowRef(body.side, body.table, body.row_id),
            op=body.op,
            version=body.version,
            order=body.order,
            image=body.image,
            actor=body.actor,
            occurred_at=body.occurred_at,
            traceparent=body.traceparent,
        ),
        link_ids=_texts(columns["link_ids"]),
        position=columns["position"],
        received_at=columns["received_at"],
    )


def link_columns(link: Link) -> dict[str, Any]:
    """The columns of a link that a worker writes, without its id."""
    parts = (link.key, *link.natural.values())
    return {
        "kind": link.kind,
        "key": link.key,
        "company": link.company,
        "alias": link.alias,
        "state": str(link.state),
        "master": link.master,
        "based": bool(link.base),
        "search": "".join(_SEPARATOR + part.casefold() for part in parts),
        "body": _encode(link).decode(),
    }


def link_of(columns: Mapping[str, Any]) -> Link:
    """A link from its body and its master, which may have been set beside the body."""
    link = _link(columns["body"])
    link.master = columns["master"]
    return link


def search_pattern(search: str) -> str:
    """What `search` is like when a part of it starts so; escaped with a backslash."""
    start = search.casefold()
    for special in ("\\", "%", "_"):
        start = start.replace(special, "\\" + special)
    return f"%{_SEPARATOR}{start}%"


def conflict_columns(conflict: Conflict) -> dict[str, Any]:
    """The columns of a conflict."""
    return {
        "id": conflict.id,
        "link_id": conflict.link_id,
        "state": str(conflict.state),
        "body": _encode(conflict).decode(),
        "kind": str(conflict.kind),
        "field": conflict.field,
        "winner": None if conflict.winner is None else str(conflict.winner),
        "crm_actor": conflict.crm_actor,
        "erp_actor": conflict.erp_actor,
        "found_at": conflict.at,
        "side": None if conflict.side is None else str(conflict.side),
        "map_id": conflict.map_id,
    }


def conflict_of(body: str) -> Conflict:
    """A conflict from its body."""
    return _conflict(body)


def act_columns(act: Act) -> dict[str, Any]:
    """The columns of what a person did, without its position."""
    body = _encode(act).decode()
    return {"conflict_id": act.conflict_id, "link_id": act.link_id, "body": body}


def act_of(body: str, position: int) -> Act:
    """What a person did from its body and its place in the audit."""
    return msgspec.structs.replace(_act(body), position=position)


def rule_columns(rule: OwnerRule) -> dict[str, Any]:
    """The columns of an owner rule."""
    return {"map_id": rule.map_id, "field": rule.field, "body": _encode(rule).decode()}


def rule_of(body: str) -> OwnerRule:
    """An owner rule from its body."""
    return _rule(body)


def dead_letter_columns(letter: DeadLetter) -> dict[str, Any]:
    """The columns of a dead letter."""
    return {
        "id": letter.id,
        "link_id": letter.link_id,
        "state": letter.state,
        "code": letter.code,
        "kind": letter.kind,
        "at": letter.at,
        "body": _encode(exact(msgspec.structs.asdict(letter))).decode(),
    }


def dead_letter_of(body: str) -> DeadLetter:
    """A dead letter from its body."""
    return _dead_letter(body)


def receipt_columns(receipt: Receipt) -> dict[str, Any]:
    """The columns of a receipt, without its position."""
    body = _encode(exact(msgspec.structs.asdict(receipt))).decode()
    return {"link_id": receipt.link_id, "body": body}


def receipt_of(body: str, position: int) -> Receipt:
    """A receipt from its body and its place in the audit."""
    return msgspec.structs.replace(_receipt(body), position=position)
