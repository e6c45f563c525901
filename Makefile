# make run    set everything up and serve the product with demo data at http://127.0.0.1:5000 (PORT=… overrides)
# make test   set everything up and run the whole suite on SQLite and on PostgreSQL
# make pages  look at every page as everybody in a browser: access, width, targets, policy (minutes)
# make coverage  line and branch coverage of the wage rules, 100 % or it fails (minutes)
# make mutants  the wage rules changed in one place at a time: tests must notice 95 % (most of an hour)
# make fuzz   mutated files through everything that reads files, for FUZZ_SECONDS (default 60)
# make lint   ruff and mypy
# make bench  the benchmarks (minutes)
# make screens  the pictures in docs/screens, taken anew (minutes)
.PHONY: run test pages coverage mutants fuzz lint bench screens setup setup-dev format

run:
	@scripts/run

test:
	@scripts/test

pages:
	@scripts/pages

coverage:
	@scripts/coverage

mutants:
	@scripts/mutants

fuzz:
	@scripts/fuzz

lint: setup-dev
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

bench: setup-dev
	@.venv/bin/python -m benchmarks

screens:
	@scripts/screens

format: setup-dev
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

setup:
	@scripts/setup

setup-dev:
	@scripts/setup dev
