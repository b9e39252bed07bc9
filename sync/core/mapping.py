"""Table maps as values: what a map file says, validated and immutable.

A *kind* (`account`, `party`, …) is what a link joins. Most kinds have one map; a kind with stages
has one map per stage, in order, and the stage of the records chooses the map.
"""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from typing import Literal

import msgspec

from sync.core.business import Business
from sync.core.condition import Condition, hold
from sync.core.lifecycle import Lifecycle
from sync.core.link import Neutral
from sync.core.row import Constant, Image, Scalar, Side

__all__ = [
    "Company",
    "Condition",
    "DeletePolicy",
    "Direction",
    "FieldMap",
    "FieldType",
    "Half",
    "Member",
    "Owner",
    "Step",
    "TableMap",
]

FieldType = Literal[
    "text", "integer", "decimal", "boolean", "choice", "moment", "day", "names", "lookup", "blank"
]

Family = Literal["parent", "child", "kin"]


class Direction(StrEnum):
    """Which way a field flows."""

    BOTH = "both"
    TO_CRM = "to_crm"
    TO_ERP = "to_erp"

    def allows(self, target: Side) -> bool:
        """Whether the field is ever written to that side."""
        return self is Direction.BOTH or self == f"to_{target}"


class Owner(StrEnum):
    """Who is taken when both sides changed a field differently."""

    CRM = "crm"
    ERP = "erp"
    MANUAL = "manual"
    """Nobody: a person decides."""
    LATCH = "latch"
    """Yes wins over no where both sides changed it; an edit of one side alone crosses as it is."""
    PREFER_NON_BLANK = "prefer_non_blank"
    """The side that has a value; the ERP where both have."""


class DeletePolicy(StrEnum):
    """What a delete on one side means for the other."""

    CONFLICT = "conflict"
    PROPAGATE = "propagate"
    IGNORE = "ignore"


class Member(msgspec.Struct, frozen=True):
    """A row's role in a record: where it lives and what it must look like.

    Attributes:
        name: `main` on the CRM side; `prospect`, `customer`, `delivery`, … on the ERP side.
        side: The side.
        table: The entity set.
        ids: The columns that make its row id.
        where: The filter; all conditions hold.
        create: Constants written when it is created (CRM: also when the record enters the stage).
        alias: The column by which other rows refer to the record.
        joins: The column that holds another row's alias: the row belongs to that record.
        prefer: Among several joined rows, one that meets this comes first.
    """

    name: str
    side: Side
    table: str
    ids: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    create: dict[str, Constant] = {}
    alias: str | None = None
    joins: str | None = None
    prefer: tuple[Condition, ...] = ()

    def matches(self, image: Image) -> bool:
        """Whether an image passes the filter."""
        return hold(self.where, image)


class Half(msgspec.Struct, frozen=True):
    """One side of a field map.

    Attributes:
        column: The column.
        member: The row it is in.
        limit: The longest text the column holds.
        pairs: Value map: neutral value, this side's value.
        accept: Other spellings this side may hold → neutral value.
        split: Where the column is only read: the two columns that are written instead, each with
            its longest text. The text is split at its last space.
    """

    column: str
    member: str
    limit: int | None = None
    pairs: tuple[tuple[Neutral, Constant], ...] = ()
    accept: dict[str, Neutral] = {}
    split: tuple[tuple[str, int], ...] = ()

    def columns(self, value: Scalar) -> dict[str, Scalar]:
        """The columns to write for a value."""
        if not self.split:
            return {self.column: value}
        (head, _), (tail, _) = self.split
        words = str(value or "").strip().rpartition(" ")
        return {head: words[0].strip() or None, tail: words[2] or None}


