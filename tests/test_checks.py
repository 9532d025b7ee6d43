"""Whatever a learner hands over gets one card that says what is true of it."""

import ast
import functools
import os
import re
from collections import namedtuple
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy
import pytest
import torch
from torch import nn

from helpers import progress
from helpers.exercises import (
    Mistake,
    board,
    catalogue,
    check,
    engine,
    hint,
    ours,
    solution,
    words,
)
from helpers.exercises.trial import _call_text
from tests.answering import (
    STEP,
    answer_step,
    answered,
    exercise_of,
    function_of,
    handed_over,
    judged,
    normal,
    written,
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return tmp_path


# The way of an answer


def test_the_engine_imports_only_what_stands_before_it():
    """The order is the list in the docstring of the package."""
    package = Path(engine.__file__).parent
    listed = package.joinpath("__init__.py").read_text("utf-8").partition('"""\n\n')[0]
    order = re.findall(r"``(\w+)``", listed.partition("order of its imports")[2])
    modules = {path.stem for path in package.glob("[a-m]*.py")} - {"cases"}
    modules |= {path.stem for path in package.glob("[o-z]*.py")}
    assert sorted(order) == sorted(modules)
    for place, name in enumerate(order):
        tree = ast.parse(package.joinpath(f"{name}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "helpers.exercises":
                assert {alias.name for alias in node.names} <= set(order[:place]), name
            elif isinstance(node, ast.ImportFrom):
                path = node.module.split(".")
                if path[:2] == ["helpers", "exercises"]:
                    assert path[2] in order[:place], name


def test_each_station_takes_what_the_one_before_made(monkeypatch):
    seen = []

    def watched(station):
        def passed(made):
            seen.append((station.__name__, type(made).__name__))
            return station(made)

        return passed

    monkeypatch.setattr(engine, "STATIONS", list(map(watched, engine.STATIONS)))
    answer_step("return torch.tanh(w * h + x) + h")
    assert seen == [
        ("read", "Question"),
        ("try_out", "Question"),
        ("compare", "Trial"),
        ("recognise", "Difference"),
        ("diagnose", "Difference"),
    ]
    seen.clear()
    answer_step("return torch.tanh(w * h + x)")
    assert [name for name, _ in seen] == ["read", "try_out", "compare"]


# Answers to the exercise of notebook 00


@pytest.mark.parametrize(
    ("body", "error", "line"),
    [
        ("return torch.tahn(w * h + x)", "AttributeError: module 'torch'", True),
        ("return torch.tanh(w * h + y)", "NameError: name 'y'", True),
        ("return torch.tanh(w * h + y)", "`y` means nothing here", True),
        ("raise ValueError('a `tick` and <b>')", "ValueError: a 'tick'", True),
        ("return [][7]", "IndexError", True),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", True),
        ("import sys; sys.exit(3)", "must not leave Python", True),
        ("return step(h, x, w)", "calls itself without an end", False),
        ("return ... + x", "One `...` is still in your code", True),
        ("x = x.numpy(); return h", "NumPy would cut them off", True),
        ("return h.sum(5)", "has no axis 5: its axes are counted from 0 to 0", True),
        ("return 1 / 0", "Something is divided by 0", True),
        ("import math; return math.log(0)", "A logarithm of 0", True),
        ("return torch.ones(2, 3) @ torch.ones(2, 3)", "these are 3 and 2", True),
        ("return torch.ones(3) + torch.ones(2)", "one has 3 and the other 2", True),
        ("return torch.ones(3)[3]", "there are 3 entries, counted from 0", True),
        ("a, b = h, x, w; return a", "On the left stand 2 names", True),
        ("return torch.stack([])", "nothing was collected", True),
        ("return h(x)", "A tensor stands where a function is called", True),
        ("if torch.ones(2): return h", "`torch.where` decide what is meant", True),
        ("return torch.ones(2, 3).T.view(6)", "`reshape` does", True),
        ("h = None; return h + x", "Something is `None` here", True),
        ("return nn.Linear(1, 1).weight.mul_(2)", "inside `with torch.no_grad()", True),
    ],
)
def test_an_exception_is_shown_with_the_learners_own_line(body, error, line):
    result = answer_step("h = h + 0", body)
    assert error in result.message
    if line:
        assert result.blocks[0] == ("Line 3 of your code", body)
    assert not result.passed
    assert "<b>" not in result._repr_html_()


def test_a_line_of_a_library_is_never_called_the_learners():
    result = check("00.1", functools.partial(torch.nn.functional.one_hot))
    assert not any("of your code" in caption for caption, _ in result.blocks)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("h; return", "returns `None`"),
        ("h = w * h + x", "returns `None`"),
        ("yield torch.tanh(w * h + x)", "generator"),
        ("return (v for v in [h])", "generator"),
        ("return 'tanh'", "should be a number, but yours is a text in quotes"),
        ("return torch.tanh(w * h + x), h", "`result[0]`: that is right, and all"),
        ("return torch.tanh(w * h + x) > 0", "but yours is `True` or `False`"),
        ("return lambda: h", "but yours is a function"),
        ("return torch.tanh(w * h + x)[None]", "an axis too many, axis 0"),
        ("return torch.zeros(3, 10**6)", "but yours has `(3, 1000000)`"),
        ("return torch.zeros(1).expand(10**12)", "but yours has `(1000000000000,)`"),
        ("return (w * h + x) * float('nan')", "`result` holds `nan`"),
        ("return torch.tanh(w * h + x) / 0", "`result` holds `inf`"),
        ("return []", "`result` is empty"),
        ("return ()", "`result` is empty"),
        ("return {}", "but yours is an empty dict"),
        ("a = []; a.append(a); return a", "but yours is a list of 1"),
        ("return torch.tanh(w * h + x).to('meta')", "without numbers of its own"),
        ("return -torch.tanh(w * h + x)", "wrong sign"),
        ("return 0 * torch.tanh(w * h + x)", "Every number in `result` is 0."),
        ("return 2 * torch.tanh(w * h + x)", "is 2 times what it should be"),
        ("return torch.tanh(w * h + x) / 0.6931471805599453", "bits and nats"),
        ("return torch.tanh(w * h + x).detach()", "no gradient reaches `h`, `x`, `w`"),
        ("return torch.tanh(w.detach() * h + x)", "no gradient reaches `w`"),
        ("return torch.tanh(w * h + x.data)", "no gradient reaches `x`"),
        ("return torch.tanh(w * h + 2 * x - x.detach())", "with respect to `x`"),
        ("h *= w; h += x; return h.tanh()", "changes its argument `h` in place"),
        ("h *= w; h += 1; return h.tanh()", "changes its argument `h` in place"),
        ("v = w * h + x; u = v.tanh(); u += 0; v *= 1; u *= 1; return u", "in place"),
        ("return h", "hands `h` back as it came"),
        ("return torch.tensor(0.9)", "returns `0.9` whatever it gets"),
    ],
)
def test_a_wrong_value_is_named_for_what_it_is(body, message):
    result = answer_step(body)
    assert message in result.message
    assert (result.passed, result.attempted) == (False, True)


@pytest.mark.parametrize(
    "body",
    [
        "return torch.tanh(h * w + x)",
        "return (w * h + x).tanh()",
        "return torch.tanh(w * h + x).float()",
        "return torch.tanh(w * h + x).to_sparse()",
        "return torch.tanh(w * h + x).as_subclass(nn.Parameter)",
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
        ([], "It got an empty list"),
        ((), "It got an empty tuple"),
        (object(), "It got a value of type object"),
        (lambda h, x: h, "We call `step(h, x, w)`, but yours is `step(h, x)`"),
        (torch.tanh, "TypeError"),
        (print, "returns `None`"),
        (type("Odd", (), {"__call__": None}), "It got a class"),
        (functools.partial(lambda h, x, w: h + x, w=1), "We call"),
    ],
)
def test_an_answer_of_another_kind_is_named(answer, message):
    assert message in check("00.1", answer).message


def test_an_asynchronous_function_is_named():
    step = written("async def step(h, x, w):\n    return h")
    assert "`async def`" in check("00.1", step).message


def test_a_fault_of_ours_is_called_ours():
    source = "def step(h, x, w):\n    return h / nothing"
    broken = replace(STEP, reference=source, mistakes=())
    result = answer_step("return h", exercise=broken)
    assert "our mistake and not yours" in result.message
    assert "name 'nothing' is not defined" in result.message


@pytest.mark.parametrize(
    ("exercise_id", "known"),
    [("00.9", "Notebook 00 has 00.1"), ("99.1", "notebooks 00"), (3, "notebooks 00")],
)
def test_an_unknown_exercise_gives_a_card_with_those_there_are(exercise_id, known):
    for card in (check(exercise_id, 1), hint(exercise_id), solution(exercise_id)):
        assert known in card.message
        assert not card.passed


# The failing call is in the learner's hands


def test_the_failing_call_can_be_made_again():
    result = answer_step("return torch.tanh(w * h - x) + (h > 0)")
    caption, call = result.blocks[0]
    assert caption == "The call"
    assert call == "step(torch.tensor(0.5), torch.tensor(1.), torch.tensor(0.9))"
    assert [value.dtype for value in result.case] == [torch.float32] * 3
    assert torch.equal(torch.stack(result.case), torch.tensor([0.5, 1.0, 0.9]))
    assert "`step(*_.case)`" in repr(result)


def test_the_call_shown_is_the_one_that_fails():
    exercise = function_of("x.sum()", (torch.ones(2),), (torch.arange(3.0),))
    result = answered(exercise, "x[0] * len(x)")
    assert torch.equal(result.case[0], torch.arange(3.0))
    assert "right in 1 of 2 calls" in result.message
    assert "should be `3`, but yours is `0`" in result.message


def test_small_tensors_are_shown_whole_and_large_ones_by_their_shape():
    cases = (torch.eye(3), [torch.zeros(2), torch.zeros(50)], 4, "text")
    exercise = function_of("x[0, 0] + 1", cases, arguments="x, y, n, s")
    ((_, call), *_) = answered(exercise, "x[0, 0] + 3").blocks
    assert "torch.tensor([[1., 0., 0.], [0., 1., 0.], [0., 0., 1.]])" in call
    assert "<tensor of shape (50,)>" in call
    assert "4" in call
    assert "'text'" in call


def test_a_call_with_many_numbers_is_laid_out_in_lines_and_still_python():
    rows = [normal(2, 9), normal(12, seed=1), normal(2, 6, seed=2)]
    case = (rows, 1, "a text, with commas, and - signs " * 3)
    text = _call_text(function_of("0.0", case, arguments="a, b, c"), case)
    assert max(map(len, text.splitlines()[:-3])) < 77
    assert "\n" + " " * 19 + "[" in text  # one row below the other
    again = eval(text, {"torch": torch, "answer": lambda *given: given})
    torch.testing.assert_close(
        again[0], [one.float() for one in rows], rtol=0.01, atol=0
    )
    assert again[1:] == case[1:]


def test_the_arguments_handed_over_are_not_the_ones_the_answer_changed():
    result = answer_step("h.zero_()", "return h")
    assert torch.equal(result.case[0], torch.tensor(0.5))


# What an answer changes is seen

LAYER = function_of(
    "layer(x)[0]",
    (nn.GRU(2, 3).double(), normal(4, 2)),
    (nn.GRU(2, 3).double(), normal(5, 2)),
    arguments="layer, x",
)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("layer.batch_first = True", "`layer.batch_first`"),
        ("layer.eval()", "`layer.training`"),
        ("layer.requires_grad_(False)", "`layer.weight_ih_l0.requires_grad`"),
        ("torch.nn.init.zeros_(layer.bias_hh_l0)", "`layer.bias_hh_l0`"),
        ("layer.extra = 1", "`layer.extra`"),
    ],
)
def test_what_happens_to_a_module_is_seen(line, name):
    result = answered(LAYER, f"out = layer(x)[0]\n{line}\nreturn out")
    assert name in result.message
    assert "does not leave" in result.message
    assert not result.passed


