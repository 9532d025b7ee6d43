"""Say whether an answer does what it should do, and in which cases it does not."""

from typing import NamedTuple

import torch

from helpers.exercises import words

SINGLE_RTOL, SINGLE_ATOL = 1e-4, 1e-5  # the least we allow to numbers of float32

# What is wrong in a case, in the order in which it is looked for
ERROR, PARTS, SHAPE, NUMBERS, CHANGES, GRADIENT = (
    "error",
    "parts",
    "shape",
    "numbers",
    "changes",
    "gradient",
)


class Compared(NamedTuple):
    """One case of an answer beside ours.

    Attributes:
        names: of the arguments.
        right: what ours did, an Observation.
        found: what the answer did.
        problem: the first thing that is wrong, one of those above; "" if nothing is.
    """

    names: tuple[str, ...]
    right: object
    found: object
    problem: str


class Difference(NamedTuple):
    """An answer that is not right.

    Attributes:
        trial: what was tried.
        cases: every case, compared.
    """

    trial: object
    cases: tuple[Compared, ...]

    @property
    def exercise(self):
        """The exercise."""
        return self.trial.exercise

    @property
    def failing(self):
        """The cases in which something is wrong; wrong values come first."""
        return self.of(ERROR, PARTS, SHAPE, NUMBERS) + self.of(CHANGES, GRADIENT)

    def of(self, *problems):
        """Return the cases with one of these problems."""
        return [case for case in self.cases if case.problem in problems]


def compare(trial):
    """Return the Verdict on an answer that is right, or else the Difference."""
    exercise = trial.exercise
    pairs = zip(trial.ours.found, trial.found, strict=True)
    names = trial.ours.setting.names
    cases = tuple(Compared(names, *pair, problem(*pair, exercise)) for pair in pairs)
    if any(case.problem for case in cases):
        return Difference(trial, cases)
    followed = any(case.right.gradients for case in cases)
    praise = words.PASSED_WITH_GRADIENTS if followed else words.PASSED
    return trial.verdict(words.SOLVED, praise)


def problem(right, found, exercise):
    """Return the first thing in which two observations differ, or ""."""
    if _broken(right) or _broken(found):
        return "" if _alike(_broken(right), _broken(found)) else ERROR
    if not same_parts(right, found):
        return PARTS
    pairs = list(pairs_of(right, found))
    if any(not same_shape(*pair) for pair in pairs):
        return SHAPE
    if not all(equal(*pair, exercise, found.single) for pair in pairs):
        return NUMBERS
    if not same_changes(right, found, exercise):
        return CHANGES
    if not _alike(right.error, found.error):  # of the backward pass
        return ERROR
    return GRADIENT if wrong_gradients(right, found, exercise) else ""


def agree(right, found, exercise):
    """Return whether two lists of observations are the same in every case."""
    pairs = zip(right, found, strict=True)
    return not any(problem(*pair, exercise) for pair in pairs)


def same_parts(right, found):
    """Return whether two values have the same parts, each of the same kind."""
    names = [[leaf.name for leaf in one.leaves] for one in (right, found)]
    return names[0] == names[1] and all(
        kind(one) is kind(other) for one, other in pairs_of(right, found)
    )


def pairs_of(right, found):
    """Yield the values of the parts that belong together."""
    for one, other in zip(right.leaves, found.leaves, strict=True):
        yield one.value, other.value


def kind(value):
    """Return what must be the same; numbers of every type are one kind."""
    if not isinstance(value, torch.Tensor):
        return type(value)
    return bool if value.dtype == torch.bool else torch.Tensor


def same_leaves(rights, founds, exercise, single=False):
    """Return whether two lists of parts have equal values, whatever their names."""
    return len(rights) == len(founds) and all(
        equal(right.value, found.value, exercise, single)
        for right, found in zip(rights, founds, strict=True)
    )


def is_strange(right, found):
    """Return whether some numbers are infinite or nan where ours are finite."""
    if not isinstance(right, torch.Tensor):
        return False
    return bool((right.isfinite() & ~found.isfinite()).any())


def same_shape(one, other):
    """Return whether two parts have the same shape, if they have one at all."""
    return not isinstance(one, torch.Tensor) or one.shape == other.shape


def equal(right, found, exercise, single=False):
    """Return whether two parts of the same kind are equal within tolerance."""
    if kind(right) is not kind(found):
        return False
    if isinstance(right, torch.Tensor):
        same = right.shape == found.shape
        return same and bool(close(right, found, exercise, single).all())
    if isinstance(right, str) and exercise.cases is None:
        return right.casefold() == found.casefold()
    return right == found


def close(right, found, exercise, single=False):
    """Return which numbers agree, as a tensor of truth values."""
    rtol, atol = exercise.rtol, exercise.atol
    if single:
        rtol = max(rtol, SINGLE_RTOL)
        atol = max(atol, SINGLE_ATOL) if atol else atol
    widest = torch.promote_types(right.dtype, found.dtype)
    dtype = torch.complex128 if widest.is_complex else torch.float64
    right, found = right.detach().to(dtype), found.detach().to(dtype)
    return torch.isclose(found, right, rtol, atol, equal_nan=True)


def same_changes(right, found, exercise):
    """Return whether an answer leaves its arguments as ours does."""
    one, other = right.changed, found.changed
    return one.keys() == other.keys() and all(
        equal(one[name], other[name], exercise, single=True) for name in one
    )


def wrong_gradients(right, found, exercise):
    """Return the names of gradients that differ; none at all counts as zero."""
    if not right.gradients:
        return []
    return [
        name
        for name, gradient in right.gradients.items()
        if not _same_gradient(gradient, found.gradients.get(name), found, exercise)
    ]


def is_lost(right, found, name):
    """Return whether a gradient that should be there is not."""
    gradient = right.gradients[name]
    arrives = found.gradients.get(name) is not None
    return gradient is not None and bool(gradient.any()) and not arrives


def _broken(observation):
    """Return the exception that kept a call from returning, or None."""
    return None if observation.backward else observation.error


def _alike(one, other):
    """Return whether two exceptions, or none, are the same to their reader."""
    return type(one) is type(other) and str(one) == str(other)


def _same_gradient(right, found, observation, exercise):
    if right is None and found is None:
        return True
    right = torch.zeros_like(found) if right is None else right
    found = torch.zeros_like(right) if found is None else found
    return equal(right, found, exercise, observation.single)
