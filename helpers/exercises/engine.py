"""What a learner calls: check, hint and solution."""

import inspect
import os
from functools import cached_property, lru_cache
from typing import NamedTuple

from helpers import progress
from helpers.exercises import catalogue, sandbox, source, words
from helpers.exercises.card import Card, Result, Solution
from helpers.exercises.diagnose import agree, describe, explain
from helpers.exercises.observe import WeightsError, observe, random_weights

PATIENCE = 60.0  # seconds that our own code may take


class Verdict(NamedTuple):
    """What was found out about an answer.

    Attributes:
        state: SOLVED, WRONG or OPEN of ``words``.
        message: what to tell the learner.
        blocks: text to show below it.
    """

    state: tuple[str, str]
    message: str
    blocks: tuple[tuple[str, str], ...] = ()


UNTOUCHED = Verdict(words.OPEN, words.UNTOUCHED)


def check(exercise_id, answer=...):
    """Check an answer, and remember on disk that it is right.

    Args:
        exercise_id: notebook and number, "08.2".
        answer: the function, class or value asked for; it may do anything.

    Returns:
        A Result, shown as a card. Whatever the answer does, nothing is raised. While
        nbgrader runs, the points alone.
    """
    try:
        exercise = catalogue.find(exercise_id)
        result = _result(exercise, answer, judge(exercise, answer))
    except KeyboardInterrupt:
        result = _notice(exercise_id, words.INTERRUPTED)
    except catalogue.UnknownExerciseError as error:
        result = _notice(exercise_id, str(error))
    except Exception as error:
        text = words.CHECK_BROKEN.format(error=_one_line(error))
        result = _notice(exercise_id, text)
    return result.points if _grading() else result


def hint(exercise_id, number=None):
    """Show the hints opened so far and one more.

    Args:
        exercise_id: notebook and number, "08.2".
        number: how many hints to show instead, 1 to 3.
    """
    try:
        exercise = catalogue.find(exercise_id)
    except catalogue.UnknownExerciseError as error:
        return _notice(exercise_id, str(error))
    total = len(exercise.hints)
    opened, note = progress.open_hint(exercise.id, total, number)
    hints = (
        f"{words.HINT_COUNT.format(number=n, total=total)}: {text}"
        for n, text in enumerate(exercise.hints[:opened], start=1)
    )
    if opened == total:
        next_step = words.NO_MORE_HINTS
    else:
        next_step = words.NEXT_HINT if note else words.MORE_HINTS
    notes = (next_step.format(id=exercise.id, next=opened + 1), note)
    return Card(
        state=words.HINT,
        title=_title(exercise),
        message="\n\n".join(hints),
        notes=tuple(filter(None, notes)),
    )


def solution(exercise_id):
    """Show our own answer, and how many hints would still be there.

    Args:
        exercise_id: notebook and number, "08.2".
    """
    try:
        exercise = catalogue.find(exercise_id)
    except catalogue.UnknownExerciseError as error:
        return _notice(exercise_id, str(error))
    records, note = progress.load()
    record = records.get(exercise.id, progress.Record())
    left = words.HINTS_LEFT[len(exercise.hints) - record.hints].format(id=exercise.id)
    message = words.ALREADY_SOLVED if record.solved else left
    return Solution(
        title=f"{words.SOLUTION[1]} {_title(exercise)}",
        message=" ".join(filter(None, (message, note))),
        source=exercise.reference.strip(),
    )


def judge(exercise, answer):
    """Return the Verdict on an answer.

    An answer that differs is compared with every mistake the exercise knows: who gives
    the same values and gradients in all cases has made that mistake.
    """
    if source.is_untouched(exercise, answer):
        return UNTOUCHED
    if exercise.verify:
        run = sandbox.run(lambda: exercise.verify(answer), exercise.seconds)
        broken = _broken_off(exercise, answer, run)
        return broken or _verdict(run, run.value, exercise.reason or words.PASSED)

    known = _known(exercise)
    problem = _wrong_kind(exercise, known.reference, answer)
    if problem:
        return Verdict(words.WRONG, problem)
    run = sandbox.run(
        lambda: observe(exercise, answer, known.weights), exercise.seconds
    )
    broken = _broken_off(exercise, answer, run)
    if broken:
        return broken
    found = run.value
    if any(leaf.value is ... for one in found for leaf in one.leaves):
        return UNTOUCHED
    if agree(known.expected, found, exercise):
        followed = any(one.gradients for one in known.expected)
        praise = words.PASSED_WITH_GRADIENTS if followed else words.PASSED
        return _verdict(run, None, exercise.reason or praise)
    told = known.recognise(found) or explain(known.expected, found, exercise)
    return _verdict(run, told)


