"""How long a learner waits for a check, over all exercises of the course."""

import itertools
from functools import partial

import torch

from helpers.exercises import catalogue, check
from tools.bench.measuring import Row, one_thread, seconds

WANTED = 0.5  # seconds, for an answer of ordinary cost
ROUNDS = 3  # after which what the first check had to prepare is there


@one_thread()
def rows():
    """Measure the slowest checks: of a right answer, and of one nobody foresaw."""
    exercises = [one for lesson in catalogue.lessons() for one in lesson.exercises]
    right = {one.id: _timed(one, one.define(one.reference)) for one in exercises}
    called = [one for one in exercises if one.cases and not one.build]
    wrong = {one.id: _timed(one, _spoilt(one)) for one in called}
    return [
        _row("check of a right answer, the first", right, 0),
        _row("check of a right answer, again", right, -1),
        _row("check of a wrong answer, the first", wrong, 0),
        _row("check of a wrong answer, again", wrong, -1),
    ]


def _timed(exercise, answer):
    """Return how long each of a few checks of an answer takes."""
    return [seconds(partial(check, exercise.id, answer)) for _ in range(ROUNDS)]


def _row(name, times, place):
    """Return the row of the slowest exercise."""
    slowest = max(times, key=lambda one: times[one][place])
    took = times[slowest][place]
    return Row(f"{name}, slowest {slowest}", took, "s", target=WANTED)


def _spoilt(exercise):
    """Return the right function with numbers that no slip accounts for."""
    right, drawn = exercise.define(exercise.reference), itertools.count()

    def spoil(value):
        if isinstance(value, list | tuple):
            return type(value)(map(spoil, value))
        if not isinstance(value, torch.Tensor | float | int):
            return value
        tensor = torch.as_tensor(value)
        if tensor.dtype == torch.bool:
            return tensor ^ (torch.rand(tensor.shape) < 0.5)
        return tensor + torch.rand(tensor.shape) + next(drawn) % 7

    return lambda *arguments: spoil(right(*arguments))
