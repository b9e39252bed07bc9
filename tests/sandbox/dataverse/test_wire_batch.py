"""`$batch`: dialects, atomic changesets, references, stopping at the first failure."""

from __future__ import annotations

import email
from email.message import Message
from uuid import uuid4

import pytest

from tests.sandbox.dataverse.wire import ROOT, Crm

NOBODY = "00000000-0000-0000-0000-000000000009"


def parts(content_type: str, body: bytes) -> list[Message]:
    message = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    assert message.is_multipart()
    return list(message.get_payload())  # type: ignore[arg-type]


def status_of(part: Message) -> int:
    return int(str(part.get_payload()).split(" ")[1])


SDK = f"""--batch_1
Content-Type: multipart/mixed; boundary="changeset_1"

--changeset_1
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-ID: 1

POST {ROOT}/contacts HTTP/1.1
Content-Type: application/json; type=entry

{{"lastname":"Müller"}}
--changeset_1
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-ID: 2

POST {ROOT}/accounts HTTP/1.1
Content-Type: application/json; type=entry

{{"name":"Y","primarycontactid@odata.bind":"$1"}}
--changeset_1--

--batch_1
Content-Type: application/http
Content-Transfer-Encoding: binary

GET {ROOT}/accounts?$select=name HTTP/1.1
Accept: application/json

--batch_1--
"""
JAVASCRIPT = """
--batch_1
Content-Type: multipart/mixed;boundary=cs

--cs
Content-Type:application/http
Content-Transfer-Encoding:binary
Content-ID: 1

POST /api/data/v9.2/contacts HTTP/1.1
Content-Type: application/json

{"lastname":"Müller"}
--cs
Content-Type:application/http
Content-Transfer-Encoding:binary
Content-ID: 2

POST /api/data/v9.2/accounts HTTP/1.1
Content-Type: application/json

{"name":"Y","primarycontactid@odata.bind":"$1"}
--cs--

--batch_1
Content-Type:application/http
Content-Transfer-Encoding:binary

GET accounts?$select=name HTTP/1.1

--batch_1--
"""
GENERATED = """--batch_1
Content-Type: multipart/mixed; boundary=cs

--cs
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-Id: 6a1f

POST /contacts HTTP/1.1
Content-Type: application/json

{"lastname":"Müller"}
--cs
Content-Type: application/http
Content-Transfer-Encoding: binary
Content-Id: 6a20

POST /accounts HTTP/1.1
Content-Type: application/json

{"name":"Y","primarycontactid@odata.bind":"$6a1f"}
--cs--
--batch_1
Content-Type: application/http
Content-Transfer-Encoding: binary

GET /accounts?$select=name HTTP/1.1


--batch_1--
"""


@pytest.mark.parametrize(
    ("body", "boundary"),
    [
        (SDK, 'boundary="batch_1"'),
        (JAVASCRIPT, "boundary=batch_1"),
        (GENERATED, "boundary=batch_1"),
    ],
)
async def test_three_client_dialects(web: Crm, body: str, boundary: str) -> None:
    answer = await web.batch(body, boundary)
    assert answer.status_code == 200
    changes, listing = parts(answer.headers["content-type"], answer.content)
    inner: list[Message] = list(changes.get_payload())  # type: ignore[arg-type]
    assert [status_of(part) for part in inner] == [204, 204]
    assert all(part["Content-ID"] for part in inner)
    assert status_of(listing) == 200
    account = web.world.system.list("accounts")[0]
    contact = web.world.system.get("contacts", account["_primarycontactid_value"])
    assert contact["lastname"] == "Müller"
    assert web.journal.listing()["operations"] == 3
    assert web.journal.listing()["count"] == 1


def single(method: str, target: str, body: str = "", headers: str = "") -> str:
    return (
        "--b\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n"
        f"{method} {target} HTTP/1.1\nContent-Type: application/json\n{headers}\n{body}\n"
    )


def changeset(*operations: tuple[str, str, str]) -> str:
    text = "--b\nContent-Type: multipart/mixed; boundary=c\n\n"
    for number, (method, target, body) in enumerate(operations, 1):
        text += (
            "--c\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n"
            f"Content-ID: {number}\n\n{method} {target} HTTP/1.1\n"
            f"Content-Type: application/json\n\n{body}\n"
        )
    return f"{text}--c--\n"


