"""A slip is named by its kind, and no explanation is told that does not hold."""

import pytest
import torch

from helpers.exercises import Mistake, engine, ours, words
from helpers.exercises.observe import observe
from helpers.exercises.variants import variants
from tests.answering import (
    answered,
    exercise_of,
    function_of,
    handed_over,
    judged,
    normal,
)

ROWS = function_of("x.cumsum(0)", (normal(5, 3),), (normal(4, 2, seed=1),))
SCORES = function_of("x.exp() + 1", (normal(4, 3),), (normal(2, 5, seed=1),))
MEAN = function_of("x.mean(0)", (normal(5, 3),), (normal(7, 2, seed=1),))
TOTAL = function_of("x.square().mean()", (normal(5, 3),), (normal(7, 2, seed=1),))
SQUARES = function_of("x.square().mean(0)", (normal(5, 3),), (normal(7, 2, seed=1),))
PARTS = function_of("x + 1, x.exp(), x[0]", (normal(5, 3),), (normal(4, 2, seed=1),))
SUMS = function_of(
    "x + y, x - y",
    (normal(3), normal(3, seed=1)),
    (normal(4), normal(4, seed=1)),
    arguments="x, y",
)
FLAGS = function_of("x > 0", (normal(5, 3),), (normal(4, 2, seed=1),))


@pytest.mark.parametrize(
    ("exercise", "body", "message"),
    [
        # the answer as a whole
        (ROWS, "x", "hands `x` back as it came"),
        (SCORES, "torch.tensor(2.5)", "returns `2.5` whatever it gets"),
        (SUMS, "y, x", "hands `y`, `x` back as they came"),
        # its parts
        (
            PARTS,
            "x.exp(), x + 1, x[0]",
            "what stands at `result[0]` belongs at `result[1]`",
        ),
        (
            PARTS,
            "x + 1, x[0], x.exp()",
            "what stands at `result[1]` belongs at `result[2]`",
        ),
        (PARTS, "x.exp()", "only what belongs at `result[1]`, and it is right"),
        (
            PARTS,
            "x + 1, x.exp(), x[0], x",
            "`result[0]`, `result[1]`, `result[2]`: that",
        ),
        (MEAN, "x, x.mean(0)", "`result[1]`: that is right"),
        (PARTS, "x + 1, x.exp() + x, x[0]", "Right already: `result[0]`, `result[2]`."),
        (FLAGS, "(x > 0).double()", "0 and 1 are numbers"),
        (FLAGS, "(x > 0).long().tolist()", "0 and 1 are numbers"),
        # all numbers
        (SCORES, "-x.exp() - 1", "wrong sign"),
        (SCORES, "(x.exp() + 1) * x.sign()", "have the wrong sign"),
        (SCORES, "2 * x.exp() + 2", "2 times what it should be"),
        (SCORES, "100 * x.exp() + 100", "Percent"),
        (SCORES, "(x.exp() + 1) * 180 / torch.pi", "degrees and radians"),
        (SCORES, "(x.exp() + 1) / 2.302585092994046", "the base 10"),
        (SCORES, "x.exp() + 4", "too large by the same 3"),
        (SCORES, "x.exp() - 1", "too small by the same 2"),
        (SCORES, "1 / (x.exp() + 1)", "upside down"),
        (SCORES, "-x.exp()", "what is left to 1"),
        (SCORES, "(x.exp() + 1).log()", "lack one `exp`"),
        (SCORES, "(x.exp() + 1).exp()", "lack one `log`"),
        (SCORES, "(x.exp() + 1).square()", "lack one `sqrt`"),
        (SCORES, "(x.exp() + 1).sqrt()", "one `sqrt` too many"),
        (SCORES, "(x.exp() + 1).tanh()", "one `tanh` too many"),
        (SCORES, "(x.exp() + 1).round()", "one `round` too many"),
        (SCORES, "(x.exp() + 1) * 1.0001", "nearly right"),
        (MEAN, "x.sum(0)", "The factor is the length of `x` along axis 0"),
        (
            MEAN,
            "x.mean(0) / len(x)",
            "The factor is 1 over the length of `x` along axis 0",
        ),
        (TOTAL, "x.square().sum()", "The factors are 15, 14: a sum"),
        (TOTAL, "x.square().mean() / x.numel()", "The factors are 1/15, 1/14: a mean"),
        # in another order
        (ROWS, "x.cumsum(0).flip(0)", "reversed along axis 0"),
        (ROWS, "x.cumsum(0).roll(2, 0)", "like a wheel"),
        (ROWS, "x.cumsum(0)[[1, 0, *range(2, len(x))]]", "in another order"),
        (ROWS, "x.cumsum(0)[[0, 0, *range(2, len(x))]]", "others are missing"),
        (ROWS, "x.cumsum(0).roll(1, 0)", "one step too late"),
        (ROWS, "x.cumsum(0).T.reshape(x.shape)", "in a muddle"),
        (ROWS, "x.cumsum(0).cumsum(0)", "one `cumsum` along axis 0 too many"),
        (FLAGS, "x <= 0", "`True` and `False` are exchanged"),
        (FLAGS, "x > 1000", "Every answer in `result` is `False`"),
        # in another shape
        (ROWS, "x.cumsum(0).T", "axes 0 and 1 are swapped"),
        (ROWS, "x.cumsum(0)[None]", "it has the length 1"),
        (ROWS, "x.cumsum(0)[1:]", "of the right ones the first is missing"),
        (
            ROWS,
            "torch.cat([x[:2], x.cumsum(0)])",
            "too many entries along axis 0: 2 before the right ones",
        ),
        (ROWS, "x.cumsum(0).flatten()", "the right numbers, in the shape `(15,)`"),
        (MEAN, "x.cumsum(0) / torch.arange(1, len(x) + 1)[:, None]", "the last entry"),
        (MEAN, "x", "hands `x` back"),
        (MEAN, "x / len(x)", "summed along it, all is right"),
        (SQUARES, "x.square()", "averaged along it, all is right"),
        (ROWS, "x.cumsum(0).sum(0)", "the right numbers are summed along it"),
        (ROWS, "x.cumsum(0).mean(1)", "the right numbers are averaged along it"),
        (ROWS, "x.cumsum(0)[-1]", "only its last entry is there"),
        (ROWS, "x.cumsum(0).sum()", "the sum of the right numbers"),
        (TOTAL, "x.square()", "but their mean is asked for"),
        # places
        (ROWS, "torch.cat([x.cumsum(0)[:-1], -x[:1]])", "right but for its last entry"),
        (
            ROWS,
            "torch.cat([-x[1:2], x.cumsum(0)[1:]])",
            "right but for its first entry",
        ),
    ],
)
def test_a_kind_of_slip_is_named(exercise, body, message):
    result = answered(exercise, body)
    assert message in result.message
    assert not result.passed


