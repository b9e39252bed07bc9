"""The service against the local systems over HTTP, all as processes of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from connectors.odata.batch import Bundle, Operation, build
from connectors.sandbox.launch import DataFolder, Ports, Sandboxes, ServiceProcess
from connectors.sandbox.people import Access, CrmPerson, ErpPerson, open_people

_PATIENCE = 180.0
_LOOK_SECONDS = 0.25
_TYPED_AT_ONCE = 100


def measure_live(changes: int) -> dict[str, Any]:
    """Edit `changes` distinct prospects, half in either system, and wait for the other side.

    Every request of the service's own identity is counted from the journals of both systems.

    Returns:
        `events_per_second` from the first edit to the last arrival, `requests_per_change`, and the
        requests and operations of each system.
    """
    with (
        TemporaryDirectory(prefix="dualwrite-bench-") as root,
        Sandboxes(DataFolder(Path(root), gab=False), Ports(0, 0, 0, 0)) as sandboxes,
        ServiceProcess(DataFolder(Path(root), gab=False), sandboxes.surface) as service,
    ):
        service.wait_ready()
        document = sandboxes.surface.document(DataFolder(Path(root), gab=False))
        with open_people(Access.of_document(document)) as (crm, erp):
            accounts, prospects = _seed(crm, erp, changes)
            for person in (crm, erp):
                person.calls.send("DELETE", "/_sandbox/journal")
            began = time.perf_counter()
            _type(crm, erp, accounts, prospects)
            typed = time.perf_counter() - began
            _until(lambda: _arrived(crm, erp) == changes, "every edit is on the other side")
            spent = time.perf_counter() - began
            identity = document["entra"]["client_id"]
            counts = {"crm": _count(crm, identity), "erp": _count(erp, identity)}
    requests = sum(requests for requests, _ in counts.values())
    return {
        "events": changes,
        "events_per_second": round(changes / spent),
        "typed_per_second": round(changes / typed),
        "requests": {side: count[0] for side, count in counts.items()},
        "operations": {side: count[1] for side, count in counts.items()},
        "requests_per_change": round(requests / changes, 4),
    }


def _seed(crm: CrmPerson, erp: ErpPerson, count: int) -> tuple[dict[str, str], list[str]]:
    """Make prospects on both sides and let them cross; ids of accounts, numbers of prospects."""
    half = count // 2
    company = crm.company
    accounts = [
        {
            "name": f"BC-{n:05d}",
            "accountnumber": f"BC-{n:05d}",
            "customertypecode": 8,
            "msdyn_company@odata.bind": f"/cdm_companies({company})",
        }
        for n in range(half)
    ]
    body = {"dataAreaId": "usmf", "ProspectPartyType": "Organization"}
    prospects = [
        {**body, "ProspectId": f"BE-{n:05d}", "ProspectName": f"BE-{n:05d}"}
        for n in range(count - half)
    ]
    crm.calls.send("POST", "/_sandbox/seed", {"rows": {"accounts": accounts}})
    erp.calls.send("POST", "/_sandbox/seed", {"Prospects": prospects})
    _until(
        lambda: len(crm.rows("accounts")) == count == len(erp.rows("Prospects")),
        "every prospect is on both sides",
    )
    ids = {row["accountnumber"]: row["accountid"] for row in crm.rows("accounts")}
    return (
        {number: row_id for number, row_id in ids.items() if number.startswith("BC")},
        [row["ProspectId"] for row in prospects],
    )


def _type(crm: CrmPerson, erp: ErpPerson, accounts: dict[str, str], prospects: list[str]) -> None:
    """Edit every record once, both systems in turns, a batch of separate edits at a time."""
    edits = {
        "/api/data/v9.2/": [
            (f"accounts({row_id})", {"name": f"{number} edited"})
            for number, row_id in accounts.items()
        ],
        "/data/": [
            (
                f"Prospects(dataAreaId='usmf',ProspectId='{number}')?cross-company=true",
                {"ProspectName": f"{number} edited"},
            )
            for number in prospects
        ],
    }
    for start in range(0, max(len(found) for found in edits.values()), _TYPED_AT_ONCE):
        for (root, found), calls in zip(edits.items(), (crm.calls, erp.calls), strict=True):
            patches = [
                Bundle((Operation("PATCH", f"{root}{url}", body=msgspec.json.encode(body)),))
                for url, body in found[start : start + _TYPED_AT_ONCE]
            ]
            if patches:
                content_type, body = build(patches)
                calls.batch(body, content_type, f"{root}$batch")


def _arrived(crm: CrmPerson, erp: ErpPerson) -> int:
    names = [row["name"] for row in crm.rows("accounts") if row["accountnumber"][:2] == "BE"]
    names += [r["ProspectName"] for r in erp.rows("Prospects") if r["ProspectId"][:2] == "BC"]
    return sum(str(name).endswith(" edited") for name in names)


def _count(person: CrmPerson | ErpPerson, identity: str) -> tuple[int, int]:
    """Requests and operations of the service, from the system's journal."""
    journal = person.calls.get("/_sandbox/journal", {"caller": identity})
    ours = [entry for entry in journal["requests"] if entry["caller"] == identity]
    return len(ours), sum(entry["operations"] for entry in ours)


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"After {_PATIENCE:.0f} s it was still not so that {what}.")
        time.sleep(_LOOK_SECONDS)
