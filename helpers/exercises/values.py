"""Values of every kind in one form, so that they can be compared and shown."""

import math
from collections.abc import Mapping
from decimal import Decimal
from numbers import Rational
from typing import NamedTuple

import numpy
import torch

from helpers.exercises import words

NUMBERS = (bool, int, float, complex)
DEPTH = 20  # of lists within lists; one that holds itself has no end
FEW = 24  # numbers that a card shows of a tensor
WIDTH = 72  # characters that fit on a line of a card


class Leaf(NamedTuple):
    """One part of a value.

    Attributes:
        name: where it stands, as in Python: "result[1]".
        value: a tensor, which numbers and lists of numbers become, or anything else.
    """

    name: str
    value: object


class Strange(NamedTuple):
    """Stands for a tensor whose numbers cannot be read, and says what it is."""

    kind: str


def leaves(value, name):
    """Return the parts of a value, however its lists, tuples and dicts are nested."""
    return tuple(_leaves(value, name, DEPTH))


def as_meant(expected, found, reads_text=False):
    """Return a value in the form of the expected one where that is what was meant.

    A list of numbers is as good as a vector, an array of NumPy as a tensor, a tensor as
    the tuple of its rows. Whatever is something else comes back as it is.

    Args:
        expected: the value to be like.
        found: any value.
        reads_text: whether a number may come as text, "1/4", or as the pair of whole
            numbers that Python makes of a decimal comma, and a letter as "d)".
    """
    if reads_text:
        found = _typed(expected, found)
    if is_numeric(expected):
        tensor = as_tensor(found)
        if tensor is None or _are_several(found) and tensor.shape != _shape(expected):
            return found
        return tensor
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        if expected.keys() != found.keys():
            return found
        return {key: as_meant(expected[key], found[key]) for key in expected}
    if isinstance(expected, list | tuple):
        parts = _parts(found, expected)
        if parts is not None:
            pairs = zip(expected, parts, strict=True)
            return [as_meant(one, other) for one, other in pairs]
    return found


def is_numeric(value):
    """Return whether a value is a tensor, a number or a list of numbers."""
    if isinstance(value, list | tuple):
        return bool(value) and all(type(item) in NUMBERS for item in value)
    return isinstance(value, torch.Tensor) or type(value) in NUMBERS


def as_tensor(value, depth=DEPTH):
    """Return numbers as one plain tensor; None if the value is something else."""
    if isinstance(value, torch.Tensor):
        return _plain(value)
    if type(value) in NUMBERS:
        return torch.tensor(_as_64_bits(value))
    if isinstance(value, Rational | Decimal):
        return torch.tensor(_as_float(value))
    if isinstance(value, numpy.ndarray | numpy.generic):
        return _from_numpy(value)
    if isinstance(value, list | tuple | range) and depth:
        return _stacked([as_tensor(item, depth - 1) for item in value])
    return None


def brief(value):
    """Return a value as text of a few characters, without touching large ones."""
    if isinstance(value, torch.Tensor):
        few = value.numel() <= 4 and value.device.type == "cpu"
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


def in_full(value, column=0):
    """Return an argument as Python text; a large tensor as its shape alone.

    Args:
        value: the argument.
        column: where the text begins; what is too long for the rest of its line has
            each row of numbers, and each item of a list, on a line of its own.
    """
    if isinstance(value, torch.Tensor):
        if value.numel() > FEW:
            return f"<tensor of shape {tuple(value.shape)}>"
        opening = "torch.tensor("
        return f"{opening}{_rows(value.tolist(), column + len(opening))})"
    if isinstance(value, list | tuple) and len(value) <= FEW:
        items = _laid_out([in_full(item, column + 1) for item in value], column + 1)
        if isinstance(value, list):
            return f"[{items}]"
        return f"({items},)" if len(value) == 1 else f"({items})"
    if value is None or isinstance(value, bool | int | float | complex | str):
        return repr(value)
    return f"<{type(value).__name__}>"


def describe(value):
    """Name the kind of a value as a learner would."""
    if isinstance(value, torch.Tensor) and as_tensor(value) is None:
        value = _strange(value)
    if isinstance(value, Strange):
        return words.STRANGE.format(kind=value.kind)
    if isinstance(value, torch.Tensor) and value.dim():
        kind = words.TENSOR if value.dtype != torch.bool else words.TENSOR_OF_BOOL
        return kind.format(shape=tuple(value.shape))
    if isinstance(value, list | tuple | dict):
        kind = words.MANY if value else words.EMPTY
        return kind.format(type=type(value).__name__, count=len(value))
    if isinstance(value, type):
        return words.CLASS
    if value is None:
        return "`None`"
    kind = type(value)
    if isinstance(value, torch.Tensor):
        kind = bool if value.dtype == torch.bool else float
    return words.KINDS.get(kind.__name__, words.THING.format(type=kind.__name__))