def test_each_with_each_is_told_from_each_with_its_own():
    exercise = function_of(
        "x[torch.arange(len(x)), n]",
        (normal(3, 5, 2), torch.tensor([1, 4, 2])),
        (normal(4, 3, 2, seed=1), torch.tensor([0, 2, 1, 1])),
        arguments="x, n",
    )
    assert "Only equal places belong together" in answered(exercise, "x[:, n]").message


def test_a_list_that_is_joined_is_told_so():
    case = [normal(2, 3), normal(4, 3, seed=1)]
    exercise = function_of("[one + 1 for one in x]", (case,))
    assert "joined into one tensor" in answered(exercise, "torch.cat(x) + 1").message


def test_the_code_as_it_stood_is_recognised():
    body = "# Mend this.\n    ...\n    return x + 1"
    exercise = exercise_of(
        stub=f"def answer(x):\n    {body}",
        reference="def answer(x):\n    return x + 2",
        cases=lambda: [(normal(3),), (normal(4),)],
    )
    assert "nothing is mended yet" in answered(exercise, "y = x + 1\nreturn y").message


def test_a_slip_in_the_code_is_named_by_what_is_changed():
    lines = "scores = x @ w + b * u\nreturn scores.tanh() * u - b"
    case = (normal(4, 3), normal(3, 2, seed=1), normal(2, seed=2), normal(2, seed=3))
    other = (normal(5, 2), normal(2, 4, seed=1), normal(4, seed=2), normal(4, seed=3))
    exercise = function_of(lines, case, other, arguments="x, w, b, u")
    for old, new, change in (
        ("+ b * u", "", "the part with `b`, `u` left out"),
        ("* u - b", "- b", "the part with `u` left out"),
        (" - b", " + b", "`+` where `-` belongs"),
        (".tanh()", ".sigmoid()", "`sigmoid` where `tanh` belongs"),
        (".tanh()", "", "`tanh` left out"),
        ("- b", "- u", "`u` where `b` belongs"),
        ("x @ w", "x.tanh() @ w", "a `tanh` around `x`, where none belongs"),
        ("x @ w + b * u", "(x @ w + b) * u", "the brackets set in another way"),
    ):
        assert change in answered(exercise, lines.replace(old, new)).message


