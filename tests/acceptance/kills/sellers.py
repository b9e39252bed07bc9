"""People who sell meanwhile: quotes and orders, on whichever side they sit."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.people.crm_sales import ACTIVE, CANCELLED, DRAFT, LOST, CrmSales
from connectors.sandbox.people.erp_sales import ErpSales
from tests.acceptance.kills.typists import NothingToDo, Typists

_NEXT = {
    "Active": "confirm-order",
    "Confirmed": "pick-order",
    "Picked": "pack-order",
    "Delivered": "invoice-order",
}
"""What is done next with an order in the ERP, by its processing status."""


class Sellers(Typists):
    """Everybody; who sells edits accounts, too."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._sales, self._office = CrmSales(self.crm), ErpSales(self.erp)
        self._quotes: list[str] = []
        self._quotations: list[str] = []
        self._acts += [
            (3, self.new_quote),
            (2, self.edit_quote),
            (2, self.add_line),
            (2, self.activate),
            (2, self.create_order),
            (1, self.close_quote),
            (1, self.revise),
            (3, self.new_quotation),
            (2, self.edit_quotation),
            (2, self.send),
            (2, self.confirm),
            (1, self.lose),
            (1, self.new_erp_order),
            (4, self.fulfil),
        ]

    # the CRM

    def new_quote(self) -> None:
        name, reference = self.word("Offer"), self.word("Ref")
        account = self.pick_account()["accountid"]
        made = self._sales.quote(
            account, name, self._random.randint(1, 9), msdyn_customersreference=reference
        )
        self.book.note("crm", "quote name", name)
        self.book.note("crm", "reference", reference)
        self._quotes.append(made["quoteid"])

    def edit_quote(self) -> None:
        quote = self._quote(DRAFT)
        row = self._sales.row("quotes", quote)
        self.save_in_crm("quotes", quote, row, "reference", "msdyn_customersreference")

    def add_line(self) -> None:
        self._sales.quote_line(self._quote(DRAFT), self._random.randint(1, 9))

    def activate(self) -> None:
        self._sales.activate(self._quote(DRAFT))

    def create_order(self) -> None:
        self._sales.create_order(self._quote(ACTIVE))

    def close_quote(self) -> None:
        self._sales.close(self._quote(ACTIVE), self._random.choice((LOST, CANCELLED)))

    def revise(self) -> None:
        self._quotes.append(self._sales.revise(self._quote(ACTIVE))["quoteid"])

    def _quote(self, state: tuple[int, int]) -> str:
        quote = self._pick(self._quotes)
        if self._sales.state("quotes", quote) != state:
            raise NothingToDo
        return quote

    # the ERP

    def new_quotation(self) -> None:
        number, reference = self.pick_number(), self.word("Ref")
        if self.erp.customer(number) is not None:
            customer = {"RequestingCustomerAccountNumber": number}
        elif self.erp.prospect(number) is not None:
            customer = {"ProspectId": number}
        else:
            raise NothingToDo
        made = self._office.quotation(
            None, self._random.randint(1, 9), CustomersReference=reference, **customer
        )
        self.book.note("erp", "reference", reference)
        self._quotations.append(made["SalesQuotationNumber"])

    def edit_quotation(self) -> None:
        number = self._pick(self._quotations)
        key = {"dataAreaId": self.erp.company, "SalesQuotationNumber": number}
        row = self._office.seen_quotation(number)
        self.save_in_erp("CDSSalesQuotationHeaders", key, row, "reference", "CustomersReference")

    def send(self) -> None:
        self.erp.act("send-quotation", self._pick(self._quotations))

    def confirm(self) -> None:
        number = self._pick(self._quotations)
        prospect = self._office.seen_quotation(number)["ProspectId"]
        if prospect:
            self.erp.act("convert-prospect", prospect)
            self.book.customers.add(prospect)
        self.erp.act("confirm-quotation", number)

    def lose(self) -> None:
        self.erp.act("lose-quotation", self._pick(self._quotations))

    def new_erp_order(self) -> None:
        number = self.pick_number()
        if self.erp.customer(number) is None:
            raise NothingToDo
        self._office.order(number, self._random.randint(1, 9))

    def fulfil(self) -> None:
        """The next thing that is done with an order."""
        orders = self.erp.rows("CDSSalesOrderHeaders")
        steps = [(o["SalesOrderNumber"], o["SalesOrderProcessingStatus"]) for o in orders]
        known = [(number, _NEXT[state]) for number, state in steps if state in _NEXT]
        if not known:
            raise NothingToDo
        number, action = self._random.choice(sorted(known))
        self.erp.act(action, number)
