# What one types here. Every target makes what it needs; `make demo` and `make test` work in a fresh clone.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(if $(shell command -v $(name) 2>/dev/null),$(name))))
BIN := .venv/bin
SIZE ?= change
PYTEST ?= -n 2 --dist loadfile --no-loadscope-reorder
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
export PYTHONUNBUFFERED := 1
# What Python has compiled is kept: `make test` starts the program more than fifty times.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo up test check bench torture docs tables stories screenshots lock clean
.DELETE_ON_ERROR:

help:
	@echo "make demo        start everything with a demo shop in it (Ctrl-C stops it, nothing is lost)"
	@echo "make up          start everything, empty"
	@echo "make test        run the tests"
	@echo "make check       lint, types, contracts and the tests of the house"
	@echo "make bench       measure speed"
	@echo "make torture     the laws at length, and every page in a browser (SIZE=change or SIZE=release)"
	@echo "make docs        write the generated pages anew"
	@echo "make tables      write the tables anew that an empty database begins with, after new migrations"
	@echo "make stories     write the pages of docs/stories anew"
	@echo "make screenshots take the pictures of docs/pictures anew"
	@echo "make lock        lock the requirements anew"

demo: .venv/.base
	@exec $(BIN)/dingdan demo

up: .venv/.base
	@exec $(BIN)/dingdan up

test: .venv/.test .venv/.browser
	$(BIN)/python -m pytest $(PYTEST) $(ARGS)

check: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config .importlinter
	$(BIN)/python -m pytest -q tests/house

bench: .venv/.test
	$(BIN)/python -m benchmarks $(ARGS)

torture: .venv/.test
	DINGDAN_SIZE=$(SIZE) $(BIN)/python -m pytest tests/laws tests/browser -m "" -o faulthandler_timeout=0 $(ARGS)

docs: .venv/.base
	$(BIN)/python -m dingdan.config.docs

tables: .venv/.base
	$(BIN)/python -m dingdan.config.tables

stories: .venv/.test
	DINGDAN_WRITE_STORIES=1 $(BIN)/python -m pytest -q tests/stories/test_ten_stories.py

screenshots: .venv/.test .venv/.browser
	DINGDAN_WRITE_PICTURES=1 $(BIN)/python -m pytest -q -o faulthandler_timeout=0 tests/browser/test_pictures.py tests/browser/test_a_purchase.py

lock: .venv/.test
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	cd requirements && for name in base test dev; do ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt || exit 1; done

clean:
	rm -rf .venv build *.egg-info

# ── the environment: a stamp per set of requirements, so that nothing is installed twice ────────────────────────────────
.venv/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, for example: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V). Say which: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "Python's venv module is missing. Install it and try again, for example: apt install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; exit 1; }
	@rm -rf .venv
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.base: requirements/base.txt pyproject.toml | .venv/.made
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/base.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q dingdan || true
	@touch $@

.venv/.test: requirements/test.txt .venv/.base
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/test.txt
	@touch $@

# Debian's chromium, and letters for what is written in Chinese: where we may; without them the tests in a browser are skipped.
APT := apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=20
.venv/.browser: | .venv/.made
	@if ! command -v chromium >/dev/null && [ -z "$$DINGDAN_CHROMIUM" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing chromium, for the tests in a browser"; \
		{ $(APT) update && DEBIAN_FRONTEND=noninteractive $(APT) install --no-install-recommends chromium fonts-wqy-microhei; } \
			>/dev/null 2>&1 || { echo "chromium could not be installed: the tests in a browser are skipped"; exit 0; }; \
	fi; touch $@
