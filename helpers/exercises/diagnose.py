"""Say in a sentence how an answer differs from the reference."""

import itertools
import math
from types import GeneratorType

import torch

from helpers.exercises import words
from helpers.exercises.observe import Leaf, brief, leaves

LN2 = math.log(2)
SINGLE = {torch.float32, torch.float16, torch.bfloat16, torch.complex64}
SINGLE_RTOL, SINGLE_ATOL = 1e-4, 1e-5  # the least we allow to numbers of these types


def agree(expected, found, exercise):
    """Return whether two lists of observations are equal within tolerance."""
    found = _part_by_part(expected, found)
    return (
        _values_agree(expected, found, exercise)
        and _mutation(expected, found) is None
        and _gradient(expected, found, exercise) is None
    )


def explain(expected, found, exercise):
    """Say what is wrong with observations that do not agree with the expected ones.

    First what keeps numbers from being compared, then slips that leave their mark on
    every number, last the first number that differs.
    """
    found = _part_by_part(expected, found)
    for one, other in zip(expected, found, strict=True):
        problem = _structure(one, other) or _shape(one, other) or _infinite(one, other)
        if problem:
            return problem + _for_call(one)
    if _values_agree(expected, found, exercise):
        return _mutation(expected, found) or _gradient(expected, found, exercise)
    return _pattern(expected, found, exercise) or _first(expected, found, exercise)


def describe(value):
    """Name the kind of a value as a learner would."""
    if isinstance(value, torch.Tensor) and value.dim():
        kind = words.TENSOR if value.dtype != torch.bool else words.TENSOR_OF_BOOL
        return kind.format(shape=tuple(value.shape))
    if isinstance(value, list | tuple | dict):
        return words.MANY.format(type=type(value).__name__, count=len(value))
    if isinstance(value, type):
        return words.CLASS
    if value is None:
        return "`None`"
    kind = type(value.tolist()) if isinstance(value, torch.Tensor) else type(value)
    return words.KINDS.get(kind.__name__, words.THING.format(type=kind.__name__))


def _part_by_part(expected, found):
    """Make a tuple of numbers as good as one of tensors with a number each."""
    return [
        other._replace(leaves=_grouped(one, other))
        for one, other in zip(expected, found, strict=True)
    ]


def _grouped(one, other):
    """Return the parts of the other observation, grouped like those of the one."""
    parts, value, name = other.leaves, other.value, other.name
    if not isinstance(value, list | tuple) or len(one.leaves) == len(parts):
        return parts
    if len(parts) == 1:
        split = (leaves(item, f"{name}[{place}]") for place, item in enumerate(value))
        return tuple(itertools.chain(*split))
    numbers = [part.value for part in parts]
    is_flat = all(isinstance(x, torch.Tensor) and not x.dim() for x in numbers)
    if len(one.leaves) == 1 and isinstance(one.value, list | tuple) and is_flat:
        return (Leaf(name, torch.stack(numbers)),)
    return parts


def _values_agree(expected, found, exercise):
    return all(
        _names(one) == _names(other)
        and all(_leaf_agrees(*pair, exercise) for pair in _pairs(one, other))
        for one, other in zip(expected, found, strict=True)
    )


def _names(observation):
    return [leaf.name for leaf in observation.leaves]


def _pairs(one, other):
    """Yield the values of the leaves that belong together."""
    for left, right in zip(one.leaves, other.leaves, strict=True):
        yield left.value, right.value


def _leaf_agrees(expected, found, exercise):
    if _kind(expected) is not _kind(found):
        return False
    if isinstance(expected, torch.Tensor):
        same_shape = expected.shape == found.shape
        return same_shape and bool(_close(expected, found, exercise).all())
    if isinstance(expected, str) and exercise.cases is None:
        return expected.casefold() == found.strip().casefold()
    return expected == found


def _kind(value):
    """Return what must be the same; numbers of every type are one kind."""
    if not isinstance(value, torch.Tensor):
        return type(value)
    return bool if value.dtype == torch.bool else torch.Tensor


def _close(expected, found, exercise):
    """Return which numbers agree, as a tensor of truth values."""
    rtol, atol = exercise.rtol, exercise.atol
    if found.dtype in SINGLE:
        rtol, atol = max(rtol, SINGLE_RTOL), max(atol, SINGLE_ATOL) if atol else 0.0
    widest = torch.promote_types(expected.dtype, found.dtype)
    dtype = torch.complex128 if widest.is_complex else torch.float64
    expected, found = expected.detach().to(dtype), found.detach().to(dtype)
    return torch.isclose(found, expected, rtol, atol, equal_nan=True)


