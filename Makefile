# Vitrine: `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
UV := .venv-lock/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
           --no-header --no-emit-index-url --no-emit-find-links
DATABASE_TESTS := $(addprefix tests/,unit/services unit/accounts unit/test_visibility.py \
                  web api wire privacy contract)
CODE := accounts bench catalog config docs/pictures tests manage.py

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres check format system bench pictures lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Vitrine needs Python 3.11 or newer; set PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.main: requirements/main.txt | $(BIN)/python
	$(PIP) install --quiet --require-hashes --no-deps -r requirements/main.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.main
	$(PIP) install --quiet --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

run: $(VENV)/.main ## Install what is missing and serve http://127.0.0.1:8000 (HOST, PORT, VITRINE_HOME)
	@exec $(BIN)/python manage.py serve

test: $(VENV)/.dev ## Run all tests; a missing tool is a named skip (a failure with REQUIRE_ALL=1)
	@if command -v npm >/dev/null && [ package.json -nt node_modules/.package-lock.json ]; then \
	  npm ci --silent --no-audit --no-fund || echo "npm packages are missing: tests name what they skip"; fi
	$(BIN)/pytest -n auto --dist loadgroup $(ARGS)

test-postgres: $(VENV)/.dev ## Run the tests that ask the database on a PostgreSQL of their own
	$(BIN)/python tests/postgres.py $(BIN)/pytest -n auto --dist loadgroup $(or $(ARGS),$(DATABASE_TESTS))

check: $(VENV)/.dev ## Lint, format, types, architecture, templates, spelling, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	git ls-files -z '*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/codespell $(CODE) docs templates samples static README.md CHANGELOG.md
	$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0
	$(BIN)/python manage.py check

format: $(VENV)/.dev ## Format code and templates
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format $(CODE)
	git ls-files -z '*.html' | xargs -0 $(BIN)/djade --target-version 5.2

system: ## Install by apt what some tests need: Chromium, Node.js, PostgreSQL, Redis, languages
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	  chromium curl fonts-liberation \
	  golang-go httpie libmono-system-net-http4.0-cil mono-mcs perl php-cli php-curl \
	  postgresql r-base-core r-cran-httr2 r-cran-jsonlite redis-server ruby
	command -v javac >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	  --no-install-recommends default-jdk-headless
	command -v npm >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	  --no-install-recommends nodejs npm

bench: $(VENV)/.dev ## Run every benchmark (CORPUS=directory of judged queries); figures go to bench/results
	@set -e; for file in bench/*.py; do \
	  echo "== $$file"; given=; \
	  case $$file in *search_relevance*|*search_scale*) \
	    if [ -z "$(CORPUS)" ]; then \
	      echo "left out: give CORPUS=directory of real_models.jsonl and queries_dev.jsonl"; continue; fi; \
	    given="--corpus $(CORPUS)/real_models.jsonl --queries $(CORPUS)/queries_dev.jsonl";; \
	  esac; \
	  $(BIN)/python $$file $$given; done

pictures: $(VENV)/.dev ## Take the pictures of the README and the guide anew
	$(BIN)/python docs/pictures/take.py

lock: ## Compile requirements/*.txt from *.in: hashed, for every platform, no host names
	@test -x $(UV) || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv; }
	$(COMPILE) requirements/main.in -o requirements/main.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt

clean: ## Remove the virtual environments and caches, never the state in var/
	rm -rf $(VENV) .venv-lock node_modules .mypy_cache .ruff_cache .pytest_cache
