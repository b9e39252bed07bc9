"""How the CRM connector behaves, with defaults and units."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.odata.options import BatchOptions, HttpOptions, LimitOptions


@dataclass(frozen=True, kw_only=True)
class DataverseOptions:
    """Options of the CRM connector.

    Attributes:
        service_path: Where the Web API stands below the environment's address.
        page_size: Rows per page of a change feed; 5000 at most.
        webhook_url: Where the system shall send its notices; `None` registers nothing.
        webhook_secret: What the notices carry as `code`, so that the receiver knows them.
        webhook_name: The name of the registration, by which it is found again.
        tag: What the echo tag of a write begins with.
        http: Timeouts, sizes, trust.
        limits: The system's limits.
        batch: How much goes into one `$batch`.
    """

    service_path: str = "/api/data/v9.2/"
    page_size: int = 2000
    webhook_url: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    webhook_name: str = "dualwrite"
    tag: str = "dualwrite"
    http: HttpOptions = field(default_factory=HttpOptions)
    limits: LimitOptions = field(default_factory=LimitOptions)
    batch: BatchOptions = field(default_factory=BatchOptions)
