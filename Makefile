# make demo    install into .venv and show the whole service on embedded servers
# make test    install what the tests need, and run all of them
# make bench   how fast it is, beside other programs, half an hour or more; MESSAGES=1000: short
# make faults  the daemon under faults of its store and of names, some minutes (all of them as root)
# make crash-campaign   kill the daemon RUNS times (1,000) and reckon; STORE=postgres: two daemons
# make fresh-machine   follow docs/install.md on an empty Debian 12 (as root, some minutes)
# make clean   remove what these made

PYTHON ?= python3
RUNS ?= 1000
STORE ?= sqlite
JOBS ?= 2
MESSAGES ?= 10000
VENV := .venv
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check

.PHONY: demo test bench faults crash-campaign fresh-machine servers clean

demo: $(VENV)/.installed-demo
	@$(VENV)/bin/optoutd demo

# Three processes also on two cores: much of a test is waiting for servers.
test: $(VENV)/.installed-test servers
	$(VENV)/bin/python -m pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder

bench: $(VENV)/.installed-test servers
	@sh tests/servers/install.sh mbsync
	$(VENV)/bin/python -m bench.speed --messages $(MESSAGES)

faults: $(VENV)/.installed-test servers
	$(VENV)/bin/python -m bench.faults

crash-campaign: $(VENV)/.installed-test servers
	$(VENV)/bin/python -m bench.crash --runs $(RUNS) --store $(STORE) --jobs $(JOBS)

fresh-machine: $(VENV)/.installed-test servers
	@sh tests/machine/install.sh
	$(VENV)/bin/python -m pytest -m machine tests/machine

servers:
	@sh tests/servers/install.sh

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "optoutd needs Python 3.11 or later; name one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "The venv module is missing. Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed-%: $(VENV)/bin/python pyproject.toml
	@echo "Installing optoutd[$*] into $(VENV) …"
	@$(PIP) --editable '.[$*]'
	@touch $@

clean:
	rm -rf $(VENV) *.egg-info build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
