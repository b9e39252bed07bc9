"""Runs a parsed `$batch` against a system: order, atomic changesets, references, stopping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.multipart import Answer, Changeset, Operation, resolve_references

Perform = Callable[[Operation], Answer]


class _ChangesetFailed(Exception):
    """Carries the one answer that replaces a changeset out of its transaction."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def run_batch(
    parts: Sequence[Operation | Changeset],
    perform: Perform,
    transaction: Callable[[], AbstractContextManager[None]],
    refuse: Callable[[SystemRefusal], Answer],
    *,
    continue_on_error: bool,
) -> tuple[int, list[Answer | Sequence[Answer]]]:
    """Perform every part in order.

    Args:
        parts: the parsed batch.
        perform: answers one operation; errors are answers with a status of 400 and above.
        transaction: opens the system's transaction, for a changeset.
        refuse: renders a refusal as the system's own error answer.
        continue_on_error: go on after a failure; otherwise the first failure ends the batch.

    Returns:
        the status of the whole (200, or the failure that ended it) and the answers so far. A failed
        changeset is one answer, not a sequence.
    """
    answers: list[Answer | Sequence[Answer]] = []
    known: dict[str, str] = {}
    for part in parts:
        answer: Answer | Sequence[Answer]
        if isinstance(part, Changeset):
            answer = _changeset(part, perform, transaction, refuse, known)
        else:
            answer = _single(part, perform, refuse, known)
        answers.append(answer)
        if isinstance(answer, Answer) and answer.status >= 400 and not continue_on_error:
            return answer.status, answers
    return 200, answers


def _changeset(
    changeset: Changeset,
    perform: Perform,
    transaction: Callable[[], AbstractContextManager[None]],
    refuse: Callable[[SystemRefusal], Answer],
    known: dict[str, str],
) -> Answer | Sequence[Answer]:
    answers: list[Answer] = []
    inside = dict(known)
    try:
        with transaction():
            for operation in changeset.operations:
                if operation.method == "GET":
                    raise _ChangesetFailed(
                        refuse(
                            SystemRefusal(400, "0x80060888", "GET is not allowed in a changeset.")
                        )
                    )
                answer = _single(operation, perform, refuse, inside)
                if answer.status >= 400:
                    raise _ChangesetFailed(answer)
                answers.append(answer)
    except _ChangesetFailed as failed:
        return failed.answer
    known.update(inside)
    return answers


def _single(
    operation: Operation,
    perform: Perform,
    refuse: Callable[[SystemRefusal], Answer],
    known: dict[str, str],
) -> Answer:
    try:
        answer = perform(resolve_references(operation, known))
    except SystemRefusal as refusal:
        answer = refuse(refusal)
    if operation.content_id is not None:
        location = _location(answer.headers)
        if location is not None:
            known[operation.content_id] = location
        answer = Answer(answer.status, answer.headers, answer.body, operation.content_id)
    return answer


def _location(headers: Mapping[str, str]) -> str | None:
    for name in ("OData-EntityId", "Location"):
        if name in headers:
            return headers[name]
    return None
