"""Small folders of maps for tests: three kinds that are valid until a test spoils them."""

from __future__ import annotations

from pathlib import Path

COMPANY = """\
map: companies
version: 1.0.0.0
kind: company
erp:
  company: {table: LegalEntities, ids: [LegalEntityId]}
crm:
  main: {table: cdm_companies, ids: [cdm_companyid]}
fields:
  - {name: code, erp: LegalEntityId, crm: cdm_companycode, key: true}
"""
GROUP = """\
map: groups
version: 1.0.0.0
kind: group
company: {erp: dataAreaId, crm: msdyn_company}
erp:
  group: {table: CustomerGroups, ids: [dataAreaId, CustomerGroupId]}
crm:
  main: {table: msdyn_customergroups, ids: [msdyn_customergroupid]}
fields:
  - {name: number, erp: CustomerGroupId, crm: msdyn_groupid, key: true, max: 10}
  - {name: tax, erp: IsTax, crm: msdyn_tax, type: boolean, owner: erp}
"""
PROSPECT = """\
map: prospects
version: 1.0.0.0
kind: account
stage: prospect
rank: 1
company: {erp: dataAreaId, crm: msdyn_company}
erp:
  prospect: {table: Prospects, ids: [dataAreaId, ProspectId]}
crm:
  main: {table: accounts, ids: [accountid], where: {customertypecode: 8}}
fields:
  - {name: number, erp: ProspectId, crm: accountnumber, key: true}
  - {name: group, erp: CustomerGroupId, crm: msdyn_customergroupid, lookup: group}
"""
CUSTOMER = """\
map: customers
version: 1.0.0.0
kind: account
stage: customer
rank: 2
company: {erp: dataAreaId, crm: msdyn_company}
erp:
  customer: {table: CustomersV3, ids: [dataAreaId, CustomerAccount]}
  prospect: {table: Prospects, ids: [dataAreaId, ProspectId]}
crm:
  main: {table: accounts, ids: [accountid], where: {customertypecode: 3}}
enter:
  - {create: customer}
  - {update: prospect, values: {ProspectRelationTypeId: Customer}, optional: true}
fields:
  - {name: number, erp: CustomerAccount, crm: accountnumber, key: true}
  - {name: group, erp: CustomerGroupId, crm: msdyn_customergroupid, lookup: group}
  - {name: hold, erp: OnHold, crm: msdyn_hold, values: {No: [1, null], All: 2}}
  - {name: city, erp: City, crm: address1_city, group: address}
  - {name: zip, erp: ZipCode, crm: address1_postalcode, group: address}
  - {name: billing, erp: InvoiceAccount, crm: msdyn_billing, lookup: account, deferred: true}
"""
MAPS = {
    "companies.yaml": COMPANY,
    "groups.yaml": GROUP,
    "prospects.yaml": PROSPECT,
    "customers.yaml": CUSTOMER,
}


def write(folder: Path, **changed: str) -> Path:
    """Write the maps to a folder; a keyword names a file (without `.yaml`) and its text."""
    folder.mkdir(exist_ok=True)
    texts = MAPS | {f"{name}.yaml": text for name, text in changed.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def line_of(text: str, part: str) -> int:
    """The line on which a part of a text first stands."""
    return text[: text.index(part)].count("\n") + 1
