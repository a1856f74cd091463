# Every command of the project. `make run` starts the dashboard, `make test` runs every check.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8501
WORKERS ?= 3
READER ?=
SECONDS ?= 60
MINUTES ?= 30

# PyPI's torch for Linux carries CUDA. To install the smaller CPU build on an ordinary machine, set TORCH_INDEX to the
# address of PyTorch's own CPU wheel index (the installation page of PyTorch names it): make run TORCH_INDEX=...
TORCH_INDEX ?=

BIN := $(VENV)/bin
# Idle threads sleep instead of spinning: where cores are shared, spinning ones slow a scan tenfold.
export OMP_WAIT_POLICY ?= PASSIVE
# Compiled modules are kept, and pytest's too, whatever the machine's habit: hundreds of test processes import them.
quick tests: export PYTHONDONTWRITEBYTECODE :=
# glibc keeps freed memory instead of handing it back page by page: a scan takes a fifth less time, for 0.3 GB more.
run bench soak: export MALLOC_MMAP_THRESHOLD_ := 1073741824
run bench soak: export MALLOC_TRIM_THRESHOLD_ := 4294967296

PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
RUNTIME := $(VENV)/.runtime
TOOLS := $(VENV)/.tools
FUZZER := $(VENV)/.fuzzer
SUPPLY := $(VENV)/.supply

.PHONY: help run bench schema risks test quick lint types imports tests fuzz soak browser format wheel constraints lock soup clean

.DEFAULT_GOAL := run

help:  ## this list
	@awk -F ':.*## *' '/^[a-z]+:.*##/ {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME)  ## the dashboard on http://localhost:8501
	$(BIN)/streamlit run app/server.py --server.port $(PORT)

test: lint types imports tests  ## every check, as continuous integration runs it

quick: $(TOOLS)  ## the tests that need neither a browser nor more than some seconds each
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not browser and not slow"

lint: $(TOOLS)  ## rules, format and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

types: $(TOOLS)  ## mypy, strict
	$(BIN)/mypy

imports: $(TOOLS)  ## whether the rooms import one way only
	$(BIN)/lint-imports

# Processes of one thread each, as most tests have work for one core only; one more than two cores, since one of them waits for a browser.
tests: $(TOOLS) browser  ## every test
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder \
		--risk-results=build/risks.md

fuzz: $(FUZZER)  ## coverage-guided fuzzing of the readers; READER="dicom zip" SECONDS=600 takes some of them, for longer
	OMP_NUM_THREADS=1 nice $(BIN)/python -m tests.readers.fuzz $(READER) --seconds $(SECONDS)

soak: $(TOOLS)  ## mixed load on the real dashboard: memory, health, errors; MINUTES=30
	$(BIN)/python -m tests.support.soak --minutes $(MINUTES)

browser:  ## Debian's Chromium, dcmtk, dicom3tools, Orthanc and PostgreSQL, where they are missing and may be installed
	@command -v chromium >/dev/null && command -v dcmdump >/dev/null && command -v dciodvfy >/dev/null \
		&& ls /usr/share/orthanc/plugins/libOrthancDicomWeb.so >/dev/null 2>&1 && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& apt-get install -y -qq --no-install-recommends chromium dcmtk dicom3tools orthanc orthanc-dicomweb postgresql; then exit 0; fi; \
	echo "Chromium, dcmtk, dicom3tools, Orthanc or PostgreSQL is missing and could not be installed: the tests that need it will be skipped."

bench: $(TOOLS) browser  ## seconds and memory by stage, then milliseconds of a click; SCANS="a.nii.gz folder" times your own
	$(BIN)/adcore study bench $(SCANS)
	$(BIN)/python -m tests.support.click_speed

schema: $(RUNTIME)  ## the JSON schema of a result, written to docs/reference from the code
	$(BIN)/python -c 'from adcore.analysis.document import write_schema; write_schema("docs/reference/analysis.schema.json")'
	$(BIN)/python -c 'from app.api.openapi import write_openapi; write_openapi("docs/reference/openapi.json")'

risks: $(TOOLS)  ## the page of hazards, controls and their tests, from docs/explanation/risks.toml
	$(BIN)/python -m tests.support.risks

format: $(TOOLS)  ## put the code into the form that lint wants
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheel: $(RUNTIME)  ## the installable package with the shipped models, in dist/
	rm -rf build
	$(PIP) wheel --no-build-isolation --no-deps --wheel-dir dist .

clean:  ## remove everything that was installed or built
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The stamps make a repeated command start at once: packages are installed again only when the pins change.
$(RUNTIME): requirements.txt requirements.lock constraints.txt pyproject.toml setup.py | $(BIN)/python
	@echo "Installing the pinned packages into $(VENV): some minutes the first time."
	$(if $(TORCH_INDEX),$(PIP) install --index-url $(TORCH_INDEX) --constraint requirements.txt torch torchvision)
	$(PIP) install --require-hashes --no-deps --requirement requirements.lock
	$(PIP) install --requirement requirements.txt --constraint constraints.txt # torch alone, whose builds differ
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	$(PIP) install --requirement requirements-dev.txt --constraint constraints.txt
	touch $@

$(FUZZER): requirements-fuzz.txt $(TOOLS)
	$(PIP) install --requirement requirements-fuzz.txt --constraint constraints.txt
	touch $@

$(SUPPLY): requirements-supply.txt $(TOOLS)
	$(PIP) install --requirement requirements-supply.txt --constraint constraints.txt
	touch $@

lock: $(SUPPLY)  ## requirements.lock: what may be installed, by its hashes; after a change of requirements.txt or constraints.txt
	$(BIN)/python -m tests.support.supply lock

soup: $(SUPPLY)  ## in build/: a CycloneDX SBOM, and the packages with licences and known vulnerabilities; fails if not judged
	$(BIN)/python -m tests.support.supply report

constraints: $(TOOLS)  ## pins what the pinned packages need in turn; torch brings its own, which differ between builds
	(sed -n '/^#/p' constraints.txt && $(PIP) freeze --all --exclude-editable --exclude pip --exclude torch --exclude torchvision \
		| grep -v '^nvidia\|^cuda\|^triton') > constraints.new
	mv constraints.new constraints.txt