def test_a_module_that_is_left_as_it_came_passes():
    body = "layer.eval()\nout = layer(x)[0]\nlayer.train()\nreturn out"
    assert answered(LAYER, body).passed


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("x.append(1)", "`x`"),
        ("x[0] = 5", "`x`"),
        ("x[1].add_(1)", "`x`"),
        ("y['b'] = 1", "`y`"),
        ("del y['a']", "`y`"),
        ("z[0] = 9", "`z`"),
    ],
)
def test_what_happens_to_lists_and_dictionaries_is_seen(line, name):
    case = ([1, torch.zeros(2)], {"a": 2}, numpy.ones(2))
    exercise = function_of("len(x)", case, arguments="x, y, z")
    result = answered(exercise, f"n = len(x)\n{line}\nreturn n")
    assert f"changes its argument {name} in place" in result.message


def test_what_should_be_changed_must_be():
    exercise = function_of("x.add_(1)\nreturn 0", (torch.zeros(2),))
    assert answered(exercise, "x += 1\nreturn 0").passed
    assert "`x` should be changed too" in answered(exercise, "return 0").message
    assert "should hold other values" in answered(exercise, "x += 2\nreturn 0").message


# Other kinds of exercise

RUNNING_SUM = function_of(
    "torch.stack([x[: t + 1].sum(0) for t in range(len(x))])",
    (torch.arange(12.0, dtype=torch.float64).reshape(4, 3).sin(),),
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("torch.stack([x[:t + 1].sum(0) for t in range(4)]).T", "axes 0 and 1"),
        ("torch.stack([x[:t + 1].sum(0) for t in range(4)], 1)", "are swapped"),
        ("torch.stack([x[:t].sum(0) for t in range(4)])", "one step too late"),
        ("torch.stack([x[:t + 2].sum(0) for t in range(4)])", "one step too early"),
        ("x[0] = 0\nreturn x", "changes its argument `x`"),
    ],
)
def test_a_slip_along_an_axis_is_named(body, message):
    assert message in answered(RUNNING_SUM, body).message


