"""Only the configured hosts are ever called: a hostile link of any kind is refused unrequested."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from connectors.dataverse import DataverseConnector, open_dataverse
from connectors.finops import FinopsConnector, open_finops
from connectors.odata.opening import Credentials
from sync.core.row import RowRef, Side, TableSpec
from sync.core.write import ChangeSet, Refused, Write, WriteOp
from sync.errors import ContractBroken, NotAuthorised, RemoteError
from tests.connectors.support import Peer, json_answer, multipart, part

TOKEN, SECRET = "token-of-the-service", "secret-of-the-service"
HOSTILE: list[Any] = [
    "https://evil.example/data/Xs?$skiptoken=1",
    "HTTPS://EVIL.example/data/Xs",
    "//evil.example/data/Xs",
    "http://org.example/data/Xs",
    "https://org.example:8443/data/Xs",
    "https://org.example@evil.example/data/Xs",
    "https://evil@org.example/data/Xs",
    "https://org.example.evil.example/data/Xs",
    "ftp://org.example/data/Xs",
    5,
    {"href": "https://evil.example/"},
    "",
]
ROW = {"@odata.etag": 'W/"1"', "xid": "7c2b1e5a-0000-4000-8000-000000000001", "name": "x"}
CRM = TableSpec(Side.CRM, "xs", ("xid",), ("name",))
ERP = TableSpec(Side.ERP, "Xs", ("Kind",), ("Name",))


class Hosts:
    """Both systems and the identity provider, each of which answers as a test says."""

    def __init__(self) -> None:
        self.system, self.provider = Peer(), Peer()
        self.provider.on(
            "POST", "/", lambda _: json_answer(200, {"access_token": TOKEN, "expires_in": 3600})
        )
        me = Credentials(client_id="us", client_secret=SECRET, tenant="t")
        carriers: dict[str, Any] = {
            "carrier": httpx.MockTransport(self.system),
            "token_carrier": httpx.MockTransport(self.provider),
        }
        self.crm = open_dataverse("https://org.example", me, {"xs": CRM}, **carriers)
        self.erp = open_finops("https://org.example", me, {"Xs": ERP}, **carriers)
        self._describe()

    def _describe(self) -> None:
        types = [
            {"Name": "Kind", "TypeName": "Microsoft.Dynamics.DataEntities.NoYes"},
            {"Name": "Name", "TypeName": "Edm.String"},
        ]
        listing = [{"Name": "XEntity", "PublicEntityName": "X", "PublicCollectionName": "Xs"}]
        entities = [{"LogicalName": "x", "EntitySetName": "xs", "ChangeTrackingEnabled": True}]
        for prefix, body in (
            ("/metadata/DataEntities", {"value": listing}),
            ("/metadata/PublicEntities", {"Properties": types}),
            ("/api/data/v9.2/EntityDefinitions", {"value": entities}),
        ):
            self.system.on("GET", prefix, lambda _, body=body: json_answer(200, body))
        self.batches()

    def pages(self, body: dict[str, Any]) -> None:
        """What both systems answer to a read of their table."""
        for prefix in ("/data/Xs", "/api/data/v9.2/xs"):
            self.system.on("GET", prefix, lambda _: json_answer(200, body))

    def batches(self, *parts: bytes) -> None:
        """What both systems answer to the next batches."""

        def batch(request: httpx.Request) -> httpx.Response:
            if b"EntityDefinitions" in request.content:
                attributes = [
                    {"LogicalName": n, "AttributeType": "String"}
                    for n in ("xid", "name", "versionnumber", "modifiedon", "modifiedby")
                ]
                return multipart(part(200, {"value": attributes}), part(200, {"value": []}))
            return multipart(*parts)

        for prefix in ("/data/$batch", "/api/data/v9.2/$batch"):
            self.system.on("POST", prefix, batch)

    def nobody_else_was_asked(self) -> None:
        """Every request went to its own host, and each token where it belongs."""
        asked = [*self.system.requests, *self.provider.requests]
        assert asked
        for request in self.system.requests:
            assert (request.url.scheme, request.url.host, request.url.port) == (
                "https",
                "org.example",
                None,
            )
            assert request.headers["authorization"] == f"Bearer {TOKEN}"
            assert SECRET not in str(request.url)
            assert SECRET.encode() not in request.content
        for request in self.provider.requests:
            assert request.url.host == "login.microsoftonline.com"
            assert "authorization" not in request.headers


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


async def changes(connector: DataverseConnector | FinopsConnector) -> None:
    table = "xs" if connector.side is Side.CRM else "Xs"
    _ = [page async for page in connector.changes(table, None)]


def sides(hosts: Hosts) -> dict[Side, Any]:
    return {Side.CRM: hosts.crm, Side.ERP: hosts.erp}


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("link", HOSTILE, ids=str)
async def test_the_next_page_is_asked_of_the_system_only(
    hosts: Hosts, side: Side, link: Any
) -> None:
    row = ROW if side is Side.CRM else {"@odata.etag": 'W/"1"', "Kind": "Yes", "Name": "x"}
    hosts.pages({"value": [row], "@odata.nextLink": link})
    with pytest.raises(ContractBroken):
        await changes(sides(hosts)[side])
    hosts.nobody_else_was_asked()


@pytest.mark.parametrize("link", HOSTILE, ids=str)
async def test_a_delta_link_to_somebody_else_is_never_kept(hosts: Hosts, link: Any) -> None:
    hosts.pages({"value": [ROW], "@odata.deltaLink": link})
    with pytest.raises(ContractBroken):
        await changes(hosts.crm)
    hosts.nobody_else_was_asked()


@pytest.mark.parametrize("link", HOSTILE, ids=str)
async def test_a_further_page_inside_a_batch_is_asked_of_the_system_only(
    hosts: Hosts, link: Any
) -> None:
    hosts.batches(part(200, {"value": [ROW], "@odata.nextLink": link}))
    with pytest.raises(ContractBroken):
        await hosts.crm.find("xs", [{"name": "x"}])
    hosts.nobody_else_was_asked()


@pytest.mark.parametrize("link", HOSTILE, ids=str)
async def test_a_further_page_inside_a_batch_of_the_erp_too(hosts: Hosts, link: Any) -> None:
    row = {"@odata.etag": 'W/"1"', "Kind": "Yes", "Name": "x"}
    hosts.batches(part(200, {"value": [row], "@odata.nextLink": link}))
    with pytest.raises(ContractBroken):
        await hosts.erp.find("Xs", [{"Name": "x"}])
    hosts.nobody_else_was_asked()


def asks(side: Side) -> dict[str, Callable[[Hosts], Awaitable[Any]]]:
    """Every kind of request that a connector makes."""
    table = "xs" if side is Side.CRM else "Xs"
    key = str(ROW["xid"]) if side is Side.CRM else "Kind='Yes'"
    ref = RowRef(side, table, key)
    write = Write(WriteOp.UPDATE, ref, {"name" if side is Side.CRM else "Name": "y"}, 'W/"1"')
    return {
        "changes": lambda hosts: changes(sides(hosts)[side]),
        "read": lambda hosts: sides(hosts)[side].read([ref]),
        "find": lambda hosts: sides(hosts)[side].find(table, [{"name": "x"}]),
        "write": lambda hosts: sides(hosts)[side].write([ChangeSet("plan", (write,))]),
        "prepare": lambda hosts: sides(hosts)[side].prepare(),
    }


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("asked", list(asks(Side.CRM)))
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(hosts: Hosts, side: Side, asked: str, status: int) -> None:
    away = httpx.Response(status, headers={"location": "https://evil.example/"})
    hosts.system.routes.clear()
    for method in ("GET", "POST"):
        hosts.system.on(method, "/", lambda _: away)
    refused: RemoteError | None = None
    try:
        outcomes = await asks(side)[asked](hosts)
    except RemoteError as error:
        refused = error
    else:
        [outcome] = outcomes
        assert isinstance(outcome, Refused)
        refused = outcome.error
    assert isinstance(refused, ContractBroken)
    assert str(status) in refused.message
    hosts.nobody_else_was_asked()


@pytest.mark.parametrize("side", list(Side))
async def test_a_part_of_a_batch_that_leads_elsewhere_is_not_followed(
    hosts: Hosts, side: Side
) -> None:
    away = part(302).replace(b"OData-Version", b"Location: https://evil.example/\r\nOData-Version")
    hosts.batches(away)
    with pytest.raises(RemoteError):
        await asks(side)["read"](hosts)
    hosts.nobody_else_was_asked()


@pytest.mark.parametrize("side", list(Side))
async def test_the_secret_is_not_sent_on_to_where_the_provider_points(
    hosts: Hosts, side: Side
) -> None:
    hosts.provider.on(
        "POST", "/", lambda _: httpx.Response(307, headers={"location": "https://evil.example/"})
    )
    with pytest.raises(NotAuthorised, match="307"):
        await sides(hosts)[side].prepare()
    assert hosts.system.requests == []
    assert {request.url.host for request in hosts.provider.requests} == {
        "login.microsoftonline.com"
    }
