"""The JSON Schema of map files, for editors.

`python -m mappings.schema` writes `map.schema.json` anew after the format has changed. An editor
finds it by a first line such as `# yaml-language-server: $schema=…/map.schema.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

from mappings.document import MapDocument
from mappings.overlay import OverlayDocument

FILE = Path(__file__).with_name("map.schema.json")


def schema_text() -> str:
    """The schema as the file holds it: a whole map, or a change to a shipped one."""
    schemas = [MapDocument.model_json_schema(), OverlayDocument.model_json_schema()]
    definitions: dict[str, object] = {}
    for schema in schemas:
        definitions |= schema.pop("$defs", {})
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Table map",
        "anyOf": schemas,
        "$defs": definitions,
    }
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
