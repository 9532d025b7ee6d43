"""Kinds of slips that leave their mark on every number of a part.

Each function takes a Part whose tensors have the right shapes, and returns a sentence
that accounts for all of its numbers, or None.
"""

import itertools
import math

import torch

from helpers.exercises import words
from helpers.exercises.compare import equal
from helpers.exercises.values import as_tensor

ALMOST = 1e-3  # relative; a number nearer than that is not "so many times" another
NOTHING = 1e-12  # of the largest right number
MISSING = ("sqrt", "log", "log2", "exp", "tanh", "sigmoid", "relu", "abs", "round")
TOO_MANY = (
    *("log", "exp", "sqrt", "tanh", "sigmoid", "relu", "square", "log2", "log1p"),
    *("round", "floor", "ceil", "abs"),
)
KNOWN_FACTORS = (
    (math.log(2), words.BITS),
    (math.log(10), words.BASE_TEN),
    (math.log2(10), words.BASE_TEN_OR_TWO),
    (180 / math.pi, words.DEGREES),
    (100.0, words.PERCENT),
)
PIECES = {
    words.REAL_PART: torch.real,
    words.IMAGINARY_PART: torch.imag,
    words.ABSOLUTE_VALUE: torch.abs,
    words.ANGLE: torch.angle,
}
LONGEST = 64  # rows that are looked at one by one


def explain_numbers(part):
    """Return what is wrong with the numbers of a part, or None."""
    numbers = (*part.rights, *part.founds)
    looks = LOOKS
    if any(x.is_complex() for x in numbers):
        looks = (_conjugate, _piece)
    elif any(x.dtype == torch.bool for x in numbers):
        looks = (_truth, _swapped, _moved)
    return next(filter(None, (look(part) for look in looks)), None)


def _conjugate(part):
    if part.tells() and part.mends(torch.conj):
        return words.CONJUGATE.format(name=part.name)
    return None


def _piece(part):
    """Explain real numbers that are one piece of the complex ones asked for."""
    for piece, function in PIECES.items():
        if part.tells() and part.spoils(function):
            return words.PIECE.format(name=part.name, piece=piece)
    return None


def _truth(part):
    """Explain answers of yes and no that are all exchanged, or all the same."""
    if part.mends(torch.logical_not):
        return words.INVERTED.format(name=part.name)
    found = torch.cat([one.flatten() for one in part.founds])
    if len(found) > 1 and len(found.unique()) == 1:
        return words.ALL_THE_SAME.format(name=part.name, value=bool(found[0]))
    return None


def _sign(part):
    return words.SIGN.format(name=part.name) if part.mends(torch.neg) else None


def _some_signs(part):
    right, found = part.numbers()
    if part.tells() and equal(right.abs(), found.abs(), part.exercise, part.single):
        wrong, total = int((right.sign() != found.sign()).sum()), len(right)
        return words.SOME_SIGNS.format(name=part.name, wrong=wrong, total=total)
    return None


def _nothing(part):
    right, found = part.numbers()
    if len(found) and found.abs().max() <= NOTHING * right.abs().max():
        return words.ZERO.format(name=part.name)
    return None


def _factor(part):
    """Explain numbers that are all the same multiple of what they should be."""
    if not part.tells():
        return None
    right, found = part.numbers()
    factor = float(right @ found / (right @ right))
    if not math.isfinite(factor) or abs(factor - 1) < ALMOST:
        return None
    if not equal(factor * right, found, part.exercise, part.single):
        return None
    text = words.FACTOR.format(name=part.name, factor=factor)
    for known, meaning in KNOWN_FACTORS:
        if any(math.isclose(factor, one, rel_tol=ALMOST) for one in (known, 1 / known)):
            return text + meaning
    return text + _size(part, [factor] * len(part.cases))


