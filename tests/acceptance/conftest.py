"""One running product per variant and module; tests of a module share it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.environment import Environment, running


@pytest.fixture(scope="module", params=[False, True], ids=["without-gab", "with-gab"])
def product(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Environment]:
    with running(tmp_path_factory.mktemp("product"), gab=request.param) as environment:
        yield environment


@pytest.fixture(scope="module")
def plain_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """Without party and global address book: where the variant does not matter."""
    with running(tmp_path_factory.mktemp("product"), gab=False) as environment:
        yield environment
