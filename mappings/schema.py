"""The JSON Schema of map files, for editors.

`python -m mappings.schema` writes `map.schema.json` anew after the format has changed. An editor
finds it by a first line such as `# yaml-language-server: $schema=…/map.schema.json`.
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from mappings.document import MapDocument

FILE = Path(__file__).with_name("map.schema.json")
_CHANGED = {"MapDocument", "CrmDocument", "MemberDocument", "FieldDocument"}
_STILL_NEEDED = {"MapDocument": ["map"], "FieldDocument": ["name"]}


def schema_text() -> str:
    """The schema as the file holds it: a whole map, or a change to a shipped one."""
    whole = MapDocument.model_json_schema(ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = whole.pop("$defs")
    definitions["MapDocument"] = whole
    for name in sorted(_CHANGED):
        definitions[_change(name)] = _partial(name, definitions[name])
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Table map",
        "if": {"required": ["kind"]},
        "then": {"$ref": "#/$defs/MapDocument"},
        "else": {"$ref": f"#/$defs/{_change('MapDocument')}"},
        "$defs": definitions,
    }
    text = json.dumps(schema, indent=2, sort_keys=True) + "\n"
    return text.replace('"oneOf"', '"anyOf"')  # a value table is a dictionary of texts, too


def _change(name: str) -> str:
    return name.replace("Document", "Change")


def _partial(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """The part with nothing required but its name, and the same of the parts in it."""
    partial = deepcopy(definition)
    partial["title"] = _change(name)
    partial["required"] = _STILL_NEEDED.get(name, [])
    text = json.dumps(partial)
    for other in _CHANGED:
        text = text.replace(f'"#/$defs/{other}"', f'"#/$defs/{_change(other)}"')
    changed: dict[str, Any] = json.loads(text)
    if name == "MapDocument":
        changed["properties"]["remove"] = {"type": "array", "items": {"type": "string"}}
    return changed


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
