"""Give a learner's module the weights of ours, so that both must say the same."""

import torch

from helpers.exercises import words

SPREAD = 0.7  # of the random weights


class WeightsError(Exception):
    """Our weights do not fit into a module; the message says why."""


def random_weights(module):
    """Fill a module with random weights; return them by name, {} if it is no module."""
    if not isinstance(module, torch.nn.Module):
        return {}
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(-SPREAD, SPREAD)
    return {name: one.detach().clone() for name, one in module.named_parameters()}


def copy_into(module, weights):
    """Copy our weights into a module, by name; buffers are its own affair.

    A module with a single bias where ours has two of the same shape gets their sum,
    because a bias of the inputs and one of the states often act only together.

    Returns:
        By name of our weight, the parameter of the module that holds it.

    Raises:
        WeightsError: if it is no module, or has other parameters than ours.
    """
    if not isinstance(module, torch.nn.Module):
        kind = type(module).__name__
        raise WeightsError(words.NO_MODULE.format(kind=kind))
    own = dict(module.named_parameters())
    homes = _homes(weights, own)
    given = {}
    for name, home in homes.items():
        given[home] = given[home] + weights[name] if home in given else weights[name]
    found = {name: tuple(one.shape) for name, one in own.items()}
    if found != {name: tuple(one.shape) for name, one in given.items()}:
        raise WeightsError(_explain(weights, found, module))
    if frozen := [name for name in own if not own[name].requires_grad]:
        raise WeightsError(words.WEIGHT_IS_FROZEN.format(name=frozen[0]))
    with torch.no_grad():
        for home, one in given.items():
            own[home].copy_(one)
    return {name: own[home] for name, home in homes.items()}


def _homes(weights, own):
    """Return which parameter takes each of our weights; one may take two biases."""
    missing = [name for name in weights if name not in own]
    extra = [name for name in own if name not in weights]
    biases = [name for name in weights if "bias" in name]
    alike = len(biases) == 2 and len({weights[name].shape for name in biases}) == 1
    if alike and set(missing) <= set(biases) and len(missing) - len(extra) == 1:
        (kept,) = extra or set(biases) - set(missing)
        return {name: kept if name in biases else name for name in weights}
    return {name: name for name in weights}


def _explain(weights, found, module):
    """Say which parameters a module lacks, and which it should not have."""
    expected = {name: tuple(one.shape) for name, one in weights.items()}
    text = words.WEIGHTS.format(expected=_listed(expected), found=_listed(found))
    for name, shape in expected.items():
        if name in found and found[name] != shape:
            turned = found[name] == shape[::-1]
            kind = words.WEIGHT_TURNED if turned else words.WEIGHT_SHAPE
            return text + kind.format(name=name, expected=shape, found=found[name])
    missing = [name for name in expected if name not in found]
    plain = [n for n in missing if isinstance(vars(module).get(n), torch.Tensor)]
    if plain:
        return text + words.WEIGHT_IS_NO_PARAMETER.format(name=plain[0])
    buffers = [n for n in missing if n in dict(module.named_buffers())]
    if buffers:
        return text + words.WEIGHT_IS_BUFFER.format(name=buffers[0])
    extra = [name for name in found if name not in expected]
    for name in missing:
        alike = [other for other in extra if found[other] == expected[name]]
        if len(alike) == 1:
            return text + words.WEIGHT_RENAMED.format(name=name, found=alike[0])
    return text


def _listed(shapes):
    """Return names and shapes as text, "`weight` (3, 3), `bias` (3,)"."""
    return ", ".join(f"`{n}` {shape}" for n, shape in sorted(shapes.items())) or "none"
