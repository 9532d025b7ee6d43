"""Gradients through the depth of a stack of layers, beside those through time.

A stack has L layers, each a function of all outputs before it; output 0 is its input.
With b(h) = tanh(W h) and weights W of its own, layer k gives

    plain     b(h_{k-1})
    residual  h_{k-1} + b(h_{k-1})
    highway   f h_{k-1} + (1 - f) b(h_{k-1}), with a gate f held at one value
    dense     tanh(W [h_0, h_1, ..., h_{k-1}]), all of them side by side
"""

import numpy as np
import torch

from helpers.recurrent import LSTM

KINDS = ("plain", "residual", "highway", "dense")


def stack_weights(kind, layers, width, growth, generator, shared=False):
    """Draw the weights of a stack as torch starts its linear layers, without biases.

    Args:
        kind: one of ``KINDS``.
        layers: L, at least 1.
        width: of the input, and of every layer unless the stack is dense.
        growth: outputs of each layer of a dense stack.
        generator: a torch.Generator.
        shared: whether all layers have the same weights; not for a dense stack.

    Returns:
        A list of L matrices in float64, entries uniform within ±1/√(columns).

    Raises:
        ValueError: if the kind is unknown, or a dense stack is to share its weights.
    """
    _check(kind)
    if kind != "dense":
        drawn = 1 if shared else layers
        sizes = [(width, width)] * drawn
    elif shared:
        raise ValueError("shared must be False for a dense stack, got True")
    else:
        sizes = [(growth, width + k * growth) for k in range(layers)]
    weights = [_uniform(rows, columns, generator) for rows, columns in sizes]
    return weights * layers if shared else weights


def stack_gradient(kind, weights, h, gate=0.9):
    """Return how much gradient is left at every layer of a stack, counted by formula.

    Args:
        kind: one of ``KINDS``.
        weights: a list of L matrices, as ``stack_weights`` draws them.
        h: the input, (width,).
        gate: f of a highway stack, 0 to 1.

    Returns:
        log10 of ‖∂h_L/∂h_k‖ for k = 0 to L, (L + 1,), as a NumPy array; 0 at the last.
        Norms are Frobenius, over the root of the number of outputs of the last layer.

    Raises:
        ValueError: if the kind is unknown.

    Source: He et al. (2016) for the residual stack, Srivastava, Greff & Schmidhuber
    (2015) for the highway, Huang et al. (2017) for the dense one.
    """
    _check(kind)
    weights, h = [np.asarray(weight) for weight in weights], np.asarray(h)
    if kind == "dense":
        return _dense(weights, h)
    return gradient_left(stack_factors(kind, weights, h, gate))


def stack_factors(kind, weights, h, gate):
    """Return the Jacobian of every layer, for layers that read only the one before.

    Args:
        kind: "plain", "residual" or "highway".
        weights: L matrices, (H, H) each.
        h: the input of the stack, (H,).
        gate: that of a highway, held at one value.
    """
    parts = {"residual": (1, 1), "highway": (gate, 1 - gate)}
    skip, write = parts.get(kind, (0, 1))
    factors = []
    for weight in weights:
        branch = np.tanh(weight @ h)
        slope = write * (1 - branch**2)
        factors.append(slope[:, None] * weight + skip * np.eye(len(h)))
        h = skip * h + write * branch
    return factors


def gradient_left(factors, size=None):
    """Return log10 of the norms of all products from the end, 0 at the last.

    Args:
        factors: L square Jacobians.
        size: how many of the last rows and columns are counted, all if None.
    """
    seen = slice(-size if size else None, None)
    total = np.eye(len(factors[0]))[seen]
    norms = [np.linalg.norm(total)]
    for factor in reversed(factors):
        total = total @ factor
        norms.append(np.linalg.norm(total[:, seen]))
    return np.log10(np.array(norms[::-1]) / norms[0])


def _dense(weights, h):
    """Return the same for layers that read all before: every way back is counted."""
    every, slopes, ends = h, [], [0, len(h)]
    for weight in weights:
        new = np.tanh(weight @ every)
        slopes.append(1 - new**2)
        every = np.concatenate([every, new])
        ends.append(len(every))
    total = np.zeros((len(new), len(every)))  # of the last output by all numbers
    total[:, ends[-2] :] = np.eye(len(new))
    for k in reversed(range(len(weights))):
        start, stop = ends[k + 1], ends[k + 2]
        total[:, :start] += (total[:, start:stop] * slopes[k]) @ weights[k]
    parts = zip(ends, ends[1:], strict=False)
    norms = np.array([np.linalg.norm(total[:, one:other]) for one, other in parts])
    return np.log10(norms / norms[-1])


def held_lstm(input_size, hidden_size, gate):
    """Return an LSTM at its random start whose forget gates stand at one value.

    Args:
        input_size, hidden_size: I and H.
        gate: the value, above 0 and up to 1.

    Returns:
        The layer, in float64. Its other gates, and its candidate, read as usual.
    """
    layer = LSTM(input_size, hidden_size).double()
    rows = slice(hidden_size, 2 * hidden_size)
    with torch.no_grad():
        layer.weight_ih_l0[rows] = layer.weight_hh_l0[rows] = 0
        layer.bias_ih_l0[rows] = torch.logit(torch.tensor(gate, dtype=torch.float64))
        layer.bias_hh_l0[rows] = 0
    return layer


def _uniform(rows, columns, generator):
    bound = columns**-0.5
    weight = torch.empty(rows, columns, dtype=torch.float64)
    return weight.uniform_(-bound, bound, generator=generator)


def _check(kind):
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
