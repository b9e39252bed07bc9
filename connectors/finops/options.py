"""How the ERP connector behaves, with defaults and units."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.odata.options import BatchOptions, HttpOptions, LimitOptions


@dataclass(frozen=True, kw_only=True)
class FinopsOptions:
    """Options of the ERP connector.

    Attributes:
        service_path: Where OData stands below the environment's address.
        metadata_path: Where the metadata service stands.
        page_size: Rows per page of a sweep; 10,000 at most.
        companies: Legal entities that a sweep is restricted to; empty for all.
        http: Timeouts, sizes, trust.
        limits: The limits to stay inside. The ERP has none per user; it throttles by load.
        batch: How much goes into one `$batch`.
    """

    service_path: str = "/data/"
    metadata_path: str = "/metadata/"
    page_size: int = 2000
    companies: tuple[str, ...] = ()
    http: HttpOptions = field(default_factory=HttpOptions)
    limits: LimitOptions = field(default_factory=LimitOptions)
    batch: BatchOptions = field(default_factory=BatchOptions)
