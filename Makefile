# `make help` lists the targets. Nothing outside this folder is touched.

# A Python that Kallithea runs on: 3.9 to 3.11. The system's, where it has what makes environments and extensions:
# distributions optimize theirs, which pyenv does only when asked to, and runs take a seventh less.
FITS = import sys; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 11))
IS_WHOLE = import distutils.core, ensurepip, os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h");
PYTHON ?= $(shell p=/usr/bin/python3; "$$p" -W ignore -c '$(IS_WHOLE) $(FITS)' 2>/dev/null && echo $$p || \
	for p in python3 python3.11 python3.10 python3.9; do "$$p" -c '$(FITS)' 2>/dev/null && echo $$p && break; done)
NEED_PYTHON = @test -n "$(PYTHON)" || { echo "make: Python 3.9, 3.10 or 3.11 is needed (PYTHON=...)" >&2; exit 1; }
KALLITHEA = 0.7.0
# Where the environment says not to write bytecode, each start would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH
export UV_COMPILE_BYTECODE = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1
BIN = .venv/bin
TOOLS = .venv-tools/bin

# An environment with Kallithea and this tool: its folder, and more options for the installer.
define environment
	$(PYTHON) -m venv --clear $(1)
	$(1)/bin/python -m pip install --quiet uv
	$(1)/bin/uv pip install --quiet --python $(1)/bin/python --override tools/kallithea-overrides.txt $(2) \
		kallithea==$(KALLITHEA) 'setuptools>=75,<81' -r tests/requirements.txt $(MYSQLCLIENT)
	$(1)/bin/uv pip install --quiet --python $(1)/bin/python --override tools/kallithea-overrides.txt $(2) \
		--no-build-isolation --editable .
	touch $(1)/ready
endef

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/ready: setup.py tools/kallithea-overrides.txt tests/requirements.txt Makefile
	$(NEED_PYTHON)
	$(call environment,.venv)

.venv-tools/ready: tools/requirements.txt Makefile
	$(NEED_PYTHON)
	$(PYTHON) -m venv --clear .venv-tools
	.venv-tools/bin/python -m pip install --quiet uv
	.venv-tools/bin/uv pip install --quiet --python .venv-tools/bin/python -r tools/requirements.txt
	touch $@

# mysqlclient is compiled: it is tested where MySQL's client library is there to compile it with.
MYSQLCLIENT ?= $(shell pkg-config --exists libmariadb 2>/dev/null && echo mysqlclient)
# Each core has servers of its own; on one that everybody shares (KALLITHEA_DBDEV_TEST_URLS) it would
# see the scratch databases of the others.
PYTEST_ARGS ?= $(if $(KALLITHEA_DBDEV_TEST_URLS),,-n auto --dist worksteal)

demo: .venv/ready  ## the main job on a real Kallithea with SQLite, in build/demo
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/demo

test: .venv/ready  ## the whole test suite
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# Kallithea 0.6.3 runs on Python 3.9 only, with its own pins and an older gearbox.
PYTHON39 ?= $(shell for p in python3.9 "$$(pyenv root 2>/dev/null)"/versions/3.9.*/bin/python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 9))' 2>/dev/null && echo $$p && break; done)
BIN063 = .venv-0.6.3/bin

.venv-0.6.3/ready: setup.py tests/requirements.txt Makefile
	$(PYTHON39) -m venv --clear .venv-0.6.3
	$(BIN063)/python -m pip install --quiet --upgrade 'pip<24' wheel 'setuptools<58'
	$(BIN063)/python -m pip install --quiet --no-build-isolation FormEncode==1.3.1
	$(BIN063)/python -m pip install --quiet kallithea==0.6.3 'Pygments<2.6' -r tests/requirements.txt $(MYSQLCLIENT:%=%==2.1.1)
	$(BIN063)/python -m pip install --quiet --no-build-isolation --editable .
	touch $@

test-old:  ## the suite on Kallithea 0.6.3, where there is a Python 3.9
	@if [ -n "$(PYTHON39)" ]; then $(MAKE) run-test-old; \
	else echo "make test-old: left out: no Python 3.9 here (PYTHON39=... names one)"; fi

run-test-old: .venv-0.6.3/ready
	$(BIN063)/python -m pytest $(PYTEST_ARGS)

# Kallithea asks for an Alembic before 1.5; this is the newest that is supported.
.venv-newest/ready: setup.py tools/kallithea-overrides.txt tools/newest-overrides.txt tests/requirements.txt Makefile
	$(call environment,.venv-newest,--override tools/newest-overrides.txt)

# What a revision is drafted from, what runs it and what tells it wrong or right; other tests of the commands ask
# nothing of Alembic that these do not. Its words for servers are those of tests/operations and tests/drafting.
MATRIX_NEWEST = test_every_right_case_on_sqlite test_every_wrong_case_on_sqlite
test-newest: .venv-newest/ready  ## what depends on Alembic, with the newest one that is supported
	.venv-newest/bin/python -m pytest $(PYTEST_ARGS) tests/drafting tests/operations tests/test_graph.py \
		tests/test_links.py tests/test_migrations.py tests/commands/test_verify.py::test_branches_that_are_merged \
		tests/verification/test_failures.py $(addprefix tests/verification/test_matrix.py::,$(MATRIX_NEWEST)) \
		$(filter-out %_memory.py %_gone.py %_beside.py %_ground.py %_options.py,$(wildcard tests/commands/test_revision*.py))

coverage: .venv/ready  ## the test suite with branch coverage, commands included
	rm -f .coverage*
	COVERAGE_PROCESS_START=$(CURDIR)/pyproject.toml $(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

# MODULES="rows/values errors" for these only; MUTANTS_ARGS=--readers for what reads the databases.
mutants: .venv/ready  ## break the code on purpose, and see what the tests do not notice
	$(BIN)/python tools/mutants.py $(MUTANTS_ARGS) $(MODULES)
	$(if $(MODULES)$(MUTANTS_ARGS),,$(BIN)/python tools/mutants.py --breaks)

# From every recorded release on every engine, in build/matrix; nothing remembered, to be new each time.
matrix: .venv/ready  ## the release manager's check of Kallithea's own scripts, on one page
	rm -rf build/matrix && mkdir -p build/matrix/repos
	cd build/matrix && PATH="$(CURDIR)/$(BIN):$$PATH" gearbox db-throwaway -c rc.ini --repos repos
	cd build/matrix && PATH="$(CURDIR)/$(BIN):$$PATH" gearbox db-verify -c rc.ini --release all \
		--engine sqlite,postgresql,mysql --no-cache --format html --output report.html --format text

lint: .venv-tools/ready  ## ruff, mypy, import-linter
	$(TOOLS)/ruff check .
	$(TOOLS)/ruff format --check .
	$(TOOLS)/mypy
	$(TOOLS)/lint-imports --no-cache

docs: .venv-tools/ready  ## the documentation, into build/docs
	$(TOOLS)/sphinx-build -q -W -b html docs build/docs

bench: .venv/ready  ## ratios against the manual procedure and pytest-alembic
	# The last version for SQLAlchemy 1.3.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps pytest-alembic==0.8.4
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python benchmarks/run.py
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python benchmarks/revision.py
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python benchmarks/chains.py
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python benchmarks/cycle.py
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python benchmarks/sizes.py

clean:  ## remove what the other targets made
	rm -rf .venv .venv-0.6.3 .venv-newest .venv-tools build dist *.egg-info .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help demo test test-old run-test-old test-newest coverage mutants matrix lint docs bench clean