def test_a_factor_of_one_or_of_nothing_is_never_reported():
    exercise = function_of("x", (normal(50),), (normal(30, seed=1),))
    assert "nearly right" in answered(exercise, "x * 1.00001").message
    message = answered(exercise, "x * 1e-22").message
    assert message == "Every number in `result` is 0."
    assert "times" not in answered(exercise, "x + 1e-5 * x.sign()").message


def test_one_number_is_no_multiple_of_another():
    exercise = function_of("x.sum()", (normal(3),))
    message = answered(exercise, "3 * x.sum()").message
    assert "times" not in message
    assert "should be" in message


def test_a_simple_slip_is_not_hidden_by_a_boundary():
    """The last case has one row, whose spread without correction is not a number."""
    cases = [(normal(5, 3),), (normal(4, 2, seed=1),), (normal(1, 3, seed=2),)]
    exercise = function_of("x.std(0, correction=0)", *cases)
    doubled = answered(exercise, "2 * x.std(0)").message
    assert "nan" not in doubled
    negative = "-x.std(0, correction=0) / (len(x) > 1)"
    message = answered(exercise, negative).message
    assert "wrong sign" in message
    assert "In other calls something more is wrong." in message


def test_the_number_of_right_calls_is_told_with_the_first_that_fails():
    cases = [(torch.tensor(n),) for n in (0.0, 1.0, 3.0, 4.0)]
    exercise = function_of("x ** 3", *cases)
    result = answered(exercise, "x ** 3 if x < 2 else x * 0 + 7")
    assert "right in 2 of 4 calls" in result.message
    assert "should be `27`, but yours is `7`" in result.message
    assert torch.equal(result.case[0], torch.tensor(3.0))


def test_an_error_in_some_calls_is_shown_with_its_call():
    cases = [(torch.tensor(n),) for n in (2.0, 3.0, 0.0)]
    exercise = function_of("x * 2", *cases)
    result = answered(exercise, "x * 2 + 0 * (1 // int(x))")
    assert "right in 2 of 3 calls" in result.message
    assert "Something is divided by 0" in result.message


# Slips that the exercise knows

KNOWN = function_of(
    "x.mean(0) + y, x.sum()",
    *[(normal(n, 3, seed=n), normal(3, seed=n + 9)) for n in (4, 5, 6, 7)],
    arguments="x, y",
    mistakes=(
        Mistake(
            code="def answer(x, y):\n    return x.sum(0) + y, x.sum()",
            diagnosis="This is a sum.",
        ),
        Mistake(
            code="def answer(x, y):\n    return x.mean(0) + y, x.mean()",
            diagnosis="The second is a mean.",
        ),
        Mistake(
            code="def answer(x, y):\n    return x.flip(0).sum(), x.cumsum(0)",
            diagnosis="Both are others.",
        ),
    ),
)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x.sum(0) + y, x.sum()", "This is a sum."),
        ("(x.sum(0) + y).float(), x.sum()", "This is a sum."),
        ("y.zero_()\nreturn x.sum(0) + y, x.sum()", words.MUTATED.partition("{")[0]),
        ("out = x.sum(0) + y, x.sum()\ny.zero_()\nreturn out", "This is a sum."),
        ("x.sum(0) + y, x.sum() * 3.7", "`result[0]` shows one slip"),
        ("(x.sum(0) if len(x) < 7 else x[0]) + y, x.sum()", "in most calls"),
        ("(x.sum(0) if len(x) < 7 else [][0]) + y, x.sum()", "in most calls"),
    ],
)
def test_a_known_slip_is_named_whatever_else_is_wrong(body, message):
    assert message in answered(KNOWN, body).message


