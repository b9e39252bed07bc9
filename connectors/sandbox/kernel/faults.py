"""The fault switches: "the next N requests that match fail like this".

Armed over the control routes or directly by a test; never reachable on the imitated paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

REQUEST_FAULTS = {
    "throttle": "429 with Retry-After; `seconds` sets it",
    "unavailable": "503; `seconds` adds Retry-After",
    "error": "500",
    "timeout-after-commit": "the work is done, the connection drops without an answer",
    "drop-before-commit": "the connection drops, nothing is done",
    "slow": "the answer comes `seconds` late",
    "force-conflict": "a conditional write meets a row that moved on",
    "expire-token": "the bearer token is refused as expired",
    "revoke-token": "the bearer token is refused as revoked",
    "expire-delta": "a delta token is refused as expired",
}
HOOK_FAULTS = {
    "hook-drop": "the delivery is lost",
    "hook-duplicate": "the delivery is sent twice",
    "hook-reorder": "the delivery is sent after the one that follows it",
    "hook-oversize": "the delivery is trimmed as if it were over 256 KB",
    "hook-retry": "the delivery is sent, counted as answered with 502, and sent again",
    "hook-wrap": "scalars are wrapped as synchronous steps do",
}
STATE_FAULTS = {"clock-skew": "the system's clock is `seconds` off until the faults are cleared"}
KINDS = REQUEST_FAULTS | HOOK_FAULTS | STATE_FAULTS


@dataclass(slots=True)
class Fault:
    """One armed fault.

    Args:
        kind: one of `KINDS`.
        count: how many matching requests (or deliveries) it still hits.
        method: only requests of this method; empty means any.
        path: only requests whose path and query contain this text, without case; inside a batch the
            batch's own path counts. For hooks: the table's name.
        seconds: the kind's own duration.
        skip: how many matching requests pass unharmed first.
    """

    kind: str
    count: int = 1
    method: str = ""
    path: str = ""
    seconds: float = 0
    skip: int = 0

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of those that were meant."""
        return (not self.method or self.method.upper() == method.upper()) and (
            self.path.lower() in path.lower()
        )


class Faults:
    """The armed faults of one system."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, kind: str, **options: Any) -> Fault:
        """Arm a fault.

        Raises:
            ValueError: an unknown kind or option, or a count below one.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown fault '{kind}'; one of {', '.join(sorted(KINDS))}")
        try:
            fault = Fault(kind, **options)
        except TypeError as error:
            raise ValueError(f"fault '{kind}': {error}") from None
        if fault.count < 1:
            raise ValueError("count must be at least 1")
        self._armed.append(fault)
        return fault

    def arm_from(self, body: Mapping[str, Any]) -> Fault:
        """Arm a fault from the JSON of the control route."""
        options = dict(body)
        kind = options.pop("kind", None)
        if not isinstance(kind, str):
            raise ValueError("a fault needs a 'kind'")
        return self.arm(kind, **options)

    def take(self, kinds: str | frozenset[str] | set[str], method: str, path: str) -> Fault | None:
        """The first armed fault of these kinds that this request hits, used up by one."""
        wanted = {kinds} if isinstance(kinds, str) else kinds
        for fault in self._armed:
            if fault.kind in wanted and fault.matches(method, path):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.count -= 1
                if fault.count == 0:
                    self._armed.remove(fault)
                return fault
        return None

    @property
    def clock_skew(self) -> float:
        """Seconds that the system's clock is off."""
        return sum(fault.seconds for fault in self._armed if fault.kind == "clock-skew")

    def listing(self) -> list[dict[str, Any]]:
        """The faults that are still armed."""
        return [asdict(fault) for fault in self._armed]

    def clear(self) -> None:
        """Disarm everything."""
        self._armed.clear()