def _factor_of_each_case(part):
    """Explain a sum that should be a mean, or the other way round."""
    if not part.tells():
        return None
    factors = []
    for right, found in zip(part.rights, part.founds, strict=True):
        right, found = right.detach().double(), found.detach().double()
        factor = float((right * found).sum() / right.square().sum())
        if not equal(factor * right, found, part.exercise, part.single):
            return None
        if not math.isfinite(factor):
            return None
        factors.append(factor)
    meaning = _size(part, factors) or _multiples(factors)
    return words.FACTORS.format(name=part.name) + meaning if meaning else None


def _multiples(factors):
    """Say that all factors are whole numbers, or one over such; "" if they are not."""
    for numbers, text, shown in (
        (factors, words.WHOLE_MULTIPLES, "{}"),
        (
            [1 / factor if factor else 0 for factor in factors],
            words.WHOLE_PARTS,
            "1/{}",
        ),
    ):
        whole = [round(number) for number in numbers]
        pairs = zip(numbers, whole, strict=True)
        if min(whole) > 1 and all(math.isclose(*pair, rel_tol=1e-6) for pair in pairs):
            listed = ", ".join(shown.format(number) for number in whole[:4])
            return text.format(factors=listed)
    return ""


def _size(part, factors):
    """Say which length in the arguments the factors of all cases are; "" if none."""
    for label in _lengths(part.cases[0]):
        sizes = [_lengths(case).get(label, 0) for case in part.cases]
        pairs = list(zip(factors, sizes, strict=True))
        if any(size < 2 for size in sizes):
            continue
        if all(math.isclose(factor, size, rel_tol=1e-6) for factor, size in pairs):
            return words.NOT_DIVIDED.format(length=label)
        if all(math.isclose(factor * size, 1, rel_tol=1e-6) for factor, size in pairs):
            return words.DIVIDED.format(length=label)
    return ""


def _lengths(case):
    """Return every length in the arguments of a call, by its description."""
    found = {}
    for name, value in zip(case.names, case.right.case, strict=True):
        tensor = None if isinstance(value, list) else as_tensor(value)
        if isinstance(value, int) and not isinstance(value, bool):
            found[words.LENGTH_NUMBER.format(name=name)] = value
        elif isinstance(value, list):
            found[words.LENGTH_LIST.format(name=name)] = len(value)
        elif tensor is not None:
            for axis, size in enumerate(tensor.shape):
                found[words.LENGTH.format(name=name, axis=axis)] = size
    return found


def _offset(part):
    """Explain numbers that are all too large or too small by the same amount."""
    right, found = part.numbers()
    if not part.tells():
        return None
    offset = float((found - right).mean())
    if not equal(right + offset, found, part.exercise, part.single):
        return None
    kind = words.TOO_LARGE if offset > 0 else words.TOO_SMALL
    return kind.format(name=part.name, offset=abs(offset))


def _complement(part):
    if part.tells() and part.mends(lambda found: 1 - found):
        return words.COMPLEMENT.format(name=part.name)
    return None


def _upside_down(part):
    if part.tells() and part.mends(lambda found: 1 / found):
        return words.UPSIDE_DOWN.format(name=part.name)
    return None


def _function(part):
    """Explain one function too few or too many."""
    if not part.tells():
        return None
    for function in MISSING:
        if part.mends(getattr(torch, function)):
            return words.FUNCTION_MISSING.format(name=part.name, function=function)
    for function in TOO_MANY:
        if part.spoils(getattr(torch, function)):
            return words.FUNCTION_TOO_MANY.format(name=part.name, function=function)
    return None


def _along_an_axis(part):
    """Explain one operation along an axis too few or too many."""
    if not part.tells():
        return None
    for axis in _axes(part):
        for name, function in (
            ("softmax", lambda x, axis=axis: x.softmax(axis)),
            ("cumsum", lambda x, axis=axis: x.cumsum(axis)),
            ("cumprod", lambda x, axis=axis: x.cumprod(axis)),
        ):
            if part.mends(function):
                kind = words.AXIS_MISSING
            elif part.spoils(function):
                kind = words.AXIS_TOO_MANY
            else:
                continue
            return kind.format(name=part.name, function=name, axis=axis)
        if part.mends(lambda x, axis=axis: x / x.sum(axis, keepdim=True)):
            return words.NOT_NORMALISED.format(name=part.name, axis=axis)
    return None


