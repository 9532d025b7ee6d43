"""Find exercises: those of notebook 08 stand in the module whose name begins n08_."""

import importlib
from pathlib import Path
from typing import NamedTuple

from helpers.exercises import words
from helpers.exercises.exercise import Exercise


class Lesson(NamedTuple):
    """A notebook and its exercises.

    Attributes:
        stem: the notebook's file name without its ending, "00_start_here".
        title: the notebook's title, "00 · Start here".
        exercises: in the order of the notebook.
    """

    stem: str
    title: str
    exercises: tuple[Exercise, ...]


class UnknownExerciseError(LookupError):
    """No exercise has this id; the message says which ones there are."""


def find(exercise_id):
    """Return the exercise with this id, importing its notebook's exercises only.

    Raises:
        UnknownExerciseError: if there is none.
    """
    modules = _modules()
    number = str(exercise_id).partition(".")[0]
    if number not in modules:
        known = words.KNOWN_NOTEBOOKS.format(numbers=", ".join(modules))
        raise UnknownExerciseError(words.UNKNOWN.format(id=exercise_id, known=known))
    exercises = {one.id: one for one in _lesson(modules[number]).exercises}
    if exercise_id not in exercises:
        ids = ", ".join(exercises)
        known = words.KNOWN_EXERCISES.format(number=number, ids=ids)
        raise UnknownExerciseError(words.UNKNOWN.format(id=exercise_id, known=known))
    return exercises[exercise_id]


def lessons():
    """Return every notebook that has exercises, in order."""
    return tuple(_lesson(name) for name in _modules().values())


def _modules():
    """Return the names of the modules by the number of their notebook."""
    paths = sorted(Path(__file__).parent.glob("n[0-9][0-9]_*.py"))
    return {path.stem[1:3]: path.stem for path in paths}


def _lesson(name):
    module = importlib.import_module(f"{__package__}.{name}")
    return Lesson(name[1:], module.NOTEBOOK, module.EXERCISES)
