"""What a caller can see of an argument, before an answer had it and after."""

from collections.abc import Mapping

import torch

from helpers.exercises.values import as_tensor

PLAIN = (bool, int, float, complex, str, type(None))
DEPTH = 6  # of objects within objects


def state(arguments):
    """Return all that can be seen of some arguments, by name.

    Numbers in tensors are copied. A module shows its parameters, its buffers, whether
    they are trained, its mode and that of its parts, and its plain attributes.

    Args:
        arguments: a dict from name to value.
    """
    seen = {}
    for name, value in arguments.items():
        _see(name, value, seen, DEPTH)
    return seen


def changes(before, after):
    """Return what is different in a later state, by name; None if it has gone."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: after.get(name)
        for name in names
        if name not in after or name not in before or not _same(before, after, name)
    }


def _see(name, value, seen, depth):
    tensor = None if isinstance(value, list | tuple) else as_tensor(value)
    if tensor is not None:
        seen[name] = tensor.detach().clone()
    elif isinstance(value, torch.nn.Module):
        _see_module(name, value, seen)
    elif isinstance(value, torch.Generator):
        seen[name] = value.get_state()
    elif isinstance(value, PLAIN):
        seen[name] = value
    elif isinstance(value, Mapping) and depth:
        seen[f"the keys of {name}"] = str(list(value))
        for key, item in value.items():
            _see(f"{name}[{key!r}]", item, seen, depth - 1)
    elif isinstance(value, list | tuple) and depth:
        seen[f"the length of {name}"] = len(value)
        for place, item in enumerate(value):
            _see(f"{name}[{place}]", item, seen, depth - 1)
    elif hasattr(value, "__dict__") and depth and not callable(value):
        for key, item in vars(value).items():
            _see(f"{name}.{key}", item, seen, depth - 1)


def _see_module(name, module, seen):
    for key, parameter in module.named_parameters():
        seen[f"{name}.{key}"] = parameter.detach().clone()
        seen[f"{name}.{key}.requires_grad"] = parameter.requires_grad
    for key, buffer in module.named_buffers():
        seen[f"{name}.{key}"] = buffer.detach().clone()
    for path, part in module.named_modules():
        home = f"{name}.{path}" if path else name
        seen[f"{home}.training"] = part.training
        for key, item in vars(part).items():
            if not key.startswith("_") and isinstance(item, PLAIN):
                seen[f"{home}.{key}"] = item


def _same(before, after, name):
    one, other = before[name], after[name]
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        return torch.equal(torch.nan_to_num(one), torch.nan_to_num(other))
    return type(one) is type(other) and one == other
