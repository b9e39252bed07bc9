"""Product categories: where they may be, and which of them lines of sales documents take.

Source: Microsoft docs, category hierarchies (a category's parent is in its own hierarchy; sales
lines take categories of the hierarchy that has the role Sales).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.plain import Refers, Use, plain
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.values import Values

_HIERARCHY: Final = Refers(
    "hierarchy", "Category hierarchy", "category_hierarchy", "Category hierarchies", shared=True
)
_USERS: Final = ("quotation_line", "order_line", "invoice_line")
_CATEGORIES: Final = plain("category", "Category", (), (_HIERARCHY,))
SALES_LABEL: Final = "Sales category"


def sales_category(work: Work, name: str) -> tuple[str, str]:
    """The hierarchy and the name of a category that a sales line may have.

    Raises:
        SystemRefusal: the sales hierarchy has no category of that name.
    """
    role = work.db.get("category_role", "Sales") or {}
    row = work.db.get("category", role.get("hierarchy", ""), name)
    if row is None:
        raise refusals.unknown_reference(
            work.row_type, name, SALES_LABEL, "Sales categories (EcoResCategory)"
        )
    return row["hierarchy"], row["name"]


def _settle_parent(work: Work, given: dict[str, Any], hierarchy: str) -> None:
    """A category's parent is in its own hierarchy."""
    if "parent" in given:
        work.refer(
            given["parent"], "Parent category", "Categories (EcoResCategory)", "category", hierarchy
        )
        given["parent_hierarchy"] = hierarchy if given["parent"] else ""


def _insert(work: Work, values: Values) -> Rows:
    given = values.of("category")
    _settle_parent(work, given, given.get("hierarchy", ""))
    return _CATEGORIES.insert(work, values)


def _update(work: Work, rows: Rows, values: Values) -> None:
    _settle_parent(work, values.of("category"), rows["category"]["hierarchy"])
    _CATEGORIES.update(work, rows, values)


def _delete(work: Work, rows: Rows) -> None:
    row = rows["category"]
    below = {"hierarchy": row["hierarchy"], "parent": row["name"]}
    named = {"hierarchy": row["hierarchy"], "category": row["name"]}
    used = any(_has(work, table, named) for table in _USERS)
    if used or _has(work, "category", below):
        raise refusals.infolog(
            work.row_type,
            "in-use",
            f"Category {row['name']} cannot be deleted while lines or categories refer to it.",
            verb="Delete",
        )
    _CATEGORIES.delete(work, rows)


def _has(work: Work, table: str, wanted: Mapping[str, str]) -> bool:
    """Whether a table has a row with these values, compared without case."""
    return any(
        all(str(row.get(name, "")).casefold() == value.casefold() for name, value in wanted.items())
        for row in work.db.rows(table).values()
    )


_OF_HIERARCHY: Final[tuple[Use, ...]] = (("category", "hierarchy"), ("category_role", "hierarchy"))

HANDLERS: Final[Mapping[str, Handler]] = {
    "ProductCategoryHierarchies": plain("category_hierarchy", "Category hierarchy", _OF_HIERARCHY),
    "ProductCategoryHierarchyRoles": plain(
        "category_role", "Category hierarchy role", (), (_HIERARCHY,)
    ),
    "ProductCategories": Handler(_insert, _update, _delete),
}
"""The handlers of categories and their hierarchies, by entity set."""
