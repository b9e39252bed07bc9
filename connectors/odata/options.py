"""How both systems are reached: addresses, limits and sizes, with their defaults and units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class HttpOptions:
    """One HTTP peer.

    Attributes:
        ca_file: PEM file of a certificate authority to trust besides the system's own.
        connections: Open connections at most. Few, with full batches, is what is fast.
        connect_timeout: Seconds to reach the host, waiting for a free connection included.
        read_timeout: Seconds without a byte until an answer is given up; a full batch takes long.
        max_body: Bytes of an answer (unpacked) beyond which it is refused.
    """

    ca_file: str | None = None
    connections: int = 8
    connect_timeout: float = 10.0
    read_timeout: float = 150.0
    max_body: int = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class LimitOptions:
    """How hard a system may be asked. Source: Microsoft docs, service protection API limits.

    Attributes:
        requests: Requests per window; the limiter stays a little below.
        window: The window in seconds.
        concurrency: Requests at a time.
        patience: Seconds that a request waits in line for a pause to end; if the pause is longer,
            the request fails as `Throttled` at once and its sender comes back later.
        attempts: How often a safe request is tried in all.
    """

    requests: int = 6000
    window: float = 300.0
    concurrency: int = 52
    patience: float = 5.0
    attempts: int = 3


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """How much goes into one `$batch`.

    Attributes:
        operations: Operations per request; 1000 at most (Microsoft docs). Fewer keep a request's
            run time well inside the read timeout.
        size: Bytes of body per request.
    """

    operations: int = 200
    size: int = 4 * 1024 * 1024

    def __post_init__(self) -> None:
        if not 1 <= self.operations <= 1000:
            raise ValueError("A $batch takes between 1 and 1000 operations.")
