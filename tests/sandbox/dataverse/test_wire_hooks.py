"""Webhooks: registration by rows, delivery after the commit, body shapes, faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.kernel.serving import serve
from tests.sandbox.dataverse.wire import Crm
from tests.sandbox.dataverse.worlds import SERVICE, USMF


@dataclass
class Receiver:
    """Takes deliveries and answers as told."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.bodies.append(await request.json())
        self.requests.append(request)
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    app = Starlette(routes=[Route("/hook", found.take, methods=["POST"])])
    async with serve(app) as url:
        found.url = f"{url}/hook"
        yield found


async def register(web: Crm, receiver: Receiver, message: str = "Update", **step: Any) -> None:
    endpoint = await web.post(
        "serviceendpoints",
        {
            "name": "dualsync",
            "url": receiver.url,
            "contract": 8,
            "authtype": 4,
            "authvalue": "s3cret&=",
            "messageformat": 2,
        },
    )
    found = await web.get(f"sdkmessages?$select=sdkmessageid&$filter=name eq '{message}'")
    message_id = found.json()["value"][0]["sdkmessageid"]
    found = await web.get(
        "sdkmessagefilters?$filter=primaryobjecttypecode eq 'account' and "
        f"_sdkmessageid_value eq {message_id}"
    )
    filter_id = found.json()["value"][0]["sdkmessagefilterid"]
    made = await web.post(
        "sdkmessageprocessingsteps",
        {
            "name": f"account {message}",
            "mode": 1,
            "stage": 40,
            "rank": 1,
            "sdkmessageid@odata.bind": f"/sdkmessages({message_id})",
            "sdkmessagefilterid@odata.bind": f"/sdkmessagefilters({filter_id})",
            "eventhandler_serviceendpoint@odata.bind": endpoint.headers["odata-entityid"],
            **step,
        },
    )
    assert made.status_code == 204, made.text
    image = await web.post(
        "sdkmessageprocessingstepimages",
        {
            "name": "pre",
            "entityalias": "pre",
            "imagetype": 0,
            "messagepropertyname": "Target",
            "attributes": "name,accountnumber",
            "sdkmessageprocessingstepid@odata.bind": made.headers["odata-entityid"],
        },
    )
    assert image.status_code == 204, image.text


def attributes(entity: dict[str, Any]) -> dict[str, Any]:
    return {item["key"]: item["value"] for item in entity["Attributes"]}


async def test_update_carries_what_was_sent(web: Crm, receiver: Receiver) -> None:
    row = await web.account(name="Fabrikam Ltd", **{"msdyn_company@odata.bind": USMF})
    await register(web, receiver)
    await web.patch(
        f"accounts({row['accountid']})?tag=dualsync:9f1c",
        {"name": "Fabrikam GmbH", "customertypecode": 8, "creditlimit": 25000},
    )
    await web.hooks.drain()
    body, request = receiver.bodies[0], receiver.requests[0]
    target = body["InputParameters"][0]["value"]
    sent = attributes(target)
    assert sent["name"] == "Fabrikam GmbH"
    assert sent["customertypecode"]["Value"] == 8
    assert sent["creditlimit"]["Value"] == 25000
    assert sent["modifiedon"] == "/Date(1795334400000)/"
    assert sent["modifiedby"]["Id"] == SERVICE.user_id
    assert "msdyn_company" not in sent
    assert target["__type"].startswith("Entity:http://schemas.microsoft.com/xrm/2011/Contracts")
    assert attributes(body["PreEntityImages"][0]["value"]) == {"name": "Fabrikam Ltd"}
    assert body["PostEntityImages"] == []
    shared = {item["key"]: item["value"] for item in body["ParentContext"]["SharedVariables"]}
    assert shared["tag"] == "dualsync:9f1c"
    assert (body["MessageName"], body["Depth"], body["Stage"]) == ("Update", 1, 40)
    assert body["PrimaryEntityId"] == row["accountid"]
    assert body["InitiatingUserAzureActiveDirectoryObjectId"] == SERVICE.object_id
    assert request.query_params["code"] == "s3cret&="
    assert request.headers["x-ms-dynamics-entity-name"] == "account"
    assert request.headers["x-ms-dynamics-request-name"] == "Update"


