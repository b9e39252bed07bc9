"""The file format of table maps: what a file may say, before anything is checked against it.

The JSON Schema that editors use (`map.schema.json`) is made of these classes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

Value = str | int | bool | None
"""A constant in a map file."""
Name = Annotated[str, Field(min_length=1, pattern=r"^[a-z][a-z0-9_]*$")]
Column = Annotated[str, Field(min_length=1)]
TypeName = Literal[
    "text", "integer", "decimal", "boolean", "choice", "moment", "day", "names", "lookup", "blank"
]


class Document(BaseModel):
    """A part of a map file: no key that is not named here is accepted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NotDocument(Document):
    """A condition that a column has none of the values."""

    negated: Value | list[Value] = Field(alias="not")


class BlankDocument(Document):
    """A condition that a column is blank, or is not."""

    blank: bool


def _condition(value: Any) -> str | None:
    if isinstance(value, dict):
        return "blank" if "blank" in value else "not" if "not" in value else None
    return "list" if isinstance(value, list) else "value"


ConditionDocument = Annotated[
    Annotated[Value, Tag("value")]
    | Annotated[list[Value], Tag("list")]
    | Annotated[NotDocument, Tag("not")]
    | Annotated[BlankDocument, Tag("blank")],
    Discriminator(_condition),
]
Filter = dict[Column, ConditionDocument]


class MemberDocument(Document):
    """A row's role in a record."""

    table: Column
    ids: list[Column] = Field(min_length=1)
    where: Filter = {}
    create: dict[Column, Value] = {}
    alias: Column | None = None
    joins: Column | None = None
    prefer: Filter = {}


class CrmDocument(Document):
    """The CRM's row."""

    main: MemberDocument


class CompanyDocument(Document):
    """Where each side holds the company."""

    erp: Column
    crm: Column
    through: Name | None = None


class LimitsDocument(Document):
    """The longest text that each side holds."""

    erp: int | None = Field(default=None, ge=1)
    crm: int | None = Field(default=None, ge=1)


class TableValuesDocument(Document):
    """A value map kept in `values/`: which of its columns each side uses."""

    table: Name
    erp: Name
    crm: Name


def _limit(value: Any) -> str:
    return "each" if isinstance(value, dict) else "both"


def _values(value: Any) -> str:
    return "table" if isinstance(value, dict) and "table" in value else "pairs"


Limit = Annotated[
    Annotated[int, Tag("both"), Field(ge=1)] | Annotated[LimitsDocument, Tag("each")],
    Discriminator(_limit),
]
Values = Annotated[
    Annotated[dict[str, Value | list[Value]], Tag("pairs")]
    | Annotated[TableValuesDocument, Tag("table")],
    Discriminator(_values),
]


Lookup = Annotated[
    Annotated[Name, Tag("value")] | Annotated[list[Name], Tag("list"), Field(min_length=1)],
    Discriminator(lambda value: "list" if isinstance(value, list) else "value"),
]


class FieldDocument(Document):
    """A field of a record."""

    name: Name
    erp: Column
    crm: Column
    type: TypeName | None = None
    scale: int | None = Field(default=None, ge=0, le=12)
    lookup: Lookup | None = None
    by_stage: dict[Name, Column] = {}
    within: Column | None = None
    without: dict[Name, Column] | None = Field(default=None, min_length=1, max_length=1)
    key: bool = False
    direction: Literal["both", "to_crm", "to_erp"] = "both"
    owner: Literal["crm", "erp", "manual", "latch", "prefer_non_blank"] = "crm"
    group: Name | None = None
    on_enter: Literal["non_blank", "erp"] = "non_blank"
    deferred: bool = False
    passive: bool = False
    create_only: bool = False
    calculated: bool = False
    family: Literal["parent", "child", "kin"] | None = None
    assign: Column | None = None
    split: dict[Column, int] | None = Field(default=None, min_length=2, max_length=2)
    max: Limit | None = None
    values: Values | None = None
    accept: dict[str, str] = {}


class CreateDocument(Document):
    """A step that creates a row."""

    create: Column


class UpdateDocument(Document):
    """A step that sets values of a row."""

    update: Column
    values: dict[Column, Value] = Field(min_length=1)
    optional: bool = False


def _step(value: Any) -> str:
    return "create" if isinstance(value, dict) and "create" in value else "update"


StepDocument = Annotated[
    Annotated[CreateDocument, Tag("create")] | Annotated[UpdateDocument, Tag("update")],
    Discriminator(_step),
]


class StateDocument(Document):
    """What a state of a lifecycle looks like on each side."""

    erp: Filter = Field(min_length=1)
    crm: Filter = Field(min_length=1)


class WayDocument(Document):
    """How one side makes a move: by an update of its row, or by an action that sets the same."""

    update: dict[Column, Value] = Field(min_length=1)
    action: Column | None = None
    parameters: dict[Column, Value] = Field(default={}, alias="with")
    convert: Name | None = None
    creates: list[Name] = []
    undo: Column | None = None


class MoveDocument(Document):
    """A move from one state of a lifecycle to another."""

    origin: Name = Field(alias="from")
    to: Name
    erp: WayDocument | None = None
    crm: WayDocument | None = None


class LeaderDocument(Document):
    """The record that creates this one in the ERP, and by when it has."""

    kind: Name
    crm: Column
    until: Name


class LifecycleDocument(Document):
    """The states that records go through, and the ways between them."""

    initial: Name
    owner: Literal["crm", "erp"] | None = None
    crm_owns: list[Filter] = []
    lines: list[Name] = []
    stays: list[Name] = []
    led_by: LeaderDocument | None = None
    states: dict[Name, StateDocument] = Field(min_length=2)
    moves: list[MoveDocument] = Field(min_length=1)


Counts = Annotated[
    Annotated[Name, Tag("value")]
    | Annotated[dict[Name, list[Name]], Tag("states"), Field(min_length=1)],
    Discriminator(lambda value: "states" if isinstance(value, dict) else "value"),
]


class BusinessDocument(Document):
    """What records count as in the business view."""

    counts: Counts
    amount: Name | None = None
    currency: Name | None = None


class MapDocument(Document):
    """A table map file."""

    map: Annotated[str, Field(min_length=1, pattern=r"^[a-z0-9][a-z0-9-]*$")]
    version: Column
    kind: Name
    stage: Name | None = None
    rank: int | None = Field(default=None, ge=1)
    company: CompanyDocument | None = None
    delete: Literal["conflict", "propagate", "ignore"] = "conflict"
    on_demand: bool = False
    seldom: bool = False
    reference_deadline_seconds: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    direction: Literal["both", "to_crm", "to_erp"] = "both"
    crm: CrmDocument
    erp: dict[Name, MemberDocument] = Field(min_length=1)
    enter: list[StepDocument] = []
    lifecycle: LifecycleDocument | None = None
    business: BusinessDocument | None = None
    fields: list[FieldDocument] = Field(min_length=1)


class TableDocument(Document):
    """A value table file in `values/`."""

    table: Name
    columns: list[Name] = Field(min_length=2)
    rows: list[list[str | int]] = Field(min_length=1)
    accept: dict[str, str] = {}
