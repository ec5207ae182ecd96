# Two commands: `make run` and `make test`. Both install what they need, once.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PORT ?= 8866
# Many tests wait for processes and pages: three workers keep two processors busy, one thread each.
WORKERS ?= 3
# Every process that a test starts loads the package: compiled once, not each time.
unexport PYTHONDONTWRITEBYTECODE
FILES := $(foreach file,$(PVPC_FILE),--pvpc-file $(file))
LOCK := pyproject.toml constraints.txt

.PHONY: docs run test install dev browser peers check unit bench bench-dash bench-plan bench-store shots shots-edge lab clean help bench-forecast bench-jobs bench-chat bench-backup bench-edge bench-usage check-deploy

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install  ## data, forecast, plan, report and dashboard at http://127.0.0.1:8866 (CI=1: only check)
	$(BIN)/chocolib run --port $(PORT) $(FILES) $(if $(CI),--check)

test: dev browser peers check unit  ## every check and every test

install: .venv/.installed  ## the package in .venv

dev: .venv/.dev  ## the package and the tools of its tests

.venv/.python: Makefile
	@test -n "$(PYTHON)" || { echo "chocolib needs Python 3.11 or newer (with venv)" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || \
		{ echo "Creating .venv with $(PYTHON)"; rm -rf .venv; $(PYTHON) -m venv .venv; }
	@touch $@

.venv/.installed: .venv/.python $(LOCK)
	@echo "Installing chocolib (a minute the first time)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.dev: .venv/.python $(LOCK)
	@echo "Installing chocolib and the tools of its tests (a minute the first time)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch .venv/.installed $@

browser: dev  ## a Chromium for the browser tests, where there is none
	@$(BIN)/python deploy/browser.py

peers: dev  ## what the tests of InfluxDB, secrets, workflows and releases talk to; where it cannot be had they are skipped
	@$(BIN)/python -m deploy.influxd || true
	@$(BIN)/python -m deploy.flux || true
	@$(BIN)/python -m deploy.nginxd || true
	@$(BIN)/python -m deploy.registry || true
	@$(BIN)/python -m deploy.moved_clock || true
	@$(BIN)/python -m deploy.npm || true

check-deploy: dev browser peers  ## the deployment, as far as no container is needed: edge, attacks, compose
	$(BIN)/python -m pytest -q -rs tests/deploy
	$(BIN)/python -m tests.deploy.attacks

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: export OMP_NUM_THREADS := 1
unit: export OPENBLAS_NUM_THREADS := 1
unit: dev  ## the tests, those files first that take longest (tests/longest.py)
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder

bench: dev  ## the figures of the README, measured side by side
	$(BIN)/python -m benchmarks

bench-plan: dev  ## the planner on real prices: seconds, gaps
	$(BIN)/python -m benchmarks.plan

bench-dash: dev browser  ## the dashboards in a browser: first chart, a widget's answer, ten phones
	$(BIN)/python -m benchmarks.dash

bench-forecast: dev  ## the price models on real prices, into docs/forecast.md (half an hour)
	$(BIN)/python -m benchmarks.forecast

bench-store: dev peers  ## the stores: beside pandas, under a crowd of processes, and with faults
	$(BIN)/python -m benchmarks.store

bench-jobs: dev  ## the idle worker, and what a run costs over calling its function
	$(BIN)/python -m benchmarks.jobs

bench-chat: dev  ## the chat: questions answered right, context, cost; then what it adds, and MCP
	$(BIN)/python -m benchmarks.chat
	$(BIN)/python -m benchmarks.chat.latency
	$(BIN)/python -m benchmarks.mcp

bench-backup: dev  ## a backup, its check, restore and drill, beside cp and tar
	$(BIN)/python -m benchmarks.backup

bench-edge: dev browser peers  ## the first chart through nginx, beside the dashboards alone
	$(BIN)/python -m benchmarks.edge

bench-usage: dev  ## ten million lines of an access log read, beside pandas (4 GB of disk)
	$(BIN)/python -m benchmarks.usage

shots: dev browser  ## screenshots of the dashboard into docs/
	$(BIN)/python -m docs.shots

shots-edge: dev browser peers  ## screenshots of the dashboard through nginx into docs/img/edge
	$(BIN)/python -m docs.edge_shots

docs: dev  ## the pages of docs/ that are made from the code
	$(BIN)/python -m docs.generate

lab: install  ## JupyterLab on the starter notebook
	$(BIN)/chocolib lab

clean:
	rm -rf .venv build *.egg-info
