"""The CRM's own sales actions on a row, as requests.

Quotes close only through actions. Source: Dataverse Web API, sales actions.
"""

from __future__ import annotations

from typing import Any

from connectors.odata import jsonwire
from connectors.odata.batch import Operation
from connectors.odata.keys import address
from sync.core.write import Write
from sync.errors import ContractBroken

_CLOSING = {
    "WinQuote": ("QuoteClose", "quoteid"),
    "CloseQuote": ("QuoteClose", "quoteid"),
    "CancelSalesOrder": ("OrderClose", "salesorderid"),
    "FulfillSalesOrder": ("OrderClose", "salesorderid"),
}
"""Actions that close a row: the activity they make, and its lookup to the row."""
_BY_ID = {"ReviseQuote": "QuoteId"}
"""Actions that take the row's id and the columns of the answer."""


def action_of(root: str, write: Write, tag: str) -> Operation:
    """The request of an action.

    Args:
        root: The service root's path.
        write: The row, the action's name and its parameters.
        tag: Appears in the notices that this write raises.

    Raises:
        ContractBroken: The action is not known here.
    """
    body = parameters_of(write)
    url = address(root + str(write.action), {"tag": tag})
    return Operation("POST", url, {}, jsonwire.encode(body))


def parameters_of(write: Write) -> dict[str, Any]:
    """The parameters of an action, in wire form.

    Raises:
        ContractBroken: The action is not known here.
    """
    name, ref = write.action or "", write.ref
    body: dict[str, Any] = dict(write.parameters)
    if name in _CLOSING:
        activity, lookup = _CLOSING[name]
        bind = f"/{ref.table}({ref.row_id})"
        body[activity] = {"subject": name, f"{lookup}@odata.bind": bind}
    elif name in _BY_ID:
        body |= {_BY_ID[name]: ref.row_id, "ColumnSet": {"AllColumns": True}}
    else:
        raise ContractBroken(
            f"The CRM's action {name!r} is not known.",
            cure=f"Use one of {', '.join(sorted((*_CLOSING, *_BY_ID)))} in the map.",
        )
    return body