def _structure(one, other):
    """Explain a value of another type, or with other parts."""
    expected, found = one.value, other.value
    if found is None and one.call:
        return words.RETURNS_NONE
    if isinstance(found, GeneratorType):
        return words.GENERATOR.format(name=one.name)
    if _names(one) != _names(other):
        if isinstance(expected, dict) and isinstance(found, dict):
            return _keys(one.name, expected, found)
        name, expected, found = _innermost(one.name, expected, found)
        stack = isinstance(expected, torch.Tensor) and isinstance(found, list)
        return _type(name, expected, found) + words.STACK * stack
    for leaf, pair in zip(one.leaves, _pairs(one, other), strict=True):
        if _kind(pair[0]) is not _kind(pair[1]):
            return _type(leaf.name, *pair)
    return None


def _innermost(name, expected, found):
    """Walk into lists of equal length, to the first part that is another kind."""
    both = isinstance(expected, list | tuple) and isinstance(found, list | tuple)
    if both and len(expected) == len(found):
        for place, pair in enumerate(zip(expected, found, strict=True)):
            kinds = [[leaf.name for leaf in leaves(part, "")] for part in pair]
            if kinds[0] != kinds[1]:
                return _innermost(f"{name}[{place}]", *pair)
    return name, expected, found


def _keys(name, expected, found):
    missing = [key for key in expected if key not in found]
    extra = [key for key in found if key not in expected]
    return words.KEYS.format(name=name, missing=brief(missing), extra=brief(extra))


def _type(name, expected, found):
    return words.TYPE.format(
        name=name, expected=describe(expected), found=describe(found)
    )


def _shape(one, other):
    for leaf, (expected, found) in zip(one.leaves, _pairs(one, other), strict=True):
        if not isinstance(expected, torch.Tensor) or expected.shape == found.shape:
            continue
        shapes = tuple(expected.shape), tuple(found.shape)
        text = words.SHAPE.format(name=leaf.name, expected=shapes[0], found=shapes[1])
        for first, second in itertools.combinations(range(expected.dim()), 2):
            if expected.transpose(first, second).shape == found.shape:
                return text + words.SWAPPED_SHAPE.format(first=first, second=second)
        return text
    return None


def _infinite(one, other):
    for leaf, (expected, found) in zip(one.leaves, _pairs(one, other), strict=True):
        if not isinstance(expected, torch.Tensor):
            continue
        strange = expected.isfinite() & ~found.isfinite()
        if strange.any():
            place, value = _at(leaf.name, found, strange)
            return words.NOT_FINITE.format(name=place, found=value)
    return None


def _pattern(expected, found, exercise):
    """Explain the first part whose numbers are all wrong in the same way."""
    for name, pairs in _by_name(expected, found).items():
        if all(_leaf_agrees(*pair, exercise) for pair in pairs):
            continue
        if all(isinstance(value, torch.Tensor) for pair in pairs for value in pair):
            return _factor(name, pairs, exercise) or _moved(name, pairs, exercise)
    return None


def _by_name(expected, found):
    """Collect the pairs of values of all cases under the name of their part."""
    by_name = {}
    for one, other in zip(expected, found, strict=True):
        for leaf, pair in zip(one.leaves, _pairs(one, other), strict=True):
            by_name.setdefault(leaf.name, []).append(pair)
    return by_name


def _factor(name, pairs, exercise):
    """Explain numbers that are all wrong by the same factor."""
    if any(value.is_complex() for pair in pairs for value in pair):
        return None
    expected, found = (
        torch.cat([pair[side].detach().double().flatten() for pair in pairs])
        for side in (0, 1)
    )
    if _leaf_agrees(-expected, found, exercise):
        return words.SIGN.format(name=name)
    factor = float(expected @ found / (expected @ expected))
    several = (expected != 0).sum() > 1  # one number is a multiple of any other
    if not several or not _leaf_agrees(factor * expected, found, exercise):
        return None
    if not factor:
        return words.ZERO.format(name=name)
    bits = any(math.isclose(factor, two, rel_tol=1e-3) for two in (LN2, 1 / LN2))
    return words.FACTOR.format(name=name, factor=factor) + words.BITS * bits