def test_a_list_of_rows_is_as_good_as_a_tensor_unless_the_text_refuses_it():
    rows = "[x[:t + 1].sum(0) for t in range(4)]"
    assert answered(RUNNING_SUM, rows).passed
    strict = replace(RUNNING_SUM, strict=True)
    assert not answered(strict, rows).passed


def test_a_tensor_changed_after_the_backward_pass_needs_it_is_explained():
    exercise = function_of("x.exp()", (normal(3),), gradient=True)
    result = answered(exercise, "s = x.exp()\ns += 0\ns *= 1\nreturn s")
    assert "still needs its old value" in result.message


SQUARE = function_of(
    "x.T, x.sum()", (torch.arange(9.0, dtype=torch.float64).reshape(3, 3).cos(),)
)


def test_swapped_axes_of_a_square_are_named_with_the_part_they_are_in():
    message = answered(SQUARE, "x, x.sum()").message
    assert "`result[0]` holds the right numbers, but axes 0 and 1" in message
    assert message.startswith("Right already: `result[1]`.")


CELL = exercise_of(
    stub="class answer(nn.Module):\n    def forward(self, x, state):\n        ...",
    reference="""
class answer(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size, size + 1))
        self.bias_ih = nn.Parameter(torch.zeros(size))
        self.bias_hh = nn.Parameter(torch.zeros(size))

    def forward(self, x, state):
        h, c = state
        scores = x @ self.weight.T + self.bias_ih + self.bias_hh
        return torch.tanh(scores) + h, c
""",
    build=lambda cell: cell(3),
    cases=lambda: [(normal(2, 4), (normal(2, 3, seed=1), torch.zeros(2, 3)))],
    gradient=True,
)


