"""As much of JSON Schema as the schema of map files uses."""

from __future__ import annotations

import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_SAYS_NOTHING = {"$schema", "$defs", "title", "description", "default"}


class Schema:
    """A schema whose keywords are all understood; an unknown one is an error."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self._whole = whole

    def accepts(self, value: Any, part: Any = None) -> bool:
        """Whether a value is valid."""
        part = self._whole if part is None else part
        if isinstance(part, bool):
            return part
        return all(
            self._keyword(name, wanted, value, part)
            for name, wanted in part.items()
            if name not in _SAYS_NOTHING
        )

    def _keyword(self, name: str, wanted: Any, value: Any, part: dict[str, Any]) -> bool:
        match name:
            case "$ref":
                return self.accepts(value, self._whole["$defs"][wanted.rpartition("/")[2]])
            case "type":
                exact = isinstance(value, bool) == (wanted == "boolean")
                return exact and isinstance(value, _TYPES[wanted])
            case "enum":
                return value in wanted
            case "anyOf":
                return any(self.accepts(value, one) for one in wanted)
            case "if":
                chosen = "then" if self.accepts(value, wanted) else "else"
                return self.accepts(value, part[chosen])
            case "then" | "else":
                return True
            case _:
                return self._sized(name, wanted, value, part)

    def _sized(self, name: str, wanted: Any, value: Any, part: dict[str, Any]) -> bool:
        match name, value:
            case "required", dict():
                return set(wanted) <= value.keys()
            case "properties", dict():
                return all(self.accepts(value[k], one) for k, one in wanted.items() if k in value)
            case "patternProperties", dict():
                return all(
                    self.accepts(said, one)
                    for pattern, one in wanted.items()
                    for key, said in value.items()
                    if re.search(pattern, key)
                )
            case "propertyNames", dict():
                return all(self.accepts(key, wanted) for key in value)
            case "additionalProperties", dict():
                known = part.get("properties", {})
                return all(self.accepts(v, wanted) for k, v in value.items() if k not in known)
            case "minProperties", dict():
                return len(value) >= wanted
            case "maxProperties", dict():
                return len(value) <= wanted
            case ("items", list()):
                return all(self.accepts(item, wanted) for item in value)
            case ("minItems", list()) | ("minLength", str()):
                return len(value) >= wanted
            case "pattern", str():
                return re.search(wanted, value) is not None
            case ("minimum", int()):
                return bool(value >= wanted)
            case ("maximum", int()):
                return bool(value <= wanted)
            case _:
                known_names = {"required", "properties", "items", "minItems", "minLength"}
                known_names |= {"additionalProperties", "minProperties", "pattern", "minimum"}
                known_names |= {"patternProperties", "propertyNames", "maximum", "maxProperties"}
                if name not in known_names:
                    raise AssertionError(f"the schema uses {name}, which this reader does not know")
                return True
