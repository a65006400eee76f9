# `make` builds the OCaml executables; `make experiment` and `make test` set everything up first. What is there already
# is not installed again.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
TORCH := torch==2.13.0

DEBIAN := ocaml-nox ocaml-dune libyojson-ocaml-dev libcmdliner-ocaml-dev libalcotest-ocaml-dev libqcheck-ocaml-dev \
          graphviz libgraphviz-dev pkg-config gcc libgl1
# Only where $(PYTHON) is Debian's and came without them.
DEBIAN_PYTHON := python3-venv python3-dev
PYTHON_IS_WHOLE = $(PYTHON) -c "import ensurepip, os, sysconfig; open(os.path.join(sysconfig.get_path('include'), 'Python.h'))"

.PHONY: all setup experiment plots test test-full clean

all: $(VENV)/.ocaml
	dune build --display quiet

# Debian packages: only where one is missing, and with sudo unless we are root.
$(VENV)/.ocaml:
	@wanted="$(DEBIAN)"; $(PYTHON_IS_WHOLE) 2>/dev/null || wanted="$$wanted $(DEBIAN_PYTHON)"; \
	missing=$$(for p in $$wanted; do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  sudo=$$([ $$(id -u) = 0 ] || echo sudo); \
	  echo installing $$missing; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
	@mkdir -p $(VENV) && touch $@

# torch is pinned and comes first: an open range would fetch gigabytes of CUDA libraries.
$(VENV)/.python: pyproject.toml $(VENV)/.ocaml
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip
	$(BIN)/pip install --quiet "$(TORCH)"
	$(BIN)/pip install --quiet --editable ".[dgl,test]"
	@touch $@

setup: all $(VENV)/.python

experiment: setup
	$(BIN)/pyssnn raven --n 2560 --out graph/dataset --seed 0 --workers $(WORKERS)
	$(BIN)/pyssnn evolve --profile quick --name quick --data graph/dataset --workers $(WORKERS)

# The figures and reports of the runs that are archived in the repository, drawn again from what is archived.
# ORIGINAL=<folder> puts the numbers of another archive beside theirs.
plots: setup
	@for split in $$(git ls-files ':(glob)results/*/split.json'); do \
	  run=$$(dirname "$$split"); \
	  $(BIN)/pyssnn plot "$$run" && $(BIN)/pyssnn report "$$run" $(if $(ORIGINAL),--beside "$(ORIGINAL)") || exit; \
	done

test: setup
	dune test --display quiet
	$(BIN)/python -m pytest

test-full: setup
	dune test --force --display quiet
	$(BIN)/python -m pytest -m "" --hypothesis-profile "new examples"

clean:
	dune clean
	rm -rf $(VENV)
