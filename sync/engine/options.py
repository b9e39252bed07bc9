"""How the service works: sizes and times."""

from __future__ import annotations

import msgspec

from sync.core.leases import SharedSequence


class ServiceOptions(msgspec.Struct, frozen=True):
    """Sizes and times of the service.

    Attributes:
        workers: How many batches of links are worked on at once.
        batch: How many links one batch takes.
        ingest_batch: How many log records are taken in at once.
        lease_seconds: How long a worker may hold a link; after a crash they are free by then.
        poll_seconds: How often a change feed with checkpoints is read without a notice.
        sweep_seconds: How often one table without checkpoints is swept without a notice.
        wait_seconds: How soon a link that waits for another one looks again by itself.
        reference_deadline_seconds: How long a link may wait for another one before a person is
            asked, unless its map says otherwise; infinite: nobody is asked.
        person_prospect_id: What the number of a record is made of that the CRM makes without one:
            `lastname` (the column that its map names) or `sequence` (a shared one).
        numbers_at: When the number sequences are checked every day, `HH:MM` in UTC.
        shared_sequences: The number sequences that the service keeps for both systems.
        read_both: Whether both sides are read before every decision, whatever their versions tell.
        rewrite_budget: How often one field may go back and forth before a person is asked.
        quiet_seconds: After how long without a settlement rewrites are counted anew.
        gather_seconds: How long to wait for more after the first thing to do, so that what comes
            close together is done together.
        drain_seconds: How long a stop waits for work in flight.
    """

    workers: int = 1
    batch: int = 200
    ingest_batch: int = 500
    lease_seconds: float = 30.0
    poll_seconds: float = 15.0
    sweep_seconds: float = 5.0
    wait_seconds: float = 60.0
    reference_deadline_seconds: float = 86_400.0
    person_prospect_id: str = "lastname"
    numbers_at: str = "02:00"
    shared_sequences: tuple[SharedSequence, ...] = ()
    read_both: bool = False
    rewrite_budget: int = 12
    quiet_seconds: float = 60.0
    gather_seconds: float = 0.15
    drain_seconds: float = 8.0
