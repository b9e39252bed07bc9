# Two commands set a fresh machine up: `make demo` and `make test`. Both install what they need.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3.11

.PHONY: env demo test check lint types fast soak bench lock clean

env: $(VENV)/.ready  ## the environment, from the lock file

$(VENV)/.ready: requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make env: $(PYTHON) is missing; install Python 3.11 or set PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

demo: env  ## the product, running on embedded defaults
	$(BIN)/dualwrite demo

test: env  ## the whole suite, with the real services it needs
	deploy/dev/test

check: env lint types fast  ## lint, types, layers and the fast tests

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

fast:
	$(BIN)/pytest -q -m "not connected and not simulation and not acceptance"

soak: env  ## the long forms: KILLS=100 of the service, every build of it, all of Northwind, SEEDS=20000 worlds
	deploy/dev/services install
	KILLS=$(or $(KILLS),100) deploy/dev/services run -- $(BIN)/pytest -q -n 0 -s tests/acceptance/test_kills.py
	MATRIX=all deploy/dev/services run -- $(BIN)/pytest -q -n 2 tests/matrix
	NORTHWIND=all $(BIN)/pytest -q -n 0 tests/acceptance/test_northwind.py
	for world in "" --sales --judges --wide; do for flavour in nogab gab; do \
		$(BIN)/python -m tests.simulation.run --flavour $$flavour --count $(or $(SEEDS),20000) $$world || exit 1; \
	done; done

bench: env
	$(BIN)/dualwrite bench

lock:  ## pin every dependency with hashes; the files name no download address
	uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group dev --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache build dist
