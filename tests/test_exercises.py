"""Every exercise recognises its answers, and no answer can hurt its reader."""

import ast
import functools
import json
import linecache
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from helpers import progress
from helpers.exercises import (
    Exercise,
    Mistake,
    board,
    catalogue,
    check,
    hint,
    sandbox,
    solution,
)
from helpers.exercises import exercise as cells

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LESSONS = catalogue.lessons()
ALL = [exercise for lesson in LESSONS for exercise in lesson.exercises]
MISTAKES = [(one, mistake) for one in ALL for mistake in one.mistakes]
STEP = catalogue.find("00.1")

every_exercise = pytest.mark.parametrize("exercise", ALL, ids=lambda one: one.id)
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.stem)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return tmp_path


@pytest.fixture
def judged(monkeypatch):
    """Return a function that checks source text against an exercise made in a test."""

    def judge(exercise, source):
        monkeypatch.setattr(catalogue, "find", lambda exercise_id: exercise)
        return check(exercise.id, written(source, exercise.name))

    return judge


def written(source, name="step"):
    """Return what a cell with this text defines, its lines known as in a notebook."""
    filename = f"<cell {hash(source)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace = {"torch": torch, "nn": nn, "__name__": "__main__"}
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name]


def answer_step(*lines):
    """Check a function step(h, x, w) with these lines as its body."""
    body = "".join(f"    {line}\n" for line in lines)
    return check("00.1", written(f"def step(h, x, w):\n{body}"))


# Every exercise of the course


@every_exercise
def test_the_reference_passes(exercise):
    result = check(exercise.id, exercise.define(exercise.reference))
    assert result.passed, result
    assert result.points == exercise.points
    assert f'solution("{exercise.id}")' in repr(result)


@every_exercise
def test_the_stub_counts_as_not_tried(exercise):
    result = check(exercise.id, exercise.define(exercise.stub))
    assert (result.passed, result.attempted, result.points) == (False, False, 0)


@pytest.mark.parametrize(
    ("exercise", "mistake"),
    MISTAKES,
    ids=[f"{one.id}-{one.mistakes.index(mistake)}" for one, mistake in MISTAKES],
)
def test_a_wrong_answer_gets_the_diagnosis_meant_for_it(exercise, mistake):
    result = check(exercise.id, exercise.define(exercise.code_of(mistake)))
    assert (result.passed, result.attempted) == (False, True)
    if exercise.verify:
        assert mistake.diagnosis in result.message
    else:
        assert result.message == mistake.diagnosis


@every_exercise
def test_an_exercise_is_complete(exercise):
    texts = (exercise.title, exercise.stub, exercise.reference, *exercise.hints)
    texts += tuple(mistake.diagnosis for mistake in exercise.mistakes)
    assert all(text.strip() for text in texts)
    assert len(exercise.hints) == 3
    assert len(exercise.mistakes) >= 3
    assert exercise.difficulty in (1, 2, 3)
    assert 1 <= exercise.minutes <= 30
    assert isinstance(exercise.points, int)
    assert exercise.points > 0


@every_exercise
def test_no_hint_gives_the_whole_answer_away(exercise):
    lines = [line.strip() for line in exercise.reference.strip().splitlines()]
    told = set(exercise.stub.splitlines()) | {""}
    answer = [line for line in lines if line not in {one.strip() for one in told}]
    for text in exercise.hints:
        assert not all(line in text for line in answer), text


