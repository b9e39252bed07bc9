"""The CRM's sales process over HTTP, as a person or as the integration user calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.sandbox.dataverse.wire import ROOT, Crm, crm, token
from tests.sandbox.dataverse.worlds import PERSON, SERVICE, USMF

LIFECYCLE = "Quote lifecycle"
PRICE_MASTER = "Supply Chain Management price engine"
NOT_OWNED = "This quote is not owned by Dynamics 365 Sales"
ALL = {"AllColumns": True}
FROM_ERP = {"msdyn_quotationcreationmethod": 776160000, "msdyn_quotationownership": 776160000}


@dataclass
class Caller:
    """One caller of the Web API; decimals of answers are read as the tests compare them."""

    client: httpx.AsyncClient
    app: str

    async def send(
        self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> httpx.Response:
        given = {"Authorization": f"Bearer {token(self.app)}", **headers}
        return await self.client.request(method, f"{ROOT}/{path}", json=body, headers=given)

    async def create(self, entity_set: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.send("POST", entity_set, body, Prefer="return=representation")
        assert answer.status_code == 201, answer.text
        row: dict[str, Any] = answer.json()
        return row

    async def edit(self, path: str, body: dict[str, Any]) -> None:
        answer = await self.send("PATCH", path, body)
        assert answer.status_code == 204, answer.text

    async def read(self, path: str) -> dict[str, Any]:
        answer = await self.send("GET", path)
        assert answer.status_code == 200, answer.text
        row: dict[str, Any] = answer.json()
        return row

    async def rows(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.read(path))["value"]
        return found

    async def act(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.send("POST", name, body)
        assert answer.status_code in {200, 204}, answer.text
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    async def refused(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, status: int = 400
    ) -> str:
        answer = await self.send(method, path, body)
        assert answer.status_code == status, answer.text
        message: str = answer.json()["error"]["message"]
        return message


@dataclass
class Sales:
    """A person and the integration user at one CRM."""

    web: Crm
    person: Caller
    service: Caller

    async def account(self, name: str = "Beta Inc", **more: Any) -> str:
        body = {"name": name, "customertypecode": 3, "msdyn_company@odata.bind": USMF, **more}
        row_id: str = (await self.person.create("accounts", body))["accountid"]
        return row_id

    async def quote(self, caller: Caller | None = None, **more: Any) -> dict[str, Any]:
        account = await self.account()
        body = {
            "name": "Beamers",
            "customerid_account@odata.bind": f"/accounts({account})",
            "msdyn_Company@odata.bind": USMF,
            **more,
        }
        return await (caller or self.person).create("quotes", body)

    async def product(self) -> tuple[str, str]:
        row = (await self.person.rows("products?$filter=msdyn_productnumber eq 'P0001'"))[0]
        return row["productid"], row["_defaultuomid_value"]

    async def line(self, quote: dict[str, Any], quantity: int = 3, **more: Any) -> dict[str, Any]:
        product, _ = await self.product()
        body = {
            "quoteid@odata.bind": f"/quotes({quote['quoteid']})",
            "productid@odata.bind": f"/products({product})",
            "quantity": quantity,
            **more,
        }
        return await self.person.create("quotedetails", body)

    async def active(self, caller: Caller | None = None, **more: Any) -> dict[str, Any]:
        quote = await self.quote(caller, **more)
        await self.line(quote)
        path = f"quotes({quote['quoteid']})"
        await self.service.edit(path, {"statecode": 1, "statuscode": 2})
        return await self.person.read(path)

    async def order(self) -> dict[str, Any]:
        quote = await self.active()
        body = {"QuoteId": quote["quoteid"], "ColumnSet": ALL}
        return await self.person.act("ConvertQuoteToSalesOrder", body)

    async def feature(self, name: str, *, on: bool = True) -> None:
        """Let the synchronisation bring a feature's state."""
        body = {"statecode": 0, "statuscode": 1} if on else {"statecode": 1, "statuscode": 2}
        path = f"msdyn_supplychainfeaturestates(msdyn_name='{name}')"
        await self.service.edit(path, body)


def closing(quote: dict[str, Any], status: int) -> dict[str, Any]:
    """The body of `WinQuote` and `CloseQuote`."""
    bind = f"/quotes({quote['quoteid']})"
    return {"Status": status, "QuoteClose": {"subject": "Closed", "quoteid@odata.bind": bind}}


def ending(order: dict[str, Any], status: int) -> dict[str, Any]:
    """The body of `CancelSalesOrder` and `FulfillSalesOrder`."""
    bind = f"/salesorders({order['salesorderid']})"
    return {"Status": status, "OrderClose": {"subject": "Done", "salesorderid@odata.bind": bind}}


def state(row: dict[str, Any]) -> tuple[int, int]:
    """State and status reason."""
    return row["statecode"], row["statuscode"]


@asynccontextmanager
async def sales(*, gab: bool = True) -> AsyncIterator[Sales]:
    """A seeded organisation and both callers."""
    async with crm(gab=gab) as web:
        yield Sales(web, Caller(web.client, PERSON.app_id), Caller(web.client, SERVICE.app_id))