def _moved(name, pairs, exercise):
    """Explain axes that are swapped, or numbers one step off along an axis."""
    axes = range(min(expected.dim() for expected, _ in pairs))
    for first, second in itertools.combinations(axes, 2):
        swapped = ((right.transpose(first, second), wrong) for right, wrong in pairs)
        if all(_leaf_agrees(*pair, exercise) for pair in swapped):
            return words.SWAPPED.format(name=name, first=first, second=second)
    for axis in axes:
        if all(_late(right, wrong, axis, exercise) for right, wrong in pairs):
            return words.LATE.format(name=name, axis=axis)
        if all(_late(wrong, right, axis, exercise) for right, wrong in pairs):
            return words.EARLY.format(name=name, axis=axis)
    return None


def _late(one, other, axis, exercise):
    """Return whether other shows the numbers of one a step later along the axis."""
    rest = one.shape[axis] - 1
    if rest < 2:
        return False
    return _leaf_agrees(
        one.narrow(axis, 0, rest), other.narrow(axis, 1, rest), exercise
    )


def _first(expected, found, exercise):
    """Say where the first difference stands; keep the answer to a plain question."""
    for one, other in zip(expected, found, strict=True):
        for leaf, (right, wrong) in zip(one.leaves, _pairs(one, other), strict=True):
            if _leaf_agrees(right, wrong, exercise):
                continue
            if exercise.cases is None:
                options = _options(right, exercise)
                text = words.OPTIONS if options else words.NOT_RIGHT
                return text.format(name=leaf.name, options=options, found=brief(wrong))
            return _difference(leaf.name, right, wrong, exercise) + _for_call(one)
    return None


def _options(right, exercise):
    """Return the letters of a multiple choice, "a, b, c, d"; "" if it is none."""
    wrong = map(exercise.code_of, exercise.mistakes)
    values = [right, *map(exercise.define, wrong)]
    if not all(isinstance(value, str) and len(value) == 1 for value in values):
        return ""
    return ", ".join(sorted(values))


def _difference(name, expected, found, exercise):
    if not isinstance(expected, torch.Tensor):
        return words.DIFFERENT.format(
            place=name, expected=brief(expected), found=brief(found), count=""
        )
    differ = ~_close(expected, found, exercise)
    place, right = _at(name, expected, differ)
    count = words.COUNT.format(wrong=int(differ.sum()), total=differ.numel())
    return words.DIFFERENT.format(
        place=place,
        expected=right,
        found=_at(name, found, differ)[1],
        count=count if differ.numel() > 1 else "",
    )


def _at(name, tensor, mask):
    """Return place and value of the first number that the mask selects."""
    index = tuple(mask.nonzero()[0].tolist())
    value = tensor[index].item()
    place = f"{name}{list(index)}" if index else name
    return place, f"{value:.8g}" if isinstance(value, float) else str(value)


def _mutation(expected, found):
    for one, other in zip(expected, found, strict=True):
        if one.mutated != other.mutated:
            names = ", ".join(f"`{name}`" for name in other.mutated)
            return words.MUTATED.format(names=names)
    return None


def _gradient(expected, found, exercise):
    """Explain gradients that differ; none at all counts as zero."""
    for one, other in zip(expected, found, strict=True):
        lost = [name for name in one.gradients if _is_lost(one, other, name)]
        if lost:
            names = ", ".join(f"`{name}`" for name in lost)
            return words.NO_GRADIENT.format(names=names)
        for name in one.gradients:
            right, wrong = one.gradients[name], other.gradients[name]
            if right is None and wrong is None:
                continue
            right = torch.zeros_like(wrong) if right is None else right
            wrong = torch.zeros_like(right) if wrong is None else wrong
            differ = ~_close(right, wrong, exercise)
            if differ.any():
                place, value = _at(name, right, differ)
                text = words.WRONG_GRADIENT.format(
                    name=place, expected=value, found=_at(name, wrong, differ)[1]
                )
                return text + _for_call(one)
    return None


def _is_lost(one, other, name):
    """Return whether a gradient that should be there is not."""
    right = one.gradients[name]
    return right is not None and bool(right.any()) and other.gradients[name] is None


def _for_call(observation):
    return words.FOR_CALL.format(call=observation.call) if observation.call else ""
