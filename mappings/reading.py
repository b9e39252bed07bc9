"""Reads a YAML file and remembers on which line everything stands.

YAML 1.2, so `Yes` and `No` are text. Only plain data is understood: maps, lists, text, whole
numbers, booleans and null; numbers with a point stay text (`1.0` is a version, not a number).
"""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sync.errors import MapInvalid

Path = tuple[str | int, ...]
"""Where something stands in a file: `("fields", 3, "owner")`."""


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int

    def refuse(self, message: str, cure: str, *, field: str | None = None) -> MapInvalid:
        """The error for something wrong here."""
        return MapInvalid(message, file=self.file, line=self.line, field=field, cure=cure)


class Source(NamedTuple):
    """A file that was read.

    Attributes:
        file: Its name, for messages.
        data: What it says.
        lines: The line of everything in it; the file itself is `()`.
    """

    file: str
    data: dict[str, Any]
    lines: dict[Path, int]

    def place(self, path: Path) -> Place:
        """The line of something, or of the nearest thing around it that has one."""
        while path not in self.lines:
            path = path[:-1]
        return Place(self.file, self.lines[path])


def read(path: FilePath, name: str | None = None) -> Source:
    """Read a YAML file that holds one map at its top.

    Args:
        path: The file.
        name: What to call it in messages; its path by default.

    Raises:
        MapInvalid: It is empty, not YAML, not text, not a map at its top, or names a key twice.
    """
    file = name or str(path)
    try:
        node = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise Place(file, 1).refuse("it is not UTF-8 text.", "Save it as UTF-8.") from None
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark else 1
        message = f"it is not valid YAML: {problem.problem or problem.context}."
        cure = "Look for a missing bracket, quote or colon on or above this line."
        raise Place(file, line).refuse(message, cure) from None
    except YAMLError as problem:
        cure = "Remove characters that are not text."
        raise Place(file, 1).refuse(f"it is not valid YAML: {problem}.", cure) from None
    if node is None:
        raise Place(file, 1).refuse("it is empty.", "Write a table map into it, or delete it.")
    if not isinstance(node, MappingNode):
        cure = "Begin with `map: …` at the left margin."
        raise Place(file, node.start_mark.line + 1).refuse("it does not hold a map.", cure)
    lines: dict[Path, int] = {}
    data = _plain(node, (), file, lines)
    return Source(file, data, lines)


def _plain(
    node: Node, path: Path, file: str, lines: dict[Path, int], around: tuple[int, ...] = ()
) -> Any:
    lines[path] = node.start_mark.line + 1
    if id(node) in around:
        cure = "Write the part out, without an alias to what is around it."
        raise Place(file, lines[path[:-1]]).refuse("a part refers to itself.", cure)
    around = (*around, id(node))
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, i), file, lines, around) for i, item in enumerate(node.value)]
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = _scalar(key_node) if isinstance(key_node, ScalarNode) else None
        line = key_node.start_mark.line + 1
        if not isinstance(key, str | int) or isinstance(key, bool):
            message, cure = "a key is not text.", "Put the key in quotes."
            raise Place(file, line).refuse(message, cure)
        if key in found:
            message = f"{key!r} is said twice."
            raise Place(file, line).refuse(message, "Keep one of the two.")
        found[key] = _plain(value_node, (*path, key), file, lines, around)
        lines[*path, key] = line
    return found


def _scalar(node: ScalarNode) -> str | int | bool | None:
    match str(node.tag).rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return str(node.value).lower() == "true"
        case "int":
            return int(node.value.replace("_", "")) if node.value[0] != "0" else _zero(node)
        case _:
            return str(node.value)


def _zero(node: ScalarNode) -> str | int:
    """A number that begins with 0 is a code (`007`), except 0 itself."""
    return 0 if node.value == "0" else str(node.value)
