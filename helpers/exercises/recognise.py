"""Find the wrong answer we know that does what an answer does."""

import torch

from helpers.exercises import words
from helpers.exercises.compare import (
    NUMBERS,
    SHAPE,
    close,
    equal,
    pairs_of,
    problem,
    same_leaves,
    same_parts,
)
from helpers.exercises.ours import first

MOST = 2 / 3  # of the cases in which a slip shows must show it in the answer
DIGITS = 3  # that a number typed by hand must have to be taken for a rounded one


def recognise(difference):
    """Return the Verdict if the slip is known, else the Difference again.

    First come slips that do the same in everything, then those that give the same
    values, then those that show in most cases, or in one part of the values. In every
    place where a slip is said to show it gives the very numbers of the answer.
    """
    for look in LOOKS:
        told = look(difference)
        if told:
            return difference.trial.verdict(
                words.WRONG, told, difference.failing[0].found
            )
    return difference


def _in_everything(difference):
    found = difference.trial.found
    return _first(difference, lambda slip: slip.does(found))


def _typed_by_hand(difference):
    """Recognise a number of which only the first digits were typed."""
    if difference.exercise.cases is not None:
        return None
    typed = _number(difference.trial.found[0])
    if typed is None:
        return None
    return _first(difference, lambda slip: _is_rounded(_number(slip.seen(0)), typed))


def _in_values(difference):
    """Recognise a slip in the values, whatever the answer changes or cuts besides."""

    def holds(slip):
        return _telling(difference, slip) and all(
            _same_values(slip.seen(number), one, difference.exercise)
            for number, one in enumerate(difference.trial.found)
        )

    return _first(difference, holds)


def _in_most_cases(difference):
    """Recognise a slip where a second one, or a boundary, spoils some of the cases.

    Where the slip does not show, the answer must be right, or break altogether.
    """
    found, exercise = difference.trial.found, difference.exercise

    def holds(slip):
        telling = _telling(difference, slip)
        shown = [n for n in telling if _same_values(slip.seen(n), found[n], exercise)]
        spared = [n for n in telling if not difference.cases[n].problem]
        spoilt = [
            case
            for n, case in enumerate(difference.cases)
            if n not in telling and case.problem == NUMBERS
        ]
        if len(shown) < max(2, MOST * len(telling)) or spared or spoilt:
            return False
        return sum(_evidence(difference, slip, n) for n in shown) > 1

    diagnosis = _first(difference, holds)
    return diagnosis and words.IN_MOST_CASES.format(diagnosis=diagnosis)


def _evidence(difference, slip, number):
    """Return how many finite numbers of a case the slip changes."""
    pairs = pairs_of(difference.cases[number].right, slip.seen(number))
    return sum(
        int((other.isfinite() & ~close(right, other, difference.exercise)).sum())
        if isinstance(right, torch.Tensor) and right.shape == other.shape
        else 2
        for right, other in pairs
    )


def _in_one_part(difference):
    """Recognise a slip in one part of the values, where another part is wrong too."""
    for place, part in enumerate(difference.cases[0].right.leaves):
        diagnosis = _first(
            difference, lambda slip, n=place: _shows_in(difference, slip, n)
        )
        if diagnosis:
            return words.IN_ONE_PART.format(name=part.name, diagnosis=diagnosis)
    return None


def _first(difference, holds):
    """Return the diagnosis of the first known slip of which something holds."""
    slip = first(difference.trial.ours.slips, holds)
    return slip and slip.diagnosis


def _shows_in(difference, slip, place):
    """Return whether in every case one part of an answer is that of the slip.

    A slip that spoils other parts too is none that could be seen in one alone.
    """
    told = 0
    for number, case in enumerate(difference.cases):
        wrong = slip.seen(number)
        if case.problem not in ("", NUMBERS, SHAPE) or not same_parts(
            case.right, wrong
        ):
            return False
        exercise, single = difference.exercise, case.found.single
        for n, (right, other) in enumerate(pairs_of(case.right, wrong)):
            if n != place and not equal(right, other, exercise):
                return False
            if n == place and not equal(
                other, case.found.leaves[n].value, exercise, single
            ):
                return False
            if n == place and isinstance(right, torch.Tensor):
                same = right.shape == other.shape
                told += int((~close(right, other, exercise)).sum()) if same else 2
    return told > 1 and len(difference.cases[0].right.leaves) > 1


def _telling(difference, slip):
    """Return the numbers of the cases in which a slip shows in the values."""
    return [
        number
        for number, right in enumerate(difference.trial.ours.found)
        if not slip.seen(number).error
        and not _same_values(right, slip.seen(number), difference.exercise)
    ]


def _same_values(one, other, exercise):
    """Return whether two observations have the same values, whatever else differs."""
    if any(seen.error and not seen.backward for seen in (one, other)):
        return not problem(one, other, exercise)
    return same_parts(one, other) and same_leaves(
        one.leaves, other.leaves, exercise, one.single or other.single
    )


def _number(observation):
    """Return the single number that an answer is, or None."""
    values = [leaf.value for leaf in observation.leaves]
    if len(values) == 1 and isinstance(values[0], torch.Tensor):
        return float(values[0]) if values[0].numel() == 1 else None
    return None


def _is_rounded(exact, typed):
    """Return whether a number is another one, written with fewer digits."""
    if exact is None:
        return False
    text = f"{typed:.12g}"
    places = len(text.partition(".")[2])
    digits = len(text.strip("-0.").replace(".", ""))
    return (
        places > 0
        and digits >= DIGITS
        and f"{exact:.{places}f}" == f"{typed:.{places}f}"
    )


LOOKS = (
    _in_everything,
    _typed_by_hand,
    _in_values,
    _in_most_cases,
    _in_one_part,
)
