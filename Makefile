# The one door. `make` lists the targets. Set-up is a dependency of the targets, never a step of its own.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
RUN := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
ROOMS := infra localcloud delivery ops policy demo drill bench pages main.py

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^# --- / { print "\n" substr($$0, 7) } /^[a-z-]+:.*## / { gsub(/[$$][$$]/, "$$"); printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# An environment that works is kept and brought up to date, so that what runs in it goes on.
$(STAMP): requirements.lock
	@$(RUN) -c '' 2>/dev/null || { \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or later is needed, got $$($(PYTHON) --version 2>&1); install it, or name one: make PYTHON=python3.13"; exit 1; } && \
		$(PYTHON) -m venv --clear $(VENV); }
	@echo "installing into $(VENV) what requirements.lock pins (about 1 GB, once)"
	@$(RUN) -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

# --- try it: on this machine, without an account
.PHONY: demo
demo: $(STAMP) ## Deploy everything on the embedded cloud, follow a transaction through both Regions, tear it down
	@$(RUN) -m demo $(ARGS)

.PHONY: drill
drill: $(STAMP) ## Break the stack under load, Region by Region, and count what was lost (10 minutes; ARGS="--seconds 60 --faults 5")
	@$(RUN) -m drill $(ARGS)

# --- check it
# Three processes suit two cores, because most of an apply is waiting; tests/conftest.py says what stays together.
PROCESSES ?= 3
.PHONY: test
test: $(STAMP) ## Run all tests: unit, plan, end to end on the embedded cloud (ARGS="tests/infra -k link": some; PROCESSES=0: in one process)
	@$(RUN) -m pytest --numprocesses $(PROCESSES) --dist loadgroup --no-loadscope-reorder $(or $(ARGS),--junit-xml=build/suite.xml)

.PHONY: faults
faults: $(STAMP) ## Inject faults into the functions for some minutes, count what is lost or doubled, write the table in docs/verification.md
	@FAULTS_LONGER=8 FAULTS_DOCUMENT=docs/verification.md $(RUN) -m pytest -q \
		tests/lambda/test_bank.py tests/lambda/test_history.py tests/lambda/test_killed.py

.PHONY: coverage
coverage: $(STAMP) ## Run the tests and tell which branches of infra, lambda, ops and policy they reach; fails below 90 % of one
	@$(RUN) -m pytest --cov --cov-report= --cov-fail-under 0 $(ARGS)
	@$(RUN) -m coverage xml -q -o build/coverage.xml --fail-under 0
	@worst=0; for room in infra lambda ops policy; do $(RUN) -m coverage report --skip-covered --include "$$room/*" || worst=1; done; exit $$worst

MUTATION := build/mutants/cosmic-ray
$(MUTATION)/.installed: .ci/mutants.txt
	@echo "setting up cosmic-ray in $(MUTATION) (once; 2 MB)"
	@$(RUN) -m pip install -qq --disable-pip-version-check --no-deps --target $(MUTATION) --requirement .ci/mutants.txt
	@touch $@

.PHONY: mutants
mutants: $(STAMP) $(MUTATION)/.installed ## Tell which small changes of policy and lambda/transactions no test notices, where code changed (ARGS=policy/pair.py: there)
	@PYTHONPATH=$(MUTATION) $(RUN) -m tests.mutants $(ARGS)

.PHONY: lint
lint: $(STAMP) ## Check style, types, shell, HCL, and that generated files are fresh
	@ruff check .
	@ruff format --check .
	@$(RUN) -m mypy $(ROOMS)
	@$(RUN) -m mypy lambda
	@shellcheck infra/*.sh .ci/run .ci/browse .ci/cdktf .ci/cdktn
	@for folder in bench examples infra modules tests; do TF_CLI_CONFIG_FILE= terraform fmt -check -recursive $$folder >/dev/null || \
		{ echo "run: terraform fmt -recursive $$folder"; exit 1; }; done
	@$(RUN) -m infra.export --check

CHECKOV := build/checkov
$(CHECKOV)/.installed: .ci/checkov.txt
	@echo "setting up checkov in $(CHECKOV) (once; about 300 MB)"
	@$(PYTHON) -m venv --clear $(CHECKOV)
	@$(CHECKOV)/bin/python -m pip install -qq --disable-pip-version-check --requirement .ci/checkov.txt
	@touch $@

.PHONY: checkov
checkov: $(STAMP) $(CHECKOV)/.installed ## Scan what examples/complete would create with checkov, and hold our checks for checkov against our rules
	@$(RUN) -m tests.policy.scanned $(CHECKOV)/bin/checkov
	@$(RUN) -m delivery scan --checkov $(CHECKOV)/bin/checkov

.PHONY: policy
policy: $(STAMP) ## Check a plan against the rules of docs/policies.md: PLAN=plan.json, or examples/complete, planned offline
	@file="$(PLAN)" && file=$${file:-$$($(RUN) -m delivery example-plan)} && $(RUN) -m policy "$$file" $(ARGS)

.PHONY: cdktf
cdktf: $(STAMP) ## Prove that cdktf's own CLI works (npm, 420 MB), on an embedded cloud: synth, diff, deploy, output, destroy
	@.ci/cdktf

.PHONY: cdktn
cdktn: $(STAMP) ## Prove the way out of cdktf: its community fork (770 MB) writes the same modules and the same stack
	@.ci/cdktn

.PHONY: bench
bench: $(STAMP) ## Measure, write docs/performance.md, fail where a bar is missed (ARGS="plan growth": some of them)
	@$(RUN) -m bench $(ARGS)

# --- build it
.PHONY: synth
synth: $(STAMP) ## Synthesize the deployable stack to cdktf.out
	@$(RUN) -m delivery synth

.PHONY: modules
modules: $(STAMP) ## Generate modules/ from infra/ (FORMAT=json writes build/modules-json instead)
	@$(RUN) -m infra.export $(if $(FORMAT),--format $(FORMAT)) $(if $(DESTINATION),--destination $(DESTINATION))

.PHONY: package
package: $(STAMP) ## Build the Lambda package (PACKAGE_PYTHON=3.13 ARCHITECTURE=arm64)
	@$(RUN) -m delivery package $(if $(PACKAGE_PYTHON),--python $(PACKAGE_PYTHON)) $(if $(ARCHITECTURE),--architecture $(ARCHITECTURE))

.PHONY: cost
cost: $(STAMP) ## Price what would be deployed, from an offline plan (ARGS="--transactions 5e6 --var monitoring={}")
	@$(RUN) -m delivery cost $(ARGS)

.PHONY: dist
dist: $(STAMP) ## Build the release archive: modules, Lambda packages, checksums, SBOM
	@$(RUN) -m infra.export --check
	@$(RUN) -m delivery dist

# --- run it: on AWS, or on the embedded cloud after `make up` and eval "$(make -s env)"
.PHONY: plan
plan: $(STAMP) ## Show what a deployment would change (ARGS="--json plan.json" also writes it down, for `make policy`)
	@$(RUN) -m delivery plan $(ARGS)

.PHONY: deploy
deploy: $(STAMP) ## Deploy to the cloud that the environment points to
	@$(RUN) -m delivery deploy $(if $(YES),--yes) $(ARGS)

.PHONY: output
output: $(STAMP) ## Print the outputs of the deployed stack as JSON
	@$(RUN) -m delivery output

.PHONY: verify
verify: $(STAMP) ## Check that the deployed stack is healthy (ARGS=--canary also writes)
	@$(RUN) -m delivery output | $(RUN) -m ops verify $(ARGS)

.PHONY: redrive
redrive: $(STAMP) ## Hand events that functions failed on to these functions again, from the deployed stack's queues
	@$(RUN) -m delivery output | $(RUN) -m ops redrive

.PHONY: sql
sql: $(STAMP) ## Open a SQL shell at the deployed stack (ROLE=admin, SIDE=secondary, ARGS='--command "select 1"')
	@mkdir -p build && $(RUN) -m delivery output > build/outputs.json
	@$(RUN) -m ops sql --outputs build/outputs.json $(if $(ROLE),--role $(ROLE)) $(if $(SIDE),--side $(SIDE)) $(ARGS)

.PHONY: migrate-status
migrate-status: $(STAMP) ## List which migrations the deployed stack has and which it lacks (ROLE=admin, SIDE=secondary)
	@$(RUN) -m delivery output | $(RUN) -m ops migrate status $(if $(ROLE),--role $(ROLE)) $(if $(SIDE),--side $(SIDE))

.PHONY: dashboard
dashboard: $(STAMP) ## Draw the deployed dashboard from its metrics, into docs/images (ARGS="--minutes 60")
	@$(RUN) -m delivery output | $(RUN) -m ops.dashboard docs/images/dashboard.svg $(ARGS)

.PHONY: drill-aws
drill-aws: $(STAMP) ## Inject a fault with AWS Fault Injection Service under load (ARGS="--start primary/database"); without ARGS, list them
	@mkdir -p build && $(RUN) -m delivery output > build/outputs.json
	@$(RUN) -m ops drill --aws --outputs build/outputs.json $(ARGS)

.PHONY: destroy
destroy: $(STAMP) ## Remove the deployed stack and its data; asks for its name, unless YES=<name> gives it
	@$(RUN) -m delivery destroy $(if $(YES),--yes-delete $(YES)) $(ARGS)

.PHONY: lost
lost: $(STAMP) ## After a lost state file: print the import commands for what exists and is not in the state
	@$(RUN) -m delivery lost

# --- the embedded cloud
.PHONY: up
up: $(STAMP) ## Start the embedded cloud and keep it running
	@$(RUN) -m localcloud up $(ARGS)

.PHONY: down
down: $(STAMP) ## Stop the embedded cloud
	@$(RUN) -m localcloud down

.PHONY: env
env: $(STAMP) ## Print what points aws, terraform, psql and boto3 to it: eval "$$(make -s env)"
	@$(RUN) -m localcloud env
	@$(RUN) -m delivery env

# --- keep it up to date
.PHONY: lock
lock: $(STAMP) ## Pin newer packages: requirements.lock from pyproject.toml, and lambda/requirements.txt
	@$(RUN) -m pip install --quiet uv
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate --no-emit-index-url \
		--extra localcloud --extra dev --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
	@cd lambda && ../$(VENV)/bin/uv pip compile --quiet --python-version 3.11 --python-platform x86_64-manylinux2014 --no-strip-extras \
		--generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" requirements.in --output-file requirements.txt

.PHONY: inventory
inventory: $(STAMP) ## Show how a plan differs from what a test expects: CASE=application/smallest; ARGS=--write makes it what is expected
	@$(RUN) -m tests.modules.inventory $(CASE) $(ARGS)

.PHONY: diagram
diagram: $(STAMP) ## Draw the examples from their plans into docs/images (ARGS=--check); or yours: ROOT=, INPUTS= or PLAN=, and TO=build/mine.svg
	@$(RUN) -m pages diagram $(if $(ROOT),--root $(ROOT)) $(if $(INPUTS),--inputs $(INPUTS)) $(if $(PLAN),--plan $(PLAN)) $(if $(TO),--to $(TO)) $(ARGS)

.PHONY: docs
docs: $(STAMP) ## Write the documents as web pages to build/docs
	@$(RUN) -m pages docs

.PHONY: browse
browse: $(STAMP) ## Check the documents in a real browser (npm, 60 MB; CHROMIUM names another): links, pictures, contrast, width
	@.ci/browse

.PHONY: provider-blocks
provider-blocks: synth ## Refresh infra/provider_blocks.json from the provider's schema
	@$(RUN) -m delivery schema | $(RUN) -m infra.provider_blocks

.PHONY: clean
clean: ## Remove what was built; keeps the state and the set-up
	@rm -rf build cdktf.out dist .pytest_cache .mypy_cache .ruff_cache
