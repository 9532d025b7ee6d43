"""Every exercise recognises its right answer, its stub and its wrong answers."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import progress
from helpers.exercises import catalogue, check
from helpers.exercises import exercise as cells

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LESSONS = catalogue.lessons()
ALL = [exercise for lesson in LESSONS for exercise in lesson.exercises]
MISTAKES = [(one, mistake) for one in ALL for mistake in one.mistakes]
STEP = catalogue.find("00.1")

every_exercise = pytest.mark.parametrize("exercise", ALL, ids=lambda one: one.id)
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.stem)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return tmp_path


# Every exercise of the course


@every_exercise
def test_the_reference_passes(exercise):
    result = check(exercise.id, exercise.define(exercise.reference))
    assert result.passed, result
    assert result.points == exercise.points
    assert f'solution("{exercise.id}")' in repr(result)


@every_exercise
def test_the_stub_counts_as_not_tried(exercise):
    result = check(exercise.id, exercise.define(exercise.stub))
    assert (result.passed, result.attempted, result.points) == (False, False, 0)


@pytest.mark.parametrize(
    ("exercise", "mistake"),
    MISTAKES,
    ids=[f"{one.id}-{one.mistakes.index(mistake)}" for one, mistake in MISTAKES],
)
def test_a_wrong_answer_gets_the_diagnosis_meant_for_it(exercise, mistake):
    result = check(exercise.id, exercise.define(exercise.code_of(mistake)))
    assert (result.passed, result.attempted) == (False, True)
    if exercise.verify:
        assert mistake.diagnosis in result.message
    else:
        assert result.message == mistake.diagnosis


@every_exercise
def test_an_exercise_is_complete(exercise):
    texts = (exercise.title, exercise.stub, exercise.reference, *exercise.hints)
    texts += tuple(mistake.diagnosis for mistake in exercise.mistakes)
    assert all(text.strip() for text in texts)
    assert len(exercise.hints) == 3
    assert len(exercise.mistakes) >= 3
    assert exercise.difficulty in (1, 2, 3)
    assert 1 <= exercise.minutes <= 30
    assert isinstance(exercise.points, int)
    assert exercise.points > 0


@every_exercise
def test_no_hint_gives_the_whole_answer_away(exercise):
    lines = [line.strip() for line in exercise.reference.strip().splitlines()]
    told = set(exercise.stub.splitlines()) | {""}
    answer = [line for line in lines if line not in {one.strip() for one in told}]
    for text in exercise.hints:
        assert not all(line in text for line in answer), text


def test_stubs_and_references_look_as_the_formatter_leaves_them(tmp_path):
    for exercise in ALL:
        for kind, write in (("stub", cells.stub_cell), ("solved", cells.solved_cell)):
            path = tmp_path / f"{kind}_{exercise.id}.py"
            path.write_text(f"{write(exercise)}\n", "utf-8")
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", tmp_path]
    done = subprocess.run(ruff, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@every_exercise
def test_the_reference_mends_the_stub_and_keeps_its_name(exercise):
    for source in (exercise.stub, exercise.reference):
        (*_, last) = ast.parse(source).body
        names = [
            getattr(last, "name", None),
            *map(ast.unparse, getattr(last, "targets", [])),
        ]
        assert exercise.name in names


@every_lesson
def test_exercises_are_numbered_within_their_notebook(lesson):
    number = lesson.stem[:2]
    ids = [exercise.id for exercise in lesson.exercises]
    assert ids == [f"{number}.{n}" for n in range(1, len(ids) + 1)]
    assert lesson.title.startswith(f"{number} · ")


@every_lesson
def test_the_notebook_holds_exactly_what_the_exercise_says(lesson):
    path = NOTEBOOKS / f"{lesson.stem}.ipynb"
    if not path.exists():
        pytest.skip(f"{path.name} is not written yet")
    found = [
        (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("nbgrader"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    ]
    markdown = "\n".join(text for kind, text, _ in found if kind == "markdown")
    assert markdown.startswith(f"# {lesson.title}\n")
    for exercise in lesson.exercises:
        assert cells.heading(exercise) in markdown.splitlines()
        for role, text in (
            ("stub", cells.stub_cell(exercise)),
            ("check", cells.check_cell(exercise)),
        ):
            assert ("code", text, cells.nbgrader_metadata(exercise, role)) in found


def test_metadata_for_nbgrader_name_the_cell_and_its_points():
    stub = cells.nbgrader_metadata(STEP, "stub")
    graded = cells.nbgrader_metadata(STEP, "check")
    assert (stub["grade_id"], stub["solution"], stub["grade"]) == ("stub-00-1", 1, 0)
    assert (graded["grade_id"], graded["points"]) == ("check-00-1", STEP.points)
    with pytest.raises(ValueError, match='must be "stub" or "check"'):
        cells.nbgrader_metadata(STEP, "exam")


@every_lesson
def test_gradients_are_compared_only_where_the_text_says_so(lesson):
    cells_of = json.loads((NOTEBOOKS / f"{lesson.stem}.ipynb").read_text("utf-8"))[
        "cells"
    ]
    texts = ["".join(cell["source"]) for cell in cells_of]
    for exercise in lesson.exercises:
        if exercise.gradient:
            (statement,) = (text for text in texts if f"### {exercise.id} " in text)
            assert "gradient" in f"{statement} {exercise.stub}".lower(), exercise.id
