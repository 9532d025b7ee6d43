# Everything one does with the course. `make help` lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The Python that builds .venv, where the course is run; make PYTHON=python3.13 lab takes
# another. An active conda environment of this course is used as it is.
PYTHON := python3
BIN := $(if $(filter rnn-course,$(CONDA_DEFAULT_ENV)),$(CONDA_PREFIX),.venv)/bin
READY := setup

.PHONY: help
help: ## list every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | \
	  while IFS="$$(printf '\t')" read -r name text; do \
	    printf '  make %-10s %s\n' "$$name" "$$text"; done

.PHONY: lab
lab: ## open the course in JupyterLab
	@$(PYTHON) -m helpers lab

.PHONY: test
test: ## run every notebook and every test
	@$(PYTHON) -m helpers test

.PHONY: portable
portable: $(READY) ## run both on older processors and other Pythons; ONLY=08
	$(BIN)/python -m tools.portable $(ONLY)

.PHONY: setup
setup: ## build the environment in .venv, or bring it up to date
	@$(PYTHON) -m helpers setup

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
	$(BIN)/python -m tools.notebooks $(ONLY)

.PHONY: data
data: $(READY) ## rebuild data/ from its sources and compare hashes
	$(PYTHON) -m helpers setup --extras data
	$(BIN)/python -m tools.data $(ONLY)

.PHONY: ladder
ladder: $(READY) ## run every row of notebook 12 again, most of an hour; it may be stopped
	$(BIN)/python -m tools.ladder

.PHONY: bench
bench: $(READY) ## measure speed as ratios against rivals, in one table
	$(BIN)/python -m tools.bench $(ONLY)

.PHONY: grading
grading: $(READY) ## grade a small class of made-up answers with nbgrader, and compare
	$(BIN)/python -m tools.grading $(ONLY)

.PHONY: site
site: $(READY) ## build the web edition, whose figures move without a kernel, in build/site/
	$(BIN)/python -m tools.site $(ONLY)

.PHONY: screenshot
screenshot: $(READY) ## take the moving picture in the README from the real thing
	$(BIN)/python -m tools.screenshot

.PHONY: terms
terms: $(READY) ## write the index of terms in docs/ from the notebooks
	$(BIN)/python -m tools.terms

.PHONY: lock
lock: $(READY) ## write the versions now installed into constraints.txt and environment.yml
	$(BIN)/python -m tools.lock

.PHONY: clean
clean: ## remove the environment and caches; your progress and answers stay
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
