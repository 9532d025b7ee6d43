"""Nothing that an answer does breaks the check, the kernel, or what follows."""

import _thread
import builtins
import os
import random
import signal
import sys
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy
import pytest
import torch

from helpers import progress
from helpers.exercises import check, sandbox
from tests.answering import (
    STEP,
    answer_step,
    answered,
    function_of,
    handed_over,
    normal,
    written,
)

QUICK = replace(STEP, seconds=0.3)
DEAF = """
turns = 0
def step(h, x, w):
    global turns
    while True:
        try:
            turns += 0
            while True: turns += 1
        except BaseException: continue
"""
HANGING = """
import time
def step(h, x, w):
    while True:
        try: time.sleep(1000)
        except BaseException: pass
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(sandbox, "GIVE_UP_AFTER", 0.3)
    return tmp_path


def seconds_of(function):
    """Return how long a call takes, and what it returns."""
    started = time.monotonic()
    result = function()
    return time.monotonic() - started, result


# Answers that do not end


def test_a_loop_without_end_is_stopped_and_its_line_and_call_shown():
    result = answer_step("while True:", "    h = h + x", exercise=QUICK)
    assert "after 0.3 seconds" in result.message
    assert result.blocks[0] in {
        ("Line 2 of your code", "while True:"),
        ("Line 3 of your code", "h = h + x"),
    }
    assert result.blocks[1][1].startswith("step(torch.tensor(0.5)")
    assert len(result.case) == 3


def test_the_call_shown_is_the_one_that_does_not_end():
    exercise = function_of("x + 1", (torch.tensor(1.0),), (torch.tensor(7.0),))
    body = "while x > 5:\n    pass\nreturn x + 1"
    result = answered(replace(exercise, seconds=0.3), body)
    assert torch.equal(result.case[0], torch.tensor(7.0))


def test_a_loop_that_catches_everything_once_is_stopped():
    before = threading.active_count()
    lines = "try:", "    while True: pass", "except:", "    while True: pass"
    assert "so we stopped it" in answer_step(*lines, exercise=QUICK).message
    assert threading.active_count() <= before


def test_a_loop_that_catches_everything_for_ever_is_put_to_sleep():
    step = written(DEAF)
    result = handed_over(QUICK, step)
    assert "We have put it to sleep" in result.message
    assert not result.passed
    turns = step.__globals__["turns"]
    time.sleep(0.1)
    assert step.__globals__["turns"] == turns


def test_what_sleeps_prints_nothing_into_later_cells(capfd):
    loud = DEAF.replace("turns += 1", "print('noise')")
    handed_over(QUICK, written(loud))
    capfd.readouterr()
    time.sleep(0.1)
    assert capfd.readouterr() == ("", "")


def test_code_that_hangs_in_c_is_left_alone_and_said_so():
    assert "cannot be stopped" in handed_over(QUICK, written(HANGING)).message


def test_after_code_that_hangs_the_next_check_is_as_quick_as_the_first():
    """On Python 3.11 an exception that waits for a thread in C makes profilers spin."""
    exercise = function_of(
        "torch.stack([x[:t + 1].sum(0) for t in range(len(x))])",
        (normal(4, 3),),
        forbidden=("torch.cumsum", "autograd"),
        seconds=5.0,
    )
    right = exercise.define(exercise.reference)
    first, _ = seconds_of(lambda: handed_over(exercise, right))
    hanging = written(HANGING.replace("step(h, x, w)", "answer(x)"), "answer")
    handed_over(replace(exercise, seconds=0.3), hanging)
    second, result = seconds_of(lambda: handed_over(exercise, right))
    assert result.passed, result
    assert second < max(10 * first, 2)


def test_no_profile_function_is_left_behind():
    for source in (HANGING, DEAF, "def step(h, x, w):\n    return torch.cumsum(h)"):
        handed_over(replace(QUICK, forbidden=("torch.cumsum",)), written(source))
        assert sys.getprofile() is None
    seen = []
    thread = threading.Thread(target=lambda: seen.append(sys.getprofile()))
    thread.start()
    thread.join()
    assert seen == [None]


# The kernel is interrupted


@pytest.mark.parametrize("times", [1, 3])
def test_an_interrupted_check_is_calm_counts_nothing_and_ends_the_loop(times):
    """On Python 3.11 a thread whose join was interrupted passes for dead.

    Where the tests run in the background of a shell, nobody listens to interrupts.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    step = written(DEAF if times > 1 else DEAF.replace("BaseException", "ValueError"))
    pauses = [0.3 + 0.05 * n for n in range(times)]
    timers = [threading.Timer(pause, _thread.interrupt_main) for pause in pauses]
    for timer in timers:
        timer.start()
    result = handed_over(replace(STEP, seconds=30.0), step)
    for timer in timers:
        timer.cancel()
    assert "You stopped the check" in result.message
    assert progress.load() == ({}, "")
    turns = step.__globals__["turns"]
    time.sleep(0.1)
    assert step.__globals__["turns"] == turns