class FieldMap(msgspec.Struct, frozen=True):
    """How one field of a record stands on both sides.

    Attributes:
        name: The field's neutral name; the same field has the same name in every stage's map.
        erp: The ERP half.
        crm: The CRM half.
        type: How values are read, compared and written.
        scale: Decimal places at which a decimal is compared.
        lookup: The kinds a lookup may point to; the first that has the record is meant.
        by_stage: Stage of the record pointed to → the ERP column that names it while it is in
            that stage, instead of the field's own.
        within: The ERP column with the first part of the key that the lookup's own column ends (a
            category's hierarchy). It is only read: the ERP finds it by the rest.
        without: Another field → the CRM column that holds this one while that field is blank (the
            words of a line without product).
        key: Whether it is part of the integration key.
        direction: Which way it flows.
        owner: Who is taken when both sides changed it differently.
        group: Fields of one group are merged as one value (an address).
        on_enter: When the field enters scope by a stage change: `non_blank`, or `erp` (the ERP's
            value flows; a value typed in the CRM stays there until it is edited again).
        deferred: A lookup that may be written later than the rest (it closes a cycle).
        passive: A lookup that waits for its target without asking for it to cross.
        create_only: Written when the row is created, never afterwards.
        calculated: One way, and the other side calculates it too: nobody types it there.
        family: What the record that a lookup points to is to this one: its `parent` (an order's
            customer), its `child` (a customer's party), or `kin` (the quote an order came from);
            `None` for reference data.
        assign: The CRM column that a missing number is made of, for the key of a record that the
            CRM creates without one.
        line: Where the map file says so.
    """

    name: str
    erp: Half
    crm: Half
    type: FieldType = "text"
    scale: int = 2
    lookup: tuple[str, ...] = ()
    by_stage: dict[str, str] = {}
    within: str | None = None
    without: tuple[str, str] | None = None
    key: bool = False
    direction: Direction = Direction.BOTH
    owner: Owner = Owner.CRM
    group: str | None = None
    on_enter: Literal["non_blank", "erp"] = "non_blank"
    deferred: bool = False
    passive: bool = False
    create_only: bool = False
    calculated: bool = False
    family: Family | None = None
    assign: str | None = None
    line: int | None = None

    def half(self, side: Side) -> Half:
        """One side of it."""
        return self.erp if side is Side.ERP else self.crm


class Step(msgspec.Struct, frozen=True):
    """One write of the ERP's way into a stage; the steps of a way happen together or not at all.

    Attributes:
        op: `create` or `update`.
        member: The row.
        values: Constants to write (`update`).
        optional: Whether the step is left out when the row does not exist.
    """

    op: Literal["create", "update"]
    member: str
    values: dict[str, Constant] = {}
    optional: bool = False


class Company(msgspec.Struct, frozen=True):
    """Where each side holds the company of a company-specific record.

    Attributes:
        erp: The ERP's column with the company's code.
        crm: The CRM's lookup: to the company, or to the record that has it.
        through: The kind of that record, when the CRM's row has no company of its own (a line).
    """

    erp: str
    crm: str
    through: str | None = None

    def column(self, side: Side) -> str:
        """Where a side holds it."""
        return self.erp if side is Side.ERP else self.crm


class TableMap(msgspec.Struct, frozen=True):
    """One table map.

    Attributes:
        id: Its name, e.g. `customers-accounts`.
        version: Its version, e.g. `1.0.1.5`.
        kind: The kind of link.
        stage: The stage it is for, in kinds with stages.
        rank: The order of the stage; a record moves to higher ranks only.
        company: Where the company is; `None` for a global table.
        crm: The CRM row.
        erp: The ERP rows, the anchor first: the row that makes the record be in this stage.
        fields: The field maps; key fields in the order of the key.
        enter: The ERP's way into the stage from the one before.
        delete: What a delete means.
        on_demand: Whether a record crosses only when another one refers to it.
        seldom: Whether its tables change seldom and are looked at less often.
        direction: Which way records come into being; one that only the side that is written has
            stays there.
        lifecycle: The states that its records go through, for documents.
        business: What its records count as in the business view.
        file: The map file.
        reference_deadline_seconds: How long one of its records may wait for another one before a
            person is asked; unset: as long as the service's setting says.
    """

    id: str
    version: str
    kind: str
    crm: Member
    erp: tuple[Member, ...]
    fields: tuple[FieldMap, ...]
    stage: str | None = None
    rank: int = 0
    company: Company | None = None
    enter: tuple[Step, ...] = ()
    delete: DeletePolicy = DeletePolicy.CONFLICT
    on_demand: bool = False
    seldom: bool = False
    direction: Direction = Direction.BOTH
    lifecycle: Lifecycle | None = None
    business: Business | None = None
    file: str = ""
    # Unset is left out of the text, so that a map which does not say it keeps its digest.
    reference_deadline_seconds: float | msgspec.UnsetType = msgspec.UNSET

    @property
    def anchor(self) -> Member:
        """The ERP row that makes the record be in this stage."""
        return self.erp[0]

    def member(self, side: Side, name: str) -> Member:
        """A row's role by name."""
        if side is Side.CRM:
            return self.crm
        return next(member for member in self.erp if member.name == name)

    @property
    def text(self) -> str:
        """What the map says, as JSON in canonical form; places in files do not count."""
        plain = msgspec.structs.replace(
            self,
            file="",
            fields=tuple(msgspec.structs.replace(f, line=None) for f in self.fields),
        )
        return msgspec.json.encode(plain, order="deterministic").decode()

    @property
    def digest(self) -> str:
        """A hash of what the map says: 16 hexadecimal digits."""
        return blake2b(self.text.encode(), digest_size=8).hexdigest()