def _leaves(value, name, depth):
    many = isinstance(value, list | tuple)
    tensor = as_tensor(value) if is_numeric(value) or not many else None
    if tensor is not None:
        yield Leaf(name, tensor)
    elif isinstance(value, torch.Tensor):
        yield Leaf(name, _strange(value))
    elif isinstance(value, Mapping) and depth:
        for key, item in sorted(value.items(), key=lambda pair: str(pair[0])):
            yield from _leaves(item, f"{name}[{key!r}]", depth - 1)
    elif many and depth:
        for place, item in enumerate(value):
            yield from _leaves(item, f"{name}[{place}]", depth - 1)
    else:
        yield Leaf(name, value)


def _parts(value, expected):
    """Return the parts of what may stand for a tuple like the expected one, else None.

    A tensor may if its rows have the shapes of the parts.
    """
    if isinstance(value, list | tuple):
        return list(value) if len(value) == len(expected) else None
    tensor = as_tensor(value)
    if tensor is None or not tensor.dim() or len(tensor) != len(expected):
        return None
    if not all(map(is_numeric, expected)):
        return None
    shapes = {_shape(one) for one in expected}
    return list(tensor.unbind(0)) if shapes == {tensor.shape[1:]} else None


def _stacked(parts):
    """Return tensors of one shape as one; None if they are not of one kind."""
    if not parts:
        return torch.zeros(0)
    if any(part is None for part in parts):
        return None
    if len({(part.shape, part.dtype == torch.bool) for part in parts}) > 1:
        return None
    widest = parts[0].dtype
    for part in parts:
        widest = torch.promote_types(widest, part.dtype)
    return torch.stack([part.to(widest) for part in parts])


def _plain(tensor):
    """Return a tensor with all its numbers in the ordinary memory; None if it has none.

    A sparse, quantized or nested one, or one on another device, is as good as the same
    numbers in a plain one.
    """
    try:
        if type(tensor) not in (torch.Tensor, torch.nn.Parameter):
            tensor = tensor.as_subclass(torch.Tensor)
        if tensor.is_nested:
            tensor = torch.stack(tensor.unbind())
        if tensor.layout != torch.strided:
            tensor = tensor.to_dense()
        if tensor.is_quantized:
            tensor = tensor.dequantize()
        return tensor.cpu().resolve_conj().resolve_neg()
    except (NotImplementedError, RuntimeError):  # on the device "meta", say
        return None


def _strange(tensor):
    return Strange(f"{tensor.layout}, {tensor.device}")


def _from_numpy(array):
    try:
        return torch.from_numpy(numpy.array(array))
    except TypeError:  # text or objects
        return None


def _as_64_bits(number):
    """Return a number as it is, or as a float if it is too large for an int64."""
    return (
        number if type(number) is not int or abs(number) < 2**63 else _as_float(number)
    )


def _as_float(number):
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _are_several(value):
    """Return whether a value looks like several results rather than like one."""
    many = isinstance(value, tuple) and len(value) > 1
    return many and all(isinstance(item, torch.Tensor) for item in value)


def _shape(value):
    return as_tensor(value).shape


def _typed(expected, found):
    """Return what a learner meant who typed a value by hand."""
    if isinstance(found, tuple) and len(found) == 1 and not isinstance(expected, tuple):
        (found,) = found  # a comma too many
    if isinstance(expected, str) and isinstance(found, str):
        bare = found.strip(" \t\n\"'().:")
        return bare.casefold() if bare else found
    if type(expected) not in NUMBERS:
        return found
    if isinstance(found, tuple) and [type(item) for item in found] == [int, int]:
        found = f"{found[0]}.{found[1]}" if found[1] >= 0 else found
    if isinstance(found, str):
        return _number(found.strip().replace(",", "."), found)
    return found


def _number(text, otherwise):
    above, slash, below = text.partition("/")
    try:
        return float(above) / float(below) if slash else float(above)
    except (ValueError, ZeroDivisionError):
        return otherwise


def _rows(numbers, column):
    if isinstance(numbers, list):
        rows = [_rows(one, column + 1) for one in numbers]
        return f"[{_laid_out(rows, column + 1)}]"
    if not isinstance(numbers, float):
        return str(numbers)
    if not math.isfinite(numbers):
        return {"inf": "torch.inf", "-inf": "-torch.inf"}.get(str(numbers), "torch.nan")
    text = f"{numbers:.4g}"
    return text if "." in text or "e" in text else f"{text}."


def _laid_out(texts, column):
    """Return texts with commas between them, on as many lines as they need."""
    line = ", ".join(texts)
    if "\n" not in line and column + len(line) < WIDTH:
        return line
    each_alone = any(text.endswith(("]", ")")) for text in texts)
    lines = [""]
    for number, text in enumerate(texts, start=1):
        text += "," if number < len(texts) else ""
        if lines[-1] and (each_alone or column + len(lines[-1] + text) >= WIDTH):
            lines.append("")
        lines[-1] += f" {text}" if lines[-1] else text
    return ("\n" + " " * column).join(lines)
