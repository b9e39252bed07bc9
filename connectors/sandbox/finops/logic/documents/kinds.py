"""The two kinds of documents that people edit, and how their rows are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document.

    Args:
        table: the base table of its headers.
        lines: the base table of its lines.
        label: what people call it, as a sentence begins.
        sequence: the number sequence of its numbers.
        journals: the tables that hold what was posted of it.
    """

    table: str
    lines: str
    label: str
    sequence: str
    journals: tuple[str, ...]

    def lines_of(self, db: Database, header: Row) -> list[Row]:
        """The lines of a document, in the order of their numbers."""
        found = db.find(self.lines, "number", header["number"])
        return sorted(
            (line for line in found if line["company"] == header["company"]),
            key=lambda line: int(line["line"]),
        )

    def header_of(self, work: Work, company: str, number: str) -> Row:
        """The document of a number.

        Raises:
            SystemRefusal: there is none.
        """
        found = work.db.get(self.table, company, number)
        if found is None:
            raise refusals.unknown_reference(
                work.row_type, number, self.label, f"{self.label}s (header)"
            )
        return found


QUOTATION: Final = DocumentKind(
    "quotation",
    "quotation_line",
    "Sales quotation",
    "SalesQuotationId",
    ("quotation_journal", "quotation_confirmation", "ownership_log"),
)
ORDER: Final = DocumentKind(
    "order", "order_line", "Sales order", "SalesId", ("order_confirmation", "picking_list")
)
