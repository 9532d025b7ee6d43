"""Run code that may do anything: loop for ever, raise, print, call what it should not.

Python offers no way to kill a thread, but one can raise an exception in it. That stops
every loop written in Python, on every system, unless the loop catches everything; such
a loop is put to sleep for good. Only code that hangs in C goes on, and harms no one.
"""

import builtins
import contextlib
import ctypes
import io
import os
import random
import signal
import sys
import tempfile
import threading
import time
from typing import NamedTuple

import numpy
import torch

PRINT_LIMIT = 1000  # characters of printed text that are kept
STACK_BYTES = 64 << 20  # deep recursion must end in a RecursionError, not a crash
GIVE_UP_AFTER = 1.0  # seconds of trying to stop a thread
IMPORT_SECONDS = 60.0  # that a module may take, since a half-imported one stays broken


class Stopped(SystemExit):
    """Raised inside code that has run for too long.

    Threads end silently on SystemExit, so one that arrives late leaves no trace.
    """


class Run(NamedTuple):
    """What became of a function that was run.

    Attributes:
        value: what it returned, or None.
        error: the exception that ended it, or None; Stopped if it took too long.
        printed: the first characters it printed.
        deaf: whether it caught the exception that should stop it, and now sleeps.
        hangs: whether it could not be stopped, because it waits or computes in C.
    """

    value: object = None
    error: BaseException | None = None
    printed: str = ""
    deaf: bool = False
    hangs: bool = False


def run(function, seconds):
    """Call a function in its own thread and come back after a while, whatever it does.

    Inside, float64 is the default, torch works on one thread, random numbers are
    seeded, nothing is read from the keyboard, and leaving Python ends the function
    alone. Outside, torch's default type, its threads and all random states are as
    before.

    Args:
        function: takes no arguments.
        seconds: how long it may run, not counting a module that it imports.
    """
    worker = _Worker(function)
    with _captured() as printed, _own_state(), _closed_doors():
        worker.printed = printed  # Python crashes if what is printed to disappears
        try:
            worker.begin()
            worker.wait(seconds)
        finally:  # also when the learner interrupts the kernel
            with _uninterrupted():
                worker.stop()
    return Run(worker.value, worker.error, printed(), worker.deaf, worker.hangs)


class _Worker(threading.Thread):
    """A thread that keeps what its function returned or raised.

    It says itself when it has ended: on Python 3.11 a thread whose ``join`` was
    interrupted passes for dead.
    """

    def __init__(self, function):
        super().__init__(daemon=True)
        self.function = function
        self.ended = threading.Event()
        self.printed = None
        self.value = None
        self.error = Stopped()  # until it ends in another way
        self.deaf = False
        self.hangs = False

    def begin(self):
        usual = threading.stack_size(STACK_BYTES)
        try:
            self.start()
        finally:
            threading.stack_size(usual)

    def run(self):
        try:
            with contextlib.suppress(Stopped):  # a second one, while the first is met
                try:
                    torch.set_num_threads(
                        1
                    )  # others only wait, where tensors are small
                    self.value = self.function()
                    self.error = None
                except BaseException as error:  # SystemExit too
                    self.error = error
        finally:
            self.ended.set()

    def wait(self, seconds):
        """Wait in short naps, so that Windows too can interrupt the kernel."""
        end = time.monotonic() + seconds
        latest = end + IMPORT_SECONDS
        while not self.has_ended():
            self.ended.wait(0.02)
            now = time.monotonic()
            if now > end and (now > latest or not self._imports()):
                return

    def stop(self):
        """End the thread, or else put it to sleep, or else say that it hangs."""
        if self.ident is None or self.has_ended():
            return
        latest = time.monotonic() + IMPORT_SECONDS
        while self._imports() and time.monotonic() < latest:
            self.ended.wait(0.02)
        self._raise_until(Stopped, self.ended)
        if self.has_ended():
            return
        asleep = threading.Event()
        self.deaf = self._raise_until(_lullaby(asleep), asleep)
        self.hangs = not self.deaf and not self.has_ended()
        if self.hangs:
            _withdraw_exception(self.ident)

    def _raise_until(self, exception, event):
        """Raise an exception again and again; return whether the event came."""
        end = time.monotonic() + GIVE_UP_AFTER
        while not (event.is_set() or self.has_ended()) and time.monotonic() < end:
            _raise_in(self.ident, exception)
            self.ended.wait(0.02)
        return event.is_set()

    def has_ended(self):
        """Return whether it is over, also if it was stopped while it said so."""
        return self.ended.is_set() or not self.is_alive()

    def _imports(self):
        """Return whether the thread is in the middle of importing a module."""
        frame = sys._current_frames().get(self.ident)
        while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
            frame = frame.f_back
        return frame is not None


