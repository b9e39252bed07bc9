"""The other system is away, or the maps are paused: people go on, and the end is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from connectors.sandbox.people.crm_sales import CANCELLED, LOST, REVISED, WON
from connectors.sandbox.people.scenarios import World, crm_quote, erp_quotation
from connectors.sandbox.people.scenarios import documents as seen
from tests.acceptance.environment import Environment, running

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

VARIANTS = pytest.mark.parametrize("gab", [False, True], ids=["without-gab", "with-gab"])
SECONDS = 60.0


@VARIANTS
def test_people_sell_while_the_other_system_is_away(tmp_path: Path, gab: bool) -> None:
    with running(tmp_path, gab=gab, seconds=SECONDS) as product:
        world = product.world()
        product.sandboxes.halt("erp")
        _unreachable(lambda: world.erp.rows("Prospects"))
        quotes = _sell_in_crm(world)
        product.sandboxes.resume("erp")
        _sold_in_crm(world, quotes)
        product.sandboxes.halt("crm")
        _unreachable(lambda: world.crm.rows("accounts"))
        _sell_in_erp(world)
        product.sandboxes.resume("crm")
        _sold_in_erp(world)
        _nothing_is_left(product)


@VARIANTS
def test_people_sell_while_the_maps_are_paused(tmp_path: Path, gab: bool) -> None:
    with running(tmp_path, gab=gab, seconds=SECONDS) as product:
        world = product.world()
        _every_map(product, "pause")
        quotes = _sell_in_crm(world)
        _sell_in_erp(world)
        assert world.erp.prospect(crm_quote.ID) is None
        assert world.sales.numbered("quotes", erp_quotation.NUMBER) is None
        _every_map(product, "resume")
        _sold_in_crm(world, quotes)
        _sold_in_erp(world)
        _nothing_is_left(product)


def _sell_in_crm(world: World) -> dict[str, tuple[str, tuple[int, int]]]:
    """S6 as far as the CRM goes, with a quote for every other end; these by the ERP's status."""
    sales = world.sales
    crm_quote.start(world)
    crm_quote.pick_address(world)
    sales.activate(world.memory["iota quote"])
    ended: dict[str, tuple[str, tuple[int, int]]] = {}
    for status, state in (("Lost", LOST), ("Cancelled", CANCELLED), ("Revised", REVISED)):
        quote = sales.quote(world.memory["iota"], f"To be {status}", 2)
        sales.activate(quote["quoteid"])
        if status == "Revised":
            draft = sales.revise(quote["quoteid"])
            assert draft["msdyn_quotenumber"] == f"{quote['msdyn_quotenumber']}-R1"
        else:
            sales.close(quote["quoteid"], state)
        assert sales.state("quotes", quote["quoteid"]) == state
        ended[status] = (quote["quoteid"], state)
    crm_quote.make_order(world)
    return ended


def _sold_in_crm(world: World, ended: dict[str, tuple[str, tuple[int, int]]]) -> None:
    crm_quote.ordered(world)
    for status, (quote, state) in ended.items():
        number = world.sales.row("quotes", quote)["msdyn_quotenumber"]
        seen.quotation_becomes(world, number, status)
        seen.quote_becomes(world, quote, state, status)
        seen.erp_quantities(world, number, [2])
        if status == "Revised":
            seen.quotation_becomes(world, f"{number}-R1", "Created")
            seen.erp_quantities(world, f"{number}-R1", [2])
    world.crosses_as_customer(crm_quote.ID, "after the silence")
    crm_quote.final_state(world)


def _sell_in_erp(world: World) -> None:
    """S5 as far as the ERP goes."""
    erp = world.erp
    erp_quotation.start(world)
    erp.act("send-quotation", erp_quotation.NUMBER)
    erp.act("convert-prospect", erp_quotation.NUMBER)
    answer = erp.act("confirm-quotation", erp_quotation.NUMBER)
    world.memory["theta order"] = answer["order"]


def _sold_in_erp(world: World) -> None:
    prospect = world.memory["theta"]
    world.memory["theta account"] = world.account(prospect)["accountid"]
    quote = seen.crm_quote(world, erp_quotation.NUMBER)["quoteid"]
    world.memory["theta quote"] = quote
    erp_quotation.ordered(world)
    assert world.sales.state("quotes", quote) == WON
    world.crosses_as_customer(prospect, "after the silence")
    erp_quotation.final_state(world)


def _every_map(product: Environment, action: str) -> None:
    for item in product.items("maps"):
        answer = product.api.post(f"/api/v1/maps/{item['id']}/{action}")
        assert answer.status_code == 200, answer.text


def _unreachable(call: Callable[[], object]) -> None:
    with pytest.raises(httpx.ConnectError):
        call()


def _nothing_is_left(product: Environment) -> None:
    """Nothing hangs, no conflict was made up, nothing was given up."""
    product.patience.until(
        "every link is at rest",
        lambda: {
            (item["kind"], item["key"], item["state"])
            for item in product.items("links")
            if item["state"] not in {"settled", "dormant", "gone"}
        },
        lambda rest: not rest,
    )
    assert product.open_conflicts() == []
    assert product.items("deadletters") == []
