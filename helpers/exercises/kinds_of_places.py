"""Places along an axis in which a part is wrong, while it is right in the others."""

from helpers.exercises import words
from helpers.exercises.compare import close

SHOWN = 8  # places that a sentence lists


def explain_places(part):
    """Return along which axis a part is right in some places only, or None."""
    for axis in range(min(x.dim() for x in part.rights)):
        wrong = [
            _wrong(right, found, axis, part)
            for right, found in zip(part.rights, part.founds, strict=True)
        ]
        sizes = [right.shape[axis] for right in part.rights]
        told = _ends(part, axis, wrong, sizes) or _some(part, axis, wrong[0], sizes[0])
        if told:
            return told
    return None


def _wrong(right, found, axis, part):
    """Return the places along an axis where some number differs."""
    differ = ~close(right, found, part.exercise, part.single)
    others = [n for n in range(right.dim()) if n != axis]
    along = differ.any(dim=others) if others else differ
    return along.nonzero().flatten().tolist()


def _ends(part, axis, wrong, sizes):
    if max(sizes) < 2 or 0 in sizes:
        return None
    for place, text in ((0, words.FIRST_PLACE), (-1, words.LAST_PLACE)):
        if wrong == [[place % size] for size in sizes]:
            return text.format(name=part.name, axis=axis)
    return None


def _some(part, axis, wrong, size):
    if not 0 < len(wrong) < size:
        return None
    right = [n for n in range(size) if n not in wrong]
    return words.SOME_PLACES.format(
        name=part.name, axis=axis, wrong=_listed(wrong), right=_listed(right)
    )


def _listed(places):
    shown = ", ".join(str(place) for place in places[:SHOWN])
    return f"{shown}, ..." if len(places) > SHOWN else shown
