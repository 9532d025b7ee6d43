"""Find the kind of slip that accounts for what an answer does, or show where it is.

Every explanation is tried on all the numbers it speaks of, and only one that gives
them all is told.
"""

import itertools
from types import GeneratorType

import torch

from helpers.exercises import words
from helpers.exercises.compare import (
    CHANGES,
    GRADIENT,
    NUMBERS,
    PARTS,
    SHAPE,
    is_strange,
    kind,
    pairs_of,
    same_leaves,
)
from helpers.exercises.explain import explain, explain_changes, explain_gradient
from helpers.exercises.kinds_of_numbers import explain_numbers
from helpers.exercises.kinds_of_parts import (
    Explained,
    numbers_for_truth,
    one_part_alone,
    parts_exchanged,
    parts_joined,
    parts_too_many,
)
from helpers.exercises.kinds_of_places import explain_places
from helpers.exercises.kinds_of_shapes import explain_shape
from helpers.exercises.kinds_of_values import LOOKS_AT_TYPED
from helpers.exercises.ours import first
from helpers.exercises.parts import parts_of
from helpers.exercises.values import brief, leaves

SEVERAL = 4  # arguments that may be handed back together
FEW = 1000  # numbers, of which the first can stand for all
VARIANTS, PAIRS = 0.2, 0.1  # seconds for our own answers that are made up on the way


def diagnose(difference):
    """Return the Verdict on an answer whose slip nobody has foreseen."""
    typed = difference.exercise.cases is None
    looks = (look(difference) for look in (LOOKS_AT_TYPED if typed else LOOKS))
    told = next(filter(None, looks))
    return difference.trial.verdict(words.WRONG, told.text, told.case.found)


# --- the answer as a whole -----------------------------------------------------------


def _no_value(difference):
    """Explain an answer that returns nothing, or a promise of something."""
    for case in difference.failing:
        if case.problem == PARTS and case.found.value is None:
            return Explained(words.RETURNS_NONE, case)
        if isinstance(case.found.value, GeneratorType):
            return Explained(words.GENERATOR, case)
    return None


def _values_are_right(difference):
    """Explain an answer that returns what it should and does something else wrong."""
    if len(difference.of("", CHANGES, GRADIENT)) < len(difference.cases):
        return None
    for case in difference.of(CHANGES):
        return Explained(explain_changes(case, difference.exercise), case)
    case = difference.failing[0]
    return Explained(explain_gradient(case, difference.exercise), case)


def _as_it_stood(difference):
    found, stood = difference.trial.found, difference.trial.ours.as_it_stood
    slip = first([stood], lambda slip: slip.does(found))
    return Explained(slip.diagnosis, difference.failing[0]) if slip else None


def _argument_returned(difference):
    """Explain an answer that hands one argument back as it came, or several."""
    names = difference.cases[0].names
    for place, name in enumerate(names):
        if all(
            _returns(case, case.right.case[place], difference)
            for case in difference.cases
        ):
            text = words.ARGUMENT_RETURNED.format(name=name)
            return Explained(text, difference.failing[0])
    for places in itertools.permutations(range(len(names)), _count(difference)):
        if all(
            _returns(case, [case.right.case[n] for n in places], difference)
            for case in difference.cases
        ):
            listed = ", ".join(f"`{names[n]}`" for n in places)
            text = words.ARGUMENTS_RETURNED.format(names=listed)
            return Explained(text, difference.failing[0])
    return None


def _count(difference):
    """Return how many parts an answer returns, if they are few, else none."""
    value = difference.cases[0].found.value
    few = isinstance(value, list | tuple) and 2 <= len(value) <= SEVERAL
    return len(value) if few else len(difference.cases[0].names) + 1


def _constant(difference):
    """Explain an answer that returns the same whatever it gets."""
    first = difference.cases[0]
    if len(difference.cases) < 2 or not _is_some_number(first):
        return None
    same = all(_returns(one, first.found.value, difference) for one in difference.cases)
    if same and not _same_everywhere(difference):
        text = words.CONSTANT.format(found=brief(first.found.leaves[0].value))
        return Explained(text, difference.failing[0])
    return None


def _is_some_number(case):
    """Return whether a call returned a few numbers, and numbers are asked for."""
    if not case.found.leaves or case.found.error or not case.right.leaves:
        return False
    right, found = case.right.leaves[0].value, case.found.leaves[0].value
    if kind(right) is not kind(found) or not isinstance(found, torch.Tensor):
        return False
    if not 0 < found.numel() <= FEW:
        return False
    return bool(found.isfinite().all())


