"""What a learner calls: check, hint and solution.

An answer goes one straight way, and each station takes what the one before it made:

    read → try out → compare → recognise → diagnose → card → remember

A station that knows all that there is to say makes a Verdict, and the stations up to
the card are passed by.
"""

import os
import sys
from dataclasses import replace

from IPython.display import display

from helpers import progress
from helpers.exercises import catalogue, source, words
from helpers.exercises.card import Card, Result, Solution
from helpers.exercises.compare import compare
from helpers.exercises.diagnose import diagnose
from helpers.exercises.errors import one_line
from helpers.exercises.ours import ours
from helpers.exercises.recognise import recognise
from helpers.exercises.source import Question, read
from helpers.exercises.trial import try_out
from helpers.exercises.verdict import Verdict

STATIONS = (read, try_out, compare, recognise, diagnose)
SPARED = (recognise, diagnose)  # a fault of ours in these costs the learner no verdict


def check(exercise_id, answer=...):
    """Check an answer, and remember on disk that it is right.

    Args:
        exercise_id: notebook and number, "08.2".
        answer: the function, class or value asked for; it may do anything.

    Returns:
        A Result, shown as a card; ``result.case`` holds the arguments of the call that
        shows what is wrong. Whatever the answer does, nothing is raised. While nbgrader
        runs, the card is shown and the points are returned.
    """
    try:
        exercise = catalogue.find(exercise_id)
        verdict = judge(Question(exercise, ours(exercise), answer))
        result = _remembered(exercise, answer, _card(exercise, verdict))
    except KeyboardInterrupt:
        result = _notice(exercise_id, words.INTERRUPTED)
    except catalogue.UnknownExerciseError as error:
        result = _notice(exercise_id, str(error))
    except Exception as error:
        text = words.CHECK_BROKEN.format(error=one_line(error))
        result = _notice(exercise_id, text)
    return _graded(result) if _grading() else result


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
    try:
        number = None if number is None else int(number)
    except (TypeError, ValueError, OverflowError):
        text = words.NO_SUCH_HINT.format(total=total, number=str(number)[:60])
        return _notice(exercise_id, text)
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
    closed = max(0, len(exercise.hints) - record.hints)
    left = words.HINTS_LEFT[closed].format(id=exercise.id)
    message = words.ALREADY_SOLVED if record.solved else left
    return Solution(
        title=f"{words.SOLUTION[1]} {_title(exercise)}",
        message=" ".join(filter(None, (message, note))),
        source=exercise.reference.strip(),
    )


def judge(question):
    """Take an answer from station to station; return the Verdict on it."""
    made = question
    for station in STATIONS:
        try:
            made = station(made)
        except Exception:
            if station not in SPARED:
                raise
        if isinstance(made, Verdict):
            return made
    return Verdict(words.WRONG, words.NOT_YET)


def _card(exercise, verdict):
    """Return the card for a verdict."""
    passed = verdict.state == words.SOLVED
    message = verdict.message
    next_step = words.COMPARE if passed else words.STUCK
    notes = [next_step.format(id=exercise.id)]
    if passed:
        message = " ".join(filter(None, (message, exercise.reason)))
    elif verdict.case:
        notes.insert(0, words.REPEAT.format(name=exercise.name))
    return Result(
        state=verdict.state,
        title=_title(exercise),
        message=message,
        blocks=verdict.blocks,
        notes=tuple(notes),
        passed=passed,
        attempted=verdict.state != words.OPEN,
        points=exercise.points if passed else 0,
        case=verdict.case,
    )


def _remembered(exercise, answer, result):
    """Return the card, after writing down on disk what it says."""
    if _grading() or not result.attempted:
        return result
    text = source.text(exercise, answer) if result.passed else ""
    note = progress.record_attempt(exercise.id, result.passed, text)
    return replace(result, notes=(*result.notes, note)) if note else result


def _notice(exercise_id, message):
    """Return a Result that says why there is none."""
    title = str(exercise_id)[:60]
    return Result(state=words.NOTICE, title=title, message=message, attempted=False)


def _title(exercise):
    return f"{exercise.id} {exercise.title}"


def _grading():
    """Return what nbgrader does at the moment, "autograde" or "validate"; else ""."""
    return os.environ.get("NBGRADER_EXECUTION", "")


def _graded(result):
    """Show the card and return the points, which nbgrader reads.

    What it shows of a failed cell to those who validate their work is the error stream.
    """
    display(result)
    if _grading() == "validate" and not result.passed:
        print(repr(result), file=sys.stderr)
    return result.points
