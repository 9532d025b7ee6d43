"""What can be read from an answer's code: is it the stub, which line, which text."""

import inspect
import linecache
import traceback
from types import CodeType, FunctionType


def is_untouched(exercise, answer):
    """Return whether an answer is missing, or still the code of the stub."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, list | tuple):
        return any(item is ... for item in answer)
    code = _fingerprints(answer)
    return bool(code) and code == _fingerprints(exercise.define(exercise.stub))


def own_line(error, answer):
    """Return number and text of the last line of the answer that an error has passed.

    Functions of the learner's other cells count as well: they share the namespace of
    the answer. None if there is no such line.
    """
    homes = [id(one.__globals__) for one in _functions(answer).values()]
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


def _functions(answer):
    """Return the functions that make up an answer, a function or a class, by name."""
    members = vars(answer) if isinstance(answer, type) else {"": answer}
    return {n: one for n, one in members.items() if isinstance(one, FunctionType)}


def _fingerprints(answer):
    return {n: _fingerprint(f.__code__) for n, f in _functions(answer).items()}


def _fingerprint(code):
    """Return what the code does, whatever its line numbers and file."""
    constants = tuple(
        _fingerprint(one) if isinstance(one, CodeType) else (type(one), one)
        for one in code.co_consts
    )
    return code.co_code, code.co_names, code.co_varnames, constants