# Modules that are imported


def test_an_import_is_never_cut_in_half(tmp_path, monkeypatch):
    """What torch imports late stays broken for good if it is cut."""
    (tmp_path / "slow_module.py").write_text(
        "import time\nfor _ in range(10): time.sleep(0.1)\nready = True\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    body = (
        "import slow_module; assert slow_module.ready",
        "return torch.tanh(w * h + x)",
    )
    assert answer_step(*body, exercise=QUICK).passed


def test_a_loop_after_a_slow_import_is_stopped_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "slower_module.py").write_text(
        "import time\ntime.sleep(0.6)\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    result = answer_step("import slower_module", "while True: pass", exercise=QUICK)
    assert "so we stopped it" in result.message
    assert "slower_module" in sys.modules


# Ways out of Python, and into the keyboard


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("exit()", "must not leave Python"),
        ("quit(2)", "must not leave Python"),
        ("import sys; sys.exit('bye')", "must not leave Python"),
        ("import os; os._exit(1)", "must not leave Python"),
        ("raise SystemExit", "must not leave Python"),
        ("input('?')", "EOFError"),
    ],
)
def test_an_answer_cannot_leave_python_or_ask_the_keyboard(line, message):
    doors = builtins.input, os._exit, getattr(builtins, "exit", None)
    assert message in answer_step(line, "return h").message
    assert (builtins.input, os._exit, getattr(builtins, "exit", None)) == doors


def test_a_breakpoint_is_passed_over():
    assert answer_step("breakpoint()", "return torch.tanh(w * h + x)").passed


def test_the_exit_of_a_notebook_does_not_reach_its_kernel(monkeypatch):
    asked = []
    shell = SimpleNamespace(ask_exit=lambda: asked.append(True))
    monkeypatch.setattr(builtins, "get_ipython", lambda: shell, raising=False)
    result = answer_step("get_ipython().ask_exit()", "return h")
    assert "must not leave Python" in result.message
    shell.ask_exit()
    assert asked == [True]


# What is printed


def test_what_an_answer_prints_is_shown_and_bounded(capfd):
    result = answer_step(
        "import sys",
        "print('x is', x.shape, end='!')",
        "print('e' * 10**6, file=sys.stderr)",
    )
    ((caption, text),) = [block for block in result.blocks if "print" in block[0]]
    assert caption == "Your code printed"
    assert text.startswith("x is torch.Size([])!eee")
    assert len(text) <= sandbox.PRINT_LIMIT
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "line",
    [
        "import os; os.write(2, b'raw'); os.write(1, b'raw')",
        "import subprocess; subprocess.run('echo raw; echo raw >&2', shell=True)",
        "import sys; sys.__stderr__.write('raw'); sys.__stderr__.flush()",
    ],
)
def test_what_is_written_past_python_is_caught_too(line, capfd):
    result = answer_step(line, "return torch.tanh(w * h + x)")
    assert result.passed
    assert "raw" in dict(result.blocks)["Your code printed"]
    assert capfd.readouterr() == ("", "")


# Outside, everything is as before


def test_the_state_of_torch_and_of_random_numbers_is_as_before():
    def draw():
        return torch.rand(3).tolist(), random.random(), numpy.random.rand()

    torch.manual_seed(7), random.seed(7), numpy.random.seed(7)
    expected = draw()
    torch.manual_seed(7), random.seed(7), numpy.random.seed(7)
    with torch.no_grad():
        result = answer_step(
            "import random, numpy",
            "torch.set_default_dtype(torch.float16)",
            "torch.manual_seed(3); random.seed(3); numpy.random.seed(3)",
            "return torch.tanh(w * h + x)",
        )
        assert not torch.is_grad_enabled()
    assert result.passed
    assert torch.get_default_dtype() is torch.float32
    assert draw() == expected


def test_random_numbers_of_every_kind_are_the_same_in_every_check():
    line = "print(random.random(), numpy.random.rand(), torch.rand(1))"
    lines = "import random, numpy", line, "return h"
    one, other = (answer_step(*lines) for _ in range(2))
    assert one.blocks == other.blocks


def test_a_check_answers_quickly():
    """Half a second is what the bench asks for; machines here are noisy."""
    right = STEP.define(STEP.reference)
    check("00.1", right)
    assert min(seconds_of(lambda: check("00.1", right))[0] for _ in range(3)) < 0.5


def test_an_answer_works_on_one_thread_and_the_kernel_on_as_many_as_before():
    usual = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert sandbox.run(torch.get_num_threads, 5).value == 1
        sandbox.run(lambda: torch.set_num_threads(3), 5)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(usual)
