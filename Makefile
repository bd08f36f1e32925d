# Commands for working on pycommunicate; each is at most three lines, and `make` alone lists them.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check test-all test-long fuzz autobahn docs screenshots benchmark clean
export PYTHON ?= python3
PORT ?= 8080
node_folders := tests/client protocol/clients/node
node_installed := $(node_folders:=/node_modules/.package-lock.json)

help: ## List these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 14

run: .venv/.run ## Start the to-do example on port 8080, or on PORT=...
	cd examples/todo && ../../.venv/bin/python -m pycommunicate serve main:app --port $(PORT)

test: ## Install what the tests need, Chromium and Node.js included, then check
	tools/system.sh
	@$(MAKE) --no-print-directory check

check: .venv/.test $(node_installed) ## Format, lint, types, client tests, Python tests
	.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy
	cd tests/client && node --test && cd ../../protocol/clients/node && node --test
	tools/tests.sh

test-all: ## All but the browser tests on Python 3.10 to 3.13
	tools/system.sh
	@$(MAKE) --no-print-directory $(node_installed)
	tools/test_all.sh

test-long: .venv/.test ## Run 100,000 examples of the property tests, where check runs 2,000
	EXAMPLES=100000 .venv/bin/python -m pytest tests/properties

autobahn: .venv/.test ## Autobahn's test suite against our WebSockets; needs a Python 2.7
	.venv/bin/python -m tools.autobahn

docs: .venv/.test ## Build the documentation into build/docs
	.venv/bin/python -m sphinx -q -E -W --keep-going docs build/docs
	@echo "The documentation is in build/docs/index.html"

screenshots: .venv/.test ## Take the pictures of the examples, docs/images/*.png, anew
	.venv/bin/python -m tools.screenshots

fuzz: .venv/.test ## Hold 100,000 spoiled frames against both codecs, attack a server with as many, and measure
	.venv/bin/python -m tools.fuzz_codecs
	.venv/bin/python -m tests.hostile

benchmark: .venv/.test ## Measure
	.venv/bin/python -m benchmarks

clean: ## Remove what these commands made
	rm -rf .venv .venvs $(node_folders:=/node_modules) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --silent --no-audit --no-fund

requirements := setup.cfg setup.py pyproject.toml tools/venv.sh
.venv/.run .venv/.test: .venv/.%: $(requirements)
	tools/venv.sh .venv $*
.venvs/%/.test: $(requirements)
	tools/venv.sh .venvs/$* test
