"""Kinds of slips in a value that a learner types, a number or a letter.

No sentence says what the right value is.
"""

import math

import torch

from helpers.exercises import words
from helpers.exercises.compare import PARTS, SHAPE
from helpers.exercises.kinds_of_parts import Explained
from helpers.exercises.values import brief, describe

CLOSE = 1e-6  # relative


def _letter(difference):
    """Say which letters there are to choose from."""
    exercise, case = difference.exercise, difference.cases[0]
    others = map(exercise.code_of, exercise.mistakes)
    values = [difference.trial.ours.answer, *map(exercise.define, others)]
    if not all(isinstance(value, str) and len(value) == 1 for value in values):
        return None
    options = ", ".join(sorted({value.lower() for value in values}))
    found = brief(case.found.value)
    return Explained(words.OPTIONS.format(options=options, found=found), case)


def _another_kind(difference):
    case = difference.cases[0]
    if case.problem not in (PARTS, SHAPE):
        return None
    expected, found = difference.trial.ours.answer, difference.trial.answer
    kinds = describe(expected), describe(found)
    if case.problem == SHAPE and isinstance(found, list | tuple | torch.Size):
        kinds = (
            words.SO_MANY.format(count=len(expected))
            if _is_list(expected)
            else kinds[0],
            kinds[1],
        )
    name = difference.exercise.name
    return Explained(
        words.TYPE.format(name=name, expected=kinds[0], found=kinds[1]), case
    )


def _number(difference):
    """Name what one does to a number by oversight."""
    case = difference.cases[0]
    right, found = case.right.leaves[0].value, case.found.leaves[0].value
    if not all(
        isinstance(one, torch.Tensor) and one.numel() == 1 for one in (right, found)
    ):
        return None
    right, found = float(right), float(found)
    for text, looks in NUMBERS:
        if looks(right, found):
            name = difference.exercise.name
            return Explained(text.format(name=name, found=brief(found)), case)
    return None


def _numbers(difference):
    """Say which of several numbers are right, or that only their order is wrong."""
    case = difference.cases[0]
    if len(case.right.leaves) != 1:
        return None
    right, found = case.right.leaves[0].value, case.found.leaves[0].value
    if not isinstance(right, torch.Tensor) or right.dim() != 1 or len(right) < 2:
        return None
    name = difference.exercise.name
    if torch.equal(right.sort().values.double(), found.sort().values.double()):
        return Explained(
            words.ANOTHER_ORDER.format(name=name, found=brief(found)), case
        )
    same = [n for n in range(len(right)) if math.isclose(right[n], found[n])]
    if same:
        listed = ", ".join(f"`{name}[{n}]`" for n in same)
        text = words.SOME_RIGHT.format(names=listed, name=name, found=brief(found))
        return Explained(text, case)
    return None


def _not_yet(difference):
    case = difference.cases[0]
    for right, found in zip(case.right.leaves, case.found.leaves, strict=True):
        if brief(right.value) != brief(found.value) or len(case.right.leaves) == 1:
            shown = brief(found.value)
            return Explained(words.NOT_RIGHT.format(name=found.name, found=shown), case)
    return Explained(words.NOT_YET, case)


def _is(found, wanted):
    return math.isclose(found, wanted, rel_tol=CLOSE)


def _is_list(value):
    return isinstance(value, list | tuple)


def _is_whole(number):
    return math.isfinite(number) and number == round(number)


def _is_rounded(right, found):
    places = len(f"{found:.15g}".partition(".")[2])
    return not _is(found, right) and _is(found, round(right, places)) and found != 0


NUMBERS = (
    (words.SIGN_OF, lambda right, found: right and _is(found, -right)),
    (
        words.ONE_OFF,
        lambda right, found: _is_whole(right) and abs(found - right) == 1,
    ),
    (
        words.NOT_WHOLE,
        lambda right, found: (
            _is_whole(right) and not _is_whole(found) and abs(found - right) < 1
        ),
    ),
    (
        words.PERCENT_OF,
        lambda right, found: right and 0 < right < 1 and _is(found, 100 * right),
    ),
    (
        words.ROUNDED_OF,
        lambda right, found: not _is_whole(right) and _is_rounded(right, found),
    ),
    (
        words.INVERSE_OF,
        lambda right, found: right and abs(right) != 1 and _is(found, 1 / right),
    ),
    (
        words.REST_OF,
        lambda right, found: 0 < right < 1 and right != 0.5 and _is(found, 1 - right),
    ),
)
LOOKS_AT_TYPED = (_letter, _another_kind, _number, _numbers, _not_yet)
