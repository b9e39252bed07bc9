"""Units and products as the integration brings them."""

from __future__ import annotations

import pytest

from connectors.sandbox.kernel.errors import SystemRefusal
from tests.sandbox.dataverse.worlds import SERVICE, USMF, World, world


def _unit(crm: World, symbol: str, unit_class: str) -> dict[str, object]:
    body = {"name": symbol, "msdyn_symbol": symbol, "msdyn_externalunitclassname": unit_class}
    return crm.service("uoms", body)


def _product(crm: World, number: str) -> dict[str, object]:
    return crm.service(
        "products",
        {
            "name": number,
            "msdyn_productnumber": number,
            "defaultuomid@odata.bind": "/uoms(msdyn_symbol='box')",
            "msdyn_companyid@odata.bind": USMF,
        },
    )


def test_a_unit_class_is_a_group_with_a_base_unit() -> None:
    crm = world()
    first, second = _unit(crm, "kg", "Mass"), _unit(crm, "g", "Mass")
    assert first["_uomscheduleid_value"] == second["_uomscheduleid_value"]
    group = crm.system.get("uomschedules", str(first["_uomscheduleid_value"]))
    assert (group["name"], group["baseuomname"]) == ("Mass", "kg")
    assert group["msdyn_externallymaintained"] is True
    assert (first["isschedulebaseuom"], second["isschedulebaseuom"]) == (True, False)
    with pytest.raises(SystemRefusal, match="primary unit"):
        crm.system.delete("uoms", str(first["uomid"]), SERVICE)
    crm.system.delete("uoms", str(second["uomid"]), SERVICE)


def test_a_product_is_active_unless_the_setting_says_draft() -> None:
    crm = world()
    active = _product(crm, "P0002")
    assert (active["statecode"], active["statuscode"]) == (0, 1)
    assert (active["productnumber"], active["quantitydecimal"]) == ("P0002", 0)
    unit = crm.system.get("uoms", str(active["_defaultuomid_value"]))
    assert active["_defaultuomscheduleid_value"] == unit["_uomscheduleid_value"]
    (settings,) = crm.system.list("organizations")
    crm.system.update(
        "organizations", settings["organizationid"], {"createproductsinactivestate": False}, SERVICE
    )
    draft = _product(crm, "P0003")
    assert (draft["statecode"], draft["statuscode"]) == (2, 0)