async def test_failed_changeset_is_one_part_and_nothing_happened(web: Crm) -> None:
    body = changeset(
        ("POST", "accounts", '{"name":"A"}'),
        ("PATCH", "$1", '{"name":"B"}'),
        ("POST", "accounts", '{"nmae":"C"}'),
    )
    events = len(web.world.events)
    answer = await web.batch(f"{body}--b--\n", Prefer="odata.continue-on-error")
    assert answer.status_code == 200
    found = parts(answer.headers["content-type"], answer.content)
    assert [status_of(part) for part in found] == [400]
    assert found[0].get_content_type() == "application/http"
    assert "0x80048d19" in str(found[0].get_payload())
    assert web.world.system.list("accounts") == []
    assert len(web.world.events) == events


async def test_reference_in_address_property_and_nested_binding(web: Crm) -> None:
    body = changeset(
        ("POST", "contacts", '{"lastname":"K"}'),
        ("POST", "accounts", '{"name":"A","primarycontactid@odata.bind":"$1"}'),
        ("PATCH", "$2", '{"description":"later"}'),
        ("PUT", "$2/name", '{"value":"B"}'),
        ("PUT", "$1/parentcustomerid_account/$ref", '{"@odata.id":"$2"}'),
        (
            "POST",
            "accounts",
            '{"name":"C","contact_customer_accounts":[{"lastname":"Kid",'
            '"parentcustomerid_account@odata.bind":"$2"}]}',
        ),
    )
    answer = await web.batch(f"{body}--b--\n")
    assert answer.status_code == 200, answer.text
    account = web.world.system.list("accounts", filter="name eq 'B'")[0]
    assert account["description"] == "later"
    contact = web.world.system.get("contacts", account["_primarycontactid_value"])
    assert contact["_parentcustomerid_value"] == account["accountid"]


async def test_unknown_reference(web: Crm) -> None:
    answer = await web.batch(f"{changeset(('PATCH', '$7', '{}'))}--b--\n")
    assert answer.status_code == 400
    assert "Content-ID Reference: '$7' does not exist in the batch context." in answer.text


async def test_first_failure_stops_the_batch_unless_told_otherwise(web: Crm) -> None:
    body = (
        single("POST", "accounts", '{"name":"A"}')
        + single("GET", f"accounts({NOBODY})")
        + single("POST", "accounts", '{"name":"B"}')
        + "--b--\n"
    )
    stopped = await web.batch(body)
    assert stopped.status_code == 404
    found = parts(stopped.headers["content-type"], stopped.content)
    assert [status_of(part) for part in found] == [204, 404]
    went_on = await web.batch(body, Prefer="odata.continue-on-error")
    assert went_on.status_code == 200
    found = parts(went_on.headers["content-type"], went_on.content)
    assert [status_of(part) for part in found] == [204, 404, 204]


async def test_conditional_patches_each_in_its_own_changeset(web: Crm) -> None:
    first, second = await web.account(name="A"), await web.account(name="B")
    await web.patch(f"accounts({first['accountid']})", {"description": "moved on"})

    def patch(row: dict[str, str]) -> str:
        return single(
            "PATCH",
            f"accounts({row['accountid']})?$select=name",
            '{"name":"new"}',
            f"If-Match: {row['@odata.etag']}\nPrefer: return=representation\n",
        )

    answer = await web.batch(
        f"{patch(first)}{patch(second)}--b--\n", Prefer="odata.continue-on-error"
    )
    found = parts(answer.headers["content-type"], answer.content)
    assert [status_of(part) for part in found] == [412, 200]
    assert '"name":"new"' in str(found[1].get_payload())


async def test_tag_inside_a_batch(web: Crm) -> None:
    await web.batch(single("POST", "accounts?tag=dualsync:1", '{"name":"A"}') + "--b--\n")
    assert {event.tag for event in web.world.events} == {"dualsync:1"}


async def test_lines_must_end_with_crlf(web: Crm) -> None:
    body = single("GET", "accounts") + "--b--\n"
    answer = await web.client.post(
        f"{ROOT}/$batch",
        content=body.encode(),
        headers={"Content-Type": "multipart/mixed; boundary=b"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "0x80048d19")
    assert "Stream was not readable" in answer.text


async def test_at_most_a_thousand_requests(web: Crm) -> None:
    many = "".join(single("GET", f"accounts({uuid4()})") for _ in range(1001))
    assert (await web.batch(f"{many}--b--\n")).status_code == 400


async def test_no_read_inside_a_changeset(web: Crm) -> None:
    body = changeset(("POST", "accounts", '{"name":"A"}'), ("GET", "accounts", ""))
    assert (await web.batch(f"{body}--b--\n")).status_code == 400
    assert web.world.system.list("accounts") == []
