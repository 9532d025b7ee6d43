"""Call an answer with the cases of an exercise and write down all that it does."""

import copy
import inspect
import re
from typing import NamedTuple

import torch

from helpers.exercises import forbidden, sandbox, weights, words
from helpers.exercises.state import changes, state
from helpers.exercises.values import Leaf, as_meant, leaves

LARGEST = 10_000_000  # numbers in a tensor whose gradient we still follow
SINGLE = {torch.float32, torch.float16, torch.bfloat16, torch.complex64}
TYPES_COLLIDE = re.compile(  # float32 and float64, in torch's several wordings
    r"(?is)\bfloat\b.*\bdouble\b|\bdouble\b.*\bfloat\b|self.dtype to be equal to src"
)


class Observation(NamedTuple):
    """What an answer did with one case.

    Attributes:
        case: the arguments as they were before.
        value: what it returned, in the form of the value it should be like.
        leaves: the parts of that value.
        gradients: by name of argument or parameter, the gradient of a fixed random
            projection of all that was returned; None where no gradient arrives.
        changed: by name, everything about the arguments that it changed, as it is now.
        error: the exception that ended the call or the backward pass, or None.
        backward: whether it was the backward pass.
        single: whether its numbers have the precision of float32 only.
    """

    case: tuple
    value: object = None
    leaves: tuple[Leaf, ...] = ()
    gradients: dict[str, torch.Tensor | None] = {}
    changed: dict[str, object] = {}
    error: Exception | None = None
    backward: bool = False
    single: bool = False


class Trace(list):
    """The Observations of an answer so far.

    It outlives an answer that is stopped in the middle, and then tells in which case.
    """


class Setting(NamedTuple):
    """What is the same for every answer to an exercise.

    Attributes:
        exercise: the exercise.
        cases: the arguments to call an answer with; a value has one case without any.
        names: of the arguments.
        weights: by name, the weights that a module gets; {} if it builds none.
        like: what the right answer does, whose form all values are to have; [] while
            that is found out.
    """

    exercise: object
    cases: list[tuple]
    names: tuple[str, ...]
    weights: dict
    like: list[Observation]


def observe(setting, answer, trace=None):
    """Return one Observation for every case of the exercise.

    It runs in float64, as the numbers of all cases have it. An answer that makes
    float32 numbers of its own collides with them there, though in a notebook it does
    not; so it gets all numbers in float32 instead.

    Args:
        setting: the Setting.
        answer: a function, a class that the exercise builds, or a value.
        trace: a Trace to be filled, if what is observed until the answer is stopped is
            of interest.
    """
    trace = Trace() if trace is None else trace
    for number in range(len(setting.cases)):
        trace.append(observe_case(setting, answer, number))
    if any(_types_collide(one.error) for one in trace):
        again = _observe_in_float32(setting, answer)
        if not any(_types_collide(one.error) for one in again):
            trace[:] = again
    return trace


def observe_case(setting, answer, number, single=False, watched=True, lightly=False):
    """Return the Observation of an answer in one case.

    Args:
        setting: the Setting.
        answer: a function, a class that the exercise builds, or a value.
        number: of the case.
        single: whether all numbers are float32.
        watched: whether forbidden calls are looked for.
        lightly: whether the value alone is looked at, without gradients and changes,
            which cost the most.
    """
    like = setting.like[number] if setting.like else None
    if setting.exercise.cases is None:
        value = as_meant(like.value, answer, reads_text=True) if like else answer
        return Observation((), value, leaves(value, setting.exercise.name))
    case = setting.cases[number]
    return _call(setting, answer, case, like, single, watched, lightly)


def _observe_in_float32(setting, answer):
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        numbers = range(len(setting.cases))
        return [observe_case(setting, answer, n, single=True) for n in numbers]
    finally:
        torch.set_default_dtype(usual)


def argument_names(exercise, count):
    """Return the names of so many arguments in the stub, or else their numbers."""
    stub = exercise.define(exercise.stub)
    if not count:
        return ()
    parameters = inspect.signature(getattr(stub, "forward", stub)).parameters
    names = [name for name in parameters if name != "self"]
    if len(names) == count:
        return tuple(names)
    return tuple(words.ARGUMENT.format(number=n) for n in range(1, count + 1))


