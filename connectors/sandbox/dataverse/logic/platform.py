"""Platform rows: what a webhook registration may hold.

Source: Microsoft docs, registering webhooks (asynchronous steps run after the operation only).
"""

from __future__ import annotations

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

_WEBHOOK = 8


@RULES.on("before", "serviceendpoint")
def check_endpoint(work: Work) -> None:
    """A webhook needs an address."""
    url = work.row["url"] or ""
    if work.row["contract"] == _WEBHOOK and not url.startswith(("http://", "https://")):
        raise refusals.invalid("The endpoint URL of a webhook must be an absolute address.")


@RULES.on("before", "sdkmessageprocessingstep")
def check_step(work: Work) -> None:
    """An asynchronous step runs after the operation; a step names its message."""
    if work.row["_sdkmessageid_value"] is None:
        raise refusals.invalid("A step needs an sdkmessageid.")
    if work.row["mode"] == 1 and work.row["stage"] != 40:
        raise refusals.invalid("Only post-operation steps can run asynchronously.")
