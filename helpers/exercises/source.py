"""What can be read from an answer's code: is it the stub, what is it, which line."""

import inspect
import linecache
import traceback
from functools import partial
from types import CodeType, FunctionType
from typing import NamedTuple

from helpers.exercises import words
from helpers.exercises.exercise import Exercise
from helpers.exercises.ours import Ours
from helpers.exercises.values import describe
from helpers.exercises.verdict import UNTOUCHED, Verdict


class Question(NamedTuple):
    """An answer that is to be judged, beside our own.

    Attributes:
        exercise: the exercise.
        ours: our own answers.
        answer: what was handed over.
    """

    exercise: Exercise
    ours: Ours
    answer: object


def read(question):
    """Return the Question again, or the Verdict if the answer cannot even be tried."""
    exercise, answer = question.exercise, question.answer
    if _is_untouched(exercise, answer):
        return UNTOUCHED
    if exercise.verify:
        return question
    problem = _wrong_kind(exercise, question.ours.answer, answer)
    return Verdict(words.WRONG, problem) if problem else question


def own_line(error, answer):
    """Return number and text of the last line of the answer that an error has passed.

    Functions of the learner's other cells count as well: they share the namespace of
    the answer. None if there is no such line.
    """
    spaces = [one.__globals__ for one in _functions(answer).values()]
    homes = [id(one) for one in spaces if one.get("__spec__") is None]  # typed in
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        if id(frame.f_globals) in homes:
            line = linecache.getline(frame.f_code.co_filename, number).strip()
            return (number, line) if line else None
    return None


def text(exercise, answer):
    """Return the text of an answer: its source, or else its value."""
    try:
        return inspect.getsource(answer)
    except (OSError, TypeError):  # a value, or a class in a notebook
        for function in _functions(answer).values():
            return "".join(linecache.getlines(function.__code__.co_filename))
    return f"{exercise.name} = {answer!r}"


def _is_untouched(exercise, answer):
    """Return whether an answer is missing, or still the code of the stub."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, list | tuple):
        return any(item is ... for item in answer)
    code = _fingerprints(answer)
    return bool(code) and code == _fingerprints(exercise.define(exercise.stub))


def _wrong_kind(exercise, reference, answer):
    """Explain an answer that cannot even be called as it should."""
    text = None
    if exercise.cases is None:
        if callable(answer) and not callable(reference):
            text = words.NEED_VALUE
    elif isinstance(reference, type) and not isinstance(answer, type):
        text = words.NEED_CLASS
    elif isinstance(answer, type) != isinstance(reference, type) or not callable(
        answer
    ):
        text = words.NEED_FUNCTION
    if text:
        return text.format(id=exercise.id, name=exercise.name, found=describe(answer))
    if exercise.cases is None:
        return None
    if inspect.iscoroutinefunction(answer):
        return words.COROUTINE
    return _wrong_signature(exercise, reference, answer)


def _wrong_signature(exercise, reference, answer):
    """Explain a function, or the method of a class, that takes other arguments."""
    name = exercise.name
    if exercise.build:
        if not hasattr(reference, "forward"):
            return None
        if not hasattr(answer, "forward"):
            return words.NO_FORWARD.format(name=name)
        reference, answer, name = reference.forward, answer.forward, "forward"
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some built-ins have none
        return None
    own = (None,) if exercise.build else ()  # for self
    try:
        signature.bind(*own, *exercise.cases()[0])
    except TypeError:
        return words.SIGNATURE.format(
            expected=f"{name}{inspect.signature(reference)}", found=f"{name}{signature}"
        )
    return None


def _functions(answer):
    """Return the functions that make up an answer, a function or a class, by name."""
    members = vars(answer) if isinstance(answer, type) else {"": answer}
    bare = {name: _undecorated(one) for name, one in members.items()}
    return {name: one for name, one in bare.items() if isinstance(one, FunctionType)}


def _undecorated(function):
    if isinstance(function, partial):
        return function.func
    return inspect.unwrap(function) if isinstance(function, FunctionType) else function


def _fingerprints(answer):
    return {n: _fingerprint(f.__code__) for n, f in _functions(answer).items()}


def _fingerprint(code):
    """Return what the code does, whatever its line numbers and file."""
    constants = tuple(
        _fingerprint(one) if isinstance(one, CodeType) else (type(one), one)
        for one in code.co_consts
    )
    return code.co_code, code.co_names, code.co_varnames, constants
