"""Families as the API shows them."""

from __future__ import annotations

from pydantic import BaseModel

from sync.engine.family import Family, Member, Named


class StandingItem(BaseModel):
    """Where one side of a record stands."""

    there: bool
    stage: str | None
    state: str | None
    amount: str | None
    currency: str | None


class NamedItem(BaseModel):
    """A record by its names, and where it is described."""

    id: str
    kind: str
    key: str
    href: str


class MemberItem(NamedItem):
    """A record of a family, where each side stands, and what is below it."""

    number: str
    state: str
    stage: str | None
    problem: str | None
    open_conflicts: int
    sides: dict[str, StandingItem]
    kin: dict[str, NamedItem]
    groups: list[GroupItem]


class GroupItem(BaseModel):
    """The records of one kind below a record; `href` pages through all of them."""

    kind: str
    total: int
    items: list[MemberItem]
    next: str | None
    href: str


class FamilyItem(BaseModel):
    """`path`: from the top down to the record asked for; `roots`: the trees under the top."""

    path: list[MemberItem]
    roots: list[MemberItem]


def family_item(found: Family) -> FamilyItem:
    """A family."""
    return FamilyItem(
        path=[member_item(member) for member in found.path],
        roots=[member_item(member) for member in found.roots],
    )


def member_item(member: Member) -> MemberItem:
    """A record of a family."""
    return MemberItem(
        id=member.id,
        kind=member.kind,
        key=member.key,
        href=_href(member.id),
        number=member.number,
        state=member.state.value,
        stage=member.stage,
        problem=member.problem,
        open_conflicts=member.open_conflicts,
        sides={
            side.value: StandingItem(
                there=one.there,
                stage=one.stage,
                state=one.state,
                amount=one.amount,
                currency=one.currency,
            )
            for side, one in member.sides.items()
        },
        kin={field: _named(one) for field, one in member.kin.items()},
        groups=[
            GroupItem(
                kind=group.kind,
                total=group.total,
                items=[member_item(below) for below in group.members],
                next=group.next,
                href=f"{_href(member.id)}/family?kind={group.kind}",
            )
            for group in member.groups
        ],
    )


def _named(found: Named) -> NamedItem:
    return NamedItem(id=found.id, kind=found.kind, key=found.key, href=_href(found.id))


def _href(link_id: str) -> str:
    return f"/api/v1/links/{link_id}"