def _returns(case, value, difference):
    """Return whether a call returned this value."""
    if case.found.error and not case.found.backward:
        return False
    parts, single = leaves(value, "result"), case.found.single
    return bool(parts) and same_leaves(
        parts, case.found.leaves, difference.exercise, single
    )


def _same_everywhere(difference):
    """Return whether the right value is the same in all cases."""
    first, *others = (case.right.leaves for case in difference.cases)
    return all(same_leaves(first, one, difference.exercise) for one in others)


# --- its shapes and numbers ----------------------------------------------------------


def _kinds_of_shapes(difference):
    cases = difference.of(SHAPE)
    for part in parts_of(cases, difference.exercise):
        misshapen = part.where(lambda right, found: right.shape != found.shape)
        told = misshapen and explain_shape(misshapen)
        if told:
            text = told + _besides(difference, cases)
            return Explained(text, misshapen.cases[0])
    return None


def _kinds_of_numbers(difference):
    """Explain the first wrong part, in all cases whose numbers can be compared.

    A boundary case in which something breaks besides is set aside, but then said.
    """
    cases = [case for case in difference.cases if _is_comparable(case)]
    wrong = [case for case in cases if case.problem]
    if not wrong:
        return None
    parts = parts_of(cases, difference.exercise)
    right = [part.name for part in parts if part.is_right]
    for part in parts:
        told = None if part.is_right else explain_numbers(part)
        if told:
            text = _others_right(right) + told + _besides(difference, cases)
            return Explained(text, wrong[0])
    return None


def _is_comparable(case):
    """Return whether the numbers of a case are all there, and finite where ours are."""
    if case.problem in (PARTS, SHAPE) or case.found.error and not case.found.backward:
        return False
    return not any(is_strange(*pair) for pair in pairs_of(case.right, case.found))


def _others_right(names):
    """Say which parts are right, before what is wrong with another."""
    if not 0 < len(names) <= 4:
        return ""
    return words.OTHERS_RIGHT.format(names=", ".join(f"`{name}`" for name in names))


def _besides(difference, cases):
    """Say that something else happens in cases that an explanation leaves out."""
    chosen = {id(case) for case in cases}
    return "" if all(id(one) in chosen for one in difference.failing) else words.BESIDES


def _variant(difference):
    """Explain numbers that our own answer gives with one thing changed."""
    found, variants = difference.trial.found, difference.trial.ours.variants
    slip = first(variants, lambda slip: slip.does(found), VARIANTS)
    if slip is None:
        return None
    text = words.VARIANT.format(change=slip.diagnosis)
    return Explained(text, difference.failing[0])


def _two_slips(difference):
    """Explain numbers that two of the slips we know give together.

    Two that undo each other somewhere are not likely to have been made.
    """
    found, pairs = difference.trial.found, difference.trial.ours.double_slips

    def holds(slip):
        return slip.does(found) and all(part.spares(found) for part in slip.parts)

    slip = first(pairs, holds, PAIRS)
    return Explained(slip.diagnosis, difference.failing[0]) if slip else None


# --- where it is ---------------------------------------------------------------------


def _right_in_some_cases(difference):
    """Say in how many cases an answer is right, and show the first where it is not."""
    total, wrong = len(difference.cases), len(difference.failing)
    if wrong == total:
        return None
    case = difference.failing[0]
    text = words.IN_SOME_CASES.format(right=total - wrong, total=total)
    return Explained(f"{text} {explain(case, difference)}", case)


def _arguments_changed(difference):
    """Name a change of the arguments where the values are wrong as well."""
    for case in difference.failing:
        if any(name not in case.right.changed for name in case.found.changed):
            return Explained(explain_changes(case, difference.exercise), case)
    return None


def _right_in_some_places(difference):
    """Say which parts are right, or along which axis some places are."""
    cases = [case for case in difference.of(NUMBERS) if _is_comparable(case)]
    parts = parts_of(cases, difference.exercise)
    right = _others_right([part.name for part in parts if part.is_right])
    for part in parts:
        told = None if part.is_right else explain_places(part)
        if told or right and not part.is_right:
            text = f"{right}{told or ''} {explain(cases[0], difference)}".replace(
                "  ", " "
            )
            return Explained(text.strip() + _besides(difference, cases), cases[0])
    return None


def _first_difference(difference):
    case = difference.failing[0]
    return Explained(explain(case, difference), case)


LOOKS = (
    _no_value,
    _values_are_right,
    _as_it_stood,
    _argument_returned,
    _constant,
    parts_exchanged,
    one_part_alone,
    parts_too_many,
    parts_joined,
    numbers_for_truth,
    _kinds_of_numbers,
    _kinds_of_shapes,
    _variant,
    _two_slips,
    _arguments_changed,
    _right_in_some_cases,
    _right_in_some_places,
    _first_difference,
)
