# Everything is installed into .venv at the project's root; no other step, and nothing outside it.
PYTHON ?= python3
# Tests wait more than they compute: three at a time keep two cores busy.
JOBS   ?= 3
CORES  ?= 2
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
CODE   := $(wildcard domain application adapters entrypoints tests bench deploy/drill.py wsgi.py)
# Other OCPI implementations that the benchmarks measure beside the hub: each in a venv of its own.
PEERS  := extrawest-ocpi py-ocpi
WHOLE  := domain application adapters entrypoints wsgi.py

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export RUFF_CACHE_DIR := .cache/ruff
# What is compiled is kept: a run of the tests starts hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run test test-fast nginx helm check audit format demo guide bench bench-growth faults faults-all attack lock clean

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(STAMP) ## Install everything into .venv (every other target does it by itself)

$(STAMP): requirements.lock setup.cfg pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: no $(PYTHON) here: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11: name a newer one, as in make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "make: $(PYTHON) cannot make a venv: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV) (once; about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

run: $(STAMP) ## Run the whole hub: embedded stores, web, workers, sweeper. Ctrl-C stops it
	@HUB_ALLOW_PRIVATE_NETWORKS=$${HUB_ALLOW_PRIVATE_NETWORKS:-1} exec $(BIN)/python -IS entrypoints/tether.py $(BIN)/ocpi-hub up

test: $(STAMP) nginx helm ## Run every test, on real stores: JOBS files at a time
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-fast: $(STAMP) ## Run the tests that start no process, properties with fewer examples. The inner loop
	@HUB_FEW_EXAMPLES=1 $(BIN)/python -m pytest -q -n $(CORES) tests/unit tests/wire tests/test_*.py

nginx: ## Get nginx for the tests, if this machine has none: into .cache, nothing is installed
	@sh tests/get-nginx.sh

helm: .cache/helm/.installed ## Get what the tests render the Helm chart with: into .cache

check: $(STAMP) ## Format, lint, types, import contracts
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "make format puts that right"; exit 1; }
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/mypy $(CODE)
	@$(BIN)/lint-imports --cache-dir .cache/import-linter

audit: .cache/audit/.installed ## Look for unsafe code (bandit) and for packages known to be unsafe (pip-audit)
	@.cache/audit/bin/bandit --quiet --recursive --configfile pyproject.toml $(WHOLE)
	@.cache/audit/bin/python .ci/audit.py

.cache/%/.installed: requirements-%.lock
	@$(PYTHON) -m venv .cache/$*
	@.cache/$*/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@

format: $(STAMP) ## Format the code, and put right what ruff can
	@$(BIN)/ruff check --quiet --fix $(CODE) ; $(BIN)/ruff format --quiet $(CODE)

demo: $(STAMP) ## A roaming day against a fresh hub, told step by step
	@$(BIN)/python -m entrypoints.sandbox.demo

guide: $(STAMP) ## Write the requests and answers in docs/partners.md anew, from a run
	@HUB_WRITE_GUIDE=1 $(BIN)/python -m pytest -q tests/http/test_partner_guide.py

bench: $(STAMP) ## Benchmarks: the old limits decide, the table of costs reports. JSON=PATH writes it too
	@for peer in $(PEERS); do PIP_RETRIES=1 $(MAKE) --no-print-directory .cache/$$peer/.installed \
	    || echo "make: $$peer cannot be installed (no package index?): it is not measured beside the hub"; done
	@$(BIN)/python -m bench $(if $(JSON),--json $(JSON))

bench-growth: $(STAMP) ## What stays flat as the hub grows: a million EVSEs, tokens and CDRs
	@$(BIN)/python -m bench growth

faults: $(STAMP) ## Break everything that can break, and count what was lost: some minutes
	@$(BIN)/python -m pytest -q tests/faults

faults-all: $(STAMP) ## The same with every cell of the fault matrix
	@HUB_FAULTS=all $(BIN)/python -m pytest -q tests/faults

attack: $(STAMP) nginx .cache/attack/.installed ## Attack a running hub for long (ATTACK_SECONDS of made requests), and print a table
	@$(BIN)/python -m pytest -q -m attack --timeout 3600 tests/hostile

lock: ## Write the lock files anew: requirements.lock from setup.cfg, what production needs of it, the tools' and peers' from pyproject.toml
	@$(PYTHON) -m venv .cache/lock && .cache/lock/bin/pip install --quiet uv
	@.cache/lock/bin/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	    --no-emit-index-url --no-header --extra embedded --extra otel --extra test setup.cfg -o requirements.lock
	@.cache/lock/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	    --no-header --constraint requirements.lock setup.cfg -o requirements-production.lock
	@.cache/lock/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	    --no-header --constraint requirements.lock --extra otel setup.cfg -o requirements-otel.lock
	@for tools in audit attack helm $(PEERS); do .cache/lock/bin/uv pip compile --quiet --upgrade --generate-hashes --universal \
	    --python-version 3.11 --no-emit-index-url --no-header --group $$tools -o requirements-$$tools.lock; done

clean: ## Remove what was installed and cached; the hub's data in .hub stay
	@rm -rf $(VENV) .cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
