# Every verb sets up what it needs; the first run downloads, the next ones start in seconds.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
unexport PYTHONDONTWRITEBYTECODE  # set by some images: each child process would compile everything again

help: ## list these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: .venv/dev.stamp ## build .venv with everything (demo and test call it themselves)

demo: .venv/base.stamp ## open the phones: the whole main job on this machine, no token needed
	@$(BIN)/nhacviec demo $(ARGS)

test: .venv/dev.stamp ## run the tests
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: .venv/dev.stamp ## lint, types and import contracts
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && PYTHONPATH=. $(BIN)/lint-imports

fix: .venv/dev.stamp ## format and mend what a tool can mend
	@$(BIN)/ruff check --fix-only . && $(BIN)/ruff format .

soak: .venv/dev.stamp ## the long campaigns: every channel, kills at random moments
	@$(BIN)/pytest -m soak -n 0 -s --timeout 5400 $(ARGS)

bench: .venv/dev.stamp .venv-bench/stamp ## measure, beside floors and peers in the same run (ARGS=--write)
	@$(BIN)/python -m tests.bench $(ARGS)

reader-report: .venv/dev.stamp ## measure the reader on the annotated documents, and list each miss
	@$(BIN)/python -m tests.reader_report

migrate: .venv/base.stamp ## bring the database of this folder to the newest schema
	@$(BIN)/nhacviec migrate

lock: .venv/dev.stamp ## renew the hashed locks
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header pyproject.toml requirements/build.in -o requirements/base.lock
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header pyproject.toml requirements/build.in --group dev -o requirements/dev.lock
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --no-header --group bench --python-version 3.11 -o requirements/bench.lock

.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (with venv)."; exit 1; }
	@echo "Setting up .venv: the first time downloads about 60 MB and takes a minute or two; afterwards seconds."
	@$(PYTHON) -m venv .venv
	@command -v uv >/dev/null || $(BIN)/pip install -q --disable-pip-version-check uv || echo "uv is not to be had; going on with pip."
	@touch $@

.venv/base.stamp: .venv/python.stamp requirements/base.lock pyproject.toml
	@$(call install,base)
.venv/dev.stamp: .venv/python.stamp requirements/dev.lock pyproject.toml
	@$(call install,dev)
	@touch .venv/base.stamp

UV = $$(command -v uv || ls $(BIN)/uv 2>/dev/null)
define install
echo "Installing $(1) packages …"; \
if [ -n "$(UV)" ]; then \
  $(UV) pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/$(1).lock && $(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .; \
else \
  $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/$(1).lock && $(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
fi && touch $@
endef

# The peers of the bench: they are no part of the product and must not meddle with its packages.
.venv-bench/stamp: .venv/python.stamp requirements/bench.lock
	@$(PYTHON) -m venv .venv-bench
	@echo "Installing the bench's peers …"; \
	if [ -n "$(UV)" ]; then $(UV) pip install -q --python .venv-bench/bin/python --require-hashes -r requirements/bench.lock; \
	else .venv-bench/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.lock; fi && touch $@

.PHONY: help setup demo test check fix soak bench reader-report migrate lock
