"""Change sets into bundles and fates into outcomes: the part of writing that both systems share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connectors.odata.batch import Bundle
from connectors.odata.batching import Batches, Done, Failed
from sync.core.write import ChangeSet, Outcome, Refused
from sync.errors import RemoteError


async def execute(
    batches: Batches,
    changesets: Sequence[ChangeSet],
    bundle_of: Callable[[ChangeSet], Bundle],
) -> list[Done | Refused]:
    """Send change sets, each on its own, many in one request; in the same order.

    Args:
        batches: Sends them.
        changesets: What is to be written.
        bundle_of: A change set's requests; may raise a `RemoteError`, which refuses it.
    """
    results: dict[int, Done | Refused] = {}
    bundles: dict[int, Bundle] = {}
    for place, changeset in enumerate(changesets):
        try:
            bundles[place] = bundle_of(changeset)
        except RemoteError as error:
            results[place] = Refused(error)
    fates = await batches.run(list(bundles.values()))
    for place, fate in zip(bundles, fates, strict=True):
        results[place] = Refused(fate.error, fate.unknown) if isinstance(fate, Failed) else fate
    return [results[place] for place in range(len(changesets))]


def refuse_all(changesets: Sequence[ChangeSet], error: RemoteError) -> list[Outcome]:
    """Nothing was sent: every change set is refused, and certainly did not happen."""
    return [Refused(error) for _ in changesets]