def test_a_slip_is_not_named_if_only_a_part_of_it_is_there():
    """The third mistake spoils both parts, so one part alone is not that slip."""
    message = answered(KNOWN, "x.mean(0) + 2 * y, x.cumsum(0)").message
    assert "others" not in message


def test_a_slip_is_not_named_where_a_call_that_it_spoils_is_right():
    body = "(x.sum(0) if len(x) < 7 else x.mean(0)) + y, x.sum()"
    message = answered(KNOWN, body).message
    assert "This is a sum." not in message
    assert "right in 1 of 4 calls" in message


def test_a_slip_that_only_overflows_is_not_named_by_that():
    """In two calls the mistake gives infinity, and so do many other answers."""
    mistake = Mistake("A power of ten.", code="def answer(x):\n    return x * 10.0**x")
    exercise = function_of(
        "x * 10.0 ** x.clamp(max=5)",
        *[(torch.tensor(number),) for number in (1.0, 2.0, 999.0, 1999.0)],
        mistakes=(mistake,),
    )
    assert "power of ten" in answered(exercise, "x * 10.0**x").message
    assert "power of ten" not in answered(exercise, "x * 1000.0**x").message


TWO_HALVES = function_of(
    "a, b = x.chunk(2)\nreturn a, b, (a * y).tanh()",
    (normal(6), normal(3, seed=1)),
    (normal(8), normal(4, seed=1)),
    arguments="x, y",
    mistakes=(
        Mistake("Read in another order.", edit=("a, b = x", "b, a = x")),
        Mistake("Returned in another order.", edit=("a, b, (", "b, a, (")),
        Mistake("Squashed otherwise.", edit=(".tanh()", ".sin()")),
    ),
)


def test_two_known_slips_at_once_are_named():
    exercise = function_of(
        "((x - 1) * y).tanh()",
        (normal(6), normal(6, seed=1)),
        (normal(8), normal(8, seed=1)),
        arguments="x, y",
        mistakes=(
            Mistake("Moved the other way.", edit=("x - 1", "x + 1")),
            Mistake("Squashed otherwise.", edit=(".tanh()", ".sin()")),
        ),
    )
    message = answered(exercise, "((x + 1) * y).sin()").message
    assert "two slips. One: Moved the other way." in message
    assert "The other: Squashed otherwise." in message


def test_of_two_known_slips_the_one_that_shows_alone_in_a_part_is_named():
    body = "a, b = x.chunk(2)\nreturn b, a, (a * y).sin()"
    message = answered(TWO_HALVES, body).message
    assert "`result[2]` shows one slip" in message
    assert "Squashed otherwise." in message


def test_two_slips_that_undo_each_other_are_not_taken_for_made():
    """Read and returned in the wrong order, the first two parts are right."""
    body = "def answer(x, y):\n    a, b = x.chunk(2)\n    return a, b, (b * y).tanh()"
    own = ours.ours(TWO_HALVES)
    found = observe(own.setting, TWO_HALVES.define(body))
    pair = next(slip for slip in own.double_slips if slip.does(found))
    assert not any(part.spares(found) for part in pair.parts)
    assert "two slips" not in judged(TWO_HALVES, body).message


def test_rows_of_one_part_are_not_taken_for_all_parts():
    """The batch has two rows, as many as there are parts."""
    exercise = function_of("x + 1, x.exp()", (normal(2, 3),), (normal(2, 4),))
    message = answered(exercise, "x.exp()").message
    assert "only what belongs at `result[1]`" in message


def test_a_known_slip_comes_before_a_kind_of_slip():
    mistake = Mistake(
        code="def answer(x):\n    return 2 * x", diagnosis="Half of that."
    )
    exercise = function_of("x + 0", (normal(3),), mistakes=(mistake,))
    assert answered(exercise, "x * 2").message == "Half of that."
    assert "3 times" in answered(exercise, "x * 3").message


def test_a_mistake_that_only_stops_with_an_error_is_not_recognised_by_that():
    mistake = Mistake(code="def answer(x):\n    return x @ x", diagnosis="A product.")
    exercise = function_of("x + 0", (normal(2, 3),), mistakes=(mistake,))
    message = answered(exercise, "(x + 1) @ (x - 1)").message
    assert "A product." not in message
    assert "`@` needs as many columns" in message


