"""Browser tests of one notebook stay together, and those of several do not wait."""

import os
import pathlib
import subprocess
import sys

import pytest

from tests.scheduling import moved, moved_back

ROOT = pathlib.Path(__file__).parents[1]
TESTS = """\
import os, pathlib, time
import pytest

NOTEBOOKS = ["00_one", "01_two", "02_three", "03_four"]


@pytest.fixture(scope="module", params=NOTEBOOKS)
def opened(request):
    return request.param


def test_one(opened):
    time.sleep(0.05)
    with open(pathlib.Path(__file__).parent / f"{opened}.txt", "a") as file:
        print(os.environ["PYTEST_XDIST_WORKER"], file=file)


test_two = test_three = test_one
"""


def run(folder, *options):
    """Run pytest in a folder, with the hook of the course; return its exit code."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    plugins = ["-p", "tests.scheduling", "-p", "no:nbval"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, *options]
    return subprocess.call(command, cwd=folder, env=variables)


def test_each_notebook_is_on_one_worker_and_the_notebooks_are_on_both(tmp_path):
    pytest.importorskip("xdist")
    (tmp_path / "test_browser.py").write_text(TESTS, encoding="utf-8")
    assert run(tmp_path, "-n", "2", "--dist=loadfile") == 0
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.txt")]
    workers = [text.split() for text in texts]
    assert [len(names) for names in workers] == [3] * 4
    assert all(len(set(names)) == 1 for names in workers)
    assert {name for names in workers for name in names} == {"gw0", "gw1"}


def test_without_xdist_nothing_is_missed(tmp_path):
    (tmp_path / "test_this.py").write_text("def test(): pass\n", encoding="utf-8")
    assert run(tmp_path, "-p", "no:xdist") == 0


@pytest.mark.parametrize(
    "nodeid, expected",
    [
        ("tests/test_browser.py::test_it[06_x]", "06_x"),
        ("tests/test_browser.py::test_it", "tests/test_browser.py"),
        ("tests/test_gates.py::test_it[06_x]", "tests/test_gates.py"),
        ("notebooks/06_x.ipynb::Cell 3", "notebooks/06_x.ipynb"),
    ],
)
def test_the_file_that_a_test_seems_to_stand_in(nodeid, expected):
    assert moved(nodeid).split("::")[0] == expected
    assert moved_back(moved(nodeid)) == nodeid
    assert moved_back(None) is None
