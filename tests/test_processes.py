"""What holds in every process that tests start, the kernels of notebooks among them."""

import os
import subprocess
import sys

import pytest


def run(program, **variables):
    """Run a program of Python; return its exit code and what it said on stderr."""
    environment = {**os.environ, **variables}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8"
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("module", "line", "is_error"),
    [
        ("__main__", "warnings.warn('odd')", True),
        ("helpers.figures.live", "warnings.warn('odd')", True),
        ("helpers", "numpy.log10(numpy.zeros(2))", True),
        ("helpers", "warnings.warn('old', DeprecationWarning)", False),
        ("numpy.helpers", "warnings.warn('odd')", False),
    ],
)
def test_a_warning_of_our_own_line_is_an_error(module, line, is_error):
    """In a cell and in helpers; one that a package has for its own code is not."""
    there = f"globals() | {{'__name__': {module!r}}}"
    code, said = run(f"import numpy, warnings\nexec({line!r}, {there})")
    assert (code == 1) == is_error, said
    assert "Warning" in said or not is_error


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process only")
def test_threads_do_not_outnumber_the_cores():
    """A worker has as many as conftest.py says, and so has every kernel it starts."""
    program = "import torch; raise SystemExit(torch.get_num_threads())"
    assert run(program)[0] == int(os.environ["OMP_NUM_THREADS"])
