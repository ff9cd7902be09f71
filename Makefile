# The same commands as in README.md, shorter to type. Nothing here is needed where make is missing.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint bench faults oracle docs verify.pyz clean
.DEFAULT_GOAL := test

demo: $(VENV)/.for-use
	$(BIN)/longcase demo

test: $(VENV)/.for-tests
	$(BIN)/python -m pytest

lint: $(VENV)/.for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.for-tests
	$(BIN)/python -m benchmarks

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# An editable installation either way, so that "demo" after "test" shows the source as it stands.
$(VENV)/.for-use: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install -e .
	touch $@

$(VENV)/.for-tests: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/pip install -e '.[test]'
	touch $@ $(VENV)/.for-use

# Some of them need strace, libfaketime and the right to mount a file system in memory, and say so where not.
faults: $(VENV)/.for-tests
	$(BIN)/python -m tests.faults

# Another reader, built from Go, says of checkpoints, proofs and tiles what ours says.
oracle: $(VENV)/.for-tests
	$(BIN)/python -m tests.oracle

# The documentation site, in build/site; a link that leads nowhere ends it.
docs: $(VENV)/.for-tests
	$(BIN)/python -m sphinx -n -W --keep-going -c docs/site . build/site

# The auditor's program as one file, which any Python runs that has cryptography; it needs nothing installed.
verify.pyz:
	$(PYTHON) -m scripts.write_verifier $@

clean:
	rm -rf $(VENV) verify.pyz build dist longcase.egg-info .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
