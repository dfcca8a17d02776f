# Everything here needs only Python 3.11+ and make. Each target makes .venv when none is there,
# says what it does and does nothing twice.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CORE := $(VENV)/.core-installed
DEV := $(VENV)/.dev-installed
# Simulators that are not ours, where somebody has put them beside the project.
PORTFOLIOS ?= ../shared/portfolios
DEMO ?= demo
SEED ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help install demo test check lint test-all demo-clean bench-quick bench-foreign bench-ablation bench-settings bench campaign neo4j neo4j-stop constraints readme clean

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*## ' Makefile | sed -E 's/^([a-z0-9-]+):.*## /  \1\t/' | expand -t 18

install: $(DEV) ## the command, the service and all tools of development in .venv

demo: $(CORE) ## set up the core, make up a portfolio and tell on one screen what was found (SEED=7: another)
	@echo "== a made-up portfolio from end to end, in $(DEMO)"
	@$(BIN)/ringfinder demo --seed $(SEED) --out $(DEMO)

test: $(DEV) ## the tests that need no server (under 5 minutes)
	@echo "== tests without servers and long runs"
	@$(BIN)/pytest -q -n 2 --dist loadgroup -m "not slow and not server"

check: lint test-all demo-clean bench-quick ## everything that CI runs

lint: $(DEV)
	@echo "== format, lint, types, layers"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test-all: $(DEV)
	@echo "== the tests that need no server, and what they cover"
	@$(BIN)/pytest -q -n 2 --dist loadgroup -m "not slow and not server" --cov --cov-report=term --cov-report=xml
	@echo "== the others: PostgreSQL, Neo4j, browsers, kills; counting lines would take a quarter longer"
	@$(BIN)/pytest -q -n 2 --dist loadgroup -m "slow or server"

demo-clean: ## what a newcomer does: a clean copy, an empty home, the core alone
	@echo "== the demo in a clean copy with an empty home"
	@tests/packaging/demo_in_clean_copy.sh

bench-quick: $(DEV) ## eight families at 5,000 requests and the speed at 10^5, against the frozen reference
	@$(BIN)/python benchmarks/quick.py

bench-foreign: $(DEV) ## the same on simulators that are not ours, where they are there
	@$(BIN)/python benchmarks/foreign.py --portfolios $(PORTFOLIOS)

bench: $(DEV) ## all families, speed and memory to 10^6, beside the baselines (an hour or so)
	@echo "== stability under changes that must not matter"
	@$(BIN)/python benchmarks/stability.py
	@echo "== quality of all families, speed and memory"
	@$(BIN)/python benchmarks/full.py

bench-ablation: $(DEV) ## what hangs on each family of evidence and on each table (some minutes)
	@$(BIN)/python benchmarks/ablation.py --portfolios $(PORTFOLIOS)

bench-settings: $(DEV) ## every constant of detection at half and at double (a quarter of an hour)
	@$(BIN)/python benchmarks/sensitivity.py --portfolios $(PORTFOLIOS)

campaign: $(DEV) ## the long forms of the random tests; results are committed
	@$(BIN)/python benchmarks/campaign_kills.py
	@$(BIN)/python benchmarks/campaign_journal.py
	@$(BIN)/python benchmarks/campaign_erase.py
	@$(BIN)/python benchmarks/campaign_jobs.py
	@$(BIN)/python benchmarks/campaign_service.py
	@$(BIN)/python benchmarks/campaign_api.py

neo4j: $(DEV) ## start a Neo4j of one's own in ringfinder-neo4j, without Docker (needs Java 17 or 21, and Maven once)
	@$(BIN)/ringfinder neo4j up

neo4j-stop: $(DEV) ## end that Neo4j; its data stay
	@$(BIN)/ringfinder neo4j down

readme: $(DEV) ## write the worked example of both READMEs anew
	@$(BIN)/python docs/example.py --write

constraints: $(DEV) ## resolve the libraries anew, with hashes and without addresses
	@$(BIN)/pip install -q uv
	@$(BIN)/uv pip compile -q --universal --generate-hashes --all-extras --group dev --no-header \
	  --no-emit-index-url --upgrade --python-version 3.11 pyproject.toml -o constraints.txt

clean: ## remove what the targets made
	rm -rf $(VENV) $(DEMO) build dist benchmarks/work .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache .coverage coverage.xml htmlcov

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ringfinder needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	@echo "== making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# Libraries first, by the hashes in constraints.txt; then the project itself, which has none.
$(CORE): $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "== installing the core and its libraries"
	@$(BIN)/python .ci/requirements.py >$(VENV)/core-requirements.txt
	@$(BIN)/pip install -q --no-deps --require-hashes -r $(VENV)/core-requirements.txt
	@$(BIN)/pip install -q --no-deps -e .
	@touch $@

$(DEV): $(CORE)
	@echo "== installing the extras and the tools of development"
	@$(BIN)/pip install -q --no-deps --require-hashes -r constraints.txt
	@touch $@
