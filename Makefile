# make demo    hear several spoken commands become actions: no microphone, nothing to download but packages
# make test    everything that is checked: style, types, tests
# make check   style and types alone
# make model   train the language model again (long; see models/training)
# make bench   measure a turn
# make clean   forget the virtual environment and the caches in this folder

.PHONY: demo test check model bench clean

demo:
	@firmware_scripts/setup.sh run
	@.venv/bin/hark demo

test: check
	@.venv/bin/python -m pytest

check:
	@firmware_scripts/setup.sh test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

model:
	@firmware_scripts/setup.sh train
	@.venv/bin/python -m models.training.heard
	@.venv/bin/python -m models.training

bench:
	@firmware_scripts/setup.sh test
	@.venv/bin/python -m benchmarks.turn

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
