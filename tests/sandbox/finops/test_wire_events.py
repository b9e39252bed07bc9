from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.finops.app import create_app
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.hooks import HookQueue
from connectors.sandbox.kernel.serving import serve
from tests.sandbox.finops.wire import token, verifier
from tests.sandbox.finops.worlds import SERVICE, World


class Receiver:
    """What was delivered: headers and bodies, in the order of arrival."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.app = Starlette(routes=[Route("/hooks/erp", self._receive, methods=["POST"])])

    async def _receive(self, request: Request) -> Response:
        self.bodies.append(await request.json())
        self.headers.append(dict(request.headers))
        return Response(status_code=self.answers.pop(0) if self.answers else 200)

    def named(self, entity: str) -> list[dict[str, Any]]:
        return [body for body in self.bodies if body["PrimaryEntityName"] == entity]


class Running:
    """A served ERP that delivers to a receiver."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.receiver = Receiver()
        self.faults = Faults()
        self.queue: HookQueue
        self.client: httpx.AsyncClient

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Running]:
        async with serve(self.receiver.app) as hooks:
            app = create_app(
                self.world.system,
                verifier=verifier(),
                hooks=[f"{hooks}/hooks/erp?code=s"],
                faults=self.faults,
            )
            self.queue = app.state.hooks
            async with serve(app) as url:
                headers = {"Authorization": f"Bearer {token(SERVICE.app_id, audience=url)}"}
                async with httpx.AsyncClient(base_url=url, headers=headers) as self.client:
                    yield self

    async def post(self, set_name: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(f"/data/{set_name}", json=body)
        assert answer.status_code == 201, answer.text
        await self.queue.drain()
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def running(world: World) -> AsyncIterator[Running]:
    async with Running(world).open() as found:
        yield found


def _attributes(body: dict[str, Any], parameter: str = "Target") -> dict[str, Any]:
    values = {item["key"]: item["value"] for item in body["InputParameters"]}
    return {item["key"]: item["value"] for item in values[parameter]["Attributes"]}


async def test_a_create_is_announced_with_its_fields(running: Running) -> None:
    await running.post("Prospects", dataAreaId="usmf", ProspectName="Alpha Ltd")
    (body,) = running.receiver.named("mserp_smmprospectentity")
    assert body["MessageName"] == "OnExternalCreated"
    assert body["InitiatingUserAADObjectId"] == SERVICE.object_id
    fields = _attributes(body)
    assert (fields["mserp_dataareaid"], fields["mserp_prospectid"]) == ("usmf", "PR-000001")
    assert fields["mserp_prospectname"] == "Alpha Ltd"
    assert "mserp_addressvalidfrom" not in fields
    headers = running.receiver.headers[0]
    assert headers["x-ms-dynamics-entity-name"] == "mserp_smmprospectentity"
    assert len(running.receiver.named("mserp_dirpartycdsentity")) == 1


async def test_an_update_carries_the_key_the_changes_and_the_image(running: Running) -> None:
    row = await running.post("Prospects", dataAreaId="usmf", ProspectName="Alpha Ltd")
    running.receiver.bodies.clear()
    await running.client.patch(
        "/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')",
        json={"Note": "x"},
        headers={"If-Match": row["@odata.etag"]},
    )
    await running.queue.drain()
    (body,) = running.receiver.bodies
    assert body["MessageName"] == "OnExternalUpdated"
    assert _attributes(body) == {
        "mserp_dataareaid": "usmf",
        "mserp_prospectid": "PR-000001",
        "mserp_note": "x",
    }
    assert _attributes(body, "PreImage")["mserp_prospectname"] == "Alpha Ltd"


async def test_a_delete_carries_a_reference_and_the_image(running: Running) -> None:
    await running.post("Prospects", dataAreaId="usmf", ProspectName="Alpha Ltd")
    running.receiver.bodies.clear()
    await running.client.delete("/data/Prospects(dataAreaId='usmf',ProspectId='PR-000001')")
    await running.queue.drain()
    (body,) = running.receiver.bodies
    target = body["InputParameters"][0]["value"]
    assert target["__type"].startswith("EntityReference:")
    assert target["Id"] == body["PrimaryEntityId"]
    assert {"key": "mserp_prospectid", "value": "PR-000001"} in target["KeyAttributes"]
    assert _attributes(body, "PreImage")["mserp_prospectid"] == "PR-000001"


async def test_moments_travel_as_milliseconds(running: Running) -> None:
    party = (await running.post("Prospects", ProspectName="A"))["ProspectPartyNumber"]
    await running.post("PartyLocationPostalAddressesV2", PartyNumber=party, Street="1")
    (body,) = running.receiver.named("mserp_logisticspostaladdresshistoryv2cdsentity")
    assert _attributes(body)["mserp_validfrom"] == "/Date(1795162500000)/"


async def test_deliveries_can_fail_as_armed(running: Running) -> None:
    running.faults.arm("hook-drop", path="dirparty")
    running.faults.arm("hook-duplicate", path="prospect")
    await running.post("Prospects", ProspectName="A")
    assert len(running.receiver.named("mserp_smmprospectentity")) == 2
    assert running.receiver.named("mserp_dirpartycdsentity") == []
    running.faults.arm("hook-oversize", path="prospect")
    await running.post("Prospects", ProspectName="B")
    trimmed = running.receiver.named("mserp_smmprospectentity")[-1]
    assert trimmed["InputParameters"] == []


async def test_a_receiver_that_is_down_is_asked_again(running: Running) -> None:
    running.receiver.answers = [503]
    await running.post("CustomerGroups", CustomerGroupId="30")
    assert len(running.receiver.bodies) == 2
    assert running.receiver.bodies[0] == running.receiver.bodies[1]