def test_stubs_and_references_look_as_the_formatter_leaves_them(tmp_path):
    for exercise in ALL:
        for kind, write in (("stub", cells.stub_cell), ("solved", cells.solved_cell)):
            path = tmp_path / f"{kind}_{exercise.id}.py"
            path.write_text(f"{write(exercise)}\n", "utf-8")
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", tmp_path]
    done = subprocess.run(ruff, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@every_exercise
def test_the_reference_mends_the_stub_and_keeps_its_name(exercise):
    for source in (exercise.stub, exercise.reference):
        (*_, last) = ast.parse(source).body
        names = [
            getattr(last, "name", None),
            *map(ast.unparse, getattr(last, "targets", [])),
        ]
        assert exercise.name in names


@every_lesson
def test_exercises_are_numbered_within_their_notebook(lesson):
    number = lesson.stem[:2]
    ids = [exercise.id for exercise in lesson.exercises]
    assert ids == [f"{number}.{n}" for n in range(1, len(ids) + 1)]
    assert lesson.title.startswith(f"{number} · ")


@every_lesson
def test_the_notebook_holds_exactly_what_the_exercise_says(lesson):
    path = NOTEBOOKS / f"{lesson.stem}.ipynb"
    if not path.exists():
        pytest.skip(f"{path.name} is not written yet")
    found = [
        (cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("nbgrader"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
    ]
    markdown = "\n".join(text for kind, text, _ in found if kind == "markdown")
    assert markdown.startswith(f"# {lesson.title}\n")
    for exercise in lesson.exercises:
        assert cells.heading(exercise) in markdown.splitlines()
        for role, text in (
            ("stub", cells.stub_cell(exercise)),
            ("check", cells.check_cell(exercise)),
        ):
            assert ("code", text, cells.nbgrader_metadata(exercise, role)) in found


# Answers that could hurt, given to the exercise of notebook 00


def test_a_loop_without_end_is_stopped_and_its_line_shown(monkeypatch):
    quick = replace(STEP, seconds=0.5)
    monkeypatch.setattr(catalogue, "find", lambda exercise_id: quick)
    result = answer_step("while True:", "    h = h + x")
    assert "after 0.5 seconds" in result.message
    ((caption, line),) = result.blocks
    assert (caption, line) in {
        ("Line 2 of your code", "while True:"),
        ("Line 3 of your code", "h = h + x"),
    }


def test_a_loop_that_catches_everything_once_is_stopped(monkeypatch):
    quick = replace(STEP, seconds=0.5)
    monkeypatch.setattr(catalogue, "find", lambda exercise_id: quick)
    before = threading.active_count()
    result = answer_step(
        "try:", "    while True: pass", "except:", "    while True: pass"
    )
    assert "so we stopped it" in result.message
    assert threading.active_count() <= before


def test_a_loop_that_cannot_be_stopped_asks_for_a_new_kernel(monkeypatch):
    quick = replace(STEP, seconds=0.5)
    monkeypatch.setattr(catalogue, "find", lambda exercise_id: quick)
    monkeypatch.setattr(sandbox, "GIVE_UP_AFTER", 0.3)
    step = written(
        "running = True\n"
        "def spin():\n"  # from Python 3.13 on a jump back lies outside of its own try
        "    while running: pass\n"
        "def deaf():\n"
        "    try: spin()\n"
        "    except BaseException: deaf()\n"
        "def step(h, x, w):\n"
        "    deaf()\n"
    )
    result = check("00.1", step)
    step.__globals__["running"] = False
    assert "Restart the kernel" in result.message
    assert not result.passed


@pytest.mark.parametrize(
    ("body", "error", "line"),
    [
        ("return torch.tahn(w * h + x)", "AttributeError: module 'torch'", True),
        ("return torch.tanh(w * h + y)", "NameError: name 'y'", True),
        ("raise ValueError('a `tick` and <b>')", "ValueError: a 'tick'", True),
        ("return [][7]", "IndexError", True),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", True),
        ("import sys; sys.exit(3)", "leave Python with `SystemExit: 3`", True),
        ("return step(h, x, w)", "calls itself without an end", False),
        ("return ... + x", "One `...` is still in your code", True),
        ("x = x.numpy(); return h", "RuntimeError: Can't call numpy()", True),
    ],
)
def test_an_exception_is_shown_with_the_learners_own_line(body, error, line):
    result = answer_step("h = h + 0", body)
    assert error in result.message
    if line:
        assert result.blocks == (("Line 3 of your code", body),)
    assert not result.passed
    assert "<b>" not in result._repr_html_()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("h; return", "returns `None`"),
        ("h = w * h + x", "returns `None`"),
        ("yield torch.tanh(w * h + x)", "generator"),
        ("return (v for v in [h])", "generator"),
        ("return 'tanh'", "should be a number, but yours is a text in quotes"),
        ("return torch.tanh(w * h + x), h", "but yours is a tuple of 2"),
        ("return torch.tanh(w * h + x) > 0", "but yours is `True` or `False`"),
        ("return lambda: h", "but yours is a function"),
        ("return torch.tanh(w * h + x)[None]", "the shape `()`, but yours has `(1,)`"),
        ("return torch.zeros(3, 10**6)", "but yours has `(3, 1000000)`"),
        ("return torch.zeros(1).expand(10**12)", "but yours has `(1000000000000,)`"),
        ("return (w * h + x) * float('nan')", "`result` holds `nan`"),
        ("return torch.tanh(w * h + x) / 0", "`result` holds `inf`"),
        ("return -torch.tanh(w * h + x)", "wrong sign"),
        ("return 0 * torch.tanh(w * h + x)", "Every number in `result` is 0."),
        ("return 2 * torch.tanh(w * h + x)", "is 2 times what it should be"),
        ("return torch.tanh(w * h + x) / 0.6931471805599453", "bits and nats"),
        ("return torch.tanh(w * h - x)", "should be `0.89569287`, but yours is `-0.50"),
        ("return torch.tanh(w * h + x).detach()", "no gradient reaches `h`, `x`, `w`"),
        ("return torch.tanh(w.detach() * h + x)", "no gradient reaches `w`"),
        ("return torch.tanh(w * h + x.data)", "no gradient reaches `x`"),
        ("return torch.tanh(w * h + 2 * x - x.detach())", "with respect to `x`"),
        ("h *= w; h += x; return h.tanh()", "changes its argument `h` in place"),
        ("v = w * h + x; u = v.tanh(); u += 0; v *= 1; u *= 1; return u", "in place"),
    ],
)
def test_a_wrong_value_is_named_for_what_it_is(body, message):
    result = answer_step(body)
    assert message in result.message
    assert (result.passed, result.attempted) == (False, True)


@pytest.mark.parametrize(
    ("body"),
    [
        "return torch.tanh(h * w + x)",
        "return (w * h + x).tanh()",
        "return torch.tanh(w * h + x).float()",
        "torch.manual_seed(1); return 1 - 2 / ((2 * (w * h + x)).exp() + 1)",
        "torch.set_grad_enabled(False); torch.set_grad_enabled(True); "
        "return torch.tanh(w * h + x)",
    ],
)
def test_another_way_to_write_it_passes(body):
    assert answer_step(body).passed


@pytest.mark.parametrize("body", ["...", "raise NotImplementedError", "return ..."])
def test_an_answer_with_nothing_in_it_counts_as_not_tried(body):
    assert not answer_step("# still thinking", body).attempted


@pytest.mark.parametrize("answer", [None, ..., (..., 1)])
def test_a_missing_answer_counts_as_not_tried(answer):
    assert not check("00.1", answer).attempted
    assert not check("00.1").attempted


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (torch.zeros(2), 'check("00.1", step)'),
        (0.5, "It got a number"),
        (lambda h, x: h, "We call `step(h, x, w)`, but yours is `step(h, x)`"),
        (torch.tanh, "TypeError"),
        (print, "returns `None`"),
        (type("Odd", (), {"__call__": None}), "We call"),
        (functools.partial(lambda h, x, w: h + x, w=1), "We call"),
    ],
)
def test_an_answer_of_another_kind_is_named(answer, message):
    assert message in check("00.1", answer).message


