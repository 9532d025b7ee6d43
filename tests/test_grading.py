"""While nbgrader runs, cards are shown and points returned, and nothing else is said.

`make grading` does the same with nbgrader itself.
"""

import ast
import subprocess

import nbformat
import pytest

from helpers import progress
from helpers.exercises import catalogue, check
from tests.answering import STEP, answer_step
from tools import grading


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    return tmp_path


def test_a_check_shows_its_card_returns_its_points_and_writes_nothing(folder, capfd):
    assert check("00.1", STEP.define(STEP.reference)) == STEP.points
    assert "✓ 00.1 One step of memory · Solved" in capfd.readouterr().out
    assert check("00.1", STEP.define(STEP.stub)) == 0
    assert "Not tried yet" in capfd.readouterr().out
    assert check("99.9", 1) == 0
    assert "There is no exercise" in capfd.readouterr().out
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        "import sys; print(1, file=sys.stderr)",
        "import os; os.write(2, b'raw')",
        "import os; os.system('echo raw >&2')",
    ],
)
def test_a_right_answer_that_is_loud_keeps_its_points(line, capfd):
    """What stands on the error stream of a graded cell marks it as failed."""
    assert answer_step(line, "return torch.tanh(w * h + x)") == STEP.points
    assert capfd.readouterr().err == ""


def test_who_validates_is_shown_the_card(monkeypatch, capfd):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert answer_step("return -torch.tanh(w * h + x)") == 0
    assert "has the wrong sign" in capfd.readouterr().err
    assert answer_step("return torch.tanh(w * h + x)") == STEP.points
    assert capfd.readouterr().err == ""


# What `make grading` compares


def test_the_assignment_is_a_notebook_that_nbgrader_can_grade():
    notebook = grading.notebook({})
    nbformat.validate(notebook)
    marked = [c.metadata.nbgrader for c in notebook.cells if "nbgrader" in c.metadata]
    assert len({one["grade_id"] for one in marked}) == 2 * len(grading.EXERCISES)
    kinds = [catalogue.find(one) for one in grading.EXERCISES]
    assert any(one.build for one in kinds)
    assert any(one.cases and not one.build for one in kinds)
    assert sum(one.cases is None for one in kinds) > 1


def test_every_answer_of_the_class_but_one_is_python():
    broken = []
    for name, student in grading.students().items():
        for text in student.answers.values():
            try:
                ast.parse(text)
            except SyntaxError:
                broken.append(name)
    assert broken == ["no_python"]


def test_a_wrong_gradebook_is_seen():
    def book(student):
        points = {one: catalogue.find(one).points for one in grading.EXERCISES}
        return {
            f"check-{one.replace('.', '-')}": float(
                points[one] * (one in student.solved)
            )
            for one in grading.EXERCISES
        }

    right = {name: book(student) for name, student in grading.students().items()}
    assert list(grading.wrong_grades(right)) == []
    spoilt = right | {"half": right["right"]}
    del spoilt["empty"]
    assert [one.student for one in grading.wrong_grades(spoilt)] == ["half", "empty"]


def test_feedback_without_a_card_is_seen(tmp_path):
    for name, student in grading.students().items():
        page = tmp_path / name / grading.NAME / f"{grading.NAME}.html"
        page.parent.mkdir(parents=True)
        text = "<b>07.1</b> · Solved" * len(student.solved) + student.told
        page.write_text(text * (name != "wrong"), "utf-8")
    assert [one.student for one in grading.wrong_feedback(tmp_path)] == ["wrong"]


def test_without_nbgrader_nothing_is_graded_and_only_who_asks_for_it_hears_a_failure(
    monkeypatch, capsys
):
    def unreachable():
        raise subprocess.CalledProcessError(1, ["pip"])

    monkeypatch.setattr(grading, "environment", unreachable)
    grading.main(["--if-available"])
    assert "nbgrader cannot be installed here" in capsys.readouterr().out
    with pytest.raises(subprocess.CalledProcessError):
        grading.main([])
