"""Who may import whom, who owns which library, and that the public names are what they say."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("sync", "connectors", "mappings", "migrations")
OURS = frozenset(PACKAGES)

CORE = ["sync.core", "sync.errors"]
PORTS = [*CORE, "sync.ports"]
OUTER = [*PORTS, "sync.settings"]
ENGINE = [*PORTS, "sync.paging", "sync.engine"]

ROOMS: dict[str, list[str]] = {
    "sync.errors": [],
    "sync.core": [*CORE],
    "sync.ports": CORE,
    "sync.clock": [],
    "sync.settings": ["sync.errors", "sync.settings"],
    "sync.paging": PORTS,
    "sync.observing": PORTS,
    "sync.metrics": [*PORTS, "sync.paging"],
    "sync.engine": [*ENGINE],
    "sync.store": [*OUTER, "sync.store", "migrations"],
    "sync.log": [*OUTER, "sync.log"],
    "sync.api": [*ENGINE, "sync.settings", "sync.api"],
    "sync.cli": [*ENGINE, "sync.settings", "sync.bootstrap", "sync.cli"],
    "sync.testing": [*PORTS, "sync.testing"],
    "connectors.odata": [*OUTER, "connectors.odata"],
    "connectors.dataverse": [*OUTER, "connectors.odata", "connectors.dataverse"],
    "connectors.finops": [*OUTER, "connectors.odata", "connectors.finops"],
    "connectors.sandbox": [*OUTER, "connectors.odata", "connectors.sandbox"],
    # Connectors that speak to the local systems without HTTP write bodies as the real ones do.
    "connectors.sandbox.direct_dataverse": [*OUTER, "connectors"],
    "connectors.sandbox.direct_finops": [*OUTER, "connectors"],
    "mappings": [*CORE, "mappings"],
    "migrations": ["sync.store", "migrations"],
}
"""Room → the rooms it may import. What is in no room may be imported by no room but bootstrap."""

EVERYTHING = ("sync.bootstrap", "sync.cli.demo", "sync.cli.sandbox", "sync.cli.bench")
"""Where real parts are picked and put together."""

OWNERS: dict[str, tuple[str, ...]] = {
    "aiohttp": ("connectors",),
    "aiokafka": ("sync.log",),
    "aiosqlite": ("sync.store",),
    "alembic": ("sync.store", "migrations"),
    "asyncpg": ("sync.store",),
    "fastapi": ("sync.api",),
    "httptools": ("connectors.sandbox",),
    "httpx": ("connectors",),
    "httpx_aiohttp": ("connectors",),
    "joserfc": ("connectors",),
    "odata_query": ("connectors.sandbox",),
    "prometheus_client": ("sync.metrics",),
    "pydantic": (
        "sync.settings",
        "sync.api",
        "sync.bootstrap",
        "mappings",
    ),
    "pydantic_core": ("mappings",),
    "pydantic_settings": ("sync.settings",),
    "pytest": ("sync.testing.contracts",),
    "rich": ("sync.cli",),
    "ruamel": ("mappings",),
    "sqlalchemy": ("sync.store", "migrations"),
    "starlette": ("sync.api", "connectors.sandbox", "sync.bootstrap"),
    "structlog": ("sync.observing",),
    "tenacity": ("connectors",),
    "trustme": ("connectors.sandbox",),
    "typer": ("sync.cli",),
    "uvicorn": ("sync.bootstrap", "connectors.sandbox"),
    "uvloop": ("sync.cli", "connectors.sandbox"),
}
"""Library → where it may be imported. msgspec is everybody's."""

EVERYBODYS = {"msgspec"}
UNPREDICTABLE = {"random", "secrets", "logging", "time"}
"""What core and engine take from ports: chance, new ids, and who hears of what happens."""
MACHINES = {"datetime.now", "datetime.utcnow", "date.today", "uuid.uuid1", "uuid.uuid4"}


def modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


MODULES = dict(modules())


