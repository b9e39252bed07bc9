"""The small lists that a contact person's record chooses from."""

from __future__ import annotations

from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity
from connectors.sandbox.finops.entity import Entity

_LISTS = (
    ("Salutations", "Salutation", "salutation", "SalutationPhrase phrase", ""),
    ("ComplimentaryClosings", "ComplimentaryClosing", "closing", "ClosingPhrase phrase", ""),
    (
        "SalesContactPersonTitles",
        "SalesContactPersonTitle",
        "title",
        "JobTitleAlias alias",
        "JobTitle title",
    ),
    (
        "DecisionMakingRoles",
        "DecisionMakingRole",
        "decision_role",
        "RoleName name",
        "RoleDescription description",
    ),
    (
        "EmploymentJobFunctions",
        "EmploymentJobFunction",
        "job_function",
        "FunctionName name",
        "FunctionDescription description",
    ),
    (
        "LoyaltyLevels",
        "LoyaltyLevel",
        "loyalty_level",
        "LevelPhrase phrase",
        "LevelDescription description",
    ),
    (
        "PersonalCharacterTypes",
        "PersonalCharacterType",
        "character_type",
        "TypeName name",
        "TypeDescription description",
    ),
)
"""Set, type, base table, key field and its column, further field and its column."""


def _list(set_name: str, type_name: str, table: str, key: str, more: str) -> Entity:
    name, column = key.split()
    lines = [f"dataAreaId {table}.company k", f"{name} {table}.{column} k*"]
    if more:
        further, place = more.split()
        lines.append(f"{further} {table}.{place}")
    return entity(
        set_name,
        type_name,
        f"smm{type_name}Entity",
        set_name,
        sources.single(table, {"dataAreaId": "company", name: column}),
        "\n".join(lines),
    )


ENTITIES = tuple(_list(*one) for one in _LISTS)
