"""What must hold within one table map."""

from __future__ import annotations

from collections.abc import Callable

from mappings.businesschecks import check_business
from mappings.lifecyclechecks import check_lifecycle
from mappings.reading import Path, Place
from mappings.validation import Origin, choose
from sync.core.mapping import Direction, FieldMap, TableMap
from sync.core.row import Side


def check_map(table_map: TableMap, origin: Origin) -> None:
    """Check one table map by itself.

    Raises:
        MapInvalid: The first rule that it breaks.
    """
    for rule in _RULES:
        rule(table_map, origin)


def _places(origin: Origin, i: int) -> Callable[[str], Place]:
    return lambda key: origin.place(("fields", i, key))


def _names(table_map: TableMap, origin: Origin) -> None:
    seen: set[str] = set()
    for i, field in enumerate(table_map.fields):
        if field.name in seen:
            raise origin.place(("fields", i)).refuse(
                "there are two fields of this name.",
                "Rename one of them, or remove it.",
                field=field.name,
            )
        seen.add(field.name)


def _members(table_map: TableMap, origin: Origin) -> None:
    known = [member.name for member in table_map.erp]
    for i, field in enumerate(table_map.fields):
        if field.erp.member not in known:
            raise _places(origin, i)("erp").refuse(
                f"the ERP row {field.erp.member!r} is unknown.",
                choose(known, field.erp.member),
                field=field.name,
            )
    for i, step in enumerate(table_map.enter):
        if step.member not in known:
            raise origin.place(("enter", i)).refuse(
                f"a step names the ERP row {step.member!r}, which is unknown.",
                choose(known, step.member),
            )


def _key(table_map: TableMap, origin: Origin) -> None:
    keys = [(i, field) for i, field in enumerate(table_map.fields) if field.key]
    if not keys:
        raise origin.place(("fields",)).refuse(
            "no field is part of the integration key.",
            "Add `key: true` to the fields by which both sides know the record.",
        )
    for i, field in keys:
        wrong = _unfit_key(field, table_map)
        if wrong:
            message, cure = wrong
            raise origin.place(("fields", i)).refuse(message, cure, field=field.name)


def _unfit_key(field: FieldMap, table_map: TableMap) -> tuple[str, str] | None:
    if field.direction is not Direction.BOTH:
        return "a key field flows one way.", "Leave `direction` out."
    if field.deferred:
        return "a key field cannot be deferred.", "Leave `deferred` out."
    if field.group:
        return "a key field cannot be in a group.", "Leave `group` out."
    if field.erp.member != table_map.anchor.name:
        return (
            "a key field is not in the first ERP row.",
            f"Name a column of {table_map.anchor.name}.",
        )
    return None


def _assign(table_map: TableMap, origin: Origin) -> None:
    """Only the text of a company's key is ever made by the service."""
    keys = [field for field in table_map.fields if field.key]
    for i, field in enumerate(table_map.fields):
        if field.assign is None:
            continue
        if keys != [field] or table_map.company is None:
            raise origin.place(("fields", i, "assign")).refuse(
                "only the one key field of a company-specific map is assigned.",
                "Leave `assign` out, or let the field be the whole key.",
                field=field.name,
            )


def _company(table_map: TableMap, origin: Origin) -> None:
    if table_map.company is None:
        return
    inherited = table_map.company.through is not None
    for i, field in enumerate(table_map.fields):
        for column, own in (
            (field.erp.column, table_map.company.erp),
            (field.crm.column, None if inherited else table_map.company.crm),
        ):
            if column == own:
                raise origin.place(("fields", i)).refuse(
                    f"{column} holds the company.",
                    "Remove the field: the company is part of every key by itself.",
                    field=field.name,
                )


def _groups(table_map: TableMap, origin: Origin) -> None:
    rules: dict[str, FieldMap] = {}
    for i, field in enumerate(table_map.fields):
        if field.group is None:
            continue
        first = rules.setdefault(field.group, field)
        for what in ("direction", "owner", "on_enter", "create_only", "calculated"):
            if getattr(first, what) != getattr(field, what):
                raise origin.place(("fields", i)).refuse(
                    f"its {what} differs from {first.name!r}, and group {field.group!r} is merged "
                    "as one value.",
                    f"Give all fields of the group the same {what}, or take it out of the group.",
                    field=field.name,
                )
        if first.erp.member != field.erp.member:
            raise origin.place(("fields", i, "erp")).refuse(
                f"it is in another ERP row than {first.name!r}, and group {field.group!r} is "
                "merged as one value.",
                "Take it out of the group, or name a column of the same row.",
                field=field.name,
            )
    for i, field in enumerate(table_map.fields):
        if field.group is None and field.name in rules:
            raise origin.place(("fields", i)).refuse(
                "a group has the same name.", "Rename the field or the group.", field=field.name
            )


def _calculated(table_map: TableMap, origin: Origin) -> None:
    for i, field in enumerate(table_map.fields):
        if field.calculated and field.direction is Direction.BOTH:
            raise origin.place(("fields", i)).refuse(
                "it is calculated, and flows both ways: then neither side's value counts.",
                "Say `direction: to_crm` or `direction: to_erp`.",
                field=field.name,
            )


def _elsewhere(table_map: TableMap, origin: Origin) -> None:
    """What decides where a field stands, or what it says, is there to be asked."""
    named = {field.name for field in table_map.fields if not field.key}
    for i, field in enumerate(table_map.fields):
        if field.type == "blank" and field.direction is not Direction.TO_CRM:
            raise origin.place(("fields", i)).refuse(
                "whether an ERP column is empty cannot be written to it.",
                "Say `direction: to_crm`.",
                field=field.name,
            )
        if field.without is None:
            continue
        place = origin.place(("fields", i, "without"))
        if field.without[0] not in named - {field.name}:
            raise place.refuse(
                f"{field.without[0]!r} is no other field of this map, outside the key.",
                choose(named - {field.name}, field.without[0]),
                field=field.name,
            )
        if field.key or field.crm.split:
            raise place.refuse(
                "a field that is a key or is split stands in one place only.",
                "Leave `without` out.",
                field=field.name,
            )


def _stage(table_map: TableMap, origin: Origin) -> None:
    if table_map.stage and not table_map.rank:
        raise origin.place(("stage",)).refuse(
            f"stage {table_map.stage!r} has no rank.",
            "Add `rank: 1` for the first stage of the kind, 2 for the next.",
        )
    if table_map.rank and not table_map.stage:
        raise origin.place(("rank",)).refuse("a rank without a stage.", "Add `stage: …`.")
    if table_map.enter and not table_map.stage:
        raise origin.place(("enter",)).refuse(
            "only a stage is entered.", "Add `stage` and `rank`, or leave `enter` out."
        )


def _columns(table_map: TableMap, origin: Origin) -> None:
    written: dict[tuple[Side, str, str], str] = {}
    for i, field in enumerate(table_map.fields):
        for side in Side:
            half = field.half(side)
            if not field.direction.allows(side):
                continue
            other = written.setdefault((side, half.member, half.column), field.name)
            if other != field.name:
                path: Path = ("fields", i, side.value)
                raise origin.place(path).refuse(
                    f"{half.column} is written by {other!r} too.",
                    "Let one of the two flow the other way only, or remove it.",
                    field=field.name,
                )


_RULES = (
    _names,
    _members,
    _key,
    _assign,
    _company,
    _groups,
    _calculated,
    _elsewhere,
    _stage,
    _columns,
    check_lifecycle,
    check_business,
)
