"""Every notebook and every test runs offline, with a progress folder of its own."""

import atexit
import os
import pathlib
import shutil
import tempfile

import pytest

from tests.scheduling import (
    longest_first,
    pytest_xdist_make_scheduler,  # noqa: F401, a hook
)

pytest_plugins = ["tests.again"]

if "PYTEST_XDIST_WORKER" in os.environ:
    # There is a worker for each core. Two threads in each of them, and in each kernel
    # that it starts, would spend most of their time waiting for one another.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

_progress = tempfile.mkdtemp(prefix="rnn-course-")
atexit.register(shutil.rmtree, _progress, ignore_errors=True)
os.environ["RNN_COURSE_PROGRESS"] = _progress

_processes = str(pathlib.Path(__file__).parent / "tests" / "processes")
_paths = [_processes, os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, _paths))


def pytest_collection_modifyitems(items):
    """Mark what needs a browser, so that ``-m "not browser"`` leaves it out; sort."""
    for item in items:
        if {"browser", "lab"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.browser)
    items.sort(key=longest_first)
