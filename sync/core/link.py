"""The link: what joins two business records, and everything the service remembers of them."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from uuid import UUID, uuid5

import msgspec

from sync.core.row import RowRef, Side

Neutral = str | int | bool | tuple[str, ...] | None
"""A field's value in the service's own terms, equal on both sides when the records agree. Decimals
are canonical text, blank is `None`, a lookup is the integration key of the link it points to."""

_CLIENT_IDS = UUID("6f1d9a52-6d0e-5c39-9d44-0a8a7d1b7c11")


NUMBER_TAKEN = "number_taken"
"""The code of the problem of a link whose number another record has."""
MAIN = "main"
"""The role of the CRM's row of a record; it has one."""
STRAY = "?"
"""What the key of a link begins with that only holds a row whose record is not known yet."""


class LinkState(StrEnum):
    """Where a link stands."""

    SETTLED = "settled"
    """Nothing to do."""
    DUE = "due"
    """There is work for it."""
    PARKED = "parked"
    """Its map is not running; changes are kept."""
    WAITING = "waiting"
    """It refers to a record that is not linked yet."""
    RETRY = "retry"
    """A request failed for a while; it is tried again at `due_at`."""
    CONFLICT = "conflict"
    """A person has to decide."""
    DEAD = "dead"
    """It was refused, or failed too often; it stands as a dead letter until it is redriven."""
    SUSPENDED = "suspended"
    """The record left every filter of its maps, or is new below one that did."""
    DORMANT = "dormant"
    """Its map crosses on demand and nothing has asked for it yet, or it belongs to such a one."""
    GONE = "gone"
    """Both records are deleted."""


class Agreed(msgspec.Struct, frozen=True, array_like=True):
    """The base of one field: what each side had when the two were last agreed."""

    erp: Neutral
    crm: Neutral

    def of(self, side: Side) -> Neutral:
        """One side's half."""
        return self.erp if side is Side.ERP else self.crm


class IntendedWrite(msgspec.Struct, frozen=True):
    """One row of a saved intent, enough to recognise our own work after a crash.

    Attributes:
        member: The row's role on its side, e.g. `main`, `prospect`, `customer`.
        ref: The row; for a create, the id it will have, or an empty id when the system draws it.
        op: `create`, `update` or `delete`.
        fields: Field → the base this write establishes once it has happened.
        stage: The stage this write leads to, if it is a step of a stage path.
    """

    member: str
    ref: RowRef
    op: str
    fields: dict[str, Agreed]
    stage: str | None = None


class Intent(msgspec.Struct, frozen=True):
    """What the service was about to write, saved before it called."""

    plan: str
    at: str
    writes: tuple[IntendedWrite, ...]


class Problem(msgspec.Struct, frozen=True):
    """Why a link is not settled, for a person.

    Attributes:
        code: Stable code, e.g. `value_unfit`, `dependency_missing`, `rejected`.
        message: What is wrong, naming the record and the field.
        cure: What to do about it.
        side: The side that refused, if one did.
        field: The field concerned, if one is.
        at: When it was found (ISO 8601, UTC).
    """

    code: str
    message: str
    cure: str | None = None
    side: Side | None = None
    field: str | None = None
    at: str | None = None