# Our own answer with one thing changed


def test_a_gradient_that_is_cut_in_one_place_is_told_from_a_wrong_one():
    exercise = function_of("x[0] * x[1]", (normal(2, 3),), gradient=True)
    message = answered(exercise, "x[0] * x[1].detach()").message
    assert "a part of the gradient is lost: with respect to `x[1, 0]`" in message


def test_gradients_are_compared_only_by_the_arguments_that_are_named():
    exercise = function_of(
        "x * y",
        (normal(3), normal(3, seed=1)),
        arguments="x, y",
        gradient=("x",),
    )
    assert answered(exercise, "x * y.detach()").passed
    assert not answered(exercise, "x.detach() * y").passed


VARIED = """
def f(x, n):
    part = x[n:] + x[:-n] * x.shape[1]
    return part.sum(0) + n
"""


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ("something done along another axis", "(x[n:] + x[:-n] * 3).sum(1) + n"),
        ("something done along all axes", "(x[n:] + x[:-n] * 3).sum() + n"),
        ("`-` where `+` belongs", "(x[n:] + x[:-n] * 3).sum(0) - n"),
        ("the part with `n` left out", "(x[n:] + x[:-n] * 3).sum(0)"),
        ("the brackets set in another way", "((x[n:] + x[:-n]) * 3).sum(0) + n"),
        ("the brackets set in another way", "(x[:-n] * (x[n:] + 3)).sum(0) + n"),
        ("`x.shape[0]` where `x.shape[1]`", "(x[n:] + x[:-n] * 5).sum(0) + n"),
        ("`x[:-n]` where `x[n:]` belongs", "(x[:-n] * 4).sum(0) + n"),
        ("`n + 1` where `n` belongs", "(x[n:] + x[:-n] * 3).sum(0) + n + 1"),
        ("`x` read backwards", "(x.flip(0)[n:] + x.flip(0)[:-n] * 3).sum(0) + n"),
        ("`part`, as our answer calls it, doubled", "2 * (f(x, n) - n) + n"),
    ],
)
def test_variants_change_one_thing(change, body):
    names = {"x": torch.arange(15.0).view(5, 3).sin(), "n": 1, "f": _defined(VARIED)}
    wanted = eval(body, names)
    for variant in variants(VARIED):
        if change in variant.change and _gives(variant.code, names, wanted):
            return
    pytest.fail(f"no variant that says {change} gives its numbers")


def _defined(code):
    names = {"torch": torch}
    exec(code, names)
    return names["f"]


def _gives(code, names, wanted):
    try:
        found = _defined(code)(names["x"], names["n"])
        return torch.allclose(found, wanted)
    except Exception:  # it does not run
        return False


def test_variants_leave_endless_loops_alone():
    assert list(variants("def f(n):\n    while n > 0:\n        n = n - 1")) == []


def test_a_fault_of_ours_while_we_explain_costs_no_verdict(monkeypatch):
    def broken(difference):
        raise IndexError

    monkeypatch.setattr(engine, "STATIONS", (*engine.STATIONS[:-1], broken))
    monkeypatch.setattr(engine, "SPARED", (broken,))
    result = answered(ROWS, "x.exp()")
    assert (result.passed, result.message) == (False, words.NOT_YET)


@pytest.mark.filterwarnings("ignore:Casting complex values to real")  # one to another
def test_values_of_every_kind_can_be_explained(monkeypatch):
    monkeypatch.setattr(engine, "SPARED", ())
    values = [
        *(None, True, 1, 1.5, 2j, "a", b"a", [], (), {}, set(), object(), print, int),
        *(torch.tensor([]), torch.zeros(0, 3), torch.ones(2, 2), torch.tensor(1j)),
        *(
            [[1], [2, 3]],
            [1, "a"],
            {"a": [1]},
            (torch.ones(2), 1),
            torch.tensor([True]),
        ),
        *(float("nan"), float("inf"), [float("nan")] * 3, range(3), slice(2)),
    ]
    for right in values:
        for found in values:
            if right is found or right is None or found is None:
                continue
            exercise = function_of("box[0]", ([right],), arguments="box")
            result = handed_over(exercise, lambda box, found=found: found)
            assert "check itself failed" not in result.message, (right, found)
