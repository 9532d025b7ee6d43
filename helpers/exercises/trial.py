"""Try an answer out safely, and write down what it did or what ended it."""

from functools import partial
from typing import NamedTuple

import torch

from helpers.exercises import sandbox, words
from helpers.exercises.errors import explain_error, one_line
from helpers.exercises.exercise import Exercise
from helpers.exercises.forbidden import ForbiddenCallError
from helpers.exercises.observe import Observation, Trace, converted, observe
from helpers.exercises.ours import Ours
from helpers.exercises.source import own_line
from helpers.exercises.values import WIDTH, in_full
from helpers.exercises.verdict import UNTOUCHED, Verdict
from helpers.exercises.weights import WeightsError


class Trial(NamedTuple):
    """An answer that was tried, beside our own.

    Attributes:
        exercise: the exercise.
        ours: our own answers.
        answer: what was handed over.
        found: what it did, one Observation for each case.
        printed: the beginning of what it printed.
    """

    exercise: Exercise
    ours: Ours
    answer: object
    found: list[Observation]
    printed: str

    def verdict(self, state, message, observation=None):
        """Return a Verdict that shows the call it is about, the line and the prints.

        Args:
            state: one of the pairs in ``words``.
            message: what to tell the learner.
            observation: of the call that shows it, if one does.
        """
        blocks, case = (), ()
        error = observation and observation.error
        line = own_line(error, self.answer) if error else None
        if line:
            blocks += ((words.LINE.format(number=line[0]), line[1]),)
        if observation and observation.case:
            case = tuple(
                converted(one, torch.get_default_dtype()) for one in observation.case
            )
            blocks += ((words.CALL, _call_text(self.exercise, case)),)
        printed = self.printed.strip()
        blocks += ((words.PRINTED, printed),) if printed else ()
        return Verdict(state, message, blocks, case)


def try_out(question):
    """Return the Trial of an answer, or the Verdict if that says all."""
    exercise, ours, answer = question
    if exercise.verify:
        run = sandbox.run(partial(exercise.verify, answer), exercise.seconds)
        trial = Trial(exercise, ours, answer, [], run.printed)
        return _broken_off(trial, run, None) or _verified(trial, run.value)

    trace = Trace()
    observing = partial(observe, ours.setting, answer, trace)
    run = sandbox.run(observing, exercise.seconds)
    trial = Trial(exercise, ours, answer, list(trace), run.printed)
    if any(_is_untouched(one) for one in trace):
        return UNTOUCHED
    return _broken_off(trial, run, _case_under_way(trial)) or trial


def _verified(trial, problem):
    if problem:
        return trial.verdict(words.WRONG, problem)
    return trial.verdict(words.SOLVED, words.PASSED)


def _case_under_way(trial):
    """Return what is known of the call in which an answer was stopped."""
    cases = trial.exercise.cases() if trial.exercise.cases else ()
    return (
        Observation(cases[len(trial.found)]) if len(trial.found) < len(cases) else None
    )


def _is_untouched(observation):
    error = observation.error
    if isinstance(error, NotImplementedError) and not error.args:
        return True  # with a text it comes from torch, not from the learner
    return any(leaf.value is ... for leaf in observation.leaves)


def _broken_off(trial, run, observation):
    """Return the Verdict on an answer that did not come to its end, else None."""
    error = run.error
    if error is None:
        return None
    if isinstance(error, NotImplementedError) and not error.args:
        return UNTOUCHED
    observation = (observation or Observation(()))._replace(error=error)
    return trial.verdict(words.WRONG, _why(run, trial), observation)


def _why(run, trial):
    """Say what ended an answer too early."""
    seconds, error = trial.exercise.seconds, run.error
    if run.hangs:
        return words.HANGS.format(seconds=seconds)
    if run.deaf:
        return words.DEAF.format(seconds=seconds)
    if isinstance(error, sandbox.Stopped):
        return words.TOO_LONG.format(seconds=seconds)
    if isinstance(error, ForbiddenCallError):
        return str(error)
    return raised(error, trial.answer)


def raised(error, answer):
    """Say that an answer stopped with an error, and what that means."""
    if isinstance(error, WeightsError):
        return str(error)
    text = words.RAISED if own_line(error, answer) else words.RAISED_OUTSIDE
    return f"{text.format(error=one_line(error))} {explain_error(error)}".strip()


def _call_text(exercise, case):
    """Return the call as Python text, on one line if it is short."""
    arguments = [in_full(one) for one in case]
    text = f"{exercise.name}({', '.join(arguments)})"
    if len(text) <= WIDTH:
        return text
    lines = "".join(f"    {in_full(one, 4)},\n" for one in case)
    return f"{exercise.name}(\n{lines})"
