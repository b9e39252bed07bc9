"""Every way the CRM says no, with Dataverse's own codes and sentences. Source: Microsoft docs."""

from __future__ import annotations

from connectors.sandbox.kernel.errors import SystemRefusal


def not_found(table: str, key: str) -> SystemRefusal:
    """No row with this id."""
    return SystemRefusal(404, "0x80040217", f"{table} With Id = {key} Does Not Exist")


def key_not_found(table: str) -> SystemRefusal:
    """No row with these key values."""
    return SystemRefusal(
        404,
        "0x80060891",
        f"A record with the specified key values does not exist in {table} entity",
    )


def no_segment(name: str) -> SystemRefusal:
    """No such entity set, action or property in the address."""
    return SystemRefusal(404, "0x8006088a", f"Resource not found for the segment '{name}'.")


def no_resource(uri: str) -> SystemRefusal:
    """A wrong verb on a function or action, or an address that nothing answers."""
    return SystemRefusal(
        404, "", f"No HTTP resource was found that matches the request URI '{uri}'."
    )


def unknown_property(name: str, type_name: str) -> SystemRefusal:
    """A query names a property that does not exist."""
    return SystemRefusal(
        400,
        "0x0",
        f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{type_name}'.",
    )


def bad_payload(entity_set: str, inner: str) -> SystemRefusal:
    """A body that cannot be read as this table's properties."""
    return SystemRefusal(
        400,
        "0x80048d19",
        f"Error identified in Payload provided by the user for Entity :'{entity_set}', For more "
        "information on this error please follow this help link "
        "https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : "
        f"Microsoft.OData.ODataException: {inner}",
    )


def undeclared(entity_set: str, name: str, type_name: str) -> SystemRefusal:
    """A property of the body that the table does not have."""
    return bad_payload(
        entity_set,
        f"The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{type_name}'. Make "
        "sure to only use property names that are defined by the type.",
    )


def undeclared_navigation(entity_set: str, name: str) -> SystemRefusal:
    """A binding to a navigation property that the table does not have; names are case-sensitive."""
    return bad_payload(
        entity_set,
        f"An undeclared property '{name}' which only has property annotations in the payload but "
        "no property value was found in the payload. In OData, only declared navigation "
        "properties and declared named streams can be represented as properties without values.",
    )


def too_long(column: str, table: str, limit: int) -> SystemRefusal:
    """A text that does not fit its column."""
    return SystemRefusal(
        400,
        "0x80044331",
        f"A validation error occurred.  The length of the '{column}' attribute of the '{table}' "
        f"entity exceeded the maximum allowed length of '{limit}'.",
    )


def bad_choice(column: str, table: str, value: object, allowed: str) -> SystemRefusal:
    """A number that is no option of its choice."""
    return SystemRefusal(
        400,
        "0x8004431a",
        f"A validation error occurred.  The value {value} of '{column}' on record of type "
        f"'{table}' is outside the valid range. Accepted Values: {allowed}",
    )


def invalid(message: str) -> SystemRefusal:
    """An invalid argument."""
    return SystemRefusal(400, "0x80040203", message)


def bad_query(message: str) -> SystemRefusal:
    """A query option or key that cannot be read."""
    return SystemRefusal(400, "0x80060888", message)


def business(message: str) -> SystemRefusal:
    """A business rule of the CRM's own logic refuses, as a plug-in would."""
    return SystemRefusal(400, "0x80040265", message)


def wrong_state(message: str) -> SystemRefusal:
    """An action on a row whose state does not allow it."""
    return SystemRefusal(400, "0x80040265", message)


def keyless() -> SystemRefusal:
    """An entity parameter without its type or its key."""
    return SystemRefusal(
        400, "0x80048d19", "EdmEntityObject passed should have the key property value set."
    )


def stale() -> SystemRefusal:
    """`If-Match` names another version."""
    return SystemRefusal(
        412,
        "0x80060882",
        "The version of the existing record doesn't match the RowVersion property provided.",
    )


def duplicate_id() -> SystemRefusal:
    """A new row has the id of an existing one."""
    return SystemRefusal(412, "0x80040237", "Cannot insert duplicate key.")


def exists() -> SystemRefusal:
    """A create-only write meets an existing row."""
    return SystemRefusal(412, "0x80040237", "A record with matching key values already exists.")


def key_violated(label: str, columns: str) -> SystemRefusal:
    """A row with these alternate key values exists."""
    return SystemRefusal(
        412,
        "0x80060892",
        f"Entity Key {label} violated. A record with the same value for {columns} already exists. "
        "A duplicate record cannot be created. Select one or more unique values and try again.",
    )


def in_use(table: str, other: str) -> SystemRefusal:
    """A row that others refer to cannot be deleted."""
    return SystemRefusal(
        400,
        "0x80040227",
        f"The {table} cannot be deleted because it is associated with another object ({other}).",
    )


def expired_version() -> SystemRefusal:
    """A delta token that is too old or does not fit the table any more."""
    return SystemRefusal(
        400,
        "0x80044352",
        "Version stamp associated with the client has expired. Please perform a full sync.",
    )


def not_supported(message: str) -> SystemRefusal:
    """Valid, but not offered."""
    return SystemRefusal(501, "0x80060888", message)


def missing_privilege(user_id: str, privilege: str) -> SystemRefusal:
    """The caller may not do this."""
    return SystemRefusal(
        403, "0x80040220", f"Principal user (Id={user_id}) is missing {privilege} privilege."
    )


def not_a_member() -> SystemRefusal:
    """The application has no user in this organisation."""
    return SystemRefusal(403, "0x80072560", "The user is not a member of the organization.")
