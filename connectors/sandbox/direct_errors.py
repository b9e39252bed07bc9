"""From a sandbox's refusal to the service's own error, by the same table as over HTTP."""

from __future__ import annotations

from connectors.odata.errors import operator_text
from connectors.odata.recovery import Source, row_for
from connectors.sandbox.kernel.errors import SystemRefusal
from sync.errors import RemoteError


def error_of(refusal: SystemRefusal, *, coded: bool) -> RemoteError:
    """What a connector over HTTP would have made of the refusal.

    Args:
        refusal: What the system said.
        coded: Whether its code travels; the ERP sends an empty one.
    """
    code = refusal.code if coded else ""
    row = row_for(Source.SYSTEM, refusal.status, code, refusal.message)
    return row.error(
        operator_text(refusal.message),
        status=refusal.status,
        remote_code=code or None,
        cure=row.cure,
    )
