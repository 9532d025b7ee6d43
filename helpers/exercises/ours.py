"""What our own answers to an exercise do: the right one, and the wrong ones we know."""

import time
from functools import cached_property
from itertools import combinations

import torch

from helpers.exercises import sandbox, weights, words
from helpers.exercises.compare import (
    ERROR,
    close,
    equal,
    pairs_of,
    problem,
    same_parts,
)
from helpers.exercises.observe import (
    Setting,
    argument_names,
    observe,
    observe_case,
)
from helpers.exercises.variants import variants

PATIENCE = 60.0  # seconds that our own code may take
SLACK = 30  # times the processor's seconds, on a machine that does other work too
KEPT = 4  # exercises; a learner checks one again and again


class OursError(RuntimeError):
    """Our own answer does not run, which no learner can help."""


def ours(exercise):
    """Return the Ours of an exercise, which are kept for the next check."""
    for kept in _kept:
        if kept.exercise is exercise:
            return kept
    _kept[:] = [Ours(exercise), *_kept[: KEPT - 1]]
    return _kept[0]


_kept = []


class Ours:
    """The answers to one exercise that are our own, each observed only once.

    Args:
        exercise: the exercise.

    Attributes:
        exercise: the exercise.
        answer: the right answer.
        setting: in which any answer is observed; None where a property is verified.
        slips: the wrong answers we know, each a Slip.
        double_slips: every two of them in one answer, where both fit into it.
        variants: the right answer with one thing changed, in every way.
    """

    def __init__(self, exercise):  # noqa: D107
        self.exercise = exercise
        self.answer, self.setting = _run(self._prepare)
        known = ((one.diagnosis, exercise.code_of(one)) for one in exercise.mistakes)
        self.slips = [Slip(self.setting, *one) for one in known]
        self.double_slips = _Slips(self.setting, _pairs(exercise, self.slips))
        self.variants = _Slips(self.setting, variants(exercise.reference))

    @property
    def found(self):
        """What the right answer does."""
        return self.setting.like

    @cached_property
    def as_it_stood(self):
        """The code of the stub without its dots, as a Slip."""
        code = self.exercise.stub.replace("    ...\n", "")
        return Slip(self.setting, words.AS_IT_STOOD, code)

    def _prepare(self):
        exercise = self.exercise
        answer = exercise.define(exercise.reference)
        if exercise.verify:
            return answer, None
        cases = exercise.cases() if exercise.cases else [()]
        module = exercise.build(answer) if exercise.build else None
        own = weights.random_weights(module)
        names = argument_names(exercise, len(cases[0]))
        setting = Setting(exercise, cases, names, own, [])
        found = observe(setting, answer)
        for error in filter(None, (one.error for one in found)):
            raise error
        return answer, setting._replace(like=found)


class Slip:
    """A wrong answer of our own, observed case by case and only as far as needed.

    Args:
        setting: the Setting.
        diagnosis: what to tell a learner who gives it.
        code: its source text, or that compiled.
        parts: the slips that are made in it, if they are several.
    """

    def __init__(self, setting, diagnosis, code, parts=()):  # noqa: D107
        self.setting = setting
        self.diagnosis = diagnosis
        self.code = code
        self.parts = parts
        self.found = []
        self.is_broken = False

    def seen(self, number):
        """Return the Observation of one case; call it only in the sandbox."""
        while len(self.found) <= number:
            new = observe_case(
                self.setting, self.answer, len(self.found), watched=False
            )
            self.found.append(new)
        return self.found[number]

    @cached_property
    def answer(self):
        """The answer itself."""
        return self.setting.exercise.define(self.code)

    @cached_property
    def at_a_glance(self):
        """What it returns in the first case."""
        return observe_case(self.setting, self.answer, 0, watched=False, lightly=True)

    def does(self, found):
        """Return whether it does, in every case, what another answer was found to do.

        That both stop with an error in every case says too little.
        """
        exercise, right = self.setting.exercise, self.setting.like
        if not _alike_at_a_glance(self.at_a_glance, found[0], exercise):
            return False
        if any(
            problem(self.seen(number), one, exercise)
            for number, one in enumerate(found)
        ):
            return False
        pairs = zip(right, self.found, strict=True)
        problems = [problem(*pair, exercise) for pair in pairs]
        return any(one not in ("", ERROR) for one in problems)

    def spares(self, found):
        """Return whether it is right wherever another answer was found to be right."""
        exercise = self.setting.exercise
        for number, (right, other) in enumerate(
            zip(self.setting.like, found, strict=True)
        ):
            own = self.seen(number)
            if not same_parts(right, own) or not same_parts(right, other):
                return False
            places = zip(pairs_of(right, own), pairs_of(right, other), strict=True)
            if any(_is_worse(*mine, *its, exercise) for mine, its in places):
                return False
        return True


def _alike_at_a_glance(one, other, exercise):
    """Return whether two calls returned the same, or neither returned."""
    stopped = other.error is not None and not other.backward
    if one.error or stopped:
        return bool(one.error and stopped)  # to be looked at closely
    return same_parts(one, other) and all(
        equal(*pair, exercise, other.single) for pair in pairs_of(one, other)
    )


def _is_worse(right, own, _, other, exercise):
    """Return whether a part is wrong in some place where another one is right."""
    if isinstance(right, torch.Tensor) and right.shape == own.shape == other.shape:
        wrong, fine = ~close(right, own, exercise), close(right, other, exercise)
        return bool((wrong & fine).any())
    return equal(right, other, exercise) and not equal(right, own, exercise)


class _Slips:
    """Slips without number, made one after the other and kept."""

    def __init__(self, setting, answers):
        self.setting = setting
        self.waiting = iter(answers)
        self.made = []

    def __iter__(self):
        yield from list(self.made)
        for answer in self.waiting:
            self.made.append(Slip(self.setting, *answer))
            yield self.made[-1]


def first(slips, holds, seconds=PATIENCE):
    """Return the first Slip of which something holds, or None.

    Args:
        slips: any number of them, of which some may never end.
        holds: takes a Slip.
        seconds: of the processor, so that a busy machine finds the same; the next
            search goes on where this one stops.
    """
    looked_at = []

    def search():
        for slip in slips:
            if time.thread_time() > seconds:
                return None
            if slip.is_broken:
                continue
            looked_at.append(slip)
            try:
                if holds(slip):
                    return slip
            except Exception:  # it does not even run
                slip.is_broken = True
        return None

    run = sandbox.run(search, min(PATIENCE, SLACK * seconds))
    if run.error and looked_at:
        looked_at[-1].is_broken = True
    return run.value


def _pairs(exercise, slips):
    """Yield what makes a Slip of every two mistakes that fit into one answer."""
    known = zip(exercise.mistakes, slips, strict=True)
    edited = [(one.edits or [one.edit], slip) for one, slip in known if not one.code]
    for (one, first_slip), (other, second_slip) in combinations(edited, 2):
        code = exercise.reference
        for old, new in (*one, *other):
            if code.count(old) != 1:
                break
            code = code.replace(old, new)
        else:
            parts = first_slip, second_slip
            first, second = (slip.diagnosis for slip in parts)
            yield words.TWO_SLIPS.format(first=first, second=second), code, parts


def _run(function):
    run = sandbox.run(function, PATIENCE)
    if run.error:
        raise OursError(f"{type(run.error).__name__}: {run.error}") from run.error
    return run.value