class _Known:
    """What the reference and the mistakes of an exercise do, observed once.

    Attributes:
        reference: the right answer.
        weights: what it got if it is a module, else None.
        expected: the observations of it.
    """

    def __init__(self, exercise):
        self.exercise = exercise
        run = sandbox.run(self._observe_reference, PATIENCE)
        if run.error:
            raise RuntimeError(_one_line(run.error)) from run.error
        self.reference, self.weights, self.expected = run.value

    def _observe_reference(self):
        reference = self.exercise.define(self.exercise.reference)
        weights = random_weights(self.exercise, reference)
        return reference, weights, observe(self.exercise, reference, weights)

    @cached_property
    def mistakes(self):
        """Pairs of a diagnosis and what that mistake does, if it differs."""
        found = []
        for mistake in self.exercise.mistakes:
            code = self.exercise.code_of(mistake)
            run = sandbox.run(lambda code=code: self._observe(code), PATIENCE)
            if not run.error and not agree(self.expected, run.value, self.exercise):
                found.append((mistake.diagnosis, run.value))
        return found

    def _observe(self, code):
        return observe(self.exercise, self.exercise.define(code), self.weights)

    def recognise(self, found):
        """Return the diagnosis of the mistake that does what was found, if one does."""
        for diagnosis, done in self.mistakes:
            if agree(done, found, self.exercise):
                return diagnosis
        return None


_known = lru_cache(maxsize=4)(_Known)  # a learner checks one exercise again and again


def _wrong_kind(exercise, reference, answer):
    """Explain an answer that cannot even be called as it should."""
    text = None
    if exercise.cases is None:
        if callable(answer) and not callable(reference):
            text = words.NEED_VALUE
    elif isinstance(reference, type) and not isinstance(answer, type):
        text = words.NEED_CLASS
    elif not callable(answer):
        text = words.NEED_FUNCTION
    if text:
        return text.format(id=exercise.id, name=exercise.name, found=describe(answer))
    if exercise.cases is None or exercise.build:
        return None
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some built-ins have none
        return None
    try:
        signature.bind(*exercise.cases()[0])
    except TypeError:
        return words.SIGNATURE.format(
            expected=f"{exercise.name}{inspect.signature(reference)}",
            found=f"{exercise.name}{signature}",
        )
    return None


def _broken_off(exercise, answer, run):
    """Return the Verdict on an answer that did not come to its end, else None."""
    if run.error is None:
        return None
    if isinstance(run.error, NotImplementedError) and not run.error.args:
        return UNTOUCHED  # with a text it comes from torch, not from the learner
    line = source.own_line(run.error, answer)
    blocks = ((words.LINE.format(number=line[0]), line[1]),) if line else ()
    return _verdict(run, _why(run, exercise.seconds), blocks=blocks)


def _why(run, seconds):
    """Say what ended an answer too early."""
    error = run.error
    if run.runaway:
        return words.RUNAWAY.format(seconds=seconds)
    if isinstance(error, sandbox.Stopped):
        return words.TOO_LONG.format(seconds=seconds)
    if isinstance(error, sandbox.ForbiddenCallError):
        return words.FORBIDDEN.format(name=error)
    if isinstance(error, WeightsError):
        return str(error)
    if "modified by an inplace operation" in str(error):
        return words.IN_PLACE
    text = words.RAISED
    if isinstance(error, RecursionError):
        text = words.RECURSION
    elif isinstance(error, SystemExit):
        text = words.EXITED
    elif "ellipsis" in str(error):
        text = words.ELLIPSIS_LEFT
    return text.format(error=_one_line(error))


def _verdict(run, problem, praise="", blocks=()):
    printed = run.printed.strip()
    blocks += ((words.PRINTED, printed),) if printed else ()
    if problem:
        return Verdict(words.WRONG, problem, blocks)
    return Verdict(words.SOLVED, praise, blocks)


def _result(exercise, answer, verdict):
    """Return the card for a verdict, after remembering it on disk."""
    passed, attempted = verdict.state == words.SOLVED, verdict.state != words.OPEN
    next_step = words.COMPARE if passed else words.STUCK
    notes = [next_step.format(id=exercise.id)]
    if attempted and not _grading():
        text = source.text(exercise, answer) if passed else ""
        notes.append(progress.record_attempt(exercise.id, passed, text))
    return Result(
        state=verdict.state,
        title=_title(exercise),
        message=verdict.message,
        blocks=verdict.blocks,
        notes=tuple(filter(None, notes)),
        passed=passed,
        attempted=attempted,
        points=exercise.points if passed else 0,
    )


def _notice(exercise_id, message):
    """Return a Result that says why there is none."""
    title = str(exercise_id)[:60]
    return Result(state=words.NOTICE, title=title, message=message, attempted=False)


def _title(exercise):
    return f"{exercise.id} {exercise.title}"


def _one_line(error):
    text = f"{type(error).__name__}: {error}".strip(": ").replace("`", "'")
    text = " ".join(text.split())
    return text if len(text) <= 300 else text[:297] + "..."


def _grading():
    return bool(os.environ.get("NBGRADER_EXECUTION"))
