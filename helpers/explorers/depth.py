"""Gradients through depth beside gradients through time, on the move."""

import numpy as np
import torch

from helpers.depth import (
    KINDS,
    gradient_left,
    held_lstm,
    stack_factors,
    stack_gradient,
    stack_weights,
)
from helpers.figures import (
    BLANK,
    CANDIDATE,
    DATA,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    place_on_lines,
    power_of_ten,
    subplots,
    text_colour,
    zero_line,
)
from helpers.gradients import step_jacobians
from helpers.recurrent import RNN

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
        place_on_lines(left_names)
        place_on_lines(right_names)
        ends = [power_of_ten(left_over[0]) for _, left_over in curves]
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


def _through_depth(lengths, gates, width, growth, seed):
    """Return the curves of all stacks, by kind, length and gate (1 without one)."""
    curves = {}
    for kind in KINDS:
        generator = torch.Generator().manual_seed(seed)
        h = torch.randn(width, dtype=torch.float64, generator=generator)
        weights = stack_weights(kind, lengths[-1], width, growth, generator)
        for gate in gates if kind == "highway" else [1]:
            if kind != "dense":
                factors = stack_factors(
                    kind, [w.numpy() for w in weights], h.numpy(), gate
                )
            for steps in lengths:
                curves[kind, steps, gate] = (
                    stack_gradient(kind, weights[:steps], h)
                    if kind == "dense"
                    else gradient_left(factors[:steps])
                )
    return curves


def _through_time(lengths, gates, width, seed):
    """Return the curves of RNN and LSTM, by name, length and gate."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        x = torch.randn(lengths[-1], width, dtype=torch.float64)
        layers = {("RNN", 1): RNN(width, width).double()}
        for gate in gates:
            torch.manual_seed(seed + 1)  # the same weights whatever the gate
            layers["LSTM", gate] = held_lstm(width, width, gate)
    curves = {}
    for (name, gate), layer in layers.items():
        factors, size = step_jacobians(layer, x), width if name == "LSTM" else None
        for steps in lengths:
            curves[name, steps, gate] = gradient_left(factors[:steps], size)
    return curves


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