def test_what_an_answer_prints_is_shown_and_bounded(capfd):
    result = answer_step(
        "import sys",
        "print('x is', x.shape, end='!')",
        "print('e' * 10**6, file=sys.stderr)",
    )
    ((caption, text),) = result.blocks
    assert caption == "Your code printed"
    assert text.startswith("x is torch.Size([])!eee")
    assert len(text) <= sandbox.PRINT_LIMIT
    assert capfd.readouterr() == ("", "")


def test_the_state_of_torch_is_as_before():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    with torch.no_grad():
        result = answer_step(
            "torch.set_default_dtype(torch.float16)",
            "torch.manual_seed(3)",
            "return torch.tanh(w * h + x)",
        )
        assert not torch.is_grad_enabled()
    assert result.passed
    assert torch.get_default_dtype() is torch.float32
    assert torch.equal(torch.rand(3), expected)


def test_an_interrupted_check_is_calm_and_counts_nothing(monkeypatch, folder):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sandbox._Worker, "wait", interrupted)
    before = threading.active_count()
    result = answer_step("while True: pass")
    assert "You stopped the check" in result.message
    assert threading.active_count() <= before
    assert progress.load() == ({}, "")


def test_a_fault_of_ours_is_called_ours(judged):
    source = "def step(h, x, w):\n    return h / nothing"
    broken = replace(STEP, reference=source, mistakes=())
    result = judged(broken, "def step(h, x, w):\n    return h")
    assert "our mistake and not yours: `RuntimeError: NameError" in result.message


