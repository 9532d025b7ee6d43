# Everything one does with the course. `make help` lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# An active conda environment of this course is used as it is; else .venv is built here.
ifeq ($(CONDA_DEFAULT_ENV),recurrent-course)
  BIN := $(CONDA_PREFIX)/bin
  READY := $(CONDA_PREFIX)/.recurrent-course-ready
else
  BIN := $(CURDIR)/.venv/bin
  READY := $(CURDIR)/.venv/.ready
endif

FIRST := notebooks/00_start_here.ipynb
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help
help: ## list every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | \
	  while IFS="$$(printf '\t')" read -r name text; do \
	    printf '  make %-10s %s\n' "$$name" "$$text"; done

.PHONY: lab
lab: $(READY) ## open the course in JupyterLab
	$(BIN)/jupyter lab $(AS_ROOT) --LabApp.default_url=/lab/tree/$(FIRST)

.PHONY: test
test: $(READY) ## run every notebook and every test
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder \
	  --nbval-lax --nbval-current-env --nbval-cell-timeout=240 notebooks tests

.PHONY: check
check: $(READY) ## check format and lint, notebooks included
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: format
format: $(READY) ## format all code, notebooks included
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: notebooks
notebooks: $(READY) ## re-execute and normalise all notebooks
	$(BIN)/python tools/build_notebooks.py $(ONLY)

.PHONY: data
data: $(READY) ## rebuild data/ from its sources and compare hashes
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[data]"
	$(BIN)/python tools/build_data.py

.PHONY: ladder
ladder: $(READY) ## run every row of notebook 12 again, most of an hour; it may be stopped
	$(BIN)/python tools/build_ladder.py

.PHONY: bench
bench: $(READY) ## measure speed as ratios against rivals, in one table
	$(BIN)/python tools/bench.py

.PHONY: screenshot
screenshot: $(READY) ## take the picture in the README from the real thing
	$(BIN)/python tools/screenshot.py

.PHONY: lock
lock: $(READY) ## write the versions now installed into constraints.txt and environment.yml
	$(BIN)/python tools/lock.py

.PHONY: clean
clean: ## remove the environment and caches; your progress and answers stay
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ | xargs rm -rf

# The stamp is written last, so an interrupted set-up starts again at the next call.
$(READY): pyproject.toml constraints.txt tools/install.sh
	@sh tools/install.sh "$(BIN)"
	@touch "$@"