class Link(msgspec.Struct):
    """What joins two business records.

    Attributes:
        id: Derived from kind and key, see `link_id`; it never changes afterwards.
        kind: What it is: `account`, `party`, `customer_group`, …
        key: The integration key that matched it, in comparable form.
        natural: The key's parts as people wrote them, by name.
        company: The company code, for company-specific kinds, in upper case.
        alias: What other rows refer to it by, besides its key (an ERP party number).
        state: Where it stands.
        stage: The stage both sides last agreed on, for kinds with stages.
        first_stage: The stage in which its first row was seen, for kinds with stages.
        base: Field → what each side had when the two were last agreed.
        rows: `side.member` → row id, for every row that belongs to it.
        intent: What was about to be written when the last call began; `None` when it was answered.
        attempts: Failures in a row.
        problem: Why it is not settled.
        waiting_on: The dependency tokens it waits for.
        waiting_since: When it began to wait (ISO 8601, UTC); `None` when it does not.
        rewrites: `side.field` → how often it was written since the link was last quiet for a while.
        master: The side that wins where both existed before the map was started; `none` lets
            differences stand as conflicts.
        demanded: Whether a record that crosses refers to it (maps that cross on demand).
        made: Whether the service made the record on one of its sides: then nothing of it is a first
            contact, whatever the systems fill in.
        filled: Field → what the system of a row that the service made put there itself, until both
            sides agree on it. It is nobody's edit.
        generation: Raised when the record is created anew after a delete, so that ids differ.
        map_digest: Digest of the map that made the last decision.
        fields: Field → a mark a person should know, e.g. `not synchronised`.
        actors: Side → who changed it there last, as far as the system tells.
        outcome: The last outcome, in a few words.
        settled_at: When it was last settled (ISO 8601, UTC).
        left: The ids of the conflicts about it that a person left as they are.
    """

    id: str
    kind: str
    key: str
    natural: dict[str, str]
    company: str | None = None
    alias: str | None = None
    state: LinkState = LinkState.DUE
    stage: str | None = None
    first_stage: str | None = None
    base: dict[str, Agreed] = {}
    rows: dict[str, str] = {}
    intent: Intent | None = None
    attempts: int = 0
    problem: Problem | None = None
    waiting_on: tuple[str, ...] = ()
    waiting_since: str | None = None
    rewrites: dict[str, int] = {}
    master: str | None = None
    demanded: bool = False
    made: bool = False
    filled: dict[str, Neutral] = {}
    generation: int = 0
    map_digest: str | None = None
    fields: dict[str, str] = {}
    actors: dict[str, str] = {}
    outcome: str | None = None
    settled_at: str | None = None
    left: tuple[str, ...] = ()

    @property
    def is_stray(self) -> bool:
        """Whether it only holds a row whose record is not known yet."""
        return self.key.startswith(STRAY)

    @property
    def is_contested(self) -> bool:
        """Whether another record has its number in the ERP, so that the number names neither."""
        return self.problem is not None and self.problem.code == NUMBER_TAKEN

    def row_id(self, side: Side, member: str) -> str | None:
        """The id of one of its rows, if it has that row."""
        return self.rows.get(f"{side}.{member}")

    def bind(self, side: Side, member: str, row_id: str) -> None:
        """Let a row belong to the link."""
        self.rows = {**self.rows, f"{side}.{member}": row_id}

    def unbind(self, side: Side, member: str) -> None:
        """Let a row no longer belong to the link."""
        self.rows = {k: v for k, v in self.rows.items() if k != f"{side}.{member}"}

    def has(self, side: Side) -> bool:
        """Whether any row of that side belongs to it."""
        return any(name.startswith(f"{side}.") for name in self.rows)


def link_id(kind: str, key: str) -> str:
    """The identity of the link of that kind and key: 32 hexadecimal digits."""
    return blake2b(f"{kind}\x1f{key}".encode(), digest_size=16).hexdigest()


def client_row_id(link: Link, member: str) -> str:
    """The GUID of the row that we create for the link: the same at every try.

    A create that is repeated after a lost answer meets its own row instead of making a second one.
    """
    return str(uuid5(_CLIENT_IDS, f"{link.id}/{member}/{link.generation}"))


def linked_token(kind: str, key: str, *, passive: bool = False) -> str:
    """What a record waits for that needs another record on the other side.

    Args:
        kind: The other record's kind.
        key: Its integration key.
        passive: Whether it only comes after that record, without asking for it to cross.
    """
    return f"{'after' if passive else 'link'}:{kind}|{key}"


def changed_token(kind: str, key: str) -> str:
    """What a refused record is tried again by: the rows of a record it refers to have changed."""
    return f"changed:{kind}|{key}"


def settled_token(kind: str, key: str) -> str:
    """What a document waits for whose lines, or whose leader, have something left to do."""
    return f"settled:{kind}|{key}"


def wanted_link(token: str) -> str | None:
    """The id of the link that a token asks to cross; `None` for tokens that ask for none."""
    return awaited_link(token) if token.startswith("link:") else None


def awaited_link(token: str) -> str | None:
    """The id of the link that a token waits for; `None` for tokens that wait for a row."""
    what, _, target = token.partition(":")
    if what not in ("link", "after"):
        return None
    kind, _, key = target.partition("|")
    return link_id(kind, key)


def rested_link(token: str) -> str | None:
    """The id of the link whose rest a token waits for; `None` for tokens of another kind."""
    what, _, target = token.partition(":")
    if what != "settled":
        return None
    kind, _, key = target.partition("|")
    return link_id(kind, key)


def row_token(ref: RowRef) -> str:
    """What a record waits for that refers to a row not captured yet."""
    return f"row:{ref.side}|{ref.table}|{ref.row_id}"


def awaited_row(token: str) -> RowRef | None:
    """The row that a token waits for; `None` for tokens that wait for a link."""
    what, _, target = token.partition(":")
    if what != "row":
        return None
    side, table, row_id = target.split("|", 2)
    return RowRef(Side(side), table, row_id)