@pytest.mark.parametrize(
    ("exercise_id", "known"),
    [("00.9", "Notebook 00 has 00.1"), ("99.1", "notebooks 00"), (3, "notebooks 00")],
)
def test_an_unknown_exercise_gives_a_card_with_those_there_are(exercise_id, known):
    for card in (check(exercise_id, 1), hint(exercise_id), solution(exercise_id)):
        assert known in card.message
        assert not card.passed


# Other kinds of exercise


def exercise_of(**changes):
    """Return a complete small exercise of a test, changed as said."""
    standard = {
        "id": "00.1",
        "title": "A test",
        "minutes": 1,
        "difficulty": 1,
        "points": 2,
        "name": "answer",
        "stub": "answer = ...",
        "hints": ("a", "b", "c"),
        "mistakes": (),
    }
    return Exercise(**standard | changes)


RUNNING_SUM = exercise_of(
    stub="def answer(x):\n    ...",
    reference="""
def answer(x):
    return torch.stack([x[: t + 1].sum(0) for t in range(len(x))])
""",
    forbidden=("torch.cumsum", "numpy.cumsum"),
    cases=lambda: [(torch.arange(12.0, dtype=torch.float64).reshape(4, 3).sin(),)],
)


@pytest.mark.parametrize(
    "body",
    [
        "return torch.cumsum(x, 0)",
        "return x.cumsum(0)",
        "return x.clone().cumsum_(0)",
        "return torch.Tensor.cumsum(x, dim=0)",
        "f = getattr(torch, 'cum' + 'sum'); return f(x, 0)",
        "from torch import cumsum as mine; return mine(x, dim=0)",
        "try:\n        return torch.cumsum(x, 0)\n    except BaseException: return x",
        "from numpy import cumsum; return torch.tensor(cumsum(x.tolist(), 0))",
    ],
)
def test_the_forbidden_function_is_seen_whatever_its_name(judged, body):
    result = judged(RUNNING_SUM, f"def answer(x):\n    {body}")
    assert "which this exercise asks you to build yourself" in result.message
    assert "cumsum" in result.message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return [x[:t + 1].sum(0) for t in range(4)]", "`torch.stack` joins"),
        ("return torch.stack([x[:t + 1].sum(0) for t in range(4)]).T", "(3, 4)"),
        ("return torch.stack([x[:t + 1].sum(0) for t in range(4)], 1)", "are swapped"),
        ("return torch.stack([x[:t].sum(0) for t in range(4)])", "one step too late"),
        (
            "return torch.stack([x[:t + 2].sum(0) for t in range(4)])",
            "one step too early",
        ),
        ("x[0] = 0\n    return x", "should be `0"),
    ],
)
def test_a_slip_along_an_axis_is_named(judged, body, message):
    assert message in judged(RUNNING_SUM, f"def answer(x):\n    {body}").message


def test_the_allowed_way_passes_where_another_is_forbidden(judged):
    assert judged(RUNNING_SUM, RUNNING_SUM.reference).passed


def test_a_tensor_changed_after_the_backward_pass_needs_it_is_explained(judged):
    body = "s = x.exp()\n    s[0] = 0\n    return s"
    assert (
        "still needs its old value"
        in judged(RUNNING_SUM, f"def answer(x):\n    {body}").message
    )


SQUARE = exercise_of(
    stub="def answer(x):\n    ...",
    reference="def answer(x):\n    return x.T, x.sum()",
    cases=lambda: [(torch.arange(9.0, dtype=torch.float64).reshape(3, 3).cos(),)],
)


