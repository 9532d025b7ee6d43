"""How long a learner waits for a check, over all exercises of the course."""

import itertools
import time
from functools import partial
from statistics import median, quantiles

import torch

from helpers.exercises import catalogue, check
from tools.bench.measuring import Row, one_thread, seconds

WANTED = 0.5  # seconds, for an answer of ordinary cost


@one_thread()
def rows():
    """Measure the first check of a right answer to each exercise, and of a wrong one.

    The wrong ones give numbers that no slip accounts for, so that every explanation is
    tried. What counts are seconds of the processor: other work does not disturb them.
    """
    exercises = [one for lesson in catalogue.lessons() for one in lesson.exercises]
    _seconds(exercises[0], exercises[0].reference)  # loads what all of them share,
    torch.optim.SGD([torch.zeros(1)]).step()  # and this, what any training loads
    right, wrong = {}, {}
    for one in exercises:
        right[one.id] = _seconds(one, one.define(one.reference))
        wrong[one.id] = _seconds(one, _wrong(one))
    return [*_rows("right", right), *_rows("wrong", wrong)]


def _seconds(exercise, answer):
    return seconds(partial(check, exercise.id, answer), time.process_time)


def _rows(kind, times):
    """Return the rows of a kind of answers, from a dict from exercise to seconds."""
    slowest = max(times, key=times.get)
    values = {
        "median": median(times.values()),
        "95 %": quantiles(times.values(), n=20)[-1],
        f"slowest, {slowest}": times[slowest],
    }
    return [
        Row(f"check of a {kind} answer, {name}", value, "s", target=WANTED)
        for name, value in values.items()
    ]


def _wrong(exercise):
    """Return a wrong answer, one that nobody foresaw where a function is asked for."""
    if exercise.cases and not exercise.build:
        return _spoilt(exercise.define(exercise.reference))
    return exercise.define(exercise.code_of(exercise.mistakes[-1]))


def _spoilt(right):
    """Return a function that gives, for the right numbers, others without a rule."""
    drawn = itertools.count()

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
