"""The ERP's change feed: there is none, so the whole set is read, page by page in key order.

Each page begins after the last key of the page before, so that rows inserted or deleted meanwhile
shift nothing: a row that is there during the whole sweep is seen.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from connectors.finops.catalog import Entity
from connectors.finops.images import row_of
from connectors.odata.answer import items_of, link_in
from connectors.odata.keys import address
from connectors.odata.transport import Transport
from sync.core.row import Scalar
from sync.errors import ContractBroken
from sync.ports import ChangePage


async def sweep(
    transport: Transport, entity: Entity, *, page_size: int, companies: Sequence[str]
) -> AsyncIterator[ChangePage]:
    """Read every row of an entity set; each pass is a full one, and it has no checkpoint.

    Enum members can only be compared for equality, so a set whose key has one is paged by the
    links that the system gives.
    """
    after: list[Scalar] | None = None
    by_key = not any(entity.is_enum(column) for column in entity.spec.keys)
    link: str | None = None
    while True:
        body = (await transport.get(link or _address(entity, after, page_size, companies))).json()
        items = items_of(body)
        link = link_in(body, "@odata.nextLink")
        more = link is not None or (by_key and len(items) >= page_size)
        if by_key and items:
            last: list[Scalar] = [items[-1].get(column) for column in entity.spec.keys]
            if last == after:
                raise ContractBroken(
                    f"The pages of {entity.spec.table!r} do not move on.",
                    cure="Check the entity's key in the table map.",
                )
            after, link = last, None
        yield ChangePage(
            rows=tuple(row_of(entity, item) for item in items), full=True, last=not more
        )
        if not more:
            return


def _address(
    entity: Entity, after: Sequence[Scalar] | None, page_size: int, companies: Sequence[str]
) -> str:
    query = {"cross-company": "true", "$select": entity.select}
    if not any(entity.is_enum(column) for column in entity.spec.keys):
        query |= {"$orderby": ",".join(entity.spec.keys), "$top": str(page_size)}
    conditions = []
    if companies and entity.spec.company is not None:
        company = entity.spec.company
        either = [f"{company} eq {entity.literal(company, one)}" for one in companies]
        conditions.append(f"({' or '.join(either)})")
    if after is not None:
        conditions.append(f"({beyond(entity, after)})")
    if conditions:
        query["$filter"] = " and ".join(conditions)
    return address(entity.spec.table, query)


def beyond(entity: Entity, after: Sequence[Scalar]) -> str:
    """A filter for the keys that come after one, column by column."""
    keys = entity.spec.keys
    choices = []
    for place, column in enumerate(keys):
        equal = [f"{keys[i]} eq {entity.literal(keys[i], after[i])}" for i in range(place)]
        greater = f"{column} gt {entity.literal(column, after[place])}"
        choices.append(" and ".join((*equal, greater)))
    return " or ".join(f"({choice})" if len(choices) > 1 else choice for choice in choices)