def test_a_module_is_compared_with_our_weights_in_it():
    other = CELL.reference.replace("zeros(size)", "ones(size)")
    assert judged(CELL, other).passed


def test_a_module_may_keep_buffers_of_its_own():
    line = "self.weight = "
    buffered = f"self.register_buffer('start', torch.ones(3))\n        {line}"
    assert judged(CELL, CELL.reference.replace(line, buffered)).passed


def test_one_bias_is_as_good_as_two_that_only_act_together():
    once = CELL.reference.replace(" + self.bias_hh", "").replace(
        "        self.bias_hh = nn.Parameter(torch.zeros(size))\n", ""
    )
    assert judged(CELL, once).passed
    assert judged(CELL, once.replace("bias_ih", "bias")).passed
    apart = replace(
        CELL, reference=CELL.reference.replace("+ h, c", "* self.bias_hh, c")
    )
    assert not judged(apart, once).passed


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("self.weight", "self.W", "Is `W` what we call `weight`?"),
        ("nn.Module", "object", "must be an `nn.Module`"),
        ("(size, size + 1)", "(size + 1, size)", "`weight` is transposed"),
        ("(size, size + 1)", "(size, 7)", "should be (3, 4), but yours is (3, 7)"),
        ("nn.Parameter(torch.zeros(size,", "(torch.zeros(size,", "is a plain tensor"),
        (
            "self.weight = nn.Parameter(torch.zeros(size, size + 1))",
            "self.register_buffer('weight', torch.zeros(size, size + 1))",
            "is a buffer, which is not trained",
        ),
        ("super().__init__()", "pass", "`super().__init__()` must come first"),
        ("self.weight.T", "self.weight.T.detach()", "no gradient reaches `weight`"),
        ("self.bias_ih", "self.bias_ih.data", "no gradient reaches `bias_ih`"),
        ("+ h, c", "+ h.detach(), c", "no gradient reaches `state[0]`"),
        ("h, c = state", "h, c = state; h += x[:, :3]", "its argument `state`"),
        ("h, c = state", "h, c = state; c.add_(1).sub_(2)", "its argument `state`"),
        ("def __init__(self, size)", "def __init__(self)", "TypeError"),
        ("def forward(self, x, state)", "def forward(self, x)", "We call `forward("),
        ("def forward", "def go", 'missing the required "forward"'),
    ],
)
def test_a_wrong_module_is_named_for_what_it_is(old, new, message):
    places = -1 if "bias" not in old else CELL.reference.rfind(old)
    if places < 0:
        source = CELL.reference.replace(old, new)
    else:
        source = CELL.reference[:places] + new + CELL.reference[places + len(old) :]
    result = judged(CELL, source)
    assert message in result.message
    assert not result.passed