def _swapped(part):
    axes = range(min(x.dim() for x in part.rights))
    for first, second in itertools.combinations(axes, 2):
        if part.mends(lambda x, pair=(first, second): x.transpose(*pair)):
            return words.SWAPPED.format(name=part.name, first=first, second=second)
    for first, second in itertools.combinations(axes, 2):
        if part.mends(
            lambda x, pair=(first, second): x.transpose(*pair).reshape(x.shape)
        ) or part.spoils(
            lambda x, pair=(first, second): x.transpose(*pair).reshape(x.shape)
        ):
            return words.RESHAPED.format(name=part.name)
    return None


def _moved(part):
    """Explain numbers that stand a step too early or too late, or in another order."""
    for axis in _axes(part):
        pairs = list(zip(part.rights, part.founds, strict=True))
        if all(_is_late(*pair, axis, part) for pair in pairs):
            return words.LATE.format(name=part.name, axis=axis)
        if all(_is_late(*reversed(pair), axis, part) for pair in pairs):
            return words.EARLY.format(name=part.name, axis=axis)
    for axis in _axes(part):
        orders = [
            _order(right, found, axis, part)
            for right, found in zip(part.rights, part.founds, strict=True)
        ]
        if all(orders):
            return _name_order(orders).format(name=part.name, axis=axis)
    return None


def _is_late(one, other, axis, part):
    """Return whether other shows the numbers of one a step later along the axis."""
    rest = one.shape[axis] - 1
    if rest < 2:
        return False
    return equal(
        one.narrow(axis, 0, rest),
        other.narrow(axis, 1, rest),
        part.exercise,
        part.single,
    )


def _order(right, found, axis, part):
    """Return, for every row found along an axis, which right row it is, or None."""
    count = right.shape[axis]
    if not 1 < count <= LONGEST:
        return [0] if count == 1 and equal(right, found, part.exercise) else None
    rows = [right.select(axis, n) for n in range(count)]
    order = []
    for n in range(count):
        row = found.select(axis, n)
        same = [
            k for k in range(count) if equal(rows[k], row, part.exercise, part.single)
        ]
        if len(same) != 1:  # not there, or not to be told apart
            return None
        order += same
    return order


def _name_order(orders):
    """Return the sentence for the order that the rows of all cases have."""
    if all(
        order == sorted(order, reverse=True) and len({*order}) == len(order)
        for order in orders
    ):
        return words.REVERSED
    if any(len({*order}) < len(order) for order in orders):
        return words.REPEATED
    turned = all(
        [(k - order[0]) % len(order) for k in order] == [*range(len(order))]
        for order in orders
    )
    return words.TURNED_ROUND if turned else words.REORDERED


def _almost(part):
    """Name numbers that are nearly right: rounded too early, or with a small addend."""
    right, found = part.numbers()
    if len(right) and bool(((found - right).abs() <= ALMOST * right.abs()).all()):
        return words.ALMOST.format(name=part.name)
    return None


def _axes(part):
    """Return the axes that all tensors have, from the front and from the back."""
    counts = {x.dim() for x in part.rights}
    fewest = min(counts)
    from_behind = range(-1, -fewest - 1, -1) if len(counts) > 1 else ()
    return (*range(fewest), *from_behind)


LOOKS = (
    _nothing,
    _sign,
    _some_signs,
    _almost,
    _factor,
    _factor_of_each_case,
    _offset,
    _upside_down,
    _complement,
    _function,
    _swapped,
    _moved,
    _along_an_axis,
)
