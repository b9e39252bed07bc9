"""Number sequences of the ERP: which data types refer to them, and how far each has come.

A reference names the data type that a sequence numbers; the sequence itself, by code and scope, has
the format and the range. A sequence that is set to manual gives no numbers: people type them.
Source: data entities *Number sequences references* (`NumberSequencesV2References`) and *Number
sequence code* (`SequenceV2Tables`) of finance and operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.finops.bodies import CROSS_COMPANY
from connectors.odata.batch import Operation
from connectors.odata.reads import Reads
from sync.ports import ToldSequence, ToldSequences

REFERENCES, CODES = "NumberSequencesV2References", "SequenceV2Tables"
REFERENCE_FIELDS = ("DataTypeName", "NumberSequenceCode", "ScopeType", "ScopeValue")
CODE_FIELDS = (
    *("NumberSequenceCode", "ScopeType", "ScopeValue", "Format", "Next", "Smallest", "Largest"),
    *("Manual", "Continuous", "Cyclical"),
)
_Places = tuple[tuple[str, str], ...]
_PROSPECTS: _Places = (("Prospects", "ProspectId"),)
_INVOICES: _Places = (("SalesInvoiceHeadersV2", "InvoiceNumber"),)
PLACES: Mapping[str, _Places] = {
    "BusRelAccount": _PROSPECTS,
    "smmBusRelAccount": _PROSPECTS,
    "CustAccount": (("CustomersV3", "CustomerAccount"),),
    "ContactPersonId": (
        ("ContactPersons", "ContactPersonId"),
        ("CDSContactPersonsV2", "ContactPersonId"),
    ),
    "DirPartyNumber": (("CDSParties", "PartyNumber"),),
    "LogisticsLocationId": (("CDSPostalAddressLocations", "LocationId"),),
    "LogisticsElectronicAddressId": (("PartyContactsV3", "ElectronicAddressId"),),
    "SalesQuotationId": (("CDSSalesQuotationHeaders", "SalesQuotationNumber"),),
    "SalesId": (("CDSSalesOrderHeaders", "SalesOrderNumber"),),
    "CustInvoiceId": _INVOICES,
    "SalesInvoiceId": _INVOICES,
}
"""Data type → the entity sets and columns that its numbers come to stand in."""
TYPES = " or ".join(f"DataTypeName eq '{name}'" for name in PLACES)
"""Asks for the references of these data types only: an ERP has thousands."""
_AT_ONCE = 20
_COMPANY_SCOPES = frozenset({"DataArea", "Company", "LegalEntity"})


async def read_sequences(reads: Reads) -> ToldSequences:
    """The sequences that number records of ours; draws nothing."""
    (answer,) = await reads.answers([_get(reads, REFERENCES, REFERENCE_FIELDS, TYPES)])
    references = await reads.items(answer)
    asked = [_get(reads, CODES, CODE_FIELDS, wanted) for wanted in code_filters(references)]
    answers = await reads.answers(asked) if asked else []
    return told(references, [one for answer in answers for one in await reads.items(answer)])


def _get(reads: Reads, table: str, fields: tuple[str, ...], wanted: str) -> Operation:
    return reads.get(table, {**CROSS_COMPANY, "$select": ",".join(fields), "$filter": wanted})


def code_filters(references: Iterable[Mapping[str, Any]]) -> list[str]:
    """Filters that ask for the sequences which references name, some at a time."""
    codes = sorted({str(one["NumberSequenceCode"]) for one in references})
    terms = ["NumberSequenceCode eq '{}'".format(code.replace("'", "''")) for code in codes]
    return [" or ".join(terms[at : at + _AT_ONCE]) for at in range(0, len(terms), _AT_ONCE)]


def told(
    references: Iterable[Mapping[str, Any]], codes: Iterable[Mapping[str, Any]]
) -> ToldSequences:
    """The sequences that number records of ours; one that several types refer to is one."""
    by_scope = {_scope(one): one for one in codes}
    types: dict[tuple[str, str, str], list[str]] = {}
    for one in references:
        if one["DataTypeName"] in PLACES and _scope(one) in by_scope:
            types.setdefault(_scope(one), []).append(str(one["DataTypeName"]))
    return ToldSequences(
        tuple(
            _sequence(by_scope[scope], sorted(names))
            for scope, names in sorted(types.items())
            if not _yes(by_scope[scope].get("Manual"))
        )
    )


def _sequence(code: Mapping[str, Any], types: list[str]) -> ToldSequence:
    scope = str(code["ScopeValue"]) if code["ScopeType"] in _COMPANY_SCOPES else ""
    return ToldSequence(
        id="-".join(filter(None, (scope, str(code["NumberSequenceCode"])))).lower(),
        company=scope.upper(),
        numbers=", ".join(types),
        places=tuple(dict.fromkeys(place for name in types for place in PLACES[name])),
        format=str(code["Format"]),
        first=int(code["Smallest"]),
        last=int(code["Largest"]),
        next=int(code["Next"]),
        continuous=_yes(code.get("Continuous")),
        cyclical=_yes(code.get("Cyclical")),
    )


def _scope(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        str(one["ScopeType"]),
        str(one["ScopeValue"]).upper(),
        str(one["NumberSequenceCode"]).upper(),
    )


def _yes(value: Any) -> bool:
    return value in {"Yes", True}
