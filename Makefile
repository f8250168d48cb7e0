# Both commands make their own environment in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed

.PHONY: demo test check clean

demo: $(STAMP)
	$(VENV)/bin/digestlang translate tests/data/sample.en.md tests/data/sample.ko.md -o build/demo --force --no-memory
	@for file in build/demo/*.md; do echo; echo "==> $$file"; cat $$file; done

test: $(STAMP)
	$(VENV)/bin/python -m pytest -q

check: $(STAMP)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist
