"""The mapping core alone: decode, read both sides, merge, draft; and the floor below it."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from mappings.loader import load_maps
from sync.core.decide import decide
from sync.core.event import upserted
from sync.core.kinds import Kinds
from sync.core.link import Agreed, Link, LinkState, link_id
from sync.core.references import References
from sync.core.row import Image, Row, RowRef, Side
from sync.core.view import Context, View
from sync.log.codec import decode, encode

_COMPANY_ROW = "11111111-1111-1111-1111-111111111111"
_FIELDS = ("name", "telephone1", "emailaddress1", "fax", "websiteurl")
_ERP = dict(
    zip(
        _FIELDS,
        (
            "ProspectName",
            "PrimaryPhoneNumber",
            "PrimaryEmailAddress",
            "PrimaryFaxNumber",
            "PrimaryURL",
        ),
        strict=True,
    )
)


def measure_core(count: int) -> dict[str, Any]:
    """Decide `count` changes of linked prospects, one changed field each.

    Returns:
        `events_per_second`, `floor_per_second` (msgspec and a mapping written by hand, in the same
        run) and `of_floor`, their ratio.
    """
    kinds = Kinds(load_maps(gab=False))
    records = [_record(kinds, number) for number in range(count)]
    pairs = [
        (field.crm.column, field.erp.column) for field in kinds["account"].maps[0].fields.values()
    ]
    began = time.perf_counter()
    planned = sum(_decide(kinds, *record) for record in records)
    ours = time.perf_counter() - began
    if planned != count:
        raise RuntimeError(f"{planned} of {count} changes were planned")
    began = time.perf_counter()
    by_hand = sum(_by_hand(pairs, raw, erp, base) for raw, _, erp, base in records)
    floor = time.perf_counter() - began
    if by_hand != count:
        raise RuntimeError(f"{by_hand} of {count} changes were mapped by hand")
    return {
        "events": count,
        "events_per_second": round(count / ours),
        "floor_per_second": round(count / floor),
        "of_floor": round(floor / ours, 3),
    }


def _record(kinds: Kinds, number: int) -> tuple[bytes, Link, Row, dict[str, Any]]:
    code = f"N-{number:06d}"
    before = {
        "name": f"Company {number}",
        "telephone1": f"555-{number:04d}",
        "emailaddress1": f"info@{number}.example",
        "fax": None,
        "websiteurl": f"https://{number}.example",
    }
    image: Image = {
        "accountid": f"{number:032x}",
        "accountnumber": code,
        "customertypecode": 8,
        "msdyn_company": _COMPANY_ROW,
        **before,
        "name": f"Company {number} Ltd",
    }
    raw = encode(upserted(Row(RowRef(Side.CRM, "accounts", f"{number:032x}"), 'W/"2"', image, 2)))
    erp_image: Image = {
        "dataAreaId": "usmf",
        "ProspectId": code,
        "ProspectPartyType": "Organization",
        "ProspectRelationTypeId": "Prospect",
        **{_ERP[name]: value or "" for name, value in before.items()},
    }
    key = f"usmf|{code.casefold()}"
    row_id = f"dataAreaId='usmf',ProspectId='{code}'"
    link = Link(
        id=link_id("account", key),
        kind="account",
        key=key,
        natural={"number": code, "code": code},
        company="USMF",
        state=LinkState.SETTLED,
        stage="prospect",
        base={
            name: Agreed(before.get(field.crm.column), before.get(field.crm.column))
            for name, field in kinds["account"].maps[0].fields.items()
        },
        rows={"crm.main": f"{number:032x}", "erp.prospect": row_id},
    )
    return raw, link, Row(RowRef(Side.ERP, "Prospects", row_id), "v1", erp_image), before


def _decide(kinds: Kinds, raw: bytes, link: Link, erp: Row, _: dict[str, Any]) -> bool:
    event = decode(raw)
    crm = Row(event.ref, event.version, event.image or {}, event.order)
    decision = decide(
        kinds["account"],
        link,
        View(crm, {"prospect": erp}),
        _references(kinds),
        _CONTEXT,
    )
    return decision.plan is not None


def _references(kinds: Kinds) -> References:
    owners = {("cdm_companies", _COMPANY_ROW): _COMPANY.id}
    return kinds.references({_COMPANY.id: _COMPANY}, owners)


def _by_hand(pairs: list[tuple[str, str]], raw: bytes, erp: Row, base: dict[str, Any]) -> bool:
    """What a programmer would write for the same fields: decode, compare, make the write."""
    image = msgspec.json.decode(raw)["data"]["image"]
    values = {}
    for theirs, ours in pairs:
        value = image.get(theirs)
        value = value.strip() or None if value else None
        old = base.get(theirs)
        if value != old and (erp.image.get(ours) or None) == old:
            values[ours] = value or ""
    return bool(values)


_COMPANY = Link(id=link_id("company", "usmf"), kind="company", key="usmf", natural={"code": "USMF"})
_CONTEXT = Context(now="2026-01-01T00:00:00.000000Z", running={"prospects-accounts"})
