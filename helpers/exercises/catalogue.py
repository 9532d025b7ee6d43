"""Find exercises: those of notebook 08 stand in modules whose names begin with n08_."""

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
        exercises: in the order of their numbers, which is that of the notebook.
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
    number = str(exercise_id).partition(".")[0]
    exercises = {one.id: one for one in find_lesson(number, exercise_id).exercises}
    if exercise_id not in exercises:
        ids = ", ".join(exercises)
        known = words.KNOWN_EXERCISES.format(number=number, ids=ids)
        raise UnknownExerciseError(words.UNKNOWN.format(id=exercise_id, known=known))
    return exercises[exercise_id]


def find_lesson(number, wanted=None):
    """Return the Lesson of the notebook with this number, "04".

    Args:
        number: of the notebook, as text.
        wanted: what was asked for, if it is not the number; the error names it.

    Raises:
        UnknownExerciseError: if that notebook has no exercises.
    """
    modules = _modules()
    if number not in modules:
        known = words.KNOWN_NOTEBOOKS.format(numbers=", ".join(modules))
        text = words.UNKNOWN.format(id=wanted or number, known=known)
        raise UnknownExerciseError(text)
    return _lesson(modules[number])


def lessons():
    """Return every notebook that has exercises, in order."""
    return tuple(_lesson(names) for names in _modules().values())


def _modules():
    """Return the names of the modules, a list by the number of their notebook."""
    modules = {}
    for path in sorted(Path(__file__).parent.glob("n[0-9][0-9]_*.py")):
        modules.setdefault(path.stem[1:3], []).append(path.stem)
    return modules


def _lesson(names):
    """Return the Lesson of one notebook; the first of its modules bears its name."""
    modules = [importlib.import_module(f"{__package__}.{name}") for name in names]
    values = (value for module in modules for value in vars(module).values())
    exercises = [value for value in values if isinstance(value, Exercise)]
    exercises.sort(key=lambda one: int(one.id.partition(".")[2]))
    return Lesson(names[0][1:], modules[0].NOTEBOOK, tuple(exercises))
