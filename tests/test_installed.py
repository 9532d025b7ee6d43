"""The first cell of the course says what is missing, and is never an error itself."""

import pathlib
import subprocess
import sys

import pytest

from helpers import installed
from helpers.installed import MISSING, NO_LIST, OLDER, OTHER, READY

ROOT = pathlib.Path(__file__).parents[1]
PROJECT = '[project]\ndependencies = ["numpy>=2.0", "no-such-package>=1.0"]\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Let the course lie in a folder that holds nothing yet."""
    monkeypatch.setattr(installed, "ROOT", tmp_path)
    return tmp_path


def states():
    """Return what is said of each package, without Python's own row."""
    python, *rows = installed.installed()
    assert python.state == READY
    return {row.package: row.state for row in rows}


def test_here_everything_is_installed_in_the_versions_that_were_tried():
    _, *rows = installed.installed()  # Python itself may be another
    assert {row.state for row in rows} == {READY}
    assert all(row.found.split("+")[0] == row.tried for row in rows)


def test_what_is_missing_too_old_or_another_version_is_told_apart(folder):
    project = PROJECT.replace('1.0"]', '1.0", "pytest>=99", "Pillow>=10.0"]')
    (folder / "pyproject.toml").write_text(project, encoding="utf-8")
    (folder / "constraints.txt").write_text("pillow==1.0\n", encoding="utf-8")
    expected = [READY, MISSING, OLDER, OTHER]
    assert list(states().values()) == expected


def test_without_constraints_no_version_was_tried(folder):
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    assert states() == {"numpy": READY, "no-such-package": MISSING}


@pytest.mark.parametrize("text", [None, "", "[project", "[tool.ruff]\n", "\xff"])
def test_without_a_legible_list_of_packages_the_table_says_so(folder, text):
    if text is not None:
        (folder / "pyproject.toml").write_text(text, encoding="latin-1")
    assert states() == {"rnn-course": NO_LIST}


def test_files_with_other_line_ends_are_read_alike(folder):
    for name in ("pyproject.toml", "constraints.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8", newline="\r\n")
    assert {row.state for row in installed.installed()} == {READY}


def test_where_nothing_is_installed_every_row_says_so():
    """Not even the course itself: this Python sees no installed package at all."""
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from helpers.installed import installed\n"
        "table = installed()\n"
        "print(ascii([row.state for row in table[1:]]), table._repr_html_())"
    )
    command = [sys.executable, "-X", "utf8", "-I", "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(ascii(MISSING)) == len(installed.requirements())
    assert "<td>✗ missing: type `python -m helpers lab`" in done.stdout


def test_a_version_is_compared_by_its_numbers_and_without_its_build():
    met, same = installed._is_met, installed._is_same
    assert met("2.10.0", "torch>=2.9") and not met("2.9.1", "torch>=2.10")
    assert met("2.13.0+cpu", "torch>=2.13") and not met(None, "torch>=2.13")
    assert same("2.13.0+cpu", "2.13.0") and not same("2.13.0", "2.13.1")
    assert not same(None, None)


def test_what_is_not_as_pinned_is_named_also_where_nothing_asks_for_it(folder):
    (folder / "constraints.txt").write_text(
        "Pillow==1.0\nno-such-package==1.0\nother_missing==2.0\n", encoding="utf-8"
    )
    wanted = {"no-such-package": "no-such-package>=1.0", "numpy": "numpy>=2.0"}
    assert installed.not_as_pinned(wanted) == ["no-such-package", "pillow"]