def test_swapped_axes_of_a_square_are_named_with_the_part_they_are_in(judged):
    result = judged(SQUARE, "def answer(x):\n    return x, x.sum()")
    assert result.message.startswith("`result[0]` holds the right numbers, but axes")


CELL = exercise_of(
    stub="class answer(nn.Module):\n    def forward(self, x, state):\n        ...",
    reference="""
class answer(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size, size))
        self.bias = nn.Parameter(torch.zeros(size))

    def forward(self, x, state):
        h, c = state
        return torch.tanh(x @ self.weight.T + self.bias) + h, c
""",
    mistakes=(
        Mistake("The weight is not transposed.", edit=("self.weight.T", "self.weight")),
    ),
    build=lambda cell: cell(3),
    cases=lambda: [
        (torch.eye(3).double()[:2], (torch.ones(2, 3).double(), torch.zeros(2, 3)))
    ],
    forbidden=("torch.nn.Linear", "torch.nn.LSTM"),
)


def test_a_module_is_compared_with_our_weights_in_it(judged):
    assert judged(CELL, CELL.reference.replace("zeros(size)", "ones(size)")).passed
    assert (
        judged(CELL, CELL.code_of(CELL.mistakes[0])).message
        == "The weight is not transposed."
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("self.weight", "self.W", "need these names and shapes"),
        ("nn.Module", "object", "Yours has none"),
        ("(size, size)", "(size, 4)", "`weight` (3, 3). Yours"),
        ("self.weight.T", "self.weight.T.detach()", "no gradient reaches `weight`"),
        ("self.bias) + h", "self.bias.data) + h", "no gradient reaches `bias`"),
        ("+ h, c", "+ h.detach(), c", "no gradient reaches `state[0]`"),
        ("h, c = state", "h, c = state; h += 1", "`result[0][0, 0]` should be"),
        ("h, c = state", "h, c = state; c.zero_().add_(1).zero_().sub_(0)", ""),
        ("h, c = state", "h, c = state; nn.Linear(3, 3)", "calls `torch.nn.Linear`"),
        ("h, c = state", "h, c = state; nn.LSTM(3, 3)", "calls `torch.nn.LSTM`"),
        ("def __init__(self, size)", "def __init__(self)", "TypeError"),
    ],
)
def test_a_wrong_module_is_named_for_what_it_is(judged, old, new, message):
    assert message in judged(CELL, CELL.reference.replace(old, new)).message


def test_an_untouched_class_or_one_already_built_is_named(judged, monkeypatch):
    assert not judged(CELL, CELL.stub).attempted
    result = check("00.1", nn.Linear(3, 3))
    assert "`check` needs your class itself" in result.message


CHOICE = exercise_of(
    reference='answer = "b"',
    mistakes=tuple(
        Mistake(f"Why not {one}.", edit=('"b"', f'"{one}"')) for one in "acd"
    ),
    reason="Because the gradient is a product.",
)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ('"b"', "Because the gradient is a product."),
        ('" B "', "Because the gradient is a product."),
        ('"a"', "Why not a."),
        ('"D"', "Why not d."),
        ('"e"', "Answer with one of a, b, c, d; yours is `'e'`."),
        ("2", "should be a text in quotes, but yours is a number"),
        ("print", "It got a value of type builtin_function_or_method"),
    ],
)
def test_every_option_of_a_choice_has_its_reply(judged, answer, message):
    result = judged(CHOICE, f"answer = {answer}")
    assert message in result.message
    assert result.passed == ("Because" in message)


NUMBER = exercise_of(
    reference="answer = 3 / 8",
    mistakes=(Mistake("That is the other half.", edit=("3 / 8", "5 / 8")),),
)


@pytest.mark.parametrize(
    "answer",
    ["0.375", "torch.tensor(0.375)", "torch.tensor([3.0])[0] / 8", "1 - 0.625"],
)
def test_a_number_may_come_in_any_form(judged, answer):
    assert judged(NUMBER, f"answer = {answer}").passed


def test_a_wrong_number_is_not_told_the_right_one(judged):
    assert judged(NUMBER, "answer = 0.625").message == "That is the other half."
    result = judged(NUMBER, "answer = 0.5")
    assert "yours is `0.5`" in result.message
    assert "375" not in repr(result)


