"""`$filter` and `$orderby` over rows: odata-query parses, this module rewrites and evaluates.

Only the parser of odata-query is used, and only here, so that it can be replaced. What it does not
know is rewritten first: enum literals, parameter aliases, the CRM's query functions.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from connectors.sandbox.kernel import comparing
from connectors.sandbox.kernel.filterprepass import ENUM_MARK, Prepared, prepare, unescape

Row = dict[str, Any]
Dialect = Literal["dataverse", "finops"]
Predicate = Callable[[Row], bool]
Value = Callable[[Row], Any]
Navigate = Callable[[Row, str], Row | list[Row] | None]


class FilterError(ValueError):
    """A `$filter` that the system does not understand; the message names the place."""


class UnknownProperty(FilterError):
    """A `$filter` names a property that the table does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Could not find a property named '{name}'.")
        self.name = name


class UnsupportedFilter(FilterError):
    """Valid OData that this system does not offer."""


@dataclass(frozen=True)
class Surroundings:
    """What a filter is read against.

    Args:
        dialect: whose rules apply.
        properties: the names that exist, or `None` to accept every name.
        navigate: follows a navigation property of a row to a row (or rows), or `None`.
        enums: names of enum properties whose literals must be typed (the ERP's strict rule).
        aliases: parameter aliases of the query (`@p1` to its literal text).
        now: the current time for relative date functions.
    """

    dialect: Dialect
    properties: Container[str] | None = None
    navigate: Navigate | None = None
    enums: Container[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


def parse_filter(  # one call for both systems
    text: str,
    dialect: Dialect,
    *,
    properties: Container[str] | None = None,
    navigate: Navigate | None = None,
    enums: Container[str] = (),
    aliases: Mapping[str, str] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Predicate:
    """Compile a `$filter` to a predicate over rows.

    Strings compare without case in both systems, as their databases do. A comparison with a null
    is false, except `ne`.

    Raises:
        FilterError: the text is no filter of this dialect, or names an unknown property.
    """
    around = Surroundings(dialect, properties, navigate, enums, aliases or {}, now)
    try:
        prepared = prepare(text, dialect, around.aliases)
        tree = _parse(prepared.text)
    except (ODataException, ValueError, RecursionError) as error:
        raise FilterError(f"Syntax error in filter '{text}': {error}") from error
    if tree is None:
        raise FilterError(f"Syntax error in filter '{text}'.")
    try:
        return _Compiler(around, prepared).predicate(tree)
    except FilterError:
        raise
    except (ValueError, KeyError, ODataException, RecursionError) as error:
        raise FilterError(f"Cannot apply the filter '{text}': {error}") from error


def sort_rows(
    rows: Iterable[Row],
    order: list[tuple[str, bool]],
    value: Callable[[Row, str], Any] | None = None,
) -> list[Row]:
    """Rows in the order of a parsed `$orderby`; nulls first when ascending; stable."""
    read = value or (lambda row, name: row.get(name))
    ordered = list(rows)
    for name, descending in reversed(order):
        ordered.sort(key=lambda row, n=name: comparing.sort_key(read(row, n)), reverse=descending)  # type: ignore[misc]
    return ordered


def _operands(node: Any) -> list[Any]:
    """The operands of a chain of equal operators, so that a long one nests no calls."""
    found: list[Any] = []
    here = node
    while isinstance(here, ast.BoolOp) and type(here.op) is type(node.op):
        found.append(here.right)
        here = here.left
    return [here, *reversed(found)]


def _full_name(identifier: ast.Identifier) -> str:
    return ".".join((*identifier.namespace, identifier.name))


@functools.lru_cache(maxsize=512)
def _parse(text: str) -> Any:
    return ODataParser().parse(ODataLexer().tokenize(text))


class _Compiler:
    """Turns one syntax tree into closures, so that each row costs only calls."""

    def __init__(self, around: Surroundings, prepared: Prepared) -> None:
        self._around = around
        self._prepared = prepared
        self._variables: dict[str, str] = {}

    def predicate(self, node: Any) -> Predicate:
        if isinstance(node, ast.BoolOp):
            parts = [self.predicate(part) for part in _operands(node)]
            if isinstance(node.op, ast.And):
                return lambda row: all(part(row) for part in parts)
            return lambda row: any(part(row) for part in parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.predicate(node.operand)
            return lambda row: not inner(row)
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.CollectionLambda):
            return self._collection(node)
        if isinstance(node, ast.Boolean):
            answer = node.py_val
            return lambda _row: answer
        if isinstance(node, ast.Identifier) and node.name in self._prepared.functions:
            name, arguments = self._prepared.functions[node.name]
            value = self.value(ast.Identifier(arguments["PropertyName"]))
            return comparing.query_function(name, value, arguments, self._around.now)
        if isinstance(node, ast.Identifier | ast.Attribute):
            value = self.value(node)
            return lambda row: value(row) is True
        raise FilterError(f"A filter cannot be a {type(node).__name__}.")

    def value(self, node: Any) -> Value:
        if isinstance(node, ast.Identifier):
            return self._property(unescape(_full_name(node)))
        if isinstance(node, ast.Attribute):
            return self._path(node)
        if isinstance(node, ast.List):
            items = [self.literal(item) for item in node.val]
            return lambda _row: items
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.value(node.operand)
            return lambda row: None if (found := inner(row)) is None else -found
        if isinstance(node, ast.Call):
            return self._value_call(node)
        if isinstance(node, ast.BinOp):
            if self._around.dialect == "dataverse":
                raise UnsupportedFilter("Arithmetic is not supported in a filter.")
            return comparing.arithmetic(node.op, self.value(node.left), self.value(node.right))
        constant = self.literal(node)
        return lambda _row: constant

    def literal(self, node: Any) -> Any:
        constant = comparing.literal(node)
        return constant[1:] if isinstance(constant, str) and constant[:1] == ENUM_MARK else constant

    def _property(self, name: str) -> Value:
        if name in self._variables:
            return lambda row: row.get("")
        known = self._around.properties
        if known is not None and name not in known:
            raise UnknownProperty(name)
        return lambda row: row.get(name)

    def _path(self, node: ast.Attribute) -> Value:
        names = []
        owner: Any = node
        while isinstance(owner, ast.Attribute):
            names.append(unescape(owner.attr))
            owner = owner.owner
        names.append(unescape(_full_name(owner)))
        names.reverse()
        if names[0] in self._variables:
            names.pop(0)
            if len(names) == 1:
                last = names[0]
                return lambda row: row.get(last)
        navigate = self._around.navigate
        if navigate is None:
            raise UnsupportedFilter(f"Cannot filter through '{'/'.join(names)}'.")

        def follow(row: Row) -> Any:
            here: Any = row
            for name in names[:-1]:
                here = navigate(here, name)
                if not isinstance(here, dict):
                    return None
            return here.get(names[-1])

        return follow

    def _compare(self, node: ast.Compare) -> Predicate:
        left, right = self.value(node.left), self.value(node.right)
        self._refuse_bare_enum(node)
        if isinstance(node.comparator, ast.In):
            raise UnsupportedFilter("The operator 'in' is not supported.")
        wildcard = None
        if self._around.dialect == "finops" and isinstance(node.right, ast.String):
            wildcard = comparing.wildcard(node.right.py_val)
        if wildcard is not None and isinstance(node.comparator, ast.Eq | ast.NotEq):
            wanted = isinstance(node.comparator, ast.Eq)
            matches = wildcard
            return lambda row: matches(left(row)) is wanted
        return comparing.comparison(node.comparator, left, right)

    def _refuse_bare_enum(self, node: ast.Compare) -> None:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if (
                isinstance(side, ast.Identifier)
                and unescape(side.name) in self._around.enums
                and isinstance(other, ast.String)
                and not other.val.startswith(ENUM_MARK)
            ):
                raise FilterError(
                    "A binary operator with incompatible types was detected. "
                    f"'{side.name}' is an enumeration and needs a typed literal."
                )

    def _call(self, node: ast.Call) -> Predicate:
        test = comparing.TEXT_TESTS.get(node.func.name.lower())
        if test is None or len(node.args) != 2:
            raise UnsupportedFilter(f"The function '{_full_name(node.func)}' is not supported.")
        left, right = self.value(node.args[0]), self.value(node.args[1])
        return lambda row: test(comparing.folded(left(row)), comparing.folded(right(row)))

    def _value_call(self, node: ast.Call) -> Value:
        function = comparing.VALUE_FUNCTIONS.get(node.func.name.lower())
        if function is None or len(node.args) != 1:
            raise UnsupportedFilter(f"The function '{_full_name(node.func)}' is not supported.")
        argument = self.value(node.args[0])
        return lambda row: function(argument(row))

    def _collection(self, node: ast.CollectionLambda) -> Predicate:
        navigate = self._around.navigate
        if navigate is None or not isinstance(node.owner, ast.Identifier):
            raise UnsupportedFilter("Lambda operators are not supported here.")
        owner = unescape(node.owner.name)
        if node.lambda_ is None:
            return lambda row: bool(navigate(row, owner))
        variable = node.lambda_.identifier.name
        self._variables[variable] = owner
        inner = self.predicate(node.lambda_.expression)
        del self._variables[variable]
        decide = all if isinstance(node.operator, ast.All) else any

        def test(row: Row) -> bool:
            items = navigate(row, owner)
            return decide(inner(item) for item in items) if isinstance(items, list) else False

        return test
