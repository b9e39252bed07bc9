"""Shared sequences, as the settings say them."""

from __future__ import annotations

from sync.core.kinds import Kinds
from sync.core.leases import SharedSequence
from sync.core.sequences import NumberSpace
from sync.errors import ConfigurationWrong, InputUnusable
from sync.settings import Settings
from sync.settings.sequences import SharedSequenceSetting

_OF_OTHERS = ("crm-", "erp-", "service-")


def shared_sequences(settings: Settings, kinds: Kinds) -> tuple[SharedSequence, ...]:
    """The sequences that the service keeps for both systems.

    Raises:
        ConfigurationWrong: One of them cannot be used; names it and the cure.
    """
    found: dict[str, SharedSequence] = {}
    for said in settings.shared_sequences:
        if said.id in found:
            raise ConfigurationWrong(
                f"The shared sequence {said.id!r} is set twice.", cure="Name one of them otherwise."
            )
        if said.id.startswith(_OF_OTHERS):
            raise ConfigurationWrong(
                f"The shared sequence {said.id!r} is named like one of a system's own.",
                cure=f"Begin its id with something else than {', '.join(_OF_OTHERS)}.",
            )
        found[said.id] = _shared(said, kinds)
    return tuple(found.values())


def _shared(said: SharedSequenceSetting, kinds: Kinds) -> SharedSequence:
    kind = kinds.get(said.kind)
    if kind is None or not kind.company:
        raise ConfigurationWrong(
            f"The shared sequence {said.id!r} numbers {said.kind!r}, which is no kind of records "
            "of a company.",
            cure="Use the kind of a table map, such as account, person, quote or order.",
        )
    space = NumberSpace(said.company.upper(), kinds.sharing(kind))
    try:
        return SharedSequence.of(
            said.id,
            space,
            said.kind,
            said.format,
            first=said.first,
            last=said.last,
            block=said.block,
        )
    except InputUnusable as error:
        raise ConfigurationWrong(error.message, cure=error.cure) from error
