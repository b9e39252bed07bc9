"""What lookups mean: records of several kinds, columns that depend on the stage, unknown rows."""

from __future__ import annotations

import pytest

from sync.core.compiled import CompiledMap
from sync.core.link import Link, LinkState, link_id
from sync.core.mapping import Company, FieldMap, Half, Member, TableMap
from sync.core.references import References
from sync.core.row import Lookup, Side
from sync.core.values import Unfit, Unresolved

EITHER = ("account", "person")
PRODUCT = FieldMap(
    "product",
    Half("Product", "line"),
    Half("productid", "main"),
    type="lookup",
    lookup=("product",),
)
CATEGORY = FieldMap(
    "category",
    Half("Category", "line"),
    Half("categoryid", "main"),
    type="lookup",
    lookup=("category",),
    within="Hierarchy",
)
WORDS = FieldMap(
    "words", Half("Words", "line"), Half("description", "main"), without=("product", "written")
)
LINES = CompiledMap(
    TableMap(
        "lines",
        "1",
        "line",
        Member("main", Side.CRM, "lines", ("lineid",)),
        (Member("line", Side.ERP, "Lines", ("Number",)),),
        (
            FieldMap("number", Half("Number", "line"), Half("number", "main"), key=True),
            PRODUCT,
            CATEGORY,
            WORDS,
        ),
    )
)
CUSTOMER = FieldMap(
    "customer",
    Half("CustomerAccount", "header"),
    Half("customerid", "main"),
    type="lookup",
    lookup=EITHER,
    by_stage={"prospect": "ProspectId"},
)
HEADERS = CompiledMap(
    TableMap(
        "headers",
        "1",
        "quote",
        Member("main", Side.CRM, "quotes", ("quoteid",)),
        (Member("header", Side.ERP, "Headers", ("dataAreaId", "Number")),),
        (FieldMap("number", Half("Number", "header"), Half("number", "main"), key=True), CUSTOMER),
        company=Company("dataAreaId", "company"),
    )
)


def _link(kind: str, code: str, row: str, stage: str) -> Link:
    key = f"usmf|{code.casefold()}"
    return Link(
        link_id(kind, key),
        kind,
        key,
        {"code": code},
        rows={"crm.main": row, "erp.any": code},
        stage=stage,
    )


BETA = _link("account", "CRMP-001", "a-1", "prospect")
HAL = _link("person", "Iver", "c-1", "customer")
ANN = _link("contact", "ECP-1", "c-2", "")
REFS = References(
    {link.id: link for link in (BETA, HAL, ANN)},
    {("accounts", "a-1"): BETA.id, ("contacts", "c-1"): HAL.id, ("contacts", "c-2"): ANN.id},
    frozenset({"account", "person", "contact", "quote"}),
    {"account": "accounts", "person": "contacts", "contact": "contacts", "quote": "quotes"},
)


def test_a_lookup_means_the_kind_that_has_the_record() -> None:
    assert REFS.from_crm(EITHER, "a-1") == "usmf|crmp-001"
    assert REFS.from_crm(EITHER, "c-1") == "usmf|iver"
    assert REFS.to_crm(EITHER, "usmf|iver") == Lookup("contacts", "c-1")
    assert REFS.to_erp(EITHER, "usmf|iver") == "Iver"


def test_a_record_of_no_kind_is_waited_for_in_every_table() -> None:
    found = REFS.from_crm(EITHER, "unknown")
    assert isinstance(found, Unresolved)
    assert found.tokens == ("row:crm|accounts|unknown", "row:crm|contacts|unknown")
    missing = REFS.to_erp(EITHER, "usmf|nobody")
    assert isinstance(missing, Unresolved)
    assert missing.tokens == ("link:account|usmf|nobody", "link:person|usmf|nobody")


def test_a_record_of_another_kind_is_told_and_not_waited_for() -> None:
    found = REFS.from_crm(EITHER, "c-2")
    assert isinstance(found, Unfit)
    assert "a contact here, not account or person" in found.message


def test_the_stage_of_the_record_chooses_the_column_that_names_it() -> None:
    def written(key: str | None) -> object:
        return HEADERS.columns_of(Side.ERP, CUSTOMER, key, REFS, {})

    assert written("usmf|crmp-001") == {"CustomerAccount": "", "ProspectId": "CRMP-001"}
    assert written("usmf|iver") == {"CustomerAccount": "Iver", "ProspectId": ""}
    assert written(None) == {"CustomerAccount": "", "ProspectId": ""}
    for image in (
        {"CustomerAccount": "CRMP-001", "ProspectId": ""},
        {"CustomerAccount": "", "ProspectId": "CRMP-001"},
    ):
        rows = {"header": dict(image)}
        assert HEADERS.read(Side.ERP, rows, REFS, "USMF")["customer"] == "usmf|crmp-001"
        read = HEADERS.read_field(Side.ERP, CUSTOMER, rows, REFS, "USMF")
        assert read == "usmf|crmp-001"


def test_a_company_may_come_from_the_record_pointed_to() -> None:
    assert REFS.company("a-1", through="account") == "USMF"
    assert isinstance(REFS.company("unknown", through="account"), Unresolved)


@pytest.mark.parametrize(
    ("state", "passive", "rests"),
    [
        ("suspended", False, "suspended"),
        ("suspended", True, "suspended"),
        ("dormant", True, "dormant"),
        ("dormant", False, None),  # it is asked to cross, and will
        ("waiting", False, None),
        ("conflict", True, None),
    ],
)
def test_what_is_below_a_record_that_does_not_cross_rests(
    state: str, passive: bool, rests: str | None
) -> None:
    parent = Link(link_id("order", "usmf|o-1"), "order", "usmf|o-1", {}, state=LinkState(state))
    refs = References({parent.id: parent}, {}, frozenset({"order"}), {"order": "salesorders"})
    wait = refs.to_erp(("order",), "usmf|o-1", passive=passive)
    assert isinstance(wait, Unresolved)
    assert refs.resting([wait]) == rests
    elsewhere = refs.to_erp(("order",), "usmf|o-2")
    assert isinstance(elsewhere, Unresolved)
    assert refs.resting([wait, elsewhere]) is None
    assert refs.resting([]) is None


def test_two_columns_name_a_record_of_a_key_of_two_parts() -> None:
    image = {"Category": "Services", "Hierarchy": "Sales"}
    assert LINES.read_field(Side.ERP, CATEGORY, {"line": image}, REFS, None) == "sales|services"
    assert LINES.read(Side.ERP, {"line": image}, REFS, None)["category"] == "sales|services"
    blank = {"Category": "", "Hierarchy": ""}
    assert LINES.read(Side.ERP, {"line": blank}, REFS, None)["category"] is None
    assert {"Category", "Hierarchy"} <= set(LINES.columns[Side.ERP, "Lines"])


def test_a_field_stands_elsewhere_while_another_is_blank() -> None:
    for product, column in ((None, "written"), ("p-1", "description")):
        image = {"productid": product, "description": None, "written": None, column: "Set-up"}
        assert LINES.read_field(Side.CRM, WORDS, {"main": image}, REFS, None) == "Set-up"
        assert LINES.read(Side.CRM, {"main": image}, REFS, None)["words"] == "Set-up"
        record = {"product": product}
        assert LINES.columns_of(Side.CRM, WORDS, "New", REFS, record) == {column: "New"}
        assert LINES.columns_of(Side.ERP, WORDS, "New", REFS, record) == {"Words": "New"}
    assert {"description", "written"} <= set(LINES.columns[Side.CRM, "lines"])
