# Valence: `make demo` shows it working, `make test` proves it. Each builds .venv first where it is missing.
#
# PYTHON chooses the interpreter that builds the environment (3.11 or later).

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.complete
TESTS  ?=
BENCH  ?=

.PHONY: help venv demo test lint format bench matrix console-shots clean

help:
	@echo "make demo           authenticate an Infusionsoft account against the sandbox, then leave the console open"
	@echo "make test           run every test (TESTS=tests/oauth runs some)"
	@echo "make lint           ruff, mypy --strict, import-linter"
	@echo "make bench          measure the hot paths; prints ratios of one run (BENCH=hop measures one part)"
	@echo "make matrix         the whole race and crash matrix of token refresh"
	@echo "make console-shots  screenshots of every console page into ./screenshots"
	@echo "make venv           build $(VENV) with the product, its extras and tools"

venv: $(STAMP)

# Debian's python3 without python3-venv has no ensurepip; its pip, where there is one, can fill the environment.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Valence needs Python 3.11 or later; set PYTHON to one."; exit 2; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null \
	  || { $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install -q pip; } \
	  || { rm -rf $(VENV); echo "This Python cannot make environments. On Debian: apt-get install python3-venv"; exit 2; }
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test,lint]'
	@touch $@

demo: venv
	@$(BIN)/valence demo

test: venv
	$(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

lint: venv
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: venv
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: venv
	$(BIN)/python -m benchmarks $(BENCH)

matrix: venv
	VALENCE_MATRIX=full $(BIN)/python -m pytest -n auto tests/matrix

console-shots: venv
	$(BIN)/python scripts/console_shots.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache screenshots
