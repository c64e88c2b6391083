# make            the private environment (.venv) with landscape in it
# make run        store, demo borough and app, on loopback
# make test       everything the tests need, then the tests
# make check      lint, types and import rules
# make bench      how fast, against what (benchmarks/)
# make pins       write constraints.txt anew from the environment

PYTHON ?= python3
BIN := .venv/bin
PYTEST_ARGS ?=
.DEFAULT_GOAL := .venv/landscape
.PHONY: run test check bench pins clean

.venv/landscape: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "landscape needs Python 3.11 or later: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/developer: .venv/landscape
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,check]'
	@touch $@

run: .venv/landscape
	$(BIN)/landscape up --demo

check: .venv/developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache | tail -n 8

# Neo4j runs beside the tests where Maven and Java are there; else its tests are skipped and say so.
test: check
	@home=$$(mktemp -d); trap '$(BIN)/python tests/neo4j/server.py stop --home '$$home EXIT; \
	lines=$$($(BIN)/python tests/neo4j/server.py start --home $$home) && export $$lines; \
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder $(PYTEST_ARGS)

bench: .venv/developer
	$(BIN)/python benchmarks/run.py

pins: .venv/developer
	{ head -n 1 constraints.txt; $(BIN)/pip freeze --exclude-editable; } > constraints.new && mv constraints.new constraints.txt

clean:
	rm -rf .venv .neo4j artefacts build dist
