"""No answer that is one token away from the reference is accepted."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.exercises import Exercise, catalogue, sandbox
from helpers.exercises.compare import problem
from helpers.exercises.ours import Ours, Slip
from tests.mutants import Mutant, mutants

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
LISTED = tomllib.loads(EQUIVALENT.read_text("utf-8"))
ALL = [exercise for lesson in catalogue.lessons() for exercise in lesson.exercises]
PATIENCE = 300.0  # seconds for all mutants of an exercise, on a slow machine
FOR_EVER = 1.0  # seconds after which a loop is taken to have no end

WRONG_ARE_ACCEPTED = """\
{id} accepts these answers, though one token is changed. Give it a case in which they \
differ from the reference; if there can be none, list them in tests/equivalent.toml \
with the reason:
{changes}"""
NO_LONGER_NEEDED = """\
These entries of tests/equivalent.toml under {id} are told wrong, or are no mutants of \
the reference any more. Take them out:
{changes}"""


@pytest.mark.filterwarnings("ignore")  # of torch, about strange code
@pytest.mark.parametrize("exercise", ALL, ids=lambda one: one.id)
def test_one_wrong_token_is_told_wrong(exercise):
    run = sandbox.run(lambda: accepted(exercise), PATIENCE)
    assert run.error is None, run.error
    reasons = LISTED.get(exercise.id, {})
    listed = [change for changes in reasons.values() for change in changes]
    assert len(listed) == len(set(listed))
    extra = [change for change in run.value if change not in listed]
    gone = [change for change in listed if change not in run.value]
    assert not extra, WRONG_ARE_ACCEPTED.format(id=exercise.id, changes=lines(extra))
    assert not gone, NO_LONGER_NEEDED.format(id=exercise.id, changes=lines(gone))


def test_what_is_listed_belongs_to_an_exercise_and_has_a_reason():
    assert set(LISTED) <= {exercise.id for exercise in ALL}
    for reasons in LISTED.values():
        assert all(reason.endswith(".") for reason in reasons)


def lines(changes):
    return "\n".join(f"    '{change}'," for change in changes)


def accepted(exercise):
    """Return the changes of the reference that make an answer which passes."""
    passes = judge(exercise)
    return [one.change for one in mutants(exercise.reference) if passes(one.code)]


def judge(exercise):
    """Return a function that tells whether source text answers the exercise.

    It judges as ``check`` does, without its threads, and stops at the first case that
    differs.
    """
    is_right = verifier(exercise) if exercise.verify else comparison(exercise)
    if "while" in exercise.reference:  # a changed condition may never be met
        return lambda code: sandbox.run(lambda: is_right(code), FOR_EVER).value or False
    return lambda code: quietly(is_right, code)


def verifier(exercise):
    return lambda code: not exercise.verify(exercise.define(code))


def comparison(exercise):
    """Return a function that compares source text with the reference case by case."""
    setting = Ours(replace(exercise, mistakes=())).setting

    def is_right(code):
        mutant = Slip(setting, diagnosis="", code=code)
        return not any(
            problem(right, mutant.seen(number), exercise)
            for number, right in enumerate(setting.like)
        )

    return is_right


def quietly(is_right, code):
    """Return whether code is right; whatever it raises, it is wrong."""
    try:
        return is_right(code)
    except Exception:
        return False


# The mutants themselves


def changes_of(code):
    return [mutant.change for mutant in mutants(code)]


def test_a_mutant_differs_in_the_place_that_its_name_shows():
    code = "def f(a, b):\n    return a < b\n"
    assert Mutant("return a {< -> <=} b", code.replace("<", "<=")) in mutants(code)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("x[1:] - y", ["x[{1 -> 2}:] - y", "x[{1 -> 0}:] - y", "x[{1 -> }:] - y"]),
        ("x - y", ["x {- -> +} y", "{x - y -> y - x}"]),
        ("x.sum(dim=1)", ["x.sum({dim=1 -> })", "x.{sum -> mean}(dim=1)"]),
        ("f(x, k=1, j=2)", ["f(x, {k=1, -> } j=2)", "f(x, k=1{, j=2 -> })"]),
        ("f(x, y)", ["f({x, y -> y, x})"]),
        ("x.abs().max()", ["x{.abs() -> }.max()", "x.abs().{max -> min}()"]),
        ("x in y", ["x {in -> not in} y"]),
        ("a += 1", ["a {+ -> -}= 1"]),
        ("-x", ["{- -> }x"]),
        ("x[0.5, True]", ["x[{0.5 -> 1.5}, True]", "x[0.5, {True -> False}]"]),
        ("'φ' + b - c", ["{'φ' + b - c -> c - 'φ' + b}", "'φ' + b {- -> +} c"]),
    ],
)
def test_every_kind_of_token_is_changed(code, changes):
    assert set(changes) <= {one.partition(" #")[0] for one in changes_of(code)}


def test_a_name_is_exchanged_for_those_that_are_there():
    code = "def f(a, b):\n    c = a\n    d = c\n    return d\n"
    found = changes_of(code)
    assert {"c = {a -> b}", "d = {c -> a}", "return {d -> c}"} <= set(found)
    assert "c = {a -> d}" not in found


def test_every_mutant_is_python_and_differs_from_the_others():
    for exercise in ALL:
        codes = [mutant.code for mutant in mutants(exercise.reference)]
        assert len(codes) == len(set(codes))
        assert exercise.reference not in codes


def test_a_hole_is_found():
    """One case of equal sizes cannot tell them apart; a second one can."""
    hole = Exercise(
        id="00.1",
        title="A test",
        minutes=1,
        difficulty=1,
        points=1,
        name="answer",
        stub="def answer(I, H):\n    ...",
        reference="def answer(I, H):\n    return 3 * I + H\n",
        hints=("a", "b", "c"),
        mistakes=(),
        cases=lambda: [(2, 2)],
    )
    swap = "return 3 * {I -> H} + H"
    assert swap in accepted(hole)
    assert swap not in accepted(replace(hole, cases=lambda: [(2, 2), (2, 5)]))
