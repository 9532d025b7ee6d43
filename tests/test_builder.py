"""The builder of notebooks never loses what a learner has written into one."""

import pathlib
import shutil

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from helpers.exercises import catalogue
from helpers.exercises.exercise import heading, solved_cell, stub_cell
from tools import notebooks as builder

NOTEBOOKS = pathlib.Path(__file__).parents[1] / "notebooks"
EXERCISE = catalogue.find("00.1")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Return the path of notebook 00 in a copy of the course, where nothing is run."""
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(builder, "ROOT", tmp_path)
    monkeypatch.setattr(builder, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(builder, "YOURS", tmp_path / "yours")
    monkeypatch.setattr(builder, "execute", lambda notebook: None)
    (path,) = NOTEBOOKS.glob("00_*.ipynb")
    return pathlib.Path(shutil.copy(path, tmp_path / "notebooks"))


def answer(path, source):
    """Write a source text into the first exercise of a notebook on disk."""
    notebook = nbformat.read(path, as_version=4)
    builder.graded_cell(notebook, EXERCISE, "stub").source = source
    nbformat.write(notebook, path)


def answers(path):
    """Return what the first exercise of a notebook on disk holds."""
    notebook = nbformat.read(path, as_version=4)
    return builder.graded_cell(notebook, EXERCISE, "stub").source


def kept(course):
    """Return the copies that were made."""
    return sorted((course.parents[1] / "yours").glob("*.ipynb"))


@pytest.mark.parametrize("source", [solved_cell(EXERCISE), "# 다음에 계속 …", "x = ("])
def test_answers_are_kept_before_the_exercise_is_set_back(course, source, capsys):
    answer(course, source)
    before = course.read_bytes()
    assert builder.build(course)
    (copy,) = kept(course)
    assert copy.read_bytes() == before and answers(copy) == source
    assert copy.name in capsys.readouterr().out
    assert answers(course) == stub_cell(EXERCISE)


@pytest.mark.parametrize(
    "source", ["", stub_cell(EXERCISE), stub_cell(EXERCISE) + "\n"]
)
def test_where_nothing_was_written_nothing_is_kept(course, source):
    answer(course, source)
    assert builder.build(course)
    assert not kept(course)


def test_a_notebook_that_fails_is_left_as_it_was(course, monkeypatch):
    def fail(notebook):
        raise CellExecutionError("no such thing", "NameError", "x")

    answer(course, solved_cell(EXERCISE))
    before = course.read_bytes()
    monkeypatch.setattr(builder, "execute", fail)
    assert not builder.build(course)
    assert course.read_bytes() == before
    assert [copy.read_bytes() for copy in kept(course)] == [before]


def test_answers_written_on_one_day_are_all_kept(course, monkeypatch):
    """The name of a copy holds the second in which it was made."""
    for second in (1, 2):
        name = f"20260101-00000{second}"
        monkeypatch.setattr(builder.time, "strftime", lambda _, name=name: name)
        answer(course, f"second = {second}")
        builder.build(course)
    assert [answers(copy) for copy in kept(course)] == ["second = 1", "second = 2"]


def headings(path):
    """Return the lines of a notebook on disk that begin an exercise."""
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return [line for line in text.splitlines() if line.startswith("### ")]


@pytest.mark.parametrize("line", ["### 00.1", "### 00.1 Another title · 9 min · ●●●"])
def test_the_heading_of_an_exercise_is_written_from_its_module(course, line):
    before = headings(course)
    text = course.read_text("utf-8")
    course.write_text(text.replace(heading(EXERCISE), line), "utf-8")
    assert headings(course) != before
    assert builder.build(course)
    assert headings(course) == before
    assert heading(EXERCISE) in before
    assert not kept(course)


@pytest.mark.parametrize(
    ("line", "found"), [("### 00.10", 0), ("### 00.1\n### 00.1", 2)]
)
def test_an_exercise_without_its_heading_is_named(course, line, found, capsys):
    notebook = nbformat.read(course, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(heading(EXERCISE), line)
    nbformat.write(notebook, course)
    message = f"one heading must begin with '### 00.1', {found} do"
    before = course.read_bytes()
    assert not builder.build(course)
    assert message in capsys.readouterr().err
    assert course.read_bytes() == before


@pytest.mark.parametrize("role", ["stub", "check"])
def test_an_exercise_without_its_cell_is_named(course, role, capsys):
    notebook = nbformat.read(course, as_version=4)
    name = f"{role}-00-1"
    notebook.cells = [c for c in notebook.cells if builder.grade_id(c) != name]
    nbformat.write(notebook, course)
    assert not builder.build(course)
    message = f"one cell must have the grade_id '{name}', 0 have"
    assert message in capsys.readouterr().err