@pytest.mark.parametrize("answer", ["27**100", "-(27**100)", "[27**400]"])
def test_a_number_too_large_for_torch_is_wrong_like_any_other(judged, answer):
    result = judged(NUMBER, f"answer = {answer}")
    assert not result.passed
    assert "stopped" not in result.message


def test_a_list_a_tuple_and_a_tensor_of_numbers_are_the_same(judged):
    exercise = exercise_of(reference="answer = [1, 2, 3]")
    for source in (
        "[1, 2, 3]",
        "(1.0, 2, 3)",
        "torch.tensor([1, 2, 3])",
        "torch.Size([1, 2, 3])",
    ):
        assert judged(exercise, f"answer = {source}").passed
    assert not judged(exercise, "answer = [1, 2]").passed
    assert not judged(exercise, "answer = [True, 2, 'x']").passed


def test_in_a_tuple_the_part_of_another_kind_is_named(judged):
    exercise = exercise_of(reference="answer = (1, torch.zeros(2, 3))")
    result = judged(exercise, "answer = (1, list(torch.zeros(2, 3)))")
    assert "[1]` should be a tensor of shape (2, 3)" in result.message
    assert "but yours is a list of 2" in result.message


def test_a_tuple_of_numbers_is_as_good_as_one_of_tensors(judged):
    exercise = exercise_of(reference="answer = torch.tensor(1.0), torch.tensor(2.0)")
    assert judged(exercise, "answer = 1.0, 2.0").passed
    assert judged(exercise, "answer = 1.0, torch.tensor(2.0)").passed
    listed = exercise_of(reference="answer = [1.0, 2.0]")
    assert judged(listed, "answer = [torch.tensor(1.0), torch.tensor(2.0)]").passed
    result = judged(exercise, "answer = 1.0, 3.0")
    assert "answer[1]` is not right yet: yours is `3`" in result.message


def test_tiny_numbers_are_no_zeros_where_the_exercise_says_so(judged):
    exercise = exercise_of(reference="answer = 1e-120", atol=0.0)
    assert judged(exercise, "answer = 1e-120").passed
    assert not judged(exercise, "answer = 0.0").passed


def test_complex_numbers_are_compared(judged):
    exercise = exercise_of(
        stub="def answer(x):\n    ...",
        reference="def answer(x):\n    return torch.complex(x, -x)",
        cases=lambda: [(torch.ones(2).double(),)],
    )
    assert judged(exercise, exercise.reference).passed
    wrong = judged(exercise, "def answer(x):\n    return torch.complex(x, x)")
    assert "`result[0]` should be `(1-1j)`" in wrong.message


def test_a_dictionary_is_compared_by_its_keys_in_any_order(judged):
    exercise = exercise_of(reference="answer = {'a': 1, 'b': [2.0]}")
    assert judged(exercise, "answer = {'b': [2], 'a': 1}").passed
    result = judged(exercise, "answer = {'b': [2], 'c': 1}")
    assert "lacks the keys `['a']` and has the keys `['c']`" in result.message


def test_a_class_need_not_be_a_module(judged):
    exercise = exercise_of(
        stub="class answer:\n    ...",
        reference="class answer:\n    def add(self, x, y):\n        return x + y",
        build=lambda adder: adder().add,
        cases=lambda: [(torch.tensor(2.0), torch.tensor(1.0))],
    )
    assert judged(exercise, exercise.reference).passed
    wrong = judged(exercise, exercise.reference.replace("+", "-"))
    assert "`result` should be `3`, but yours is `1`" in wrong.message
    changes = exercise.reference.replace("return", "x *= 1; y *= 2; y /= 3; return")
    assert not judged(exercise, changes).passed


def even(answer):
    """Verify a function that should return an even number."""
    found = answer()
    return None if found % 2 == 0 else f"{found} is odd."


PROPERTY = exercise_of(
    stub="def answer():\n    ...",
    reference="def answer():\n    return 4",
    mistakes=(Mistake("3 is odd.", edit=("return 4", "return 3")),),
    verify=even,
    seconds=1.0,
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 4", "Your answer is right"),
        ("return 10", "Your answer is right"),
        ("return 3", "3 is odd."),
        ("return str()", "TypeError"),
        ("while True: pass", "Is there a loop that never ends?"),
    ],
)
def test_a_property_is_verified_where_there_is_no_one_answer(judged, body, message):
    assert message in judged(PROPERTY, f"def answer():\n    {body}").message


