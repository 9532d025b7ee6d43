"""Kinds of slips in the parts of a value: exchanged, missing, or too many.

Each function takes a Difference and returns an Explained, or None.
"""

import itertools
from typing import NamedTuple

import torch

from helpers.exercises import words
from helpers.exercises.compare import (
    PARTS,
    Compared,
    equal,
    kind,
    pairs_of,
    same_leaves,
)
from helpers.exercises.values import is_numeric, leaves

MANY = 6  # parts; more are not tried in every order


class Explained(NamedTuple):
    """What is wrong with an answer, in words.

    Attributes:
        text: what to tell the learner.
        case: the call that shows it.
    """

    text: str
    case: Compared


def parts_exchanged(difference):
    """Explain the right parts in the wrong places."""
    rights, founds = _all_items(difference)
    count = len(rights[0]) if rights and founds else 0
    if not 2 <= count <= MANY or any(len(one) != count for one in (*rights, *founds)):
        return None
    for order in itertools.permutations(range(count)):
        if list(order) == sorted(order):
            continue
        if _match(difference, [[one[n] for n in order] for one in rights], founds):
            place = next(n for n in range(count) if order[n] != n)
            text = words.PARTS_EXCHANGED.format(wrong=place, right=order[place])
            return Explained(text, difference.failing[0])
    return None


def one_part_alone(difference):
    """Explain an answer that is one right part, without the others."""
    rights, _ = _all_items(difference)
    if not rights or len(rights[0]) < 2 or _any_broken(difference):
        return None
    founds = [[case.found.leaves] for case in difference.cases]
    for place in range(min(MANY, *map(len, rights))):
        if _match(difference, [[one[place]] for one in rights], founds):
            text = words.PART_ALONE.format(place=place)
            return Explained(text, difference.failing[0])
    return None


def parts_too_many(difference):
    """Explain an answer with all the right parts, and others before or after them."""
    rights, founds = _all_items(difference)
    if not founds:
        return None
    if not rights:  # a single value is asked for
        rights = [[case.right.leaves] for case in difference.cases]
    count = len(rights[0])
    if any(len(one) <= count for one in founds):
        return None
    for start in range(min(MANY, *map(len, founds)) - count + 1):
        chosen = [one[start : start + count] for one in founds]
        if _match(difference, rights, chosen):
            places = range(start, start + count)
            names = ", ".join(f"`result[{place}]`" for place in places)
            text = words.PARTS_TOO_MANY.format(names=names)
            return Explained(text, difference.failing[0])
    return None


def parts_joined(difference):
    """Explain one long tensor where a list of tensors belongs."""
    if _any_broken(difference):
        return None
    for case in difference.cases:
        rights = [leaf.value for leaf in case.right.leaves]
        founds = [leaf.value for leaf in case.found.leaves]
        if not all(isinstance(one, torch.Tensor) and one.dim() for one in rights):
            return None
        if len(rights) < 2 or not founds or len(founds) >= len(rights):
            return None
        if not all(isinstance(one, torch.Tensor) for one in founds):
            return None
        if any(one.is_complex() for one in (*rights, *founds)):
            return None
        sides = rights, founds
        joined = [torch.cat([x.double().flatten() for x in side]) for side in sides]
        if not equal(*joined, difference.exercise, case.found.single):
            return None
    return Explained(words.PARTS_JOINED, difference.failing[0])


def numbers_for_truth(difference):
    """Explain 0 and 1 where False and True belong."""
    for case in difference.of(PARTS):
        if [x.name for x in case.right.leaves] != [x.name for x in case.found.leaves]:
            return None
        for leaf, (right, found) in zip(
            case.right.leaves, pairs_of(case.right, case.found), strict=True
        ):
            if kind(right) is bool and isinstance(found, torch.Tensor):
                same = right.shape == found.shape
                if same and torch.equal(right.to(found.dtype), found):
                    return Explained(words.NOT_BOOL.format(name=leaf.name), case)
    return None


def _any_broken(difference):
    """Return whether some call did not come to its end."""
    return any(
        case.found.error and not case.found.backward for case in difference.cases
    )


def _all_items(difference):
    """Return our items and those found in every case; None where there are none."""
    if _any_broken(difference):
        return None, None
    rights = [_items(case.right.value) for case in difference.cases]
    founds = [_items(case.found.value) for case in difference.cases]
    return (side if all(side) else None for side in (rights, founds))


def _items(value):
    """Return the parts of each item of a tuple or list; None if it is none."""
    if not isinstance(value, list | tuple) or is_numeric(value):
        return None
    return [leaves(item, "") for item in value]


def _match(difference, rights, founds):
    """Return whether in every case all items are equal."""
    return all(
        len(right) == len(found)
        and all(
            same_leaves(*pair, difference.exercise, case.found.single)
            for pair in zip(right, found, strict=True)
        )
        for case, right, found in zip(difference.cases, rights, founds, strict=True)
    )