def test_an_untouched_class_or_one_already_built_is_named():
    assert not judged(CELL, CELL.stub).attempted
    result = handed_over(CELL, nn.Linear(3, 3))
    assert "`check` needs your class itself" in result.message


def test_a_class_need_not_be_a_module():
    exercise = exercise_of(
        stub="class answer:\n    ...",
        reference="class answer:\n    def add(self, x, y):\n        return x + y",
        build=lambda adder: adder().add,
        cases=lambda: [(torch.tensor(2.0), torch.tensor(1.0))],
    )
    assert judged(exercise, exercise.reference).passed
    assert not judged(exercise, exercise.reference.replace("+", "-")).passed
    changes = exercise.reference.replace("return", "x *= 1; y *= 2; y /= 3; return")
    assert not judged(exercise, changes).passed


CHOICE = exercise_of(
    reference='answer = "b"',
    mistakes=tuple(
        Mistake(code=f'answer = "{one}"', diagnosis=f"Why not {one}.") for one in "acd"
    ),
    reason="Because the gradient is a product. It returns in notebook 08.",
)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ('"b"', "Because the gradient is a product."),
        ('" B "', "Because the gradient is a product."),
        ('"b)"', "Because the gradient is a product."),
        ('"(b)"', "Because the gradient is a product."),
        ('"b."', "Because the gradient is a product."),
        ("'\"b\"'", "Because the gradient is a product."),
        ('("b",)', "Because the gradient is a product."),
        ('"a"', "Why not a."),
        ('"D"', "Why not d."),
        ('"e"', "Answer with one of a, b, c, d; yours is `'e'`."),
        ('["b", "c"]', "Answer with one of a, b, c, d"),
        ("2", "Answer with one of a, b, c, d; yours is `2`."),
        ("print", "It got a value of type builtin_function_or_method"),
    ],
)
def test_every_option_of_a_choice_has_its_reply(answer, message):
    result = judged(CHOICE, f"answer = {answer}")
    assert message in result.message
    assert result.passed == ("Because" in message)