async def test_dates_travel_as_the_documents_show_them(web: Crm, receiver: Receiver) -> None:
    row = await web.account()
    await register(web, receiver)
    await web.patch(f"accounts({row['accountid']})", {"name": "B"})
    await web.hooks.drain()
    assert receiver.bodies[0]["OperationCreatedOn"] == "/Date(1795334400000+0000)/"


async def test_delete_names_its_target_only(web: Crm, receiver: Receiver) -> None:
    row = await web.account(name="gone")
    await register(web, receiver, "Delete")
    await web.delete(f"accounts({row['accountid']})")
    await web.hooks.drain()
    body = receiver.bodies[0]
    target = body["InputParameters"][0]["value"]
    assert target["__type"].startswith("EntityReference:")
    assert (target["Id"], target["LogicalName"]) == (row["accountid"], "account")
    assert "Attributes" not in target
    assert attributes(body["PreEntityImages"][0]["value"])["name"] == "gone"


async def test_create_tells_the_new_id(web: Crm, receiver: Receiver) -> None:
    await register(web, receiver, "Create")
    row = await web.account(name="new")
    await web.hooks.drain()
    body = receiver.bodies[0]
    assert body["OutputParameters"] == [{"key": "id", "value": row["accountid"]}]
    assert body["PreEntityImages"] == []
    assert attributes(body["InputParameters"][0]["value"])["accountid"] == row["accountid"]


async def test_only_filtered_attributes_wake(web: Crm, receiver: Receiver) -> None:
    row = await web.account()
    await register(web, receiver, filteringattributes="name,creditlimit")
    await web.patch(f"accounts({row['accountid']})", {"description": "no"})
    await web.patch(f"accounts({row['accountid']})", {"name": "yes"})
    await web.hooks.drain()
    assert [attributes(b["InputParameters"][0]["value"])["name"] for b in receiver.bodies] == [
        "yes"
    ]


async def test_nothing_is_sent_for_what_was_rolled_back(web: Crm, receiver: Receiver) -> None:
    await register(web, receiver, "Create")
    kind = {"@odata.type": "Microsoft.Dynamics.CRM.account"}
    targets = {"Targets": [{**kind, "name": "A"}, {**kind, "nmae": "B"}]}
    answer = await web.post("accounts/Microsoft.Dynamics.CRM.CreateMultiple", targets)
    assert answer.status_code == 400
    await web.hooks.drain()
    assert receiver.bodies == []


async def test_disabled_step_is_silent(web: Crm, receiver: Receiver) -> None:
    row = await web.account()
    await register(web, receiver)
    step = web.world.system.list("sdkmessageprocessingsteps")[0]["sdkmessageprocessingstepid"]
    await web.patch(f"sdkmessageprocessingsteps({step})", {"statecode": 1})
    await web.patch(f"accounts({row['accountid']})", {"name": "B"})
    await web.hooks.drain()
    assert receiver.bodies == []


@pytest.mark.parametrize(("answer", "deliveries"), [(503, 2), (500, 1), (200, 1)])
async def test_one_retry_and_only_for_gateway_errors(
    web: Crm, receiver: Receiver, answer: int, deliveries: int
) -> None:
    row = await web.account()
    await register(web, receiver)
    receiver.statuses = [answer]
    await web.patch(f"accounts({row['accountid']})", {"name": "B"})
    await web.hooks.drain()
    assert len(receiver.bodies) == deliveries


