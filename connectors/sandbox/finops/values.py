"""From a request body to checked values of base columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Entity, Field
from connectors.sandbox.finops.kinds import WrongValue


@dataclass
class Values:
    """The checked values of one write.

    Args:
        entity: the entity that is written.
        by_alias: alias to column to value, only what the body gave.
    """

    entity: Entity
    by_alias: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, alias: str) -> dict[str, Any]:
        """The columns given for an alias; may be changed in place."""
        return self.by_alias.setdefault(alias, {})

    def require(self, alias: str, column: str, label: str) -> Any:
        """A value that may not be missing or empty."""
        value = self.of(alias).get(column)
        if not value:
            raise refusals.mandatory(self.entity.system_name, label)
        return value


def read_body(
    entity: Entity, body: Mapping[str, Any], current: Mapping[str, Any] | None = None
) -> Values:
    """Check a body against the entity.

    Against an existing row only what differs from it counts, so writing back what was read
    changes nothing.

    Explicit nulls mean the empty value; control information (`@odata.type` and the like) is
    passed over.

    Raises:
        SystemRefusal: an unknown field, a value that does not fit its field, or another value for
            a field that may not be written.
    """
    values = Values(entity)
    for name, raw in body.items():
        if "@" in name:
            continue
        known = entity.fields.get(name)
        if known is None:
            raise refusals.unknown_property(entity.type_name, name)
        value = parse(entity, known, raw)
        if current is None:
            allowed, blank = known.on_create, known.kind.blank
        else:
            allowed, blank = known.on_update, current[name]
        if value == blank and (current is not None or not allowed):
            continue
        if not allowed:
            raise refusals.not_editable(entity.system_name, known.label)
        values.of(known.alias)[known.column] = value
    return values


def parse(entity: Entity, known: Field, raw: Any) -> Any:
    """One value in stored form."""
    if known.name == "dataAreaId" and isinstance(raw, str):
        raw = raw.lower()
    try:
        return known.kind.parse(raw)
    except WrongValue as error:
        text = str(error)
        if text.startswith("Cannot convert"):
            raise refusals.bad_request(f"{text} Property '{known.name}'.") from None
        raise refusals.infolog(
            entity.system_name, "value", f"The value of field '{known.label}' is too long: {text}"
        ) from None


def check_mandatory(entity: Entity, values: Values) -> None:
    """Refuse a new row on which a mandatory field is empty."""
    for known in entity.fields.values():
        if known.mandatory:
            given = values.by_alias.get(known.alias, {}).get(known.column, known.kind.blank)
            if given == known.kind.blank:
                raise refusals.mandatory(entity.system_name, known.label)


def read_key(entity: Entity, key: Mapping[str, Any]) -> dict[str, Any]:
    """The checked values of a key; every key field must be there, in any order.

    Raises:
        SystemRefusal: a missing, foreign or malformed key field.
    """
    if set(key) != set(entity.keys):
        raise refusals.bad_request(
            f"The key of '{entity.set_name}' is ({', '.join(entity.keys)}), not ({', '.join(key)})."
        )
    return {name: parse(entity, entity.fields[name], key[name]) for name in entity.keys}
