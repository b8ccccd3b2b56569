# `make help` lists what this file can do. Everything is installed into .venv, nothing asks a question.
SHELL := /bin/bash
.DEFAULT_GOAL := help
SERVE ?= 1

.PHONY: demo test nightly bench format clean help

demo: ## Install, import 541,909 real invoice lines, show the customer base and serve it (SERVE=0: stop after the table)
	@bin/install product
	@.venv/bin/visavis demo $(if $(filter 0,$(SERVE)),--no-serve)

test: ## Run every gate: format, lint, types, contracts, limits, tests, page, browser, audit
	@bin/install dev machine
	@bin/ci

nightly: ## What takes hours: 10,000 leak cases, 25 kills of each process, every operation of the API fuzzed
	@bin/install dev machine
	@LEAK_EXAMPLES=10000 CHAOS=25 FUZZ=all .venv/bin/pytest tests/access/test_doors.py tests/chaos tests/fuzz

bench: ## Measure ratios side by side and write build/bench.json
	@bin/install dev
	@mkdir -p build
	@.venv/bin/python -m bench

format: ## Format Python and the page, and apply the linter's safe fixes
	@bin/install dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
	@.venv/bin/python bin/npm.py run --silent format

clean: ## Remove what was built or installed here (your data folder stays)
	rm -rf .venv build dist ui/dist ui/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
