"""Run code that may do anything: loop for ever, raise, print, call what it should not.

Python offers no way to kill a thread, but one can raise an exception in it. That stops
every loop written in Python, on every system, unless the loop catches everything.
"""

import contextlib
import ctypes
import functools
import inspect
import io
import pkgutil
import sys
import threading
import time
from types import BuiltinFunctionType
from typing import NamedTuple

import torch

PRINT_LIMIT = 1000  # characters of printed text that are kept
STACK_BYTES = 64 << 20  # deep recursion must end in a RecursionError, not a crash
GIVE_UP_AFTER = 1.0  # seconds of trying to stop a thread


class Stopped(SystemExit):
    """Raised inside code that has run for too long.

    Threads end silently on SystemExit, so one that arrives late leaves no trace.
    """


class ForbiddenCallError(BaseException):
    """Raised inside code that calls what it was asked to build."""


class Run(NamedTuple):
    """What became of a function that was run.

    Attributes:
        value: what it returned, or None.
        error: the exception that ended it, or None; Stopped if it took too long.
        runaway: whether it could not be stopped and still runs.
        printed: the first characters it printed.
    """

    value: object
    error: BaseException | None
    runaway: bool
    printed: str


def run(function, seconds):
    """Call a function in its own thread and come back after a while, whatever it does.

    Inside, float64 is the default and random numbers are seeded; outside, torch's
    random state and default type are as before.

    Args:
        function: takes no arguments.
        seconds: how long it may run.
    """
    printed = _FirstCharacters()
    worker = _Worker(function)
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        _torch_state(),
    ):
        try:
            worker.begin()
            worker.wait(seconds)
        finally:  # also when the learner interrupts the kernel
            runaway = not worker.stop()
    return Run(worker.value, worker.error, runaway, printed.getvalue())


@contextlib.contextmanager
def forbid(names):
    """Raise ForbiddenCallError when this thread calls one of the dotted names.

    The interpreter reports every call to a profile function, so no alias hides it.
    Only what C code calls passes unseen, as in ``map(torch.cumsum, ...)``.
    """
    if not names:
        yield
        return
    seen = []
    watch = functools.partial(_watch, _forbidden_calls(names), seen)
    previous = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(previous)
    if seen:  # the code has caught the exception
        raise ForbiddenCallError(seen[0])


class _Worker(threading.Thread):
    """A thread that keeps what its function returned or raised."""

    def __init__(self, function):
        super().__init__(daemon=True)
        self.function = function
        self.value = None
        self.error = Stopped()  # until it ends in another way

    def begin(self):
        usual = threading.stack_size(STACK_BYTES)
        try:
            self.start()
        finally:
            threading.stack_size(usual)

    def run(self):
        with contextlib.suppress(Stopped):  # a second one, while the first is handled
            try:
                self.value = self.function()
                self.error = None
            except BaseException as error:  # SystemExit too
                self.error = error

    def wait(self, seconds):
        """Wait in short naps, so that Windows too can interrupt the kernel."""
        end = time.monotonic() + seconds
        while self.is_alive() and time.monotonic() < end:
            self.join(0.05)

    def stop(self):
        """Try to end the thread; return whether it has ended."""
        end = time.monotonic() + GIVE_UP_AFTER
        while self.is_alive() and time.monotonic() < end:
            _raise_in(self.ident, Stopped)
            self.join(0.02)
        return not self.is_alive()


class _FirstCharacters(io.StringIO):
    def write(self, text):
        super().write(text[: max(0, PRINT_LIMIT - self.tell())])
        return len(text)


def _raise_in(thread, exception):
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(exception)
    )


@contextlib.contextmanager
def _torch_state():
    usual = torch.get_default_dtype()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        torch.set_default_dtype(torch.float64)
        try:
            yield
        finally:
            torch.set_default_dtype(usual)


def _watch(forbidden, seen, frame, event, called):
    if event == "call":
        name = forbidden.get(frame.f_code)
    elif event == "c_call" and isinstance(called, BuiltinFunctionType):
        name = _forbidden_builtin(forbidden, called)
    else:
        return
    if name:
        seen.append(name)
        raise ForbiddenCallError(name)


def _forbidden_builtin(forbidden, called):
    if isinstance(called.__self__, torch.Tensor):  # x.cumsum_() counts as cumsum
        return forbidden.get(called.__name__.rstrip("_"))
    return forbidden.get(called)


def _forbidden_calls(names):
    """Map whatever the profile function may see to the name that forbids it."""
    forbidden = {}
    for name in names:
        target = pkgutil.resolve_name(name)
        functions = vars(target).values() if isinstance(target, type) else [target]
        for function in map(inspect.unwrap, filter(callable, functions)):
            forbidden[getattr(function, "__code__", function)] = name
        if name.startswith("torch."):  # the tensor's method of that name
            forbidden[name.rpartition(".")[2]] = name
    return forbidden
