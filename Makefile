# Two commands for people: `make demo` and `make test`. Everything else serves these two.
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION ?= 0.13.8
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)

.PHONY: demo test setup lock

demo: setup          ## set everything up and serve http://127.0.0.1:8000 with demo data
	@$(BIN)/sahih demo

lock:                ## pin every dependency, with hashes
	$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock
