"""Change sets into bundles and fates into outcomes: the part of writing that both systems share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.odata.answer import Answer
from connectors.odata.batch import Bundle, Operation
from connectors.odata.batching import Batches, Done, Failed
from connectors.odata.errors import remote_error
from sync.core.row import Row, RowRef
from sync.core.write import ChangeSet, Outcome, Refused, Write, WriteOp, Written
from sync.errors import RemoteError, RowMissing, Unavailable


@dataclass(frozen=True)
class Dialect:
    """What a system has of its own in this.

    Attributes:
        request: A write's request, given the version it demands (`*` for any) and its change set.
        look: The read of one row.
        row: The row of that table in an answer's body.
        explain: Makes an error of a change set more precise.
        tells: Whether an update answers with the row.
    """

    request: Callable[[Write, str, ChangeSet], Operation]
    look: Callable[[RowRef], Operation]
    row: Callable[[str, Answer], Row]
    explain: Callable[[RemoteError, ChangeSet], RemoteError]
    tells: bool


async def write_all(
    batches: Batches,
    dialect: Dialect,
    read: Callable[[Sequence[RowRef]], Awaitable[Mapping[RowRef, Row | None]]],
    changesets: Sequence[ChangeSet],
) -> list[Outcome]:
    """Write change sets, each on its own, many in one request; outcomes in the same order.

    Args:
        batches: Sends them.
        dialect: The system's own.
        read: Reads rows again, which is needed only where a batch did not tell them.
        changesets: What is to be written.
    """
    results: dict[int, Refused | _Seen] = {}
    bundles: dict[int, Bundle] = {}
    for place, changeset in enumerate(changesets):
        try:
            bundles[place] = _bundle(dialect, changeset)
        except RemoteError as error:
            results[place] = Refused(error)
    fates = await batches.run(list(bundles.values()))
    for place, fate in zip(bundles, fates, strict=True):
        changeset = changesets[place]
        if isinstance(fate, Failed):
            results[place] = Refused(dialect.explain(fate.error, changeset), fate.unknown)
        else:
            results[place] = _seen(dialect, changeset, fate)
    untold = [
        ref for result in results.values() if isinstance(result, _Seen) for ref in result.untold
    ]
    try:
        again: Mapping[RowRef, Row | None] = await read(untold) if untold else {}
    except RemoteError:
        again = {}
    return [_outcome(results[place], again) for place in range(len(changesets))]


def refuse_all(changesets: Sequence[ChangeSet], error: RemoteError) -> list[Outcome]:
    """Nothing was sent: every change set is refused, and certainly did not happen."""
    return [Refused(error) for _ in changesets]


@dataclass
class _Seen:
    """What is known of the rows of a change set that happened."""

    refs: list[RowRef] = field(default_factory=list)
    rows: dict[RowRef, Row | None] = field(default_factory=dict)
    untold: list[RowRef] = field(default_factory=list)


def demanded_versions(changeset: ChangeSet) -> list[str]:
    """For each write the version that its row must have, `*` for any.

    It is the version before the change set. A later write to the same row demands none: the
    transaction holds the row, and nobody knows its version by then.
    """
    held: set[RowRef] = set()
    versions = []
    for write in changeset.writes:
        versions.append("*" if write.ref in held else write.if_version or "*")
        held.add(write.ref)
    return versions


def _bundle(dialect: Dialect, changeset: ChangeSet) -> Bundle:
    """A change set's requests."""
    writes = [
        dialect.request(write, version, changeset)
        for write, version in zip(changeset.writes, demanded_versions(changeset), strict=True)
    ]
    reads = [dialect.look(ref) for ref in _looked_at(dialect, changeset)]
    return Bundle(tuple(writes), tuple(reads))


def _looked_at(dialect: Dialect, changeset: ChangeSet) -> list[RowRef]:
    """The rows to read after a changeset, in the same batch.

    Those whose write does not answer with the row, and those that a later write of the change set
    may have changed through the system's own logic.
    """
    last = {write.ref: write for write in changeset.writes if write.ref.row_id}
    told = changeset.writes[-1:] if dialect.tells else ()
    told = tuple(write for write in told if write.op is not WriteOp.ACTION)
    if len(changeset.writes) == 1 and changeset.writes[0].op is WriteOp.CREATE:
        told = changeset.writes
    return [
        ref for ref, write in last.items() if write.op is not WriteOp.DELETE and write not in told
    ]


def _seen(dialect: Dialect, changeset: ChangeSet, done: Done) -> _Seen | Refused:
    seen = _Seen()
    try:
        for write, answer in zip(changeset.writes, done.writes, strict=True):
            ref, row = write.ref, None
            if write.op is WriteOp.CREATE or (dialect.tells and write.op is WriteOp.UPDATE):
                row = dialect.row(ref.table, answer)
                ref = ref if ref.row_id else row.ref
                if not write.ref.row_id and len(changeset.writes) > 1:
                    seen.untold.append(ref)
            seen.refs.append(ref)
            seen.rows[ref] = row
        looked_at = _looked_at(dialect, changeset)
        for place, ref in enumerate(looked_at):
            answer = done.reads[place] if place < len(done.reads) else Answer(500, {})
            if answer.status < 400:
                seen.rows[ref] = dialect.row(ref.table, answer)
            elif isinstance(remote_error(answer), RowMissing):
                seen.rows[ref] = None
            else:
                seen.untold.append(ref)
    except RemoteError as error:
        # It happened, but what came back is not a row: the engine has to look.
        return Refused(Unavailable(error.message), unknown=True)
    return seen


def _outcome(result: Refused | _Seen, again: Mapping[RowRef, Row | None]) -> Outcome:
    if isinstance(result, Refused):
        return result
    if not all(ref in again for ref in result.untold):
        error = Unavailable("The change was made, but the row could not be read after it.")
        return Refused(error, unknown=True)
    rows = {**result.rows, **{ref: again[ref] for ref in result.untold}}
    return Written(tuple(rows[ref] for ref in result.refs))
