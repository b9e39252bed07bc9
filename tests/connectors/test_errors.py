"""The error table, by the wire samples of both systems."""

from __future__ import annotations

import pytest

from connectors.odata import jsonwire
from connectors.odata.answer import Answer
from connectors.odata.errors import remote_error
from connectors.odata.recovery import TABLE, Again, Source
from sync.errors import (
    AlreadyExists,
    CheckpointExpired,
    ContractBroken,
    NotAuthorised,
    PreconditionFailed,
    Rejected,
    RemoteError,
    RowMissing,
    Throttled,
    Unavailable,
)


def _crm(status: int, code: str, message: str) -> Answer:
    body = {"error": {"code": code, "message": message}}
    return Answer(status, {}, jsonwire.encode(body))


def _erp(status: int, message: str) -> Answer:
    inner = {"message": message, "type": "System.InvalidOperationException", "stacktrace": "at X"}
    body = {"error": {"code": "", "message": "An error has occurred.", "innererror": inner}}
    return Answer(status, {}, jsonwire.encode(body))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (_crm(400, "0x0", "Could not find a property named 'Name' on type 'x'."), ContractBroken),
        (_crm(400, "0x80048d19", "Error identified: undeclared property 'x'"), ContractBroken),
        (_crm(400, "0x80048d19", "Cannot convert the literal 'x' to Edm.Decimal"), Rejected),
        (_crm(400, "0x80044331", "A validation error occurred. The length …"), Rejected),
        (_crm(400, "0x80060888", "Syntax error"), ContractBroken),
        (_crm(400, "0x80040265", "A plug-in: it already exists"), Rejected),
        (_crm(400, "0x80040265", "Company is read-only."), Rejected),
        (_crm(400, "0x80044352", "Version stamp … has expired."), CheckpointExpired),
        (_crm(410, "0x80044352", "Version stamp … has expired."), CheckpointExpired),
        (_crm(403, "0x80040220", "Principal user is missing prvReadAccount"), NotAuthorised),
        (_crm(404, "0x80040217", "account With Id = 1 Does Not Exist"), RowMissing),
        (_crm(404, "", "account With Id = 1 Does Not Exist"), RowMissing),
        (_crm(404, "0x80060891", "A record with the specified key …"), RowMissing),
        (_crm(404, "0x8006088a", "Resource not found for the segment 'Account'."), ContractBroken),
        (_crm(412, "0x80060882", "The version of the existing record …"), PreconditionFailed),
        (_crm(412, "", "The version of the existing record …"), PreconditionFailed),
        (_crm(412, "0x80040237", "Cannot insert duplicate key."), AlreadyExists),
        (_crm(412, "", "A record with matching key values already exists."), AlreadyExists),
        (_crm(412, "0x80060892", "Entity Key X violated."), AlreadyExists),
        (_crm(409, "0x80040227", "The object cannot be deleted"), Rejected),
        (_crm(500, "0x80040216", "An unexpected error occurred."), Unavailable),
        (_crm(501, "", "not supported"), ContractBroken),
        (Answer(503, {}, b"<html>down for service</html>"), Unavailable),
        (Answer(401, {}, b""), NotAuthorised),
        (_erp(400, "No resources were found when selecting for update."), RowMissing),
        (_erp(400, "Infolog: Error: update conflict due to another user …"), PreconditionFailed),
        (_erp(412, "stale"), PreconditionFailed),
        (_erp(409, "stale"), PreconditionFailed),
        (_erp(400, "Cannot create a record. The record already exists."), AlreadyExists),
        (_erp(500, "Cannot create a record. The record already exists."), AlreadyExists),
        (_erp(400, "The property 'X' does not exist on type 'CustomerV3'."), ContractBroken),
        (_erp(500, "Write failed for table row of type 'X'. Infolog: Error: no.."), Rejected),
        (_erp(500, "Deadlock"), Unavailable),
        (
            Answer(404, {}, b'{"Message":"No HTTP resource was found that matches the request"}'),
            ContractBroken,
        ),
    ],
)
def test_an_answer_becomes_the_error_that_says_how_to_recover(
    answer: Answer, expected: type[RemoteError]
) -> None:
    error = remote_error(answer)
    assert type(error) is expected
    assert isinstance(error, Throttled) or error.status == answer.status


def test_the_operator_reads_the_infolog_only() -> None:
    text = (
        "Write failed for table row of type 'SalesOrderLineV3Entity'. Infolog: Warning: Site is "
        "mandatory.; Error: Update has been canceled.."
    )
    shown = remote_error(_erp(400, text)).message
    assert shown == "Warning: Site is mandatory.; Error: Update has been canceled."


@pytest.mark.parametrize(("status", "pause"), [(429, "17"), (503, "17")])
def test_an_answer_that_names_a_pause_is_throttling(status: int, pause: str) -> None:
    error = remote_error(Answer(status, {"retry-after": pause}, b""))
    assert isinstance(error, Throttled)
    assert (error.retry_after, error.status) == (17.0, status)


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "inf"}, 3600.0),
        ({"retry-after": "nan"}, 0.0),
        ({"retry-after": "soon"}, 5.0),
        ({}, 5.0),
        (
            {
                "retry-after": "Fri, 20 Nov 2026 08:00:30 GMT",
                "date": "Fri, 20 Nov 2026 08:00:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Fri, 20 Nov 2026 08:00:30 GMT"}, 5.0),
    ],
)
def test_the_pause_is_read_in_every_form(headers: dict[str, str], pause: float) -> None:
    error = remote_error(Answer(429, headers, b""))
    assert isinstance(error, Throttled)
    assert error.retry_after == pause


def test_what_may_have_happened_is_never_repeated_unless_it_only_reads() -> None:
    assert {row.again for row in TABLE if row.unknown} <= {Again.NO, Again.READS}


def test_every_kind_of_failure_has_a_row_that_fits_whatever_it_says() -> None:
    for source in Source:
        last = [row for row in TABLE if row.source is source][-1]
        assert last.fits(0, "", "")
