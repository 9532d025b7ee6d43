"""Kinds of slips after which the right numbers come in another shape.

Each function takes a Part whose tensors have other shapes than ours, and returns a
sentence that accounts for all of its numbers, or None.
"""

import itertools

from helpers.exercises import words


def explain_shape(part):
    """Return how the shapes of a part came to be what they are, or None."""
    return next(filter(None, (look(part) for look in LOOKS)), None)


def _too_many_entries(part):
    """Explain more along an axis than there should be, the right ones among them."""
    for axis in _common_axes(part):
        extra = _surplus(part.founds, part.rights, axis)
        for before in range(extra + 1 if extra else 0):
            if part.mends(_window(axis, before, extra)):
                return words.TOO_MANY_ENTRIES.format(
                    name=part.name, axis=axis, extra=_extra(before, extra - before)
                )
    return None


def _too_few_entries(part):
    for axis in _common_axes(part):
        lost = _surplus(part.rights, part.founds, axis)
        for before in range(lost + 1 if lost else 0):
            if part.spoils(_window(axis, before, lost)):
                return words.TOO_FEW_ENTRIES.format(
                    name=part.name, axis=axis, lost=_lost(before, lost - before)
                )
    return None


def _extra(before, behind):
    """Say where so many entries too many stand."""
    if before and behind:
        return words.EXTRA_AT_BOTH_ENDS.format(before=before, behind=behind)
    text = words.EXTRA_BEFORE if before else words.EXTRA_BEHIND
    return text.format(count=before or behind)


def _lost(before, behind):
    """Say which entries are missing, so many at either end."""
    if before and behind:
        return words.BOTH_ENDS.format(before=before, behind=behind)
    count = before or behind
    text = (words.FIRST_ONES if before else words.LAST_ONES)[count > 1]
    return text.format(count=count)


def _surplus(longer, shorter, axis):
    """Return by how much all of these are longer along an axis, 0 if they are not."""
    found = {
        a.shape[axis] - b.shape[axis] for a, b in zip(longer, shorter, strict=True)
    }
    return max(found.pop(), 0) if len(found) == 1 else 0


def _window(axis, before, extra):
    """Return a function that leaves out entries before and behind along an axis."""
    return lambda x: x.narrow(axis, before, x.shape[axis] - extra)


def _an_axis_too_many(part):
    """Explain an axis over which a sum, a mean or a choice is still to be made."""
    for axis in range(min(x.dim() for x in part.founds)):
        for text, function in _reductions(axis):
            if part.mends(function):
                return words.AXIS_LEFT.format(name=part.name, axis=axis, text=text[0])
    for first, second in itertools.combinations(range(_fewest(part.founds)), 2):
        if part.mends(lambda x, pair=(first, second): _diagonal(x, *pair)):
            return words.EACH_WITH_EACH.format(
                name=part.name, first=first, second=second
            )
    return None


def _an_axis_too_few(part):
    for axis in range(_fewest(part.rights)):
        for text, function in _reductions(axis):
            if part.spoils(function):
                return words.AXIS_LOST.format(name=part.name, axis=axis, text=text[1])
    return None


def _reductions(axis):
    """Return what leaves an axis out, each with what to say of it."""
    return (
        (words.OF_LENGTH_ONE, lambda x: x.squeeze(axis)),
        (words.LAST_ENTRY, lambda x: x.select(axis, -1)),
        (words.FIRST_ENTRY, lambda x: x.select(axis, 0)),
        (words.SUMMED, lambda x: x.sum(axis)),
        (words.AVERAGED, lambda x: x.double().mean(axis)),
    )


def _all_at_once(part):
    """Explain one number where a number for each place belongs, or the other way."""
    for function, spoilt, mended in (
        (lambda x: x.sum(), words.ALL_SUMMED, words.SUM_MISSING),
        (lambda x: x.double().mean(), words.ALL_AVERAGED, words.MEAN_MISSING),
    ):
        if part.spoils(function):
            return spoilt.format(name=part.name)
        if part.mends(function):
            return mended.format(name=part.name)
    return None


def _turned(part):
    for first, second in itertools.combinations(range(_fewest(part.founds)), 2):
        if part.mends(lambda x, pair=(first, second): x.transpose(*pair)):
            return words.SWAPPED.format(name=part.name, first=first, second=second)
    return None


def _another_shape(part):
    """Explain the right numbers in the right order, laid out in another shape."""
    counts = {
        (right.numel(), found.numel())
        for right, found in zip(part.rights, part.founds, strict=True)
    }
    if any(one != other for one, other in counts):
        return None
    flat = part._replace(
        rights=[x.flatten() for x in part.rights],
        founds=[x.flatten() for x in part.founds],
    )
    if flat.is_right:
        return words.ANOTHER_SHAPE.format(
            name=part.name,
            expected=tuple(part.rights[0].shape),
            found=tuple(part.founds[0].shape),
        )
    return None


def _diagonal(tensor, first, second):
    """Return entry n along both axes, as the first of the axes that are left."""
    return tensor.diagonal(dim1=first, dim2=second).movedim(-1, first)


def _fewest(tensors):
    return min(x.dim() for x in tensors)


def _common_axes(part):
    if any(a.dim() != b.dim() for a, b in zip(part.rights, part.founds, strict=True)):
        return ()
    return range(_fewest(part.rights))


LOOKS = (
    _turned,
    _too_many_entries,
    _too_few_entries,
    _an_axis_too_many,
    _an_axis_too_few,
    _all_at_once,
    _another_shape,
)
