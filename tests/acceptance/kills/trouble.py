"""The faults of both local systems, switched on again and again, and how often each was met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from connectors.sandbox.people.calls import Calls

# Only the service reads with `$select` spelled so and writes in a `$batch`: people are spared.
_READS, _WRITES = "$select", "$batch"
_REQUESTS: tuple[dict[str, Any], ...] = (
    {"kind": "throttle", "path": _WRITES, "seconds": 1},
    {"kind": "throttle", "path": _READS, "seconds": 1},
    {"kind": "unavailable", "path": _WRITES},
    {"kind": "unavailable", "path": _READS},
    {"kind": "error", "path": _WRITES},
    {"kind": "timeout-after-commit", "path": _WRITES},
    {"kind": "drop-before-commit", "path": _WRITES},
    {"kind": "slow", "path": _WRITES, "seconds": 0.5},
    {"kind": "force-conflict"},
    {"kind": "expire-token", "path": _WRITES},
    {"kind": "expire-delta"},
    {"kind": "hook-drop"},
    {"kind": "hook-duplicate"},
    {"kind": "hook-reorder"},
    {"kind": "hook-retry"},
)
_STORM = 6
_CRM_ONLY = ("expire-delta",)
"""The ERP has no feed of changes, so no token of one either."""
WANTED = (
    "throttle",
    "unavailable",
    "timeout-after-commit",
    "drop-before-commit",
    "hook-drop",
    "hook-duplicate",
    "hook-reorder",
    "expire-delta",
)
"""What a run must have met, or it proves little."""


class Trouble:
    """Trouble in both systems.

    Args:
        systems: the CRM and the ERP, by name.
        random: chance.
    """

    def __init__(self, systems: Mapping[str, Calls], random: Random) -> None:
        self._systems, self._random = systems, random
        self._armed: dict[str, Counter[str]] = {name: Counter() for name in systems}

    def arm(self) -> None:
        """Switch on, in each system, some of the faults of which none is left; at first all."""
        for name, calls in self._systems.items():
            left = self._left(calls)
            faults = [
                self._drawn(fault)
                for fault in _REQUESTS
                if not left[fault["kind"]] and (name == "crm" or fault["kind"] not in _CRM_ONLY)
            ]
            if self._armed[name]:
                faults = self._random.sample(faults, min(5, len(faults)))
            for fault in faults:
                self._armed[name][fault["kind"]] += fault["count"]
            if faults:
                calls.send("POST", "/_sandbox/faults", {"faults": faults})

    @property
    def met(self) -> Counter[str]:
        """Kind of fault → how often somebody met it."""
        met: Counter[str] = Counter()
        for name, calls in self._systems.items():
            met.update(self._armed[name])
            met.subtract(self._left(calls))
        return met

    def stop(self) -> None:
        """Switch off what is left."""
        for calls in self._systems.values():
            calls.send("DELETE", "/_sandbox/faults")

    def _drawn(self, fault: Mapping[str, Any]) -> dict[str, Any]:
        storm = fault["kind"] == "throttle" or fault["kind"].startswith("hook-")
        skip = 0 if fault["kind"] in WANTED else self._random.randint(0, 3)
        return {**fault, "count": self._random.randint(3, _STORM) if storm else 1, "skip": skip}

    @staticmethod
    def _left(calls: Calls) -> Counter[str]:
        left: Counter[str] = Counter()
        for fault in calls.get("/_sandbox/faults")["faults"]:
            left[fault["kind"]] += fault["count"]
        return left