def inside(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def at_or_by(module: str, names: tuple[str, ...]) -> bool:
    """A room, or a file whose name begins so (`sync.cli.demo_table` for `sync.cli.demo`)."""
    return any(inside(module, name) or module.startswith(name + "_") for name in names)


@cache
def imports(module: str) -> frozenset[tuple[int, str]]:
    """(line, module) of everything imported, at whatever depth of the code."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(node.lineno, alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: write imports whole"
            base = str(node.module)
            whole = {f"{base}.{alias.name}" for alias in node.names} & MODULES.keys()
            found |= {(node.lineno, name) for name in whole or {base}}
    return frozenset(found)


def room_of(module: str) -> str | None:
    return max((room for room in ROOMS if inside(module, room)), key=len, default=None)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may(module: str) -> None:
    if at_or_by(module, EVERYTHING) or module in OURS:
        return
    room = room_of(module)
    assert room is not None, f"{module} stands in no room; give it one in this test"
    for line, name in imports(module):
        if name.partition(".")[0] in OURS:
            allowed = any(inside(name, other) for other in [room, *ROOMS[room]])
            assert allowed, f"{module}:{line} imports {name}, which {room} may not"


@pytest.mark.parametrize("module", MODULES)
def test_a_library_is_imported_by_its_owner_only(module: str) -> None:
    for line, name in imports(module):
        top = name.partition(".")[0]
        if top in OURS | EVERYBODYS or top in sys.stdlib_module_names:
            continue
        assert top in OWNERS, f"{module}:{line}: {top} has no owner; name one in this test"
        owned = at_or_by(module, OWNERS[top])
        assert owned, f"{module}:{line} imports {top}, which belongs to {', '.join(OWNERS[top])}"


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.startswith(("sync.core", "sync.engine"))]
)
def test_decisions_take_time_chance_and_ears_from_ports(module: str) -> None:
    for line, name in imports(module):
        assert name not in UNPREDICTABLE, f"{module}:{line} imports {name}"
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            name = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
            assert name not in MACHINES, f"{module}:{node.lineno} asks the machine for {name}"
        elif isinstance(node, ast.ImportFrom) and node.module == "uuid":
            made = {alias.name for alias in node.names} - {"UUID", "uuid5"}
            assert not made, f"{module}:{node.lineno} imports {made}"


@pytest.mark.parametrize("module", [m for m in MODULES if inside(m, "sync.core")])
def test_the_core_does_nothing_but_compute(module: str) -> None:
    outside = {"asyncio", "os", "io", "pathlib", "socket", "subprocess", "threading", "tempfile"}
    for line, name in imports(module):
        assert name.partition(".")[0] not in outside, f"{module}:{line} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_public_names_are_sorted_and_there(module: str) -> None:
    """`__all__`, where it stands, names what the module has, in order, and nothing private."""
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    defined: set[str] = set()
    public: list[str] | None = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            defined.add(node.targets[0].id)
            if node.targets[0].id == "__all__":
                public = ast.literal_eval(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            defined.add(node.target.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            defined |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            defined.add(node.name)
    if public is not None:
        assert public == sorted(public, key=_order), f"{module}: sort __all__"
        assert set(public) <= defined, f"{module}: {set(public) - defined} is not there"
        assert not [name for name in public if name.startswith("_")]


def _order(name: str) -> tuple[int, str]:
    """As ruff sorts: constants, then classes, then the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_reaches_for_what_another_file_keeps_private(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] in OURS:
            private = [alias.name for alias in node.names if alias.name.startswith("_")]
            assert not private, f"{module}:{node.lineno} imports {private} of {node.module}"


def test_every_room_is_there_and_every_owner_owns() -> None:
    """A rule about something that is gone would hold for ever and mean nothing."""
    for room in ROOMS:
        assert any(inside(module, room) for module in MODULES), room
    used = {name.partition(".")[0] for module in MODULES for _, name in imports(module)}
    declared = {library for library in OWNERS if library not in used}
    loaded_by_name = {"aiohttp", "aiosqlite", "asyncpg", "httptools"}
    assert declared <= loaded_by_name, f"nobody imports {declared - loaded_by_name}"
