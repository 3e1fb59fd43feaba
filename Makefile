# The two commands of the README are `make lab` and `make test`.

PYTHON := .venv/bin/python
# Tests wait for hosts more than they work. What a file's tests share, they share in one process.
AT_ONCE := --numprocesses 4 --dist loadfile
.DEFAULT_GOAL := help

.PHONY: help
help:
	@echo "make lab           three real machines under emulation, made ready to dump by pulumi up"
	@echo "make test          everything that proves the project: style, types, unit, engine and lab tests"
	@echo "make quick         the same without the lab: minutes instead of half an hour"
	@echo "make clean-lab     end the lab's machines and forget its state"
	@echo "make fleet         many hosts in namespaces, looking like seven releases, to try a stack on: HOSTS=50"
	@echo "make clean-fleet   end them"
	@echo "make bench         what a fleet takes, against plain ssh and the engine alone: HOSTS=50"
	@echo "make preview       what a stack's next up would do, policies, readiness, as a pull request shows it: STACK=staging"
	@echo "make drift         what differs on its hosts from what is declared: STACK=staging"
	@echo "make docs          write the generated parts of docs/ anew"
	@echo "make requirements  pin what requirements.in names, with hashes"

.PHONY: engine
engine:
	@engine/setup

.PHONY: lab
lab: engine
	@lab/converge

.PHONY: clean-lab
clean-lab:
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m lab destroy; fi
	@rm -rf .pulumi-state/.pulumi/stacks/pulumi-kdump/lab.json* .pulumi-state/.pulumi/locks/organization/pulumi-kdump/lab

HOSTS := 50

.PHONY: fleet
fleet: engine
	@$(PYTHON) -m tests.fleet up $(HOSTS) --release mixed

.PHONY: clean-fleet
clean-fleet:
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m tests.fleet down; fi

.PHONY: bench
bench: engine
	@$(PYTHON) -m tools.bench --hosts $(HOSTS)

STACK := staging

# To stdout goes nothing but the report. A stack that is not there yet is made only in the state folder of this
# checkout. The passphrase of the example stacks guards nothing; stacks of your own take a passphrase of your own.
define report
	@if ! [ -f "stacks/Pulumi.$(notdir $(STACK)).yaml" ]; then \
		echo "There is no stacks/Pulumi.$(notdir $(STACK)).yaml; name a stack that has one: STACK=staging" >&2; exit 2; \
	fi
	@engine/setup >&2
	@. engine/env.sh; \
	if [ -z "$${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ]; then \
		case "$(STACK)" in \
			staging | production) export PULUMI_CONFIG_PASSPHRASE="$${PULUMI_CONFIG_PASSPHRASE-example}" ;; \
			lab) export PULUMI_CONFIG_PASSPHRASE="$${PULUMI_CONFIG_PASSPHRASE-lab}" ;; \
		esac; \
	fi; \
	if [ "$${PULUMI_BACKEND_URL:-}" = "file://$$PWD/.pulumi-state" ]; then \
		pulumi stack select --create "$(STACK)" --non-interactive >&2 || exit; \
	fi; \
	python -m report comment -s "$(STACK)"
endef

.PHONY: preview
preview:
	$(report)

.PHONY: drift
drift:
	$(report) --drift

.PHONY: check
check: engine
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

.PHONY: quick
quick: check
	@$(PYTHON) -m pytest -m "not lab" $(AT_ONCE)

.PHONY: test
test: check
	@$(PYTHON) -m pytest -m "not lab" $(AT_ONCE)
	@$(PYTHON) -m pytest -m lab

.PHONY: docs
docs: engine
	@$(PYTHON) -m components.settings.reference
	@$(PYTHON) -m kdump.how_to
	@$(PYTHON) -m policies.reference

.PHONY: requirements
requirements:
	@tools/pin-requirements
