"""Gradients through depth beside gradients through time: stacks of layers, RNN, LSTM.

A stack has L layers, each a function of all outputs before it; output 0 is its input.
With b(h) = tanh(W h) and weights W of its own, layer k gives

    plain     b(h_{k-1})
    residual  h_{k-1} + b(h_{k-1})
    highway   f h_{k-1} + (1 - f) b(h_{k-1}), with a gate f held at one value
    dense     tanh(W [h_0, h_1, ..., h_{k-1}]), all of them side by side
"""

import numpy as np
import torch

from helpers.explorers.gates import BLANK, stand_on
from helpers.figures import (
    CANDIDATE,
    DATA,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    subplots,
    text_colour,
    zero_line,
)
from helpers.gradients import step_jacobians
from helpers.recurrent import LSTM, RNN

KINDS = ("plain", "residual", "highway", "dense")
LOWEST, HIGHEST = -36, 4  # log10; axes that never jump


def depth_explorer(longest=100, width=16, growth=4, seed=0):
    """Show how much gradient is left through depth, and beside it through time.

    Args:
        longest: the greatest number of layers and of steps, a multiple of ten.
        width: of the stacks, of their input, and H of both recurrent networks.
        growth: outputs of one layer of the dense stack.
        seed: of all weights and inputs, which start as torch starts them.

    Returns:
        A LiveFigure with controls for the number of layers or steps, for the gate and
        for the kind of stack. Left, log10 ‖∂h_L/∂h_k‖ of the plain stack and of the
        chosen one; right, ‖∂h_T/∂h_t‖ of a tanh RNN and ‖∂c_T/∂c_t‖ of an LSTM whose
        forget gates are held. All relative to the last, and exact.
    """
    lengths = range(10, longest + 1, 10)
    gates = [round(0.5 + 0.05 * n, 2) for n in range(11)]
    depth = _through_depth(lengths, gates, width, growth, seed)
    time = _through_time(lengths, gates, width, seed)

    figure, (left, right) = subplots(1, 2, figsize=(9.6, 3.7), sharey=True)
    plain, stack = _panel(left, DATA, CANDIDATE, longest, "layers back")
    rnn, lstm = _panel(right, colour("h"), colour("c"), longest, "steps back")
    left.set_ylabel("log10 of the gradient's norm")
    left_names = _labels({plain: "plain stack", stack: ""})
    right_names = _labels({rnn: "tanh RNN", lstm: "LSTM"})

    def draw(steps, gate, kind):
        curves = (
            (plain, depth["plain", steps, 1]),
            (stack, depth[kind, steps, gate if kind == "highway" else 1]),
            (rnn, time["RNN", steps, 1]),
            (lstm, time["LSTM", steps, gate]),
        )
        for line, left_over in curves:
            line.set_data(np.arange(steps + 1), left_over[::-1])
        left_names[stack].set_text(f"{kind} stack")
        stand_on(left_names)
        stand_on(right_names)
        ends = [_power(left_over[0]) for _, left_over in curves]
        held = f" with gate {gate:g}" if kind == "highway" else ""
        left.set_title(f"{kind}{held}: {ends[1]} left after {steps} layers")
        right.set_title(f"LSTM with gate {gate:g}: {ends[3]} left after {steps} steps")
        return (
            f"Left after {steps} layers: plain stack {ends[0]}, {kind} stack{held} "
            f"{ends[1]}. Left after {steps} steps: tanh RNN {ends[2]}, LSTM with its "
            f"forget gate held at {gate:g} {ends[3]}."
        )

    return LiveFigure(
        figure,
        draw,
        steps=Slider("layers or steps", 10, longest, 10, value=longest, play=200),
        gate=Slider("gate f", 0.5, 1, 0.05, value=0.9, play=300),
        kind=Menu("kind of stack", list(KINDS), value="residual"),
    )


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
    return _left_over(_factors(kind, weights, h, gate))


def _factors(kind, weights, h, gate):
    """Return the Jacobian of every layer, for layers that read only the one before."""
    parts = {"residual": (1, 1), "highway": (gate, 1 - gate)}
    skip, write = parts.get(kind, (0, 1))
    factors = []
    for weight in weights:
        branch = np.tanh(weight @ h)
        slope = write * (1 - branch**2)
        factors.append(slope[:, None] * weight + skip * np.eye(len(h)))
        h = skip * h + write * branch
    return factors


def _left_over(factors, size=None):
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


def _through_depth(lengths, gates, width, growth, seed):
    """Return the curves of all stacks, by kind, length and gate (1 without one)."""
    curves = {}
    for kind in KINDS:
        generator = torch.Generator().manual_seed(seed)
        h = torch.randn(width, dtype=torch.float64, generator=generator)
        weights = stack_weights(kind, lengths[-1], width, growth, generator)
        for gate in gates if kind == "highway" else [1]:
            if kind != "dense":
                factors = _factors(kind, [w.numpy() for w in weights], h.numpy(), gate)
            for steps in lengths:
                curves[kind, steps, gate] = (
                    stack_gradient(kind, weights[:steps], h)
                    if kind == "dense"
                    else _left_over(factors[:steps])
                )
    return curves


def _through_time(lengths, gates, width, seed):
    """Return the curves of RNN and LSTM, by name, length and gate."""
    torch_state = torch.random.get_rng_state()
    torch.manual_seed(seed)
    x = torch.randn(lengths[-1], width, dtype=torch.float64)
    factors, curves = step_jacobians(RNN(width, width).double(), x), {}
    for steps in lengths:
        curves["RNN", steps, 1] = _left_over(factors[:steps])
    for gate in gates:
        torch.manual_seed(seed + 1)  # the same weights whatever the gate
        factors = step_jacobians(held_lstm(width, width, gate), x)
        for steps in lengths:
            curves["LSTM", steps, gate] = _left_over(factors[:steps], size=width)
    torch.random.set_rng_state(torch_state)
    return curves


def _uniform(rows, columns, generator):
    bound = columns**-0.5
    weight = torch.empty(rows, columns, dtype=torch.float64)
    return weight.uniform_(-bound, bound, generator=generator)


def _check(kind):
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")


def _panel(axes, first, second, longest, words):
    """Prepare one half of the figure with two lines, the first of them dashed."""
    zero_line(axes)
    (one,) = axes.plot([0], [0], "--", color=first)
    (other,) = axes.plot([0], [0], color=second)
    axes.set(xlim=(0, longest), ylim=(LOWEST, HIGHEST), xlabel=words)
    return one, other


def _labels(names):
    """Return a dict from lines to their labels, in their colours."""
    inks = {line: text_colour(line.get_color()) for line in names}
    return {
        line: label_line(line, name, color=inks[line], bbox=BLANK)
        for line, name in names.items()
    }


def _power(exponent):
    """Return ten to this power as text."""
    return f"{10**exponent:.2g}"
