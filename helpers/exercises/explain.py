"""Say in words in what one case of an answer differs from ours."""

import torch

from helpers.exercises import words
from helpers.exercises.compare import (
    CHANGES,
    ERROR,
    GRADIENT,
    PARTS,
    close,
    equal,
    is_lost,
    is_strange,
    kind,
    pairs_of,
    same_shape,
    wrong_gradients,
)
from helpers.exercises.trial import raised
from helpers.exercises.values import brief, describe, leaves


def explain(case, difference):
    """Return the first thing in which a case differs, as a sentence or two."""
    if case.problem == ERROR:
        return raised(case.found.error, difference.trial.answer)
    if case.problem == PARTS:
        return _parts(case)
    if case.problem == CHANGES:
        return explain_changes(case, difference.exercise)
    if case.problem == GRADIENT:
        return explain_gradient(case, difference.exercise)
    return _values(case, difference.exercise)


def explain_changes(case, exercise):
    """Say what an answer does to its arguments."""
    right, found = case.right.changed, case.found.changed
    extra = [name for name in found if name not in right]
    missing = [name for name in right if name not in found]
    inside = [name for name in extra if _argument(name) not in case.names]
    if inside:
        return words.LEFT_CHANGED.format(names=_listed(inside[:3]))
    if extra:
        return words.MUTATED.format(names=_listed(map(_argument, extra)))
    if missing:
        return words.NOT_CHANGED.format(name=missing[0])
    name = next(n for n in right if not equal(right[n], found[n], exercise, True))
    return words.CHANGED_OTHERWISE.format(name=name)


def explain_gradient(case, exercise):
    """Say which gradients differ; none at all counts as zero."""
    wrong = wrong_gradients(case.right, case.found, exercise)
    lost = [name for name in wrong if is_lost(case.right, case.found, name)]
    if lost:
        return words.NO_GRADIENT.format(names=_listed(lost))
    name = wrong[0]
    right, found = case.right.gradients[name], case.found.gradients.get(name)
    right = torch.zeros_like(found) if right is None else right
    found = torch.zeros_like(right) if found is None else found
    differ = ~close(right, found, exercise, case.found.single)
    place, expected = _at(name, right, differ)
    text = words.WRONG_GRADIENT if found[differ].any() else words.PART_OF_GRADIENT
    return text.format(name=place, expected=expected, found=_at(name, found, differ)[1])


def _parts(case):
    """Say what kind of value belongs where another one is."""
    expected, found = case.right.value, case.found.value
    name = case.right.leaves[0].name.partition("[")[0] if case.right.leaves else ""
    if found is None and case.right.case:
        return words.RETURNS_NONE
    if isinstance(expected, dict) and isinstance(found, dict):
        missing = [key for key in expected if key not in found]
        extra = [key for key in found if key not in expected]
        if missing or extra:
            missing, extra = brief(missing), brief(extra)
            return words.KEYS.format(name=name, missing=missing, extra=extra)
    name, expected, found = _innermost(name, expected, found)
    kinds = describe(expected), describe(found)
    text = words.TYPE.format(name=name, expected=kinds[0], found=kinds[1])
    listed = isinstance(expected, torch.Tensor) and isinstance(found, list | tuple)
    return text + words.UNEVEN_LIST if listed else text


def _innermost(name, expected, found):
    """Walk into lists of equal length, to the first part that is another kind."""
    both = isinstance(expected, list | tuple) and isinstance(found, list | tuple)
    if both and len(expected) == len(found):
        for place, pair in enumerate(zip(expected, found, strict=True)):
            one, other = (
                [(leaf.name, kind(leaf.value)) for leaf in leaves(part, "")]
                for part in pair
            )
            if one != other:
                return _innermost(f"{name}[{place}]", *pair)
    return name, expected, found


def _values(case, exercise):
    """Say which shape, or else which number, is the first to differ."""
    named = [
        (leaf.name, *pair)
        for leaf, pair in zip(
            case.right.leaves, pairs_of(case.right, case.found), strict=True
        )
    ]
    for name, right, found in named:
        if not same_shape(right, found):
            kind_of = words.SHAPE if found.numel() else words.NOTHING_IN_IT
            shapes = tuple(right.shape), tuple(found.shape)
            return kind_of.format(name=name, expected=shapes[0], found=shapes[1])
    for name, right, found in named:
        if not equal(right, found, exercise, case.found.single):
            return _numbers(name, right, found, exercise, case.found.single)
    return words.NOT_YET


def _numbers(name, right, found, exercise, single):
    if not isinstance(right, torch.Tensor):
        return words.DIFFERENT.format(
            place=name, expected=brief(right), found=brief(found), count=""
        )
    if is_strange(right, found):
        place, value = _at(name, found, right.isfinite() & ~found.isfinite())
        return words.NOT_FINITE.format(name=place, found=value)
    differ = ~close(right, found, exercise, single)
    place, value = _at(name, right, differ)
    count = words.COUNT.format(wrong=int(differ.sum()), total=differ.numel())
    return words.DIFFERENT.format(
        place=place,
        expected=value,
        found=_at(name, found, differ)[1],
        count=count if differ.numel() > 1 else "",
    )


def _at(name, tensor, mask):
    """Return place and value of the first number that the mask selects."""
    index = tuple(mask.nonzero()[0].tolist())
    value = tensor[index].item()
    place = f"{name}{list(index)}" if index else name
    return place, f"{value:.8g}" if isinstance(value, float) else str(value)


def _argument(name):
    """Return the argument that something seen of it belongs to."""
    return name.rpartition(" of ")[2].partition("[")[0]


def _listed(names):
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))
