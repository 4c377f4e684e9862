#!/bin/sh
# Checks and measures on a CUDA GPU, in ten minutes at most, what no machine without one can: benchmarks/gpu.py says what.
#
#     benchmarks/gpu.sh                        # on a machine with a GPU, where `make test` has installed what tests need
#     benchmarks/gpu.sh --device cpu --quick   # whether the script itself works
#
# PYTHON names another interpreter than that of .venv. Exit codes: 0, 1 if something failed, 2 without a GPU.
cd "$(dirname "$0")/.." || exit 1
[ -n "$PYTHON" ] || PYTHON=.venv/bin/python
[ -x "$PYTHON" ] || PYTHON=python3
PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}" exec "$PYTHON" benchmarks/gpu.py "$@"