async def test_failed_delivery_leaves_a_failed_job(web: Crm, receiver: Receiver) -> None:
    row = await web.account()
    await register(web, receiver)
    receiver.statuses = [502, 504]
    await web.patch(f"accounts({row['accountid']})", {"name": "B"})
    await web.hooks.drain()
    step = web.world.system.list("sdkmessageprocessingsteps")[0]["sdkmessageprocessingstepid"]
    query = f"asyncoperations?$filter=statuscode eq 31 and _owningextensionid_value eq {step}"
    assert len((await web.get(query)).json()["value"]) == 1


@pytest.mark.parametrize(
    ("fault", "names"),
    [
        ("hook-drop", ["2"]),
        ("hook-duplicate", ["1", "1", "2"]),
        ("hook-retry", ["1", "1", "2"]),
    ],
)
async def test_lost_and_repeated_deliveries(
    web: Crm, receiver: Receiver, fault: str, names: list[str]
) -> None:
    row = await web.account()
    await register(web, receiver)
    web.faults.arm(fault)
    for name in ("1", "2"):
        await web.patch(f"accounts({row['accountid']})", {"name": name})
        await web.hooks.drain()
    seen = [attributes(b["InputParameters"][0]["value"])["name"] for b in receiver.bodies]
    assert seen == names


async def test_reordered_delivery(web: Crm, receiver: Receiver) -> None:
    row = await web.account()
    await register(web, receiver)
    web.faults.arm("hook-reorder")
    for name in ("1", "2"):
        await web.patch(f"accounts({row['accountid']})", {"name": name})
    await web.hooks.drain()
    seen = [attributes(b["InputParameters"][0]["value"])["name"] for b in receiver.bodies]
    assert sorted(seen) == ["1", "2"]


async def test_oversize_body_keeps_only_ids(web: Crm, receiver: Receiver) -> None:
    row = await web.account()
    await register(web, receiver)
    web.faults.arm("hook-oversize", path="account")
    await web.patch(f"accounts({row['accountid']})", {"name": "B"})
    await web.hooks.drain()
    body = receiver.bodies[0]
    assert body["PrimaryEntityId"] == row["accountid"]
    assert {"InputParameters", "ParentContext", "PreEntityImages"}.isdisjoint(body)
    assert receiver.requests[0].headers["x-ms-dynamics-msg-size-exceeded"] == "true"


async def test_wrapped_scalars(web: Crm, receiver: Receiver) -> None:
    row = await web.account()
    await register(web, receiver)
    web.faults.arm("hook-wrap")
    await web.patch(f"accounts({row['accountid']})", {"name": "B"})
    await web.hooks.drain()
    sent = attributes(receiver.bodies[0]["InputParameters"][0]["value"])
    assert sent["accountid"] == {"__type": "Guid:#System", "__value": row["accountid"]}
    assert sent["modifiedon"]["__type"] == "DateTime:#System"


async def test_secret_is_never_shown(web: Crm, receiver: Receiver) -> None:
    await register(web, receiver)
    shown = (await web.get("serviceendpoints?$filter=contract eq 8")).text
    assert receiver.url in shown
    assert "s3cret" not in shown
    assert "authvalue" not in shown
    assert "s3cret" not in str(web.journal.listing())


async def test_synchronous_step_takes_part_in_the_save(web: Crm, receiver: Receiver) -> None:
    row = await web.account(name="before")
    await register(web, receiver, mode=0)
    path = f"accounts({row['accountid']})"
    receiver.statuses = [500]
    refused = await web.patch(path, {"name": "refused"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "0x80040265")
    assert (await web.get(path)).json()["name"] == "before"
    assert (await web.patch(path, {"name": "agreed"})).status_code == 204
    assert (await web.get(path)).json()["name"] == "agreed"
    names = [attributes(b["InputParameters"][0]["value"])["name"] for b in receiver.bodies]
    assert names == ["refused", "agreed"]
    assert receiver.bodies[0]["IsInTransaction"] is True
