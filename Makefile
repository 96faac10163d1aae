# Two commands: `make book` and `make test`. Each sets up what it needs, once; a second run is quick.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SERVE ?= 1
SITE := _build/html
CHROMIUM := $(or $(CNNVIZ_CHROMIUM),$(shell command -v chromium chromium-browser google-chrome google-chrome-stable 2>/dev/null | head -n 1))
# One thread a process: shared cores, and the same sums in the same order.
export OMP_NUM_THREADS ?= 1

.PHONY: help book site test lint types unit js notebooks browser bench clean setup

help:  ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

book: site  ## build the book and serve it on 127.0.0.1 (SERVE=0: build only; PORT=8000)
	@if [ "$(SERVE)" != 0 ]; then \
	  echo "The book is at http://127.0.0.1:$(PORT)/  (Ctrl-C ends it)"; \
	  exec $(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(SITE); fi

# What a notebook's cells give depends on the package too, which neither the notebooks' cache nor Sphinx knows.
_build/.package: $(shell find cnnviz book/questions -type f -not -name '*.pyc')
	rm -rf _build/.jupyter_cache _build/.doctrees
	@mkdir -p _build && touch $@

site: $(VENV)/.ready _build/.package
	@echo "== building the book (the first time it runs every notebook: a few minutes)"
	$(BIN)/jupyter-book build . -W --keep-going

test: setup lint types js unit site notebooks browser  ## run every check
	@echo "All checks passed."

setup: $(VENV)/.ready node_modules/.ready .browser

$(VENV)/.ready: pyproject.toml constraints.txt
	@echo "== setting up $(VENV) (once: about a minute, with a fast network)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cnnviz needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[dev]'
	@touch $@

node_modules/.ready: package.json
	@command -v npm >/dev/null || { echo "The checks of the JavaScript need Node 20 or newer, and npm is not here: install it from your system's packages."; exit 1; }
	@echo "== installing the JavaScript checks"
	npm install --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: .browser
.browser:
	@if [ -z "$(CHROMIUM)" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "== installing Chromium"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else \
	    echo "The browser tests need Chromium: install it (Debian, Ubuntu: sudo apt-get install chromium; macOS: brew install chromium),"; \
	    echo "or set CNNVIZ_CHROMIUM to the path of a Chrome. Without it they are left out, and say so."; fi; fi

lint: $(VENV)/.ready  ## ruff: style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## mypy and tsc, both strict
	$(BIN)/mypy
	node_modules/.bin/tsc --project tsconfig.json

js: setup
	node --test tests/js/*.test.js

unit: setup
	$(BIN)/python -m pytest --doctest-modules cnnviz tests -m "not browser"

notebooks: $(VENV)/.ready
	$(BIN)/python -m pytest --nbval --nbval-cell-timeout=240 --nbval-sanitize-with tests/nbval.cfg -p no:cacheprovider book

browser: site
	$(BIN)/python -m pytest -m browser tests

# A peer to measure against; without a network the benchmark says that it was left out.
TINYNN := _build/tinynn-0.1.1
$(TINYNN): | $(VENV)/.ready
	-$(BIN)/python -m pip download --quiet --no-deps --no-binary :all: --dest _build tinynn==0.1.1 && tar -xzf $@.tar.gz -C _build

ORT := _build/onnxruntime-web
$(ORT):
	-npm install --prefix $@ --no-save --no-package-lock --no-audit --no-fund --loglevel=error onnxruntime-web@1.23.0

bench: $(VENV)/.ready node_modules/.ready $(TINYNN) $(ORT) .browser  ## measure against peers, side by side in one run
	TINYNN=$(TINYNN) ONNXRUNTIME_WEB=$(ORT)/node_modules/onnxruntime-web/dist $(BIN)/python -m benchmarks
	node benchmarks/page_ops.mjs

clean:  ## remove what was built (not the set-up)
	rm -rf _build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