NUMBER = exercise_of(
    reference="answer = 3 / 8",
    mistakes=(Mistake(code="answer = 5 / 8", diagnosis="That is the other half."),),
)


@pytest.mark.parametrize(
    "answer",
    [
        *(0.375, torch.tensor(0.375), torch.tensor([3.0])[0] / 8, 1 - 0.625),
        *(Fraction(3, 8), numpy.float64(0.375), numpy.array(0.375), "3/8", " 0.375 "),
        *("0,375", (0, 375), (0.375,)),
    ],
)
def test_a_number_may_come_in_any_form(answer):
    assert handed_over(NUMBER, answer).passed


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (0.625, "That is the other half."),
        (0.5, "yours is `0.5`"),
        (-0.375, "sign"),
        (37.5, "not a number of percent"),
        (0.4, "rounded too far"),
        (8 / 3, "upside down"),
        ("three", "should be a number, but yours is a text in quotes"),
        ((1, 2, 3), "should be a number, but yours is a tuple of 3"),
        (True, "should be a number"),
    ],
)
def test_a_wrong_number_is_not_told_the_right_one(answer, message):
    result = handed_over(NUMBER, answer)
    assert message in result.message
    assert "0.375" not in repr(result)
    assert not result.passed


def test_a_number_typed_with_few_digits_is_known_all_the_same():
    third = Mistake(code="answer = 2 / 3", diagnosis="You took the rest.")
    exercise = exercise_of(reference="answer = 1 / 3", mistakes=(third,))
    assert handed_over(exercise, 0.667).message == "You took the rest."
    assert handed_over(exercise, 0.67).message != "You took the rest."
    assert handed_over(exercise, 0.671).message != "You took the rest."


@pytest.mark.parametrize("answer", ["27**100", "-(27**100)", "[27**400]"])
def test_a_number_too_large_for_torch_is_wrong_like_any_other(answer):
    result = judged(NUMBER, f"answer = {answer}")
    assert not result.passed
    assert "stopped" not in result.message


SHAPE = exercise_of(reference="answer = (6, 32, 20)")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((6, 20, 32), "the right numbers in another order"),
        ((6, 32, 7), "Right already: `answer[0]`, `answer[1]`."),
        ((32, 20), "should be 3 numbers, but yours is a tuple of 2"),
        ((), "should be 3 numbers, but yours is an empty tuple"),
        ([], "should be 3 numbers, but yours is an empty list"),
        ("6, 32", "should be a tuple of 3, but yours is a text in quotes"),
    ],
)
def test_several_numbers_are_told_which_of_them_are_right(answer, message):
    assert message in handed_over(SHAPE, answer).message
    assert handed_over(SHAPE, torch.Size([6, 32, 20])).passed


# Answers are taken as they are meant

PAIR = namedtuple("PAIR", "low high")
STACKED = function_of("x - 1, x + 1", (normal(4, 3),))


@pytest.mark.parametrize(
    "body",
    [
        "x - 1, x + 1",
        "[x - 1, x + 1]",
        "torch.stack([x - 1, x + 1])",
        "(x - 1).numpy(), (x + 1).numpy()",
        "torch.stack([x - 1, x + 1]).numpy()",
        "(x - 1).tolist(), list(x + 1)",
        "__import__('tests.test_checks', fromlist=['PAIR']).PAIR(x - 1, x + 1)",
    ],
)
def test_a_tuple_may_come_as_whatever_holds_its_parts(body):
    assert answered(STACKED, body).passed


def test_a_list_a_tuple_and_a_tensor_of_numbers_are_the_same():
    exercise = exercise_of(reference="answer = [1, 2, 3]")
    for source in (
        "[1, 2, 3]",
        "(1.0, 2, 3)",
        "torch.tensor([1, 2, 3])",
        "torch.Size([1, 2, 3])",
        "range(1, 4)",
    ):
        assert judged(exercise, f"answer = {source}").passed
    assert not judged(exercise, "answer = [1, 2]").passed
    assert not judged(exercise, "answer = [True, 2, 'x']").passed


