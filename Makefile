# make run: start (the simulated GitHub unless credentials are set); make test: everything that must hold; each sets itself up.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check bench install fix chaos pairs mermaid
.DEFAULT_GOAL := run

run: .venv/run
	$(BIN)/burndown serve --demo-if-unconfigured

test: check
	$(BIN)/python -m pytest tests/chaos
	$(BIN)/python -m pytest -n logical --dist worksteal --ignore tests/chaos

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/burndown rules lint
	$(BIN)/check-jsonschema --schemafile rules/schema.json $(wildcard rules/*/*.yml)

bench: .venv/dev
	$(BIN)/python -m tests.bench

chaos: .venv/dev
	$(BIN)/python -m tests.chaos --kills 1000

pairs: .venv/dev
	PAIRS=1000000 $(BIN)/python -m pytest tests/fuzz/test_equal.py

mermaid: .venv/dev
	$(BIN)/python -m tests.mermaid

fix: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install: .venv/run

.venv/run: requirements.txt requirements-build.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.txt -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@