def converted(value, dtype=None):
    """Return a copy of an argument, with its floating numbers in another type if any.

    What we hand over are copies, so that each call begins with the same numbers.
    """
    if isinstance(value, torch.Tensor):
        value = value.detach().clone()
        return value.to(dtype) if dtype and value.is_floating_point() else value
    if isinstance(value, torch.Generator):
        return torch.Generator().set_state(value.get_state())
    if isinstance(value, list | tuple):
        items = [converted(item, dtype) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if isinstance(value, torch.nn.Module):
        copied = copy.deepcopy(value)
        return copied.to(dtype) if dtype else copied
    return copy.deepcopy(value)


def _call(setting, answer, case, like, single, watched, lightly):
    exercise, names, own = setting.exercise, setting.names, setting.weights
    sandbox.seed()
    dtype = torch.float32 if single else None
    given = {n: converted(one, dtype) for n, one in zip(names, case, strict=True)}
    followed = exercise.gradient and not lightly
    targets = _followed(given, exercise.gradient) if followed else {}
    before = {} if lightly else state(given)
    try:
        with forbidden.watch(exercise.forbidden if watched else (), given.values()):
            subject = exercise.build(answer) if exercise.build else answer
            if own:
                copied = weights.copy_into(subject, own)
                targets |= copied if followed else {}
            value = subject(*given.values())
        value = _canonical(exercise, value)
        if like is not None and not (exercise.strict and isinstance(value, list)):
            value = as_meant(like.value, value)
    except Exception as error:
        changed = {} if lightly else changes(before, state(given))
        return Observation(case, error=error, changed=changed)
    parts = leaves(value, "result")
    single = single or any(_is_single(part.value) for part in parts)
    if lightly:
        return Observation(case, value, parts, single=single)
    changed = changes(before, state(given))
    seen = Observation(case, value, parts, changed=changed, single=single)
    try:
        return seen._replace(gradients=_gradients(parts, targets))
    except Exception as error:
        return seen._replace(error=error, backward=True)


def _canonical(exercise, value):
    """Return a value in the one form of several that mean the same, if it has one."""
    if exercise.canonical is None:
        return value
    try:
        return exercise.canonical(value)
    except Exception:  # it is of another kind altogether, and is compared as it is
        return value


def _followed(given, chosen):
    """Let gradients reach all floating tensors in the arguments; return those by name.

    If names are chosen, only these are returned. What the answer gets are copies and
    no leaves: torch forbids changing a leaf.
    """
    targets = {}

    def follow(name, value):
        if isinstance(value, torch.Tensor) and value.is_floating_point():
            targets[name] = value.requires_grad_()
            return value.clone()
        if isinstance(value, list | tuple):
            items = [follow(f"{name}[{n}]", item) for n, item in enumerate(value)]
            named = hasattr(value, "_fields")
            return type(value)(*items) if named else type(value)(items)
        if isinstance(value, torch.nn.Module):
            for key, parameter in value.named_parameters():
                if parameter.requires_grad:
                    targets[f"{name}.{key}"] = parameter
        return value

    given.update({name: follow(name, value) for name, value in given.items()})
    if chosen is True:
        return targets
    return {name: target for name, target in targets.items() if name in chosen}


def _gradients(parts, targets):
    total = _projection(parts)
    if not targets or total is None:
        return dict.fromkeys(targets)
    found = torch.autograd.grad(total, list(targets.values()), allow_unused=True)
    return {
        name: _along_constraint(target, gradient)
        for (name, target), gradient in zip(targets.items(), found, strict=True)
    }


def _along_constraint(target, gradient):
    """Return what a gradient says of probabilities, whose rows must sum to one.

    Two formulas that agree on all of these may differ anywhere else, and so may their
    gradients in the one direction that leads out.
    """
    if gradient is None or not target.dim():
        return gradient
    rows = target.detach()
    probabilities = (rows >= 0).all() and torch.allclose(
        rows.sum(-1), rows.new_ones(())
    )
    if not probabilities:
        return gradient
    return gradient - gradient.mean(dim=-1, keepdim=True)


def _projection(parts):
    """Add up all returned numbers, each with a random weight of its own."""
    generator = torch.Generator().manual_seed(0)
    total = None
    for value in (part.value for part in parts):
        if not isinstance(value, torch.Tensor) or value.numel() > LARGEST:
            continue
        numbers = torch.view_as_real(value) if value.is_complex() else value
        weight = torch.rand(numbers.shape, generator=generator, dtype=torch.float64)
        if numbers.requires_grad:
            term = (numbers * weight).sum()
            total = term if total is None else total + term
    return total


def _is_single(value):
    return isinstance(value, torch.Tensor) and value.dtype in SINGLE


def _types_collide(error):
    return error is not None and bool(TYPES_COLLIDE.search(str(error)))