def test_in_a_tuple_the_part_of_another_kind_is_named():
    exercise = exercise_of(reference="answer = (1, torch.zeros(2, 3))")
    exercise = function_of("1, x", (torch.zeros(2, 3),))
    result = answered(exercise, "1, [x[0], x[1, :2]]")
    assert "[1]` should be a tensor of shape (2, 3)" in result.message
    assert "but yours is a list of 2" in result.message


def test_a_tuple_of_numbers_is_as_good_as_one_of_tensors():
    exercise = exercise_of(reference="answer = torch.tensor(1.0), torch.tensor(2.0)")
    assert judged(exercise, "answer = 1.0, 2.0").passed
    assert judged(exercise, "answer = 1.0, torch.tensor(2.0)").passed
    listed = exercise_of(reference="answer = [1.0, 2.0]")
    assert judged(listed, "answer = [torch.tensor(1.0), torch.tensor(2.0)]").passed
    result = judged(exercise, "answer = 1.0, 3.0")
    assert "answer[1]` is not right yet: yours is `3`" in result.message


def test_several_forms_that_mean_the_same_pass():
    """Two biases act only as a sum here, so any two with this sum are right."""
    exercise = function_of(
        "x, -x", (normal(3),), canonical=lambda pair: pair[0] + pair[1]
    )
    assert answered(exercise, "2 * x, -2 * x").passed
    assert not answered(exercise, "x, x").passed
    assert not answered(exercise, "None").passed


def test_what_is_made_in_float32_does_not_collide_with_our_float64():
    exercise = function_of("x[1:].sum(0)", (normal(4, 3),), (normal(6, 2),))
    assert answered(exercise, "(torch.arange(len(x)) > 0).float() @ x").passed
    assert not answered(exercise, "(torch.arange(len(x)) > 1).float() @ x").passed
    buffer = "out = torch.zeros(x.shape[1], dtype=torch.float32)\n"
    loop = "for row in x[1:]:\n    out = out + row.float()\nreturn out"
    assert answered(exercise, buffer + loop).passed


def test_a_clash_of_types_that_stays_is_explained():
    exercise = function_of("x.sum(0)", (normal(4, 3),))
    result = answered(exercise, "torch.ones(4).float() @ torch.ones(4, 3).double()")
    assert "follow the argument" in result.message


def test_tiny_numbers_are_no_zeros_where_the_exercise_says_so():
    exercise = exercise_of(reference="answer = 1e-120", atol=0.0)
    assert judged(exercise, "answer = 1e-120").passed
    assert not judged(exercise, "answer = 0.0").passed


def test_complex_numbers_are_compared():
    exercise = function_of("torch.complex(x, -x)", (torch.arange(1.0, 4),))
    assert answered(exercise, "torch.complex(x, -x)").passed
    wrong = answered(exercise, "torch.complex(x, x)")
    assert "the wrong sign in its imaginary part" in wrong.message


def test_a_dictionary_is_compared_by_its_keys_in_any_order():
    exercise = function_of("{'a': x, 'b': [x + 1]}", (torch.tensor(2.0),))
    assert answered(exercise, "{'b': [x + 1], 'a': x}").passed
    result = answered(exercise, "{'b': [x + 1], 'c': x}")
    assert "lacks the keys `['a']` and has the keys `['c']`" in result.message


# Gradients


def test_gradients_are_compared_only_where_the_text_asks_for_them():
    exercise = function_of("x.exp()", (normal(3),))
    for body in (
        "x.exp().detach()",
        "x.detach().numpy().copy()",
        "[float(v.exp()) for v in x]",
    ):
        silent = replace(exercise, gradient=False)
        asked = replace(exercise, gradient=True)
        assert answered(silent, body).passed == ("exp" in body)
        assert not answered(asked, body).passed


