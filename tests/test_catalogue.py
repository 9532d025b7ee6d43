"""Exercises are found by their numbers and printed whole; an edit must fit."""

import os
import pathlib
import subprocess
import sys
from dataclasses import replace

import pytest

from helpers.exercises import Mistake, catalogue
from helpers.exercises.__main__ import main
from helpers.exercises.exercise import alike

ROOT = pathlib.Path(__file__).parents[1]
STEP = catalogue.find("00.1")


def printed(capsys, *arguments):
    """Run the command; return its exit code and what it has printed."""
    code = main(list(arguments))
    return code, *capsys.readouterr()


# Wrong answers as edits


def test_an_edit_is_made_in_the_reference():
    mistake = Mistake("Not the sum.", edit=("w * h + x", "w * h - x"))
    assert "torch.tanh(w * h - x)" in STEP.code_of(mistake)


def test_edits_are_made_one_after_the_other():
    mistake = Mistake("Twice.", edits=[("w * h", "x * h"), ("h + x", "h + w")])
    assert "torch.tanh(x * h + w)" in STEP.code_of(mistake)


def test_a_whole_answer_stays_as_it_is():
    assert STEP.code_of(Mistake("Another idea.", code="step = max")) == "step = max"


@pytest.mark.parametrize(("old", "times"), [("w @ h", 0), ("h", 4)])
def test_an_edit_that_does_not_fit_is_named_at_once(old, times):
    mistake = Mistake("Never seen.", edits=[("+ x", "- x"), (old, "0")])
    message = f"in 00.1 an edit replaces '{old}', .* stands there {times} times"
    with pytest.raises(ValueError, match=message):
        replace(STEP, mistakes=(mistake,))
    with pytest.raises(ValueError, match=message):
        STEP.code_of(mistake)


@pytest.mark.parametrize(
    "wrong", [{}, {"edit": ("a", "b"), "code": "c"}, {"edits": [], "code": ""}]
)
def test_a_mistake_is_written_in_one_way(wrong):
    with pytest.raises(ValueError, match="needs one of edit, edits and code: 'Why'"):
        Mistake("Why", **wrong)


def test_several_edits_may_share_a_diagnosis():
    one, two = alike("The sum.", ("+ x", "- x"), [("w * h", "h"), ("+ x", "+ w")])
    assert one.diagnosis == two.diagnosis
    assert "w * h - x" in STEP.code_of(one)
    assert "tanh(h + w)" in STEP.code_of(two)


# Found by number


def test_a_long_notebook_may_have_two_modules():
    lesson = catalogue.find_lesson("13")
    homes = {exercise.id for exercise in lesson.exercises}
    assert lesson.stem == "13_further_questions"
    assert {"13.1", "13.11", "13.12", "13.18"} <= homes


# Printed


def test_an_exercise_is_printed_with_all_its_wrong_answers(capsys):
    code, text, _ = printed(capsys, "04.7")
    exercise = catalogue.find("04.7")
    words = " ".join(text.split())
    assert code == 0
    assert text.startswith("04.7 What the second letter back adds · 15 min · ●●●\n")
    assert f"Forbidden: {exercise.forbidden[0]}" in text
    for source in (exercise.stub, exercise.reference):
        assert source.strip("\n") in text
    for mistake in exercise.mistakes:
        assert exercise.code_of(mistake).strip("\n") in text
    told = (*exercise.hints, *(mistake.diagnosis for mistake in exercise.mistakes))
    assert all(" ".join(one.split()) in words for one in told)


def test_a_notebook_is_listed(capsys):
    code, text, _ = printed(capsys, "04")
    first, *others = text.splitlines()
    assert code == 0
    assert first == "04 · Markov models"
    assert [line.split()[0] for line in others] == [f"04.{n}" for n in range(1, 12)]


def test_all_are_listed_where_none_is_named(capsys):
    code, text, _ = printed(capsys)
    ids = [one.id for lesson in catalogue.lessons() for one in lesson.exercises]
    assert code == 0
    assert [line.split()[0] for line in text.splitlines() if line[:4] == "    "] == ids


@pytest.mark.parametrize(
    ("wanted", "known"),
    [
        ("04.99", 'no exercise "04.99". Notebook 04 has 04.1, 04.2'),
        ("44", 'no exercise "44". There are exercises for notebooks 00, 01'),
        ("44.1", 'no exercise "44.1". There are exercises for notebooks 00, 01'),
        ("4", 'no exercise "4". There are exercises for notebooks 00, 01'),
    ],
)
def test_an_unknown_number_says_which_there_are(capsys, wanted, known):
    code, text, error = printed(capsys, wanted)
    assert (code, text) == (1, "")
    assert known in error


def test_the_command_runs_where_dots_cannot_be_printed():
    command = [sys.executable, "-m", "helpers.exercises", "00"]
    variables = dict(os.environ, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    done = subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, encoding="ascii"
    )
    assert done.returncode == 0, done.stderr
    assert "00.1 One step of memory" in done.stdout
