"""Guards taken away, one at a time, by putting something between the engine and a port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace

from sync.core.conflict import Conflict, ConflictState
from sync.core.link import Link
from sync.core.row import Side
from sync.core.write import ChangeSet, Outcome, Refused, Write, WriteOp
from sync.errors import AlreadyExists
from sync.ports import Connector, Store, VersionKind


class _Around:
    """Passes everything on that a guard has nothing to do with."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _StoreWith(_Around):
    def __init__(self, inner: Store, around: Callable[[Any], Any]) -> None:
        super().__init__(inner)
        self._around = around

    def transaction(self) -> Any:
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Any]:
        async with self._inner.transaction() as tx:
            yield self._around(tx)


class _BaseFirst(_Around):
    """The base is saved before the write, and no intent tells of it."""

    async def update_links(self, links: Iterable[Link]) -> None:
        saved = []
        for link in links:
            base = dict(link.base)
            for write in link.intent.writes if link.intent else ():
                base.update(write.fields)
            saved.append(replace(link, base=base, intent=None))
        await self._inner.update_links(saved)


class _Forgetful(_Around):
    """A clash that policy settled is not kept."""

    async def put_conflicts(self, conflicts: Iterable[Conflict]) -> None:
        kept = [c for c in conflicts if c.state is ConflictState.OPEN]
        await self._inner.put_conflicts(kept)


class _Writing(_Around):
    """Changes every change set on its way."""

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        return [await self._one(changeset) for changeset in changesets]

    async def _one(self, changeset: ChangeSet) -> Outcome:
        (outcome,) = await self._inner.write([changeset])
        return outcome


class _Unconditional(_Writing):
    """No `If-Match`: the last write wins."""

    async def _one(self, changeset: ChangeSet) -> Outcome:
        writes = tuple(replace(write, if_version=None) for write in changeset.writes)
        (outcome,) = await self._inner.write([replace(changeset, writes=writes)])
        return outcome


class _Upserting(_Writing):
    """A create that meets a row writes over it."""

    async def _one(self, changeset: ChangeSet) -> Outcome:
        (outcome,) = await self._inner.write([changeset])
        if not isinstance(outcome, Refused) or not isinstance(outcome.error, AlreadyExists):
            return outcome
        writes = []
        for write in changeset.writes:
            ref = write.ref
            if write.op is WriteOp.CREATE:
                keys = {c: write.values[c] for c in _KEYS.get(ref.table, ()) if c in write.values}
                plain = {c: getattr(v, "row_id", v) for c, v in keys.items()}
                (rows,) = await self._inner.find(ref.table, [plain])
                ref = rows[0].ref if rows else ref
            writes.append(Write(WriteOp.UPDATE, ref, write.values))
        (outcome,) = await self._inner.write([replace(changeset, writes=tuple(writes))])
        return outcome


class _Trusted(_Around):
    """Images of the ERP are taken for the truth, although its versions have no order."""

    versions = VersionKind.ORDERED


_KEYS = {
    "accounts": ("accountnumber", "msdyn_company"),
    "CustomersV3": ("dataAreaId", "CustomerAccount"),
    "Prospects": ("dataAreaId", "ProspectId"),
}


def _both(around: Callable[[Any], Any]) -> dict[str, Any]:
    return {"wrap": dict.fromkeys(Side, around)}


def _store(around: Callable[[Any], Any]) -> dict[str, Any]:
    def wrapped(store: Store) -> Any:
        return _StoreWith(store, around)

    return {"store_wrap": wrapped}


def _erp(around: Callable[[Connector], Any]) -> dict[str, Any]:
    return {"wrap": {Side.ERP: around}}


ABLATIONS: dict[str, dict[str, Any]] = {
    "base saved before the write": _store(_BaseFirst),
    "clashes not kept": _store(_Forgetful),
    "no condition on writes": _both(_Unconditional),
    "creates that write over": _both(_Upserting),
    "images of the ERP trusted": _erp(_Trusted),
}