def test_randomness_is_the_same_for_the_answer_and_the_reference(judged):
    exercise = exercise_of(
        stub="def answer(g):\n    ...",
        reference="""
def answer(g):
    return torch.rand(2, generator=g) * torch.rand(1)
""",
        cases=lambda: [(torch.Generator().manual_seed(3),)] * 2,
    )
    result = judged(exercise, exercise.reference + "\n# another text")
    assert result.passed, result


# What a learner and a grader see


def test_cards_are_plain_deterministic_text_and_accessible_html():
    result = answer_step("return h < x")
    assert repr(result) == repr(answer_step("return h < x"))
    assert repr(result).startswith("→ 00.1 One step of memory · Not yet\n")
    html = result._repr_html_()
    assert "aria-label='00.1 One step of memory: Not yet'" in html
    assert "var(--jp-error-color1" in html
    assert "<code>" in html


def test_a_hint_may_hold_lines_of_code(monkeypatch):
    exercise = replace(STEP, hints=("Try\n\n    h = 1 < 2\n    x = `h`", "b", "c"))
    monkeypatch.setattr(catalogue, "find", lambda exercise_id: exercise)
    assert ">h = 1 &lt; 2\nx = `h`</pre>" in hint("00.1")._repr_html_()


def test_hints_open_one_by_one_and_are_remembered():
    first, second, third = (hint("00.1") for _ in range(3))
    assert "Hint 2 of 3" not in repr(first)
    assert STEP.hints[0] in second.message
    assert STEP.hints[1] in second.message
    assert all(text in third.message for text in STEP.hints)
    assert 'solution("00.1")' in repr(third)
    assert "00.1" in progress.load()[0]


def test_the_solution_says_how_many_hints_are_left_and_can_be_copied():
    hint("00.1")
    shown = solution("00.1")
    assert "Two hints are still closed" in repr(shown)
    assert f"```python\n{STEP.reference.strip()}\n```" in shown._repr_markdown_()
    check("00.1", STEP.define(STEP.reference))
    assert "You have solved it" in repr(solution("00.1"))


def test_a_passing_answer_is_remembered_with_its_text():
    source = "def step(h, x, w):\n    return torch.tanh(x + h * w)\n"
    check("00.1", written(source))
    record = progress.load()[0]["00.1"]
    assert record.answers == [source]
    assert "✓ solved" in repr(board())


def test_looking_at_an_untouched_stub_leaves_no_trace(folder):
    check("00.1", STEP.define(STEP.stub))
    assert list(folder.iterdir()) == []


def test_while_nbgrader_runs_a_check_returns_points_alone(monkeypatch, folder, capfd):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert check("00.1", STEP.define(STEP.reference)) == STEP.points
    assert check("00.1", STEP.define(STEP.stub)) == 0
    assert check("99.9", 1) == 0
    assert repr(answer_step("import sys; print(1, file=sys.stderr); return h")) == "0"
    assert capfd.readouterr() == ("", "")
    assert list(folder.iterdir()) == []


def test_metadata_for_nbgrader_name_the_cell_and_its_points():
    stub = cells.nbgrader_metadata(STEP, "stub")
    graded = cells.nbgrader_metadata(STEP, "check")
    assert (stub["grade_id"], stub["solution"], stub["grade"]) == ("stub-00-1", 1, 0)
    assert (graded["grade_id"], graded["points"]) == ("check-00-1", STEP.points)
    with pytest.raises(ValueError, match='must be "stub" or "check"'):
        cells.nbgrader_metadata(STEP, "exam")


def test_progress_that_cannot_be_saved_does_not_stop_a_check(monkeypatch, folder):
    (folder / "file").touch()
    monkeypatch.setenv(progress.FOLDER_VARIABLE, os.fspath(folder / "file"))
    result = check("00.1", STEP.define(STEP.reference))
    assert result.passed
    assert any("could not be saved" in note for note in result.notes)
    assert 'hint("00.1", 2)' in repr(hint("00.1"))
