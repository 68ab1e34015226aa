# The whole project from one file; `make help` lists the targets.
# Works with GNU make 3.81 (macOS) and any Python from 3.11 on. PYTHON=/path/to/python names it.

VENV := .venv
BIN := $(VENV)/bin
# Errors only: a clean install says nothing of itself.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
INSTALL := $(PIP) install --constraint constraints.txt --editable
CANDIDATES := $(if $(PYTHON),$(PYTHON),python3.13 python3.12 python3.11 python3)
# A Python counts if it runs (a shim may not), is new enough and can make an environment.
PROBE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
# Two installs into one environment would trip over each other.
.NOTPARALLEL:
.PHONY: help sweep test check format bench-overhead bench-search bench-analysis bench-importance bench-cluster clean

help:
	@echo "make sweep           install into $(VENV) and run studies/digits-svm.yaml"
	@echo "make test            install what the tests need and run them all"
	@echo "make check           format, lint, types and import layers"
	@echo "make format          write the format that 'make check' wants"
	@echo "make bench-overhead  measure the cost of a run against the peers"
	@echo "make bench-search    measure how good the chosen configurations are against the peers"
	@echo "make bench-analysis  measure how fast questions to a sweep are answered against the peers"
	@echo "make bench-importance  measure how true the importance of hyperparameters is"
	@echo "make bench-cluster   measure how much of a cluster is used, and what losing a node costs"
	@echo "make clean           remove $(VENV) and what the tools left behind"

sweep: $(VENV)/.installed
	$(BIN)/sweeps run studies/digits-svm.yaml

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench-overhead: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks.overhead

bench-search: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks.search_quality

bench-importance: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks.importance

bench-cluster: $(VENV)/.installed-bench $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.cluster

bench-analysis: $(VENV)/.installed-rliable
	$(BIN)/python -m benchmarks.analysis_speed

# Results (sweeps.db) are not ours to remove.
clean:
	rm -rf $(VENV) build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp a set of packages: nothing is installed twice until a version or pyproject.toml changes.
$(VENV)/.created:
	@for python in $(CANDIDATES); do \
	  if "$$python" -c '$(PROBE)' >/dev/null 2>&1; then \
	    echo "Making $(VENV) with $$("$$python" --version)."; \
	    "$$python" -m venv $(VENV) && touch $@ && exit 0; \
	    exit 1; \
	  fi; \
	done; \
	echo "sweeps needs Python 3.11 or newer with its venv module; tried: $(strip $(CANDIDATES))." >&2; \
	echo "Install one (Debian: apt install python3 python3-venv; macOS: brew install python)" >&2; \
	echo "or name one: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; \
	exit 1

$(VENV)/.installed: $(VENV)/.created constraints.txt pyproject.toml
	@echo "Installing pinned packages into $(VENV) (a few minutes the first time)."
	@$(INSTALL) .
	@touch $@

# It forbids the `arch` that runs on this numpy (docs/dependencies.md), hence `--no-deps`.
$(VENV)/.installed-rliable: $(VENV)/.installed-bench
	@$(PIP) install --constraint constraints.txt --no-deps rliable
	@touch $@

$(VENV)/.installed-%: $(VENV)/.installed
	@echo "Installing what 'make $(MAKECMDGOALS)' needs besides."
	@$(INSTALL) '.[$*]'
	@touch $@
