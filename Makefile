# What people and machines type. Every target prepares what it needs; an unchanged step is left out.
.PHONY: help demo check test messages messages-compile lock shots format bench bench-assessment bench-board bench-rotation

PORT ?= 8000
PEOPLE ?=
PY := .venv/bin/python

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

demo:  ## the demonstration city on 127.0.0.1 (PORT=8000, PEOPLE=40000)
	@tools/bootstrap runtime
	@PORT=$(PORT) PEOPLE=$(PEOPLE) tools/demo

check:  ## format, lint, types, floors, templates, migrations, messages
	@tools/bootstrap development
	@tools/check

test:  ## the whole suite: SQLite, PostgreSQL, browser
	@tools/bootstrap development
	@$(PY) tools/test.py $(ARGS)

format:  ## bring Python and templates into their form
	@tools/bootstrap development
	@.venv/bin/ruff format --quiet . && .venv/bin/ruff check --quiet --fix-only .
	@git ls-files -z 'src/*.html' | xargs -0 .venv/bin/djade --target-version 6.1 || git ls-files -z 'src/*.html' | xargs -0 .venv/bin/djade --target-version 6.1 --check

messages:  ## gather new sentences into the catalogues (needs gettext)
	@tools/bootstrap development
	@$(PY) tools/messages.py gather

messages-compile:  ## compile the catalogues
	@tools/bootstrap runtime

lock:  ## write the hashed locks anew (newest versions: tools/lock --upgrade)
	@tools/lock

shots:  ## a picture of every page, two languages, two widths, into shots/
	@tools/bootstrap development
	@$(PY) tools/shots.py

bench-assessment:  ## rules, saving, confirming, levels, cycles and notices on the full city (ARGS="--only sqlite")
	@tools/bootstrap development
	@$(PY) -m tools.bench.assessment $(ARGS)

bench-rotation:  ## the planner: first plan, gap to the proven bound, memory, beside plans made by year (ARGS="--only 220x5")
	@tools/bootstrap development
	@$(PY) -m tools.bench.rotation $(ARGS)

bench-board:  ## a drafted move on the board of the full city (ARGS="--only sqlite")
	@tools/bootstrap development
	@$(PY) -m tools.bench.board $(ARGS)

bench:  ## the pages of the full city under load, as a table (ARGS="--seconds 5 --only sqlite")
	@tools/bootstrap development
	@$(PY) -m tools.bench.pages $(ARGS)