def test_gradients_of_probabilities_are_compared_along_their_sum():
    rows = normal(2, 3).softmax(1)
    exercise = function_of("x @ x.T", (rows,), gradient=True)
    assert answered(exercise, "x / x.sum(1, keepdim=True) @ x.T").passed
    cut = "x / x.sum(1, keepdim=True) @ x.T.detach()"
    assert not answered(exercise, cut).passed
    free = function_of("x @ x.T", (normal(2, 3).exp(),), gradient=True)
    assert not answered(
        free, "x / x.sum(1, keepdim=True) * x.sum(1, keepdim=True).detach() @ x.T"
    ).passed


# Exercises that verify a property


def even(answer):
    """Verify a function that should return an even number."""
    found = answer()
    return None if found % 2 == 0 else f"{found} is odd."


PROPERTY = exercise_of(
    stub="def answer():\n    ...",
    reference="def answer():\n    return 4",
    mistakes=(Mistake(code="def answer():\n    return 3", diagnosis="3 is odd."),),
    verify=even,
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 8", "right"),
        ("return 7", "7 is odd."),
        ("print('hm'); return 1", "1 is odd."),
        ("return nothing", "NameError"),
        ("return 'four'", "What your code does or returns cannot be used"),
    ],
)
def test_a_property_is_verified(body, message):
    result = judged(PROPERTY, f"def answer():\n    {body}")
    assert message in result.message
    assert result.passed == (message == "right")


def test_random_numbers_are_the_same_for_both():
    exercise = function_of(
        "torch.rand(2, generator=g) * torch.rand(1)",
        *[(torch.Generator().manual_seed(3),)] * 2,
        arguments="g",
    )
    assert answered(
        exercise, "torch.rand(2, generator=g) * torch.rand(1)  # same"
    ).passed


# What a learner sees


def test_cards_are_plain_deterministic_text_and_accessible_html():
    result = answer_step("return h < x")
    assert repr(result) == repr(answer_step("return h < x"))
    assert repr(result).startswith("→ 00.1 One step of memory · Not yet\n")
    html = result._repr_html_()
    assert "aria-label='00.1 One step of memory: Not yet'" in html
    assert "var(--jp-error-color1" in html
    assert "<code>" in html


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError('\\ud800')",
        "print('\\ud800'); return h",
        "print('\\x1b[31m\\x00'); return h",
        "return '\\ud800'",
    ],
)
def test_text_that_cannot_be_encoded_is_shown_all_the_same(body):
    result = answer_step(body)
    for text in (repr(result), result._repr_html_()):
        assert text.encode("utf-8").isascii() or "·" in text
        assert not {"\x00", "\x1b"} & set(text)


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


@pytest.mark.parametrize(
    ("number", "shown"),
    [("2", "Hint 2 of 3"), (2.0, "Hint 2 of 3"), (99, "Hint 3 of 3"), (-5, "Hint 1")],
)
def test_a_hint_may_be_asked_for_by_any_number(number, shown):
    assert shown in repr(hint("00.1", number))


@pytest.mark.parametrize("number", ["two", [], float("nan"), float("inf"), object()])
def test_a_hint_that_is_no_number_gives_a_sentence(number):
    assert "Hints are counted from 1 to 3" in repr(hint("00.1", number))


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


def test_progress_that_cannot_be_saved_does_not_stop_a_check(monkeypatch, folder):
    (folder / "file").touch()
    monkeypatch.setenv(progress.FOLDER_VARIABLE, os.fspath(folder / "file"))
    result = check("00.1", STEP.define(STEP.reference))
    assert result.passed
    assert any("could not be saved" in note for note in result.notes)
    assert 'hint("00.1", 2)' in repr(hint("00.1"))


def test_our_answers_are_observed_once_for_many_checks():
    one, other = ours.ours(STEP), ours.ours(STEP)
    assert one is other


def test_an_exercise_says_what_is_not_allowed_and_what_is_compared():
    from helpers.exercises.exercise import rules

    exercise = replace(STEP, forbidden=("losses", "torch.tanh"), gradient=True)
    assert rules(exercise) == (
        "Not allowed: ready-made losses and `torch.tanh`.",
        words.GRADIENTS_TOO,
    )
    assert rules(replace(STEP, gradient=False)) == ()