@contextlib.contextmanager
def _uninterrupted():
    """Let nobody interrupt the kernel while a thread is being stopped."""
    try:
        usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # outside the main thread, which alone is interrupted
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def _raise_in(thread, exception):
    """Raise an exception in a thread; None withdraws one that has not arrived."""
    argument = ctypes.py_object(exception) if exception else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), argument)


def _lullaby(asleep):
    """Return an exception that puts a thread to sleep for good.

    A handler that catches every exception makes an instance of this one first, which
    never comes into being. Only a thread that runs code typed in by the learner falls
    asleep, for any other might hold a lock that others wait for.
    """

    class Lullaby(Stopped):
        def __new__(cls, *arguments):
            frame = sys._getframe(1)
            if frame.f_code is _FirstCharacters.write.__code__:  # where print led
                frame = frame.f_back
            if frame.f_globals.get("__spec__") is None:
                asleep.set()
                threading.Event().wait()
            return super().__new__(cls, *arguments)

    return Lullaby


def _withdraw_exception(thread):
    """Take back the exception that a thread hanging in C has not noticed.

    On Python 3.11, as long as it waits, whoever enters a function under a profiler
    spins. Only an exception that arrives somewhere ends that, so we raise one here.
    """
    _raise_in(thread, None)
    with contextlib.suppress(Stopped):
        _raise_in(threading.get_ident(), Stopped)
        for _ in range(1000):  # it comes at the next turn
            pass


@contextlib.contextmanager
def _captured():
    """Keep what is printed, by Python or in C; yield a function that returns it."""
    printed, raw = _FirstCharacters(), []
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        _captured_descriptor(2, raw),
        _captured_descriptor(1, raw),
    ):
        yield lambda: (printed.getvalue() + "".join(raw))[:PRINT_LIMIT]


class _FirstCharacters(io.StringIO):
    def write(self, text):
        super().write(text[: max(0, PRINT_LIMIT - self.tell())])
        return len(text)


@contextlib.contextmanager
def _captured_descriptor(number, raw):
    """Keep what is written past Python, which would mark a graded cell as failed."""
    with contextlib.ExitStack() as stack:
        try:
            usual = os.dup(number)
            stack.callback(os.close, usual)
            file = stack.enter_context(tempfile.TemporaryFile())
            os.dup2(file.fileno(), number)
        except OSError:  # a process without this stream
            yield
            return
        try:
            yield
        finally:
            os.dup2(usual, number)
            file.seek(0)
            raw.append(file.read(PRINT_LIMIT).decode("utf-8", "replace"))


@contextlib.contextmanager
def _own_state():
    usual, threads, numbers, others = (
        torch.get_default_dtype(),
        torch.get_num_threads(),
        random.getstate(),
        numpy.random.get_state(),
    )
    with torch.random.fork_rng(devices=[]):
        seed()
        torch.set_default_dtype(torch.float64)
        try:
            yield
        finally:
            torch.set_default_dtype(usual)
            torch.set_num_threads(threads)
            random.setstate(numbers)
            numpy.random.set_state(others)


def seed():
    """Seed every source of random numbers that an answer may use."""
    torch.default_generator.manual_seed(0)  # torch.manual_seed asks for GPUs as well
    numpy.random.seed(0)
    random.seed(0)


@contextlib.contextmanager
def _closed_doors():
    """Let neither exit() nor a question to the keyboard reach the kernel."""
    doors = [
        (builtins, "exit", _leave),
        (builtins, "quit", _leave),
        (builtins, "input", _no_keyboard),
        (os, "_exit", _leave),
        (sys, "breakpointhook", lambda *args, **kwargs: None),
    ]
    shell = getattr(builtins, "get_ipython", lambda: None)()
    if shell is not None:  # whose exit() asks the shell, not Python
        doors.append((shell, "ask_exit", _leave))
    with contextlib.ExitStack() as stack:
        for owner, name, closed in doors:
            if hasattr(owner, name):
                stack.callback(setattr, owner, name, getattr(owner, name))
                setattr(owner, name, closed)
        yield


def _leave(code=None, *others, **options):
    raise SystemExit(code)


def _no_keyboard(prompt=""):
    raise EOFError("an answer cannot ask: all it needs comes in its arguments")
