# make demo   the whole way, in tabgan-demo/: split a table, fit, generate, judge by what was kept aside, fit all
# make test   all checks: lint, types, tests
# make docs   the site, in site/; its pages can be opened as files
# make bench  the quality table of docs/benchmarks.md
# make coverage                 the tests, and which lines and branches of tabgan/ they do not reach
# make test-lowest test-newest  the tests with the lowest direct versions on Python 3.10, the newest on 3.13
# make journeys ONLY=matlab     six users' ways with a wheel in fresh environments; what they see is in build/journeys
# make campaign SECONDS=3600    hostile files, kills, full disks and random tables against every promise (make test: 90 s)
# make missing-translations     what the Chinese texts and pages lack

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# Threads that wait let those of other tests work; no result depends on it.
export OMP_WAIT_POLICY ?= passive

.PHONY: demo test types tests docs bench coverage campaign journeys test-lowest test-newest missing-translations clean

demo: $(VENV)/.installed
	$(BIN)/tabgan demo --overwrite

test: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/typos
	$(MAKE) --jobs=2 types tests # side by side, as mypy knows one core only

types: $(VENV)/.tested
	$(BIN)/mypy

tests: $(VENV)/.tested
	$(BIN)/python -m pytest -n auto --dist worksteal

docs: $(VENV)/.documented
	$(BIN)/python docs/build.py
	@echo "site: site/index.html - open it in a browser"

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/quality.py

coverage: $(VENV)/.tested
	$(BIN)/python -m pytest -n auto --cov --cov-report=term

SECONDS ?= 3600

campaign: $(VENV)/.tested
	TABGAN_CAMPAIGN_SECONDS=$(SECONDS) $(BIN)/python -m pytest -n auto tests/campaign

# TORCH=torch where the pages' index of torch cannot be reached
journeys: $(VENV)/.tested
	$(BIN)/python -m tests.journeys.run $(ONLY) $(if $(TORCH),--torch "$(TORCH)") \
		$(if $(filter command environment,$(word 1,$(origin PYTHON))),--python $(PYTHON))

# Without constraints.txt; the wheels of torch's own index are smaller: EXTRA=--extra-index-url=https://download.pytorch.org/whl/cpu
test-lowest:
	python3.10 -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check tomli
	.venv-lowest/bin/python .ci/lowest.py > .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check $(EXTRA) -c .venv-lowest/lowest.txt -e '.[dev]'
	.venv-lowest/bin/python -m pytest -n auto

test-newest:
	python3.13 -m venv .venv-newest
	.venv-newest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade $(EXTRA) -e '.[dev]'
	.venv-newest/bin/python -m pytest -n auto

missing-translations: $(VENV)/.tested
	-$(BIN)/python -m pytest -q -m translations -rN --tb=short -n 0 tests

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.tested: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@ $(VENV)/.installed

$(VENV)/.documented: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .venv-* tabgan-demo site build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
