"""The shipped maps: what every one of them must be, besides loading."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.export import canonical, canonical_yaml
from mappings.loader import load_maps
from sync.core.field_codec import codec_of
from sync.core.mapping import Direction, FieldMap
from sync.core.row import Scalar, Side

FLAVOURS = {True: load_maps(gab=True), False: load_maps(gab=False)}
EVERY = [m for maps in FLAVOURS.values() for m in maps]
CHOICES = [(m.id, f) for m in EVERY for f in m.fields if f.type == "choice"]


@pytest.mark.parametrize("gab", [False, True])
def test_what_is_looked_up_starts_first(gab: bool) -> None:
    started: set[str] = set()
    for table_map in FLAVOURS[gab]:
        needed = {k for f in table_map.fields if not f.deferred for k in f.lookup}
        needed |= {"company"} if table_map.company else set()
        assert needed <= started, table_map.id
        started.add(table_map.kind)


def test_versions_and_stages_are_the_published_ones() -> None:
    for kind, table in (("account", "accounts"), ("person", "contacts")):
        staged = {
            gab: [(m.id, m.version, m.stage, m.rank) for m in maps if m.kind == kind]
            for gab, maps in FLAVOURS.items()
        }
        assert staged[False] == [
            (f"prospects-{table}", "1.0.0.0", "prospect", 1),
            (f"customers-{table}", "1.0.1.1", "customer", 2),
        ]
        assert staged[True] == [
            (f"prospects-{table}", "1.0.0.1", "prospect", 1),
            (f"customers-{table}", "1.0.1.5", "customer", 2),
        ]


def test_persons_and_contact_persons_are_told_apart() -> None:
    """The maps share the CRM's contacts: no row is of two of them."""
    flags: list[bool | None] = [None, False, True]
    for gab, maps in FLAVOURS.items():
        crm = {m.id: m.crm for m in maps if m.crm.table == "contacts"}
        assert ("contacts" in crm) is not gab
        for prospect, sellable in product(flags, flags):
            for number, under in product([None, "Iver"], [None, "Customer"]):
                row: dict[str, Scalar] = {
                    "msdyn_isprospect": prospect,
                    "msdyn_sellable": sellable,
                    "msdyn_contactpersonid": number,
                    "msdyn_contactfor": under,
                }
                taken = [name for name, member in crm.items() if member.matches(row)]
                assert len(taken) <= 1, (row, taken)
                assert (taken == ["customers-contacts"]) is (sellable is True)


def test_nothing_typed_as_a_prospects_address_reaches_the_erp_without_gab() -> None:
    prospects = [m for m in FLAVOURS[False] if m.stage == "prospect"]
    assert len(prospects) == 2
    for prospect in prospects:
        group = [f for f in prospect.fields if f.group == "delivery_address"]
        assert len(group) == 6
        assert not any(f.direction.allows(Side.ERP) for f in group)
        assert not any(f.crm.column.startswith("address2") for f in prospect.fields)


@pytest.mark.parametrize("gab", [False, True])
def test_the_canonical_form_loads_to_the_same_digest(gab: bool, tmp_path: Path) -> None:
    for table_map in FLAVOURS[gab]:
        (tmp_path / f"{table_map.id}.yaml").write_text(canonical_yaml(table_map), encoding="utf-8")
    again = {m.id: m.digest for m in load_maps(gab=gab, shipped=tmp_path)}
    assert again == {m.id: m.digest for m in FLAVOURS[gab]}


def test_the_canonical_form_can_travel_as_json() -> None:
    for table_map in EVERY:
        assert json.loads(json.dumps(canonical(table_map))) == canonical(table_map)


@pytest.mark.parametrize(("identity", "field"), CHOICES, ids=lambda v: getattr(v, "name", v))
@pytest.mark.parametrize("side", list(Side))
def test_every_value_comes_back(identity: str, field: FieldMap, side: Side) -> None:
    codec = codec_of(field, side)
    values = [neutral for neutral, _ in field.erp.pairs]
    assert [codec.get(codec.put(value)) for value in values] == values


@pytest.mark.parametrize(("identity", "field"), CHOICES, ids=lambda v: getattr(v, "name", v))
def test_a_blank_choice_crosses_as_it_is_or_as_the_erps_first_value(
    identity: str, field: FieldMap
) -> None:
    crm = codec_of(field, Side.CRM)
    if field.crm.accept or field.name in {"language", "type"}:
        return
    if field.direction is Direction.TO_CRM:
        return  # what the ERP alone says is written in the CRM, its first value too
    assert crm.get(None) == field.erp.pairs[0][0]


COUNTRY = next(f for m in FLAVOURS[False] for f in m.fields if f.name == "delivery_country")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Germany", "DE"), ("germany", "DE"), ("DEU", "DE"), ("de", "DE"), (" USA ", "US"),
        ("UK", "GB"), ("England", "GB"), ("Turkey", "TR"), ("Türkiye", "TR"), ("Columbia", "CO"),
    ],
)  # fmt: skip
def test_countries_as_people_type_them(typed: str, code: str) -> None:
    assert codec_of(COUNTRY, Side.CRM).get(typed) == code
    assert codec_of(COUNTRY, Side.ERP).put(code) == code


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="the value map does not have it"):
        codec_of(COUNTRY, Side.CRM).get("Utopia")


@given(st.sampled_from([n for n, _ in COUNTRY.crm.pairs]))
def test_a_country_written_in_the_crm_is_read_as_the_same(code: str) -> None:
    crm = codec_of(COUNTRY, Side.CRM)
    assert crm.get(crm.put(code)) == code
