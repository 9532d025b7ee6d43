"""One part of an answer's values over all its cases, beside ours."""

from typing import NamedTuple

import torch

from helpers.exercises.compare import close, equal

LARGE = 1_000_000  # numbers in a tensor


class Part(NamedTuple):
    """One part of what an answer returns, in all cases that can be compared.

    Attributes:
        name: where it stands, "result[1]".
        rights: our tensors, one for each case.
        founds: those of the answer.
        cases: the cases, Compared.
        exercise: the exercise.
    """

    name: str
    rights: list[torch.Tensor]
    founds: list[torch.Tensor]
    cases: list
    exercise: object

    @property
    def single(self):
        """Whether the answer's numbers have the precision of float32 only."""
        return any(case.found.single for case in self.cases)

    @property
    def is_right(self):
        """Whether all of them are as they should be."""
        return self.mends(lambda found: found)

    def mends(self, repair):
        """Return whether a function makes every found tensor right."""
        return self._all(
            zip(self.rights, map(_guarded(repair), self.founds), strict=True)
        )

    def spoils(self, change):
        """Return whether a function makes of every right tensor the one found."""
        return self._all(
            zip(map(_guarded(change), self.rights), self.founds, strict=True)
        )

    def where(self, chosen):
        """Return the Part of those cases that a function of both tensors chooses.

        None if it chooses none.
        """
        columns = zip(self.rights, self.founds, self.cases, strict=True)
        rows = [row for row in columns if chosen(*row[:2])]
        if not rows:
            return None
        rights, founds, cases = (list(column) for column in zip(*rows, strict=True))
        return self._replace(rights=rights, founds=founds, cases=cases)

    def numbers(self):
        """Return all right and all found numbers as two vectors of float64.

        A complex number counts as two.
        """
        is_complex = any(one.is_complex() for one in (*self.rights, *self.founds))
        return tuple(
            torch.cat([_flat(one, is_complex) for one in side])
            for side in (self.rights, self.founds)
        )

    def tells(self):
        """Return whether enough numbers differ for a rule to be seen in them."""
        right, found = self.numbers()
        differ = ~close(right, found, self.exercise, self.single)
        return bool(differ.sum() > 1 and len(right[differ].unique()) > 1)

    def _all(self, pairs):
        return all(
            other is not None
            and one is not None
            and equal(one, other, self.exercise, self.single)
            for one, other in pairs
        )


def _is_small_tensor(value):
    return isinstance(value, torch.Tensor) and value.numel() <= LARGE


def _flat(tensor, is_complex):
    tensor = tensor.detach().flatten()
    if is_complex:
        return torch.view_as_real(tensor.to(torch.complex128)).flatten()
    return tensor.double()


def _guarded(function):
    """Return a function that says None where the other one does not fit."""

    def guarded(tensor):
        try:
            return function(tensor.detach())
        except (RuntimeError, IndexError, TypeError):
            return None

    return guarded


def parts_of(cases, exercise):
    """Return the Parts of cases whose values have the same parts as ours.

    Only tensors are looked at, and none of more than a million numbers.
    """
    names = [leaf.name for leaf in cases[0].right.leaves] if cases else []
    found = []
    for name in names:
        pairs = [
            (one.value, other.value, case)
            for case in cases
            for one, other in zip(case.right.leaves, case.found.leaves, strict=True)
            if one.name == name
        ]
        if all(_is_small_tensor(x) for pair in pairs for x in pair[:2]):
            rights, founds, own = (list(column) for column in zip(*pairs, strict=True))
            found.append(Part(name, rights, founds, own, exercise))
    return found
