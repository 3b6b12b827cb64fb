# Every command is a line of course.py; make only finds a Python for it. Without make: python course.py lab
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 \
	&& echo "$$p" && break; done)
# Where none fits, let course.py say so in its own words.
PYTHON := $(or $(PYTHON),$(shell command -v python3 || command -v python))

.DEFAULT_GOAL := help
.PHONY: help lab reset edit test run save page studies machines minutes claims figures screenshots bench setup lock

help lab reset edit test run save page studies machines minutes claims figures screenshots bench setup lock:
	@$(if $(PYTHON),,echo "No Python was found: install Python 3.11, 3.12 or 3.13 (python.org, or your system's packages)."; exit 1;) \
	"$(PYTHON)" course.py $@ $(NB) $(ARGS)
