# `make run` and `make test` need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
ENVIRONMENT := .venv
BIN := $(ENVIRONMENT)/bin
PACKAGES := bench jobs models ops payments quality realtime resolvers schema tests web
# How many processes run tests; each has a PostgreSQL and a Redis of its own.
JOBS ?= 2
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement
ARGS ?=

.PHONY: run test check fmt bench prove pictures lock env client

run: env client
	@exec $(BIN)/python bin/tidemark run

test: env client
	@$(BIN)/python web/client/tools/build.py test
	@$(BIN)/python -m tests.support.bch_node || echo "No node for Bitcoin Cash: its tests are left out"
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: env client
	$(BIN)/ruff format --check . bin/tidemark
	$(BIN)/ruff check . bin/tidemark
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/lint-imports
	$(BIN)/python bin/tidemark schema --check
	$(BIN)/python web/client/tools/build.py check

fmt: env
	$(BIN)/ruff check --fix --quiet . bin/tidemark || true
	$(BIN)/ruff format --quiet . bin/tidemark
	$(BIN)/python web/client/tools/build.py format

# Where the sources have changed since the last build; the environment brings the Node for it.
client: env
	@$(BIN)/python web/client/tools/build.py

bench: env client
	@$(BIN)/python -m bench $(ONLY)

prove: env client
	@N=$(N) SEED=$(SEED) $(BIN)/python -m bench.prove $(ONLY)

# Every page, on a phone and on a desk, light and dark, into docs/pictures; `ONLY=board,earnings` takes just those.
pictures: env client
	@$(BIN)/python -m docs.take_pictures $(ONLY)

# `make lock ARGS=--upgrade` takes what is new.
lock: env
	$(BIN)/uv pip compile requirements.in --overrides requirements.overrides --output-file requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet $(ARGS)

env: $(ENVIRONMENT)/.locked

# uv, itself held to its hash, is many times as fast as pip; where it finds no packages (it does not read pip's settings), pip does it.
$(ENVIRONMENT)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Tidemark needs Python 3.11 or newer: make PYTHON=/path/to/python")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(ENVIRONMENT)
	@echo "Installing what requirements.lock names"
	@sed -n '/^uv==/,/^    # via/p' requirements.lock > $(ENVIRONMENT)/uv.lock
	@{ $(INSTALL) $(ENVIRONMENT)/uv.lock \
	  && $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --requirement requirements.lock; } 2> $(ENVIRONMENT)/uv.log \
	  || $(INSTALL) requirements.lock
	@touch $@
