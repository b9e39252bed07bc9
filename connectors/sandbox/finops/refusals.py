"""The ERP's ways to say no. Source: texts reported from live systems and Microsoft docs.

What business logic refuses carries an Infolog and travels in `innererror`; what the protocol
refuses travels in `message`. `code` names the class for callers inside this process; on the wire
the ERP sends an empty code.
"""

from __future__ import annotations

from connectors.sandbox.finops.kinds import NAMESPACE
from connectors.sandbox.kernel.errors import SystemRefusal


def infolog(row_type: str, code: str, *errors: str, verb: str = "Write") -> SystemRefusal:
    """A refusal by business logic.

    Args:
        row_type: the entity's name in the ERP.
        code: `mandatory`, `reference`, `duplicate`, `frozen`, `in-use`, `value` or `rule`.
        errors: what the Infolog says.
        verb: what failed, `Write` or `Delete`.
    """
    lines = "; ".join(f"Error: {error}" for error in errors)
    text = (
        f"{verb} failed for table row of type '{row_type}'. "
        f"Infolog: {lines}; Error: Update has been canceled.."
    )
    return SystemRefusal(400, code, text, details={"infolog": True})


def mandatory(row_type: str, label: str) -> SystemRefusal:
    """A field that must be filled in is empty."""
    return infolog(row_type, "mandatory", f"Field '{label}' must be filled in.")


def unknown_reference(row_type: str, value: str, label: str, related: str) -> SystemRefusal:
    """A field names a row of another table that does not exist."""
    return infolog(
        row_type,
        "reference",
        f"The value '{value}' in field '{label}' is not found in the relating table '{related}'.",
    )


def duplicate(row_type: str, table_label: str, table: str, what: str) -> SystemRefusal:
    """The key of a new row is taken."""
    return infolog(
        row_type,
        "duplicate",
        f"Cannot create a record in {table_label} ({table}). {what}. The record already exists.",
    )


def not_editable(row_type: str, label: str) -> SystemRefusal:
    """A field that is fixed after creation, or always, was given another value."""
    return infolog(row_type, "frozen", f"Field '{label}' does not allow editing.")


def unknown_property(type_name: str, name: str) -> SystemRefusal:
    """The body or the query names a field that the entity does not have."""
    return SystemRefusal(
        400,
        "property",
        f"The property '{name}' does not exist on type '{NAMESPACE}.{type_name}'. Make sure to "
        "only use property names that are defined by the type.",
    )


def bad_request(message: str) -> SystemRefusal:
    """A request that the protocol does not allow."""
    return SystemRefusal(400, "request", message)


def nothing_to_update(status: int = 400) -> SystemRefusal:
    """A change or delete of a row that is not there."""
    return SystemRefusal(status, "missing", "No resources were found when selecting for update.")


def unknown_set(url: str) -> SystemRefusal:
    """An address that leads nowhere."""
    return SystemRefusal(
        404, "set", f"No HTTP resource was found that matches the request URI '{url}'."
    )


def read_only(set_name: str) -> SystemRefusal:
    """A write to an entity that only reads."""
    return SystemRefusal(
        405, "read-only", f"The entity set '{set_name}' does not allow this operation."
    )


def stale(status: int) -> SystemRefusal:
    """The `If-Match` tag is no longer the row's."""
    return SystemRefusal(
        status,
        "stale",
        "An update conflict occurred due to another user process deleting the record or changing "
        "one or more fields in the record.",
        details={"infolog": True},
    )


def throttled(seconds: int) -> SystemRefusal:
    """Resource-based throttling."""
    return SystemRefusal(
        429,
        "throttled",
        "This request could not be processed at this time due to system experiencing high "
        "resource utilization.",
        headers={"Retry-After": str(seconds)},
    )


def missing() -> SystemRefusal:
    """A read of a row that is not there."""
    return SystemRefusal(404, "missing", "Resource not found for the given key.")
