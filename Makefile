# Everything is installed into .venv from requirements/dev.txt (pinned, with hashes).
PYTHON ?= python3
BIN := .venv/bin
# uv takes a tenth of pip's time, but reads none of its settings: where it finds no index, pip does it.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
install = $(BIN)/uv pip install --quiet --python $(BIN)/python $(1) || $(PIP) $(1)
# Tests start interpreters by the thousand: where nothing is kept of what was compiled, each compiles it all.
export PYTHONDONTWRITEBYTECODE :=
# No matrices are multiplied here; numpy's threads for that cost each process that imports it 0.1 s of CPU time.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help env env-all bench test checks format lint types imports tests quick fidelity coverage instruments precision startup memory rates tune-rates page planted side-by-side recommendations changes fuzz kit kills limits soak notebooks docs lock clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

env: .venv/installed ## Create .venv with everything that is needed

.venv/installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "ipcbench needs Python 3.11 or newer; say for instance: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements/uv.txt
	$(call install,--require-hashes -r requirements/dev.txt)
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

env-all: env ## Add the packages of all channels
	$(call install,--require-hashes -r requirements/all.txt)

bench: env ## Measure Pipe, duplex Pipe and Queue, store the run in results/, draw its charts
	$(BIN)/pytest bench --benchmark-only
	$(BIN)/ipcbench plot

# The checks take one core for most of a minute: tests have the other one meanwhile.
test: env ## Formatting, lint, types, import rules, documentation, tests
	$(MAKE) -j 2 checks tests

checks: format lint types imports docs

format: env ## Check the formatting
	$(BIN)/ruff format --check .

lint: env ## Check for faults that need no run
	$(BIN)/ruff check .

types: env ## Check the types
	$(BIN)/mypy

imports: env ## Check the design's import rules
	$(BIN)/lint-imports

QUICK := tests/analysis tests/doctor tests/machine tests/plan tests/record tests/report tests/statistics \
	tests/test_house.py tests/test_visible.py

quick: env format lint types imports ## What can be checked without starting a process, in under a minute
	$(BIN)/pytest -n 3 -q --ignore tests/report/test_page_in_a_browser.py $(QUICK)

# More than two cores can run, since tests wait for processes; nothing in a test is a speed.
tests: env ## Run the tests, four at a time
	$(BIN)/pytest -n 4 --dist worksteal --benchmark-disable

fidelity: env ## Compare the harness with bare hand-written loops, in every state of the heap (2 h)
	$(BIN)/python bench/fidelity.py --whole

coverage: env ## See what the intervals cover: by simulation, and in runs that are made again and again (15 min)
	$(BIN)/python bench/coverage.py
	$(BIN)/python bench/coverage_live.py

instruments: env ## See how often the two instruments of `explain` agree (2 min an interpreter)
	$(BIN)/python bench/instruments.py

precision: env ## See how narrow intervals become in how many seconds, and whether two runs agree (8 min)
	$(BIN)/python bench/precision.py

startup: env ## See that help and unrelated pytest sessions start fast
	$(BIN)/python bench/startup.py

memory: env ## See that measuring takes no more memory for more messages
	$(BIN)/python bench/memory.py

rates: env ## See how often `ab` errs: channels against themselves, live (40 min)
	$(BIN)/python bench/ab_rates.py

tune-rates: env ## See how often `tune` errs: commands that try nothing but what does nothing (25 min)
	$(BIN)/python bench/tune_rates.py

page: env ## See how large a report page is, how long it takes to write and to open (1 min)
	$(BIN)/python bench/page.py

planted: env ## See whether `ab` finds work that was really added (10 min)
	$(BIN)/python bench/planted.py

side-by-side: env ## See what other tools say of the same channels in the same time (25 min)
	$(BIN)/python bench/side_by_side.py

recommendations: env ## See whether what `recommend` chooses is as good as the best of a long run (26 min)
	$(BIN)/python bench/recommendations.py

changes: env ## See what `history` finds and what it imagines, beside Apache Otava (10 min)
	$(BIN)/python bench/changes.py

fuzz: env ## Try inputs that nobody would write, for ten minutes
	$(BIN)/python -m tests.fuzz

soak: env ## See that nothing grows or is lost in a hundred million messages (35 min)
	$(BIN)/python bench/soak.py

kit: env-all ## Check every channel under every start method on every interpreter (1 h)
	$(BIN)/python -m tests.conformance.every_product

kills: env ## Send a thousand random signals to the processes of every command (50 min)
	$(BIN)/python -m tests.fuzz.kills

limits: env ## See what the largest records that are accepted cost each command (2 min)
	$(BIN)/python -m tests.fuzz.largest

notebooks: env ## Execute the notebooks from a fresh kernel and store them (8 min)
	$(BIN)/python notebooks/run.py

docs: env ## Build the documentation into docs/_build
	$(BIN)/sphinx-build -q -W -n --keep-going -j auto -b html docs docs/_build

# What `env` installs, and what `env-all` adds, each with its hash.
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: env ## Renew requirements/ (names no registry)
	echo uv | $(COMPILE) --output-file requirements/uv.txt -
	$(COMPILE) --extra dev --output-file requirements/dev.txt pyproject.toml
	$(COMPILE) --extra dev --extra channels --constraint requirements/dev.txt \
		--output-file requirements/all.txt pyproject.toml

clean: ## Remove the environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
