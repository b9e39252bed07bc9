"""Microsoft's Dataverse SDK for Python, unmodified, with real client credentials over TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models.filters import col
from PowerPlatform.Dataverse.models.upsert import UpsertItem

from tests.conformance.stage import Stage, running_stage

NOBODY = "00000000-0000-0000-0000-000000000009"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture(autouse=True)
def trust(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stage.ca))
    yield
    stage.faults.clear()
    stage.journal.clear()


@pytest.fixture
def client(stage: Stage) -> Iterator[DataverseClient]:
    with (
        credential(stage, stage.identities.service.client_secret) as found,
        DataverseClient(stage.crm, found) as opened,
    ):
        yield opened


def credential(stage: Stage, secret: str) -> ClientSecretCredential:
    return ClientSecretCredential(
        stage.identities.tenant,
        stage.identities.service.client_id,
        secret,
        authority=stage.entra,
        disable_instance_discovery=True,
    )


def test_create_read_update_delete(client: DataverseClient) -> None:
    row_id = client.records.create("account", {"Name": "Alpha", "accountnumber": "SDK-1"})
    record = client.records.retrieve("account", row_id)
    assert record is not None
    assert (record["name"], record["accountnumber"]) == ("Alpha", "SDK-1")
    first = record.etag
    client.records.update("account", row_id, {"name": "Alpha Ltd", "telephone1": "555 0100"})
    changed = client.records.retrieve("account", row_id, select=["name", "telephone1"])
    assert changed is not None
    assert (changed["name"], changed["telephone1"]) == ("Alpha Ltd", "555 0100")
    assert changed.etag != first
    client.records.delete("account", row_id)
    assert client.records.retrieve("account", row_id) is None


def test_label_becomes_choice(client: DataverseClient) -> None:
    row_id = client.records.create("account", {"name": "Labelled", "customertypecode": "Prospect"})
    record = client.records.retrieve("account", row_id, include_annotations="*")
    assert record is not None
    assert record["customertypecode"] == 8
    shown = "customertypecode@OData.Community.Display.V1.FormattedValue"
    assert record[shown] == "Prospect"


def test_multiple(client: DataverseClient, stage: Stage) -> None:
    ids = client.records.create("account", [{"name": f"Many {n}"} for n in range(5)])
    assert len(set(ids)) == 5
    stage.journal.clear()
    client.records.update("account", ids, {"description": "same for all"})
    sent = [entry["path"] for entry in stage.journal.listing()["requests"]]
    assert sum(path.endswith("Microsoft.Dynamics.CRM.UpdateMultiple") for path in sent) == 1
    texts = {client.records.retrieve("account", row_id)["description"] for row_id in ids}
    assert texts == {"same for all"}
    assert client.records.delete("account", ids)
    assert all(client.records.retrieve("account", row_id) is None for row_id in ids)


def test_multiple_is_all_or_nothing(client: DataverseClient, stage: Stage) -> None:
    before = len(stage.system.list("accounts"))
    with pytest.raises(HttpError) as caught:
        client.records.create("account", [{"name": "fine"}, {"name": "x" * 161}])
    assert caught.value.status_code == 400
    assert caught.value.details["service_error_code"] == "0x80044331"
    assert len(stage.system.list("accounts")) == before


def test_upsert_one_and_many(client: DataverseClient, stage: Stage) -> None:
    def company(code: str, name: str) -> UpsertItem:
        return UpsertItem(alternate_key={"cdm_companycode": code}, record={"cdm_name": name})

    client.records.upsert("cdm_company", [company("DEMF", "first")])
    client.records.upsert("cdm_company", [company("DEMF", "second"), company("GBSI", "new")])
    names = {row["cdm_companycode"]: row["cdm_name"] for row in stage.system.list("cdm_companies")}
    assert (names["DEMF"], names["GBSI"]) == ("second", "new")


def test_paging_brings_every_row_once(client: DataverseClient) -> None:
    ids = set(client.records.create("contact", [{"lastname": f"Page {n}"} for n in range(7)]))
    pages = list(
        client.records.list_pages(
            "contact", page_size=3, select=["lastname"], filter="startswith(lastname,'page')"
        )
    )
    assert [len(page) for page in pages] == [3, 3, 1]
    seen = [record["contactid"] for page in pages for record in page]
    assert set(seen) == ids
    assert len(seen) == len(ids)


def test_ordered_paging_and_builder(client: DataverseClient) -> None:
    client.records.create("contact", [{"lastname": f"Sort {n}"} for n in (3, 1, 2)])
    query = client.query.builder("contact").select("lastname").order_by("lastname", descending=True)
    found = query.where(col("lastname").like("Sort%")).page_size(2).execute()
    assert [record["lastname"] for record in found] == ["Sort 3", "Sort 2", "Sort 1"]


def test_expand(client: DataverseClient) -> None:
    contact = client.records.create("contact", {"firstname": "Ana", "lastname": "Ruiz"})
    account = client.records.create(
        "account", {"name": "With Ana", "primarycontactid@odata.bind": f"/contacts({contact})"}
    )
    record = client.records.retrieve(
        "account", account, select=["name"], expand=["primarycontactid"]
    )
    assert record is not None
    assert record["primarycontactid"]["fullname"] == "Ana Ruiz"


def test_batch_with_changeset_and_reference(client: DataverseClient) -> None:
    batch = client.batch.new()
    with batch.changeset() as changes:
        contact = changes.records.create("contact", {"lastname": "Batched"})
        changes.records.create(
            "account", {"name": "Batched account", "primarycontactid@odata.bind": contact}
        )
        changes.records.update("contact", contact, {"firstname": "Later"})
    result = batch.execute()
    assert [item.status_code for item in result.responses] == [204, 204, 204]
    contact_id, account_id = result.entity_ids[:2]
    account = client.records.retrieve("account", account_id)
    assert account is not None
    assert account["_primarycontactid_value"] == contact_id
    assert client.records.retrieve("contact", contact_id)["fullname"] == "Later Batched"


def test_failed_changeset_leaves_nothing(client: DataverseClient, stage: Stage) -> None:
    before = len(stage.system.list("contacts"))
    batch = client.batch.new()
    with batch.changeset() as changes:
        changes.records.create("contact", {"lastname": "Never"})
        changes.records.update("account", NOBODY, {"name": "nobody"})
    batch.records.create("contact", {"lastname": "Still"})
    result = batch.execute(continue_on_error=True)
    assert [item.status_code for item in result.responses] == [404, 204]
    assert result.failed[0].error_code == "0x80040217"
    assert len(stage.system.list("contacts")) == before + 1


def test_sql_and_fetchxml(client: DataverseClient) -> None:
    client.records.create("account", [{"name": f"Query {n}"} for n in range(3)])
    rows = client.query.sql("SELECT TOP 2 name FROM account WHERE name <> 'Query 0' ORDER BY name")
    assert len(rows) == 2
    xml = (
        "<fetch><entity name='account'><attribute name='name'/><order attribute='name'/>"
        "<filter><condition attribute='name' operator='like' value='Query%'/></filter>"
        "</entity></fetch>"
    )
    found = client.query.fetchxml(xml).execute()
    assert [record["name"] for record in found] == ["Query 0", "Query 1", "Query 2"]


def test_metadata(client: DataverseClient) -> None:
    table = client.tables.get("account")
    assert table is not None
    assert (table.entity_set_name, table.primary_id_attribute) == ("accounts", "accountid")
    assert client.tables.get("no_such_table") is None
    keys = client.tables.get_alternate_keys("account")
    assert [key.key_attributes for key in keys] == [["accountnumber", "msdyn_company"]]
    relations = client.tables.list_table_relationships("contact")
    navigation = "ReferencingEntityNavigationPropertyName"
    found = {(item.get(navigation), item["ReferencedEntity"]) for item in relations}
    assert ("parentcustomerid_account", "account") in found
    columns = client.tables.list_columns("contact", select=["LogicalName", "AttributeType"])
    kinds = {item["LogicalName"]: item["AttributeType"] for item in columns}
    assert (kinds["lastname"], kinds["gendercode"]) == ("String", "Picklist")


def test_unknown_table_and_column(client: DataverseClient) -> None:
    with pytest.raises(HttpError) as caught:
        client.records.create("account", {"name": "x", "no_such_column": 1})
    assert caught.value.status_code == 400
    assert caught.value.details["service_error_code"] == "0x80048d19"
    assert "no_such_column" in str(caught.value)


def test_missing_row(client: DataverseClient) -> None:
    assert client.records.retrieve("account", NOBODY) is None
    with pytest.raises(HttpError) as caught:
        client.records.update("account", NOBODY, {"name": "x"})
    assert (caught.value.status_code, caught.value.is_transient) == (404, False)


def test_throttled_request_tells_when_to_retry(client: DataverseClient, stage: Stage) -> None:
    client.records.create("account", {"name": "warm"})
    stage.faults.arm("throttle", seconds=17, method="POST")
    with pytest.raises(HttpError) as caught:
        client.records.create("account", {"name": "too many"})
    error: Any = caught.value
    assert error.status_code == 429
    assert error.is_transient
    assert error.details["retry_after"] == 17
    assert error.details["service_error_code"] == "0x80072322"


def test_wrong_secret(stage: Stage) -> None:
    with (
        credential(stage, "wrong") as wrong,
        DataverseClient(stage.crm, wrong) as opened,
        pytest.raises(ClientAuthenticationError, match="AADSTS7000215"),
    ):
        opened.records.create("account", {"name": "never"})


def test_person_is_another_user(client: DataverseClient, stage: Stage, tmp_path: Path) -> None:
    person = stage.identities.person
    with (
        ClientSecretCredential(
            stage.identities.tenant,
            person.client_id,
            person.client_secret,
            authority=stage.entra,
            disable_instance_discovery=True,
        ) as found,
        DataverseClient(stage.crm, found) as opened,
    ):
        row_id = opened.records.create("account", {"name": "By a person"})
    mine = client.records.create("account", {"name": "By the service"})
    by_person = client.records.retrieve("account", row_id)
    by_service = client.records.retrieve("account", mine)
    assert by_person["_createdby_value"] != by_service["_createdby_value"]
