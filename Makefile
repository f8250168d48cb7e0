# Both commands make their own environment in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed

.PHONY: demo test check gate clean

demo: $(STAMP)
	$(VENV)/bin/digestlang translate tests/data/sample.en.md tests/data/sample.ko.md -o build/demo --force --no-memory
	@for file in build/demo/*.md; do echo; echo "==> $$file"; cat $$file; done

test: $(STAMP)
	$(VENV)/bin/python -m pytest -q

check: $(STAMP)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

# Is the embedded model as good as the one whose results are kept? Five minutes at most.
gate: $(STAMP)
	@for set in sentences digests; do \
	    $(VENV)/bin/digestlang eval run $$set --json build/$$set.json --force --quiet --allow-overlap && \
	    $(VENV)/bin/digestlang eval gate build/$$set.json --against eval/results/digest-small.$$set.json \
	        || exit $$?; \
	done

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist
