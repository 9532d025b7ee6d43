"""Call an answer with the cases of an exercise and write down all that it does."""

import copy
import inspect
import math
from typing import NamedTuple

import torch

from helpers.exercises import sandbox, words

NUMBERS = (bool, int, float, complex)
LARGEST = 10_000_000  # numbers in a tensor whose gradient we still follow


class Leaf(NamedTuple):
    """One part of a value.

    Attributes:
        name: where it stands, as in Python: "result[1]", "result.c".
        value: a tensor, which numbers and lists of numbers become, or anything else.
    """

    name: str
    value: object


class Observation(NamedTuple):
    """What an answer did with one case.

    Attributes:
        call: the call as text, "step(0.5, 1, 0.9)"; empty for a value.
        name: what to call the value, "result" or the name of a variable.
        value: what it returned.
        leaves: the parts of that value.
        gradients: by name of argument or parameter, the gradient of a fixed random
            projection of all that was returned; None where no gradient arrives.
        mutated: names of the arguments it changed.
    """

    call: str
    name: str
    value: object
    leaves: tuple[Leaf, ...]
    gradients: dict[str, torch.Tensor | None]
    mutated: tuple[str, ...]


class WeightsError(Exception):
    """The parameters of a module are not the reference's; the message says how."""


def observe(exercise, answer, weights=None):
    """Return one Observation for every case of the exercise.

    Args:
        exercise: the exercise.
        answer: a function, a class that the exercise builds, or a value.
        weights: state dict to copy into the module that is built, if any.

    Raises:
        WeightsError: if the module has other parameters than these.
    """
    if exercise.cases is None:
        parts = tuple(leaves(answer, exercise.name))
        return [Observation("", exercise.name, answer, parts, {}, ())]
    cases = exercise.cases()
    names = _argument_names(exercise, len(cases[0]))
    return [_call(exercise, answer, names, case, weights) for case in cases]


def random_weights(exercise, reference):
    """Return the reference's state dict with random weights; None if no module."""
    module = exercise.build(reference) if exercise.build else None
    if not isinstance(module, torch.nn.Module):
        return None
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(-0.7, 0.7)
    return module.state_dict()


def leaves(value, name):
    """Yield the parts of a value, however its lists, tuples and dicts are nested."""
    tensor = _as_tensor(value)
    if tensor is not None:
        yield Leaf(name, tensor)
    elif isinstance(value, dict):
        for key, item in sorted(value.items(), key=lambda pair: str(pair[0])):
            yield from leaves(item, f"{name}[{key!r}]")
    elif isinstance(value, list | tuple):
        fields = getattr(value, "_fields", None)
        for place, item in enumerate(value):
            suffix = f".{fields[place]}" if fields else f"[{place}]"
            yield from leaves(item, name + suffix)
    else:
        yield Leaf(name, value)


def brief(value):
    """Return a value as text of a few characters, without touching large ones."""
    if isinstance(value, torch.Tensor):
        few = value.numel() <= 4
        return brief(value.tolist()) if few else f"tensor{tuple(value.shape)}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        shown = [brief(item) for item in value[:4]] + ["..."] * (len(value) > 4)
        return f"[{', '.join(shown)}]"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if value is None or isinstance(value, bool | int | complex):
        return str(value)
    return type(value).__name__


def _call(exercise, answer, names, case, weights):
    torch.manual_seed(0)
    targets = {} if exercise.gradient else None
    given = [_copy(*pair, targets) for pair in zip(names, case, strict=True)]
    with sandbox.forbid(exercise.forbidden):
        subject = exercise.build(answer) if exercise.build else answer
        if weights is not None:
            _load(subject, weights)
        result = subject(*given)

    if weights is not None and exercise.gradient:
        targets |= subject.named_parameters()
    parts = tuple(leaves(result, "result"))
    return Observation(
        call=f"{exercise.name}({', '.join(map(brief, case))})",
        name="result",
        value=result,
        leaves=parts,
        gradients=_gradients(parts, targets or {}),
        mutated=tuple(
            name
            for name, now, before in zip(names, given, case, strict=True)
            if not _unchanged(now, before)
        ),
    )


def _argument_names(exercise, count):
    """Return the names of the arguments in the stub."""
    stub = exercise.define(exercise.stub)
    parameters = inspect.signature(getattr(stub, "forward", stub)).parameters
    names = [name for name in parameters if name != "self"]
    if len(names) == count:
        return names
    return [words.ARGUMENT.format(number=n) for n in range(1, count + 1)]


def _copy(name, value, targets):
    """Copy an argument; its floating tensors become targets of the gradient."""
    if isinstance(value, torch.Tensor):
        value = value.detach().clone()
        if targets is None or not value.is_floating_point():
            return value
        targets[name] = value.requires_grad_()
        return value.clone()  # no leaf: PyTorch forbids changing a leaf in place
    if isinstance(value, torch.Generator):
        return torch.Generator().set_state(value.get_state())
    if isinstance(value, list | tuple):
        items = [_copy(f"{name}[{n}]", item, targets) for n, item in enumerate(value)]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return copy.deepcopy(value)


def _load(subject, weights):
    own = subject.state_dict() if isinstance(subject, torch.nn.Module) else {}
    expected, found = _shapes(weights), _shapes(own)
    if expected != found:
        raise WeightsError(words.WEIGHTS.format(expected=expected, found=found))
    subject.load_state_dict(weights)


def _shapes(weights):
    """Return names and shapes as text, "`weight` (3, 3), `bias` (3,)"."""
    names = sorted(weights)
    shapes = ", ".join(f"`{name}` {tuple(weights[name].shape)}" for name in names)
    return shapes or words.NONE


def _gradients(parts, targets):
    total = _projection(parts)
    if not targets or total is None:
        return dict.fromkeys(targets)
    found = torch.autograd.grad(total, list(targets.values()), allow_unused=True)
    return dict(zip(targets, found, strict=True))


def _projection(parts):
    """Add up all returned numbers, each with a random weight of its own."""
    generator = torch.Generator().manual_seed(0)
    total = None
    for value in (part.value for part in parts):
        if not isinstance(value, torch.Tensor) or value.numel() > LARGEST:
            continue
        numbers = torch.view_as_real(value) if value.is_complex() else value
        weights = torch.rand(numbers.shape, generator=generator, dtype=torch.float64)
        if numbers.requires_grad:
            term = (numbers * weights).sum()
            total = term if total is None else total + term
    return total


def _unchanged(now, before):
    now, before = ([part.value for part in leaves(v, "")] for v in (now, before))
    return len(now) == len(before) and all(map(_equal, now, before))


def _equal(one, other):
    if not isinstance(one, torch.Tensor):
        return True
    return torch.equal(torch.nan_to_num(one), torch.nan_to_num(other))


def _as_tensor(value):
    """Return numbers as one tensor; None if the value is something else."""
    if isinstance(value, torch.Tensor):
        return value
    if hasattr(value, "__array__") and hasattr(value, "tolist"):  # NumPy's
        value = value.tolist()
    numbers = value if type(value) in (list, tuple, torch.Size) else [value]
    if numbers and all(type(item) in NUMBERS for item in numbers):
        fits = [_as_64_bits(item) for item in numbers]
        return torch.tensor(fits if numbers is value else fits[0])
    return None


def _as_64_bits(number):
    """Return a number as it is, or as a float if it is too large for an int64."""
    if type(number) is not int or abs(number) < 2**63:
        return number
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
