# Short names for those who like make; every one is a command that also works without it.
UV ?= uv
COMPILE = $(UV) pip compile --universal --generate-hashes --python-version 3.11 --quiet \
	--only-binary :all: --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

check test:
	./doorstep test

run:
	./doorstep run

bundle:
	./doorstep bundle

# Keeps what is locked as far as pyproject.toml allows; `make lock UPGRADE=--upgrade` takes the newest.
lock:
	$(COMPILE) $(UPGRADE) pyproject.toml --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

# Takes the screenshots in docs/pictures/ anew; needs Chromium and a Chinese font.
pictures:
	.venv/bin/python -m tests.browser.pictures

# Takes a picture of every page of the staff's web into out/screenshots; ARGS="plan --lang zh --print" takes some.
screenshots:
	.venv/bin/python -m tests.browser.shots $(ARGS)

# Forty kills of web, worker and booking on both databases, 800 racing bookings; fifteen minutes.
faults:
	DOORSTEP_FAULTS=1 .venv/bin/python -m pytest tests/faults

# Two thousand tiny problems against the exact answer; COUNT=20000 tries more, FIRST=7 begins there. Five minutes.
fuzz:
	.venv/bin/python -m tests.planner.fuzz --first $(or $(FIRST),0) --count $(or $(COUNT),2000)

# schemathesis over the API's contract: a hundred cases for each operation, 10,200 in all; some minutes.
api-fuzz:
	.venv/bin/python -m tests.webui.api.fuzz --examples $(or $(EXAMPLES),100) --seed $(or $(SEED),1)

# Measures the providers of driving times on real roads and writes docs/travel_measured.md; some minutes.
travel-bench:
	.venv/bin/python -m tests.bench.travel_bench --shared $(or $(DOORSTEP_SHARED),../shared)

# Measures how fast a request for a visit is answered and writes docs/offers_measured.md; two minutes.
offers-bench:
	.venv/bin/python -m tests.bench.offers

BENCH = .venv/bin/python -m tests.bench.run $(if $(DOORSTEP_SHARED),--shared $(DOORSTEP_SHARED))

# The web under load and a plan of 300 visits in the browser: pages, memory, opening. Three minutes.
web-bench:
	.venv/bin/python -m tests.bench.web_bench $(ARGS)

# The optimiser beside its peers; writes docs/benchmarks.md. Hours; may be stopped and taken up again.
bench: bench-peers offers-bench
	$(BENCH) plain full large targets growth

# Ten minutes of it.
bench-quick: bench-peers
	$(BENCH) quick

# The public sets, 60 s an instance and solver; SAMPLE=6 takes six of each.
bench-public: bench-peers
	$(BENCH) public $(if $(SAMPLE),--sample $(SAMPLE))

# VROOM and PyVRP (dependency group bench); what is measured with them says which versions.
bench-peers:
	$(UV) pip install --quiet --python .venv/bin/python --group bench

.PHONY: api-fuzz pictures screenshots faults fuzz check test run bundle lock travel-bench offers-bench bench bench-quick bench-public bench-peers
