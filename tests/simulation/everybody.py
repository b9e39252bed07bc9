"""Everybody: people who sell, persons who buy, and clerks who keep the set-up of both systems."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.finops.actions import convert_prospect
from connectors.sandbox.kernel.errors import SystemRefusal
from sync.core.mapping import FieldMap, TableMap
from sync.core.row import Side
from tests.simulation.book import WORDS, key_of
from tests.simulation.sellers import Sellers
from tests.simulation.systems import CRM_PERSON, ERP_PERSON

_CODES = "ABCDEFGHJK"


class Everybody(Sellers):
    """Everybody in a world that is wide."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = self._systems.kinds
        self._setup = [one for one in kinds.table_maps if one.kind not in _PEOPLES]
        self._turn = self._random.randrange(len(self._setup))
        self._choices += [
            (4, self._new_erp_order),
            (3, self._new_contact_in_crm),
            (3, self._new_contact_in_erp),
            (3, self._address_in_erp),
            (4, self._new_person_in_crm),
            (4, self._new_person_in_erp),
            (3, self._edit_person_in_crm),
            (3, self._convert_person_in_crm),
            (3, self._convert_person_in_erp),
            (12, self._set_up_in_crm),
            (24, self._set_up_in_erp),
            (24, self._new_set_up),
            (2, self._delete_in_crm),
        ]
        if self._systems.gab:
            self._choices += [(3, self._address_in_crm), (2, self._mail_in_erp)]

    # those who sell

    def _new_erp_order(self) -> None:
        """An order that nobody has quoted, in the ERP, whose users make it."""
        customer = self._pick(self._erp.list("CustomersV3"))["CustomerAccount"]
        body = {"dataAreaId": "usmf", "OrderingCustomerAccountNumber": customer}
        number = self._erp.create("CDSSalesOrderHeaders", body, ERP_PERSON)["SalesOrderNumber"]
        line = {"dataAreaId": "usmf", "SalesOrderNumber": number, "ProductNumber": "P0001"}
        line |= {"OrderedSalesQuantity": self._random.choice((1, 2, 5))}
        self._erp.create("CDSSalesOrderLines", line, ERP_PERSON)

    def _fulfil(self) -> None:
        """All that is left to do with an order, up to its invoice: few get so far step by step."""
        for _ in range(4):
            super()._fulfil()

    # persons who buy

    def _new_person_in_crm(self) -> None:
        body = {
            "firstname": self._random.choice(WORDS),
            "lastname": self._word(),
            "msdyn_isprospect": True,
            **self._company,
        }
        self._crm.create("contacts", body, CRM_PERSON)

    def _new_person_in_erp(self) -> None:
        body = {
            "ProspectName": f"{self._random.choice(WORDS)} {self._word()}",
            "ProspectPartyType": "Person",
            "ProspectRelationTypeId": "Prospect",
        }
        self._erp.create("Prospects", body, ERP_PERSON)

    def _person(self, **wanted: Any) -> dict[str, Any]:
        return self._pick(self._crm_rows("contacts", **wanted))

    def _edit_person_in_crm(self) -> None:
        row = self._person(msdyn_isprospect=True)
        body = self._random.choice(({"lastname": self._word()}, {"fax": f"+4 {self._word()}"}))
        self._crm.update("contacts", row["contactid"], body, CRM_PERSON)

    def _convert_person_in_crm(self) -> None:
        row = self._person(msdyn_isprospect=True)
        body = {
            "msdyn_sellable": True,
            "msdyn_customergroupid@odata.bind": self._random.choice(self._groups),
        }
        self._crm.update("contacts", row["contactid"], body, CRM_PERSON)

    def _convert_person_in_erp(self) -> None:
        row = self._pick(self._erp_rows("Prospects", ProspectPartyType="Person"))
        body = {"company": "USMF", "number": row["ProspectId"]}
        convert_prospect(self._erp, body, ERP_PERSON)

    # the set-up

    def _set_up_in_crm(self) -> None:
        one = self._random.choice(self._setup)
        field = self._free(one, Side.ERP)
        row = self._pick(self._crm.list(one.crm.table))
        row_id = row[one.crm.ids[0]]
        self._crm.update(
            one.crm.table, row_id, {field.crm.column: self._value(field, Side.CRM)}, CRM_PERSON
        )

    def _set_up_in_erp(self) -> None:
        one = self._random.choice(self._setup)
        table, field = one.anchor.table, self._free(one, Side.CRM)
        key = key_of(self._pick(self._erp.list(table)), self._erp.entity(table).keys)
        body = {field.erp.column: self._value(field, Side.ERP)}
        self._erp.update(table, key, body, ERP_PERSON)

    def _new_set_up(self) -> None:
        """A new row of set-up in the ERP, as like an old one as its key allows; in turns."""
        self._turn = (self._turn + 1) % len(self._setup)
        one = self._setup[self._turn]
        table, keys = one.anchor.table, self._erp.entity(one.anchor.table).keys
        row = self._pick(self._erp.list(table))
        body = {
            f.erp.column: row[f.erp.column] for f in one.fields if f.erp.member == one.anchor.name
        }
        body |= key_of(row, keys)
        for field in one.fields:
            if field.key and not field.lookup:
                body[field.erp.column] = self._random.choice(_CODES) * 2
            elif self._types(field, Side.CRM):
                body[field.erp.column] = self._value(field, Side.ERP)
        self._erp.create(table, body, ERP_PERSON)

    def _free(self, one: TableMap, target: Side) -> FieldMap:
        found = [field for field in one.fields if self._types(field, target)]
        if not found:
            raise SystemRefusal(404, "", "There is nothing to type.")
        return self._random.choice(found)

    @staticmethod
    def _types(field: FieldMap, target: Side) -> bool:
        """Whether it is a value that people type on the other side of a target."""
        return (
            not (field.key or field.lookup or field.calculated or field.group)
            and field.type in ("text", "boolean", "choice", "decimal", "integer")
            and field.direction.allows(target)
        )

    def _value(self, field: FieldMap, side: Side) -> Any:
        half = field.erp if side is Side.ERP else field.crm
        if half.pairs:
            return self._random.choice(half.pairs)[1]
        match field.type:
            case "boolean":
                yes = self._random.random() < 0.5
                return yes if side is Side.CRM else "Yes" if yes else "No"
            case "decimal" | "integer":
                return self._random.randrange(1, 9)
        limits = [half.limit for half in (field.erp, field.crm) if half.limit]
        return self._word()[: min(limits, default=60)]


_PEOPLES = frozenset(
    {
        "account",
        "contact",
        "contact_for_party",
        "person",
        "party",
        "location",
        "postal_address",
        "party_address",
        "electronic_address",
        "quote",
        "quote_line",
        "order",
        "order_line",
        "invoice",
        "invoice_line",
    }
)
"""The kinds that others work on; what is left is set-up and products."""
