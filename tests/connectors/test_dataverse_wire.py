"""The CRM connector on ready wire samples: what a local CRM cannot easily be made to say."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from connectors.dataverse import DataverseConnector, DataverseOptions
from connectors.odata import jsonwire
from sync.core.row import Lookup, RowRef, Side, TableSpec
from sync.core.write import ChangeSet, Refused, Write, WriteOp, Written
from sync.errors import (
    CheckpointExpired,
    ConfigurationWrong,
    ContractBroken,
    InputUnusable,
    Rejected,
    RowMissing,
    Unavailable,
)
from sync.ports import WakeUp
from tests.connectors.support import Peer, changeset, json_answer, multipart, part

ID = "7c2b1e5a-0000-4000-8000-000000000001"
COMPANY = "5b770000-0000-4000-8000-000000000002"
SPEC = TableSpec(
    side=Side.CRM,
    table="contacts",
    keys=("contactid",),
    columns=("lastname", "creditlimit", "msdyn_company", "parentcustomerid", "donotemail"),
    lookups={"msdyn_company": ("cdm_companies",), "parentcustomerid": ("accounts", "contacts")},
)
ENTITIES = [
    {"LogicalName": "contact", "EntitySetName": "contacts", "PrimaryIdAttribute": "contactid"},
    {"LogicalName": "account", "EntitySetName": "accounts", "PrimaryIdAttribute": "accountid"},
    {"LogicalName": "cdm_company", "EntitySetName": "cdm_companies"},
]
ATTRIBUTES = {
    "contactid": "Uniqueidentifier",
    "lastname": "String",
    "creditlimit": "Money",
    "msdyn_company": "Lookup",
    "parentcustomerid": "Customer",
    "donotemail": "Boolean",
    "versionnumber": "BigInt",
    "modifiedon": "DateTime",
    "modifiedby": "Lookup",
}
RELATIONS = [
    ("msdyn_company", "msdyn_Company", "cdm_company"),
    ("parentcustomerid", "parentcustomerid_account", "account"),
    ("parentcustomerid", "parentcustomerid_contact", "contact"),
]
BODY = {
    "@odata.etag": 'W/"919050"',
    "contactid": ID.upper(),
    "lastname": "Ruiz",
    "creditlimit": 25000,
    "_msdyn_company_value": COMPANY.upper(),
    "_parentcustomerid_value": None,
    "donotemail": False,
    "versionnumber": 919050,
    "modifiedon": "2026-08-23T08:59:12Z",
    "_modifiedby_value": "75D10000-0000-4000-8000-000000000003",
}
SELECT = (
    "contactid,lastname,creditlimit,_msdyn_company_value,_parentcustomerid_value,donotemail,"
    "versionnumber,modifiedon,_modifiedby_value"
)


def _metadata() -> httpx.Response:
    attributes = [{"LogicalName": n, "AttributeType": kind} for n, kind in ATTRIBUTES.items()]
    relations = [
        {
            "ReferencingAttribute": column,
            "ReferencingEntityNavigationPropertyName": name,
            "ReferencedEntity": target,
        }
        for column, name, target in RELATIONS
    ]
    return multipart(part(200, {"value": attributes}), part(200, {"value": relations}))


@pytest.fixture
def peer() -> Peer:
    peer = Peer()
    peer.on(
        "GET", "/api/data/v9.2/EntityDefinitions", lambda _: json_answer(200, {"value": ENTITIES})
    )
    answers: list[httpx.Response] = []

    def batch(request: httpx.Request) -> httpx.Response:
        if b"EntityDefinitions" in request.content:
            return _metadata()
        return answers.pop(0)

    peer.on("POST", "/api/data/v9.2/$batch", batch)
    peer.batches = answers  # type: ignore[attr-defined]
    return peer


def _connector(peer: Peer, **options: Any) -> DataverseConnector:
    return DataverseConnector(peer.transport(), {"contacts": SPEC}, DataverseOptions(**options))


async def _wire(peer: Peer, write: Write, answer: httpx.Response) -> tuple[str, Any]:
    """The request line and body that a write is sent as."""
    peer.batches.append(answer)  # type: ignore[attr-defined]
    await _connector(peer).write([ChangeSet("contact:1/p 1", (write,))])
    content = peer.requests[-1].content.decode()
    (operation,) = [text for text in content.split("\r\n\r\n") if "HTTP/1.1" in text]
    body = content.split("\r\n\r\n")[-1].split("\r\n")[0]
    return operation, json.loads(body) if body.startswith("{") else None


REF = RowRef(Side.CRM, "contacts", ID)


async def test_a_row_is_told_as_the_engine_knows_it(peer: Peer) -> None:
    peer.batches.append(multipart(part(200, BODY)))  # type: ignore[attr-defined]
    row = (await _connector(peer).read([REF]))[REF]
    assert row is not None
    assert row.ref == REF
    assert row.image == {
        "contactid": ID,
        "lastname": "Ruiz",
        "creditlimit": Decimal(25000),
        "msdyn_company": COMPANY,
        "parentcustomerid": None,
        "donotemail": False,
    }
    assert isinstance(row.image["creditlimit"], Decimal)
    assert (row.version, row.order) == ('W/"919050"', 919050)
    assert row.actor == "75d10000-0000-4000-8000-000000000003"
    assert row.changed_at == "2026-08-23T08:59:12Z"


async def test_an_update_binds_through_the_documented_navigation_names(peer: Peer) -> None:
    values = {
        "lastname": "Ruiz",
        "creditlimit": Decimal("10.50"),
        "msdyn_company": Lookup("cdm_companies", COMPANY),
        "parentcustomerid": Lookup("accounts", ID),
    }
    write = Write(WriteOp.UPDATE, REF, dict(values), 'W/"1"')
    operation, body = await _wire(peer, write, multipart(changeset(part(200, BODY))))
    line, *headers = operation.split("\r\n")
    assert line == (
        f"PATCH /api/data/v9.2/contacts({ID})?$select={SELECT}"
        "&tag=dualwrite:contact:1/p%201 HTTP/1.1"
    )
    assert 'If-Match: W/"1"' in headers
    assert "Prefer: return=representation" in headers
    assert body == {
        "lastname": "Ruiz",
        "creditlimit": 10.5,
        "msdyn_Company@odata.bind": f"/cdm_companies({COMPANY})",
        "parentcustomerid_account@odata.bind": f"/accounts({ID})",
    }
    assert b'"creditlimit":10.50' in peer.requests[-1].content


async def test_a_lookup_is_cleared_by_null_but_not_on_create(peer: Peer) -> None:
    values = {"msdyn_company": None, "parentcustomerid": None}
    update = Write(WriteOp.UPDATE, REF, dict(values), 'W/"1"')
    _, body = await _wire(peer, update, multipart(changeset(part(200, BODY))))
    assert body == {
        "msdyn_Company@odata.bind": None,
        "parentcustomerid_account@odata.bind": None,
    }
    create = Write(WriteOp.CREATE, REF, {**values, "lastname": "x"})
    operation, body = await _wire(peer, create, multipart(changeset(part(201, BODY))))
    assert operation.startswith("POST /api/data/v9.2/contacts?$select=")
    assert "If-Match" not in operation
    assert body == {"contactid": ID, "lastname": "x"}


async def test_an_update_without_a_version_never_creates(peer: Peer) -> None:
    write = Write(WriteOp.UPDATE, REF, {"lastname": "x"})
    operation, _ = await _wire(peer, write, multipart(changeset(part(200, BODY))))
    assert "If-Match: *" in operation


async def test_a_lookup_that_cannot_point_there_is_refused_before_it_is_sent(peer: Peer) -> None:
    write = Write(WriteOp.UPDATE, REF, {"msdyn_company": Lookup("accounts", ID)}, 'W/"1"')
    (outcome,) = await _connector(peer).write([ChangeSet("x", (write,))])
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.error, ContractBroken)
    assert "cannot point to 'accounts'" in outcome.error.message


@pytest.mark.parametrize(("missing", "expected"), [(ID, RowMissing), (COMPANY, Rejected)])
async def test_a_missing_target_is_told_from_a_missing_row(
    peer: Peer, missing: str, expected: type[Exception]
) -> None:
    message = f"x With Id = {missing} Does Not Exist"
    refused = {"error": {"code": "0x80040217", "message": message}}
    peer.batches.append(multipart(part(404, refused)))  # type: ignore[attr-defined]
    write = Write(WriteOp.UPDATE, REF, {"lastname": "x"}, 'W/"1"')
    (outcome,) = await _connector(peer).write([ChangeSet("x", (write,))])
    assert isinstance(outcome, Refused)
    assert type(outcome.error) is expected


async def test_a_write_whose_answer_is_no_row_is_unknown(peer: Peer) -> None:
    peer.batches.append(multipart(changeset(part(204))))  # type: ignore[attr-defined]
    write = Write(WriteOp.UPDATE, REF, {"lastname": "x"}, 'W/"1"')
    (outcome,) = await _connector(peer).write([ChangeSet("x", (write,))])
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.error, Unavailable)
    assert outcome.unknown is True


async def test_a_delete_has_no_row(peer: Peer) -> None:
    peer.batches.append(multipart(changeset(part(204))))  # type: ignore[attr-defined]
    write = Write(WriteOp.DELETE, REF, {}, 'W/"1"')
    assert await _connector(peer).write([ChangeSet("x", (write,))]) == [Written((None,))]


def _deltas(peer: Peer, **body: Any) -> None:
    peer.on("GET", "/api/data/v9.2/contacts", lambda _: json_answer(200, body))


DELTA = f"https://org.example/api/data/v9.2/contacts?$select={SELECT}&$deltatoken=919042%2108"


async def test_the_feed_starts_tracked_and_reads_deletes(peer: Peer) -> None:
    gone = {
        "@odata.context": "https://org.example/api/data/v9.2/$metadata#contacts/$deletedEntity",
        "id": COMPANY.upper(),
        "reason": "deleted",
    }
    _deltas(peer, value=[BODY, gone], **{"@odata.deltaLink": DELTA})
    connector = _connector(peer, page_size=500)
    (page,) = [page async for page in connector.changes("contacts", None)]
    assert (page.full, page.last, page.checkpoint) == (True, True, DELTA)
    assert [row.ref for row in page.rows] == [REF]
    assert page.deleted == (COMPANY,)
    prefer = peer.requests[-1].headers["prefer"]
    assert prefer == "odata.track-changes,odata.maxpagesize=500"
    (page,) = [page async for page in connector.changes("contacts", DELTA)]
    assert page.full is False
    assert str(peer.requests[-1].url).endswith("$deltatoken=919042%2108")


@pytest.mark.parametrize("kind", ["@odata.nextLink", "@odata.deltaLink"])
async def test_a_link_to_another_host_is_refused_before_anything_is_called(
    peer: Peer, kind: str
) -> None:
    _deltas(peer, value=[], **{kind: "https://evil.example/api/data/v9.2/contacts?$deltatoken=1"})
    with pytest.raises(ContractBroken, match=r"evil\.example"):
        _ = [page async for page in _connector(peer).changes("contacts", None)]
    assert {request.url.host for request in peer.requests} == {"org.example"}


@pytest.mark.parametrize(
    "checkpoint",
    [
        DELTA.replace("org.example", "old.example"),
        DELTA.replace("lastname,", ""),
        "nonsense",
    ],
)
async def test_a_checkpoint_of_other_columns_or_another_host_has_expired(
    peer: Peer, checkpoint: str
) -> None:
    with pytest.raises(CheckpointExpired):
        _ = [page async for page in _connector(peer).changes("contacts", checkpoint)]
    assert not [request for request in peer.requests if "contacts" in str(request.url)]


async def test_tracking_that_is_off_is_named_with_its_cure(peer: Peer) -> None:
    _deltas(peer, value=[])
    with pytest.raises(ContractBroken, match="Track changes"):
        _ = [page async for page in _connector(peer).changes("contacts", None)]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (TableSpec(Side.CRM, "nothings", ("id",), ()), "no table 'nothings'"),
        (
            TableSpec(Side.CRM, "contacts", ("contactid",), ("nonsense",)),
            "'contacts' of the CRM has no column 'nonsense'",
        ),
        (
            TableSpec(
                Side.CRM,
                "contacts",
                ("contactid",),
                ("msdyn_company",),
                lookups={"msdyn_company": ("accounts",)},
            ),
            "'msdyn_company' of table 'contacts' cannot point to 'accounts'",
        ),
    ],
)
async def test_what_the_system_does_not_know_is_named(
    peer: Peer, spec: TableSpec, message: str
) -> None:
    peer.on("GET", "/api/data/v9.2/WhoAmI", lambda _: json_answer(200, {}))
    connector = DataverseConnector(peer.transport(), {spec.table: spec})
    with pytest.raises(ContractBroken, match=message) as caught:
        await connector.prepare()
    assert caught.value.cure


def test_a_table_with_two_id_columns_is_refused(peer: Peer) -> None:
    spec = TableSpec(Side.CRM, "contacts", ("a", "b"), ())
    with pytest.raises(ConfigurationWrong):
        DataverseConnector(peer.transport(), {"contacts": spec})


def _notice(**changes: Any) -> bytes:
    body = {"MessageName": "Update", "PrimaryEntityName": "contact", "PrimaryEntityId": ID.upper()}
    return jsonwire.encode({**body, **changes})


async def test_a_notice_tells_the_row_and_nothing_else(peer: Peer) -> None:
    connector = _connector(peer)
    for _ in range(2):
        assert connector.wake_up(_notice()) == WakeUp("contacts", ID)
        wrapped = {"__type": "Guid:#System", "__value": ID}
        assert connector.wake_up(_notice(PrimaryEntityId=wrapped)) == WakeUp("contacts", ID)
        for odd in (None, "", "1)/x", 7):
            assert connector.wake_up(_notice(PrimaryEntityId=odd)) == WakeUp("contacts", None)
        assert connector.wake_up(_notice(PrimaryEntityName="lead")) == WakeUp(None)
        await connector._catalog.tables()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"{}", b'{"PrimaryEntityName":1}', b"[" * 100_000]
)
def test_what_is_no_notice_is_refused(peer: Peer, body: bytes) -> None:
    with pytest.raises(InputUnusable):
        _connector(peer).wake_up(body)


async def test_a_row_that_a_later_write_may_have_touched_is_read_after_the_changeset(
    peer: Peer,
) -> None:
    other = RowRef(Side.CRM, "contacts", COMPANY)
    after = {**BODY, "@odata.etag": 'W/"919060"', "lastname": "Touched"}
    mine = {**BODY, "contactid": COMPANY, "@odata.etag": 'W/"919055"'}
    answer = multipart(
        changeset(part(200, BODY, content_id="1"), part(201, mine, content_id="2")),
        part(200, after),
    )
    peer.batches.append(answer)  # type: ignore[attr-defined]
    writes = (
        Write(WriteOp.UPDATE, REF, {"lastname": "x"}, 'W/"1"'),
        Write(WriteOp.CREATE, other, {"lastname": "y"}),
    )
    (outcome,) = await _connector(peer).write([ChangeSet("x", writes)])
    assert isinstance(outcome, Written)
    first, second = outcome.rows
    assert first is not None
    assert second is not None
    assert (first.version, first.image["lastname"]) == ('W/"919060"', "Touched")
    assert second.version == 'W/"919055"'
    content = peer.requests[-1].content.decode()
    assert content.count("GET /api/data/v9.2/contacts(") == 1
    assert content.index(f"GET /api/data/v9.2/contacts({ID})") > content.index("POST ")


@pytest.mark.parametrize(
    "body",
    [{}, {"value": None}, {"value": [1]}, {"value": [{"x": 1}]}, {"value": {"LogicalName": "x"}}],
)
async def test_metadata_of_another_form_is_told_as_such(peer: Peer, body: dict[str, Any]) -> None:
    peer.on("GET", "/api/data/v9.2/EntityDefinitions", lambda _: json_answer(200, body))
    connector = _connector(peer)
    with pytest.raises(ContractBroken):
        await connector.read([REF])
    (outcome,) = await connector.write([ChangeSet("x", (Write(WriteOp.DELETE, REF, {}, "1"),))])
    assert isinstance(outcome, Refused)
    assert outcome.unknown is False


@pytest.mark.parametrize("items", [None, [1], [{"contactid": ID}], [{"@odata.etag": "x"}]])
async def test_rows_of_another_form_are_told_as_such(peer: Peer, items: Any) -> None:
    _deltas(peer, value=items, **{"@odata.deltaLink": DELTA})
    with pytest.raises(ContractBroken):
        _ = [page async for page in _connector(peer).changes("contacts", None)]
