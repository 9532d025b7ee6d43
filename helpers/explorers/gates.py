"""Gates on the move: what flows through an LSTM, how long it lasts, what comes back."""

import math

import numpy as np
import torch

from helpers.cells import lstm_cell
from helpers.figures import new_figure, zero_line
from helpers.gradients import gradient_flow
from helpers.live import LiveFigure, Slider
from helpers.palette import DATA, FAINT, colour
from helpers.recurrent import LSTM, RNN, lstm_step

ROWS = ("f", "i", "g", "o", "c", "h")
LOWEST = -60  # log10; an axis that never jumps is easier to read


def cell_explorer(x, weights, names, unit=0):
    """Show what flows through one unit of an LSTM at every step.

    Args:
        x: one input sequence, (T, I).
        weights: weight_ih, weight_hh, bias_ih and bias_hh as ``lstm_step`` takes them.
        names: of the I inputs; the first is the one written beside x in the cell.
        unit: which of the H units.

    Returns:
        A LiveFigure with a control for the step. Above, the cell with a number at every
        node and a tint in every box; below, a row for each input, gate and state over
        all steps.
    """
    traces = lstm_traces(x, weights)
    T, count = len(x), len(names) + len(ROWS)
    heights = [20] + [1.7] * count
    figure, (top, *rows) = new_figure(
        1 + count, 1, width=9.2, height=3.8 + 0.34 * count, height_ratios=heights
    )
    cell = lstm_cell(axes=top)
    shown = [(name, "x", x[:, k].numpy()) for k, name in enumerate(names)]
    shown += [(letter, letter, traces[letter][1:, unit]) for letter in ROWS]
    now = []
    for (name, letter, values), axes in zip(shown, rows, strict=True):
        _row(axes, name, values, colour(letter), last=axes is rows[-1])
        now.append(axes.axvline(1, color=DATA, linewidth=1.2, zorder=9))

    def draw(t):
        values = {name: trace[t, unit].item() for name, trace in traces.items()}
        before = {f"{part}_before": traces[part][t - 1, unit].item() for part in "hc"}
        kept = values["f"] * before["c_before"]
        written = values["i"] * values["g"]
        number = x[t - 1, 0].item()
        cell.write(x=number, kept=kept, written=written, **values, **before)
        for line in now:
            line.set_xdata([t, t])
        words = ", ".join(f"{name} {value:.2f}" for name, value in values.items())
        return f"Step {t} of {T}: {names[0]} {number:.2f}, kept {kept:.2f}; {words}."

    return LiveFigure(figure, draw, t=Slider("time step t", 1, T, play=400))


def _row(axes, name, values, ink, last):
    """Draw a low panel with one quantity over all steps."""
    T, top = len(values), max(1.0, np.abs(values).max())
    low = -top if values.min() < -0.01 else 0
    axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    axes.plot(range(1, T + 1), values, ".-" if T <= 40 else "-", color=ink)
    axes.set(xlim=(0.5, T + 0.5), ylim=(low * 1.2 - 0.12, top * 1.2))
    axes.set(yticks=[low, top] if low else [0, top])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.3g}")
    axes.set_ylabel(name, rotation=0, color=ink, ha="right", va="center")
    axes.tick_params(labelsize=7, labelbottom=last)
    if last:
        axes.set_xlabel("time step t")


def lstm_traces(x, weights):
    """Run an LSTM over one sequence from zeros and keep all it did.

    Args:
        x: the inputs, (T, I).
        weights: weight_ih, weight_hh, bias_ih and bias_hh as ``lstm_step`` takes them.

    Returns:
        A dict from the letters f, i, g, o, c and h to arrays, (T + 1, H). Row t belongs
        to step t; in row 0 the states are zeros and the gates are not a number.
    """
    weights = [weight.detach() for weight in weights]
    h = c = weights[1].new_zeros(1, weights[1].shape[1])
    nothing = torch.full_like(h, math.nan)
    history = [{"f": nothing, "i": nothing, "g": nothing, "o": nothing, "c": c, "h": h}]
    for x_t in x:
        h, c, gates = lstm_step(x_t[None], h, c, *weights)
        history.append(gates._asdict() | {"c": c, "h": h})
    return {name: torch.cat([row[name] for row in history]).numpy() for name in ROWS}


def half_life_explorer(steps=100):
    """Show how a forget gate, held at one value, lets a cell state fade.

    Args:
        steps: how many are shown.

    Returns:
        A LiveFigure with a control for the bias of the gate, whose other inputs are 0.
        Left, what is left of the cell state at every step; right, the half-life for
        every bias, on a logarithmic axis.
    """
    figure, (left, right) = new_figure(1, 2, width=9.2, height=3.3)
    time = np.arange(steps + 1)
    left.axhline(0.5, color=FAINT, zorder=0)
    (fading,) = left.plot([], [], color=colour("c"))
    (half,) = left.plot([], [], "o", color=colour("f"))
    left.set(xlim=(0, steps), ylim=(0, 1.04), xlabel="time step t")
    left.set_ylabel("part of the cell state left")
    biases = np.linspace(-2, 8, 101)
    right.plot(biases, half_life(1 / (1 + np.exp(-biases))), color=FAINT, zorder=0)
    (here,) = right.plot([], [], "o", color=colour("f"))
    right.set(yscale="log", ylim=(0.2, 3000), xlim=(-2, 8), ylabel="half-life in steps")
    right.set_xlabel("bias of the forget gate")

    def draw(bias):
        f = 1 / (1 + math.exp(-bias))
        steps_to_half = half_life(f)
        fading.set_data(time, f**time)
        half.set_data([steps_to_half], [0.5])
        here.set_data([bias], [steps_to_half])
        left.set_title(
            f"A gate of {f:.4f} halves the state in {steps_to_half:,.1f} steps"
        )
        return (
            f"Bias {bias}: the gate is {f:.4f}, the half-life {steps_to_half:,.1f} "
            f"steps; after {steps} steps {f**steps:.2g} is left."
        )

    return LiveFigure(
        figure, draw, bias=Slider("forget bias", -2, 8, 0.25, value=0, play=200)
    )


def half_life(f):
    """Return after how many steps half is left when every step keeps a part f.

    Args:
        f: between 0 and 1, both excluded; a number or an array.
    """
    return np.log(0.5) / np.log(f)


def flow_explorer(x, hidden_size=16):
    """Show how much gradient is left in an LSTM and in a tanh RNN of the same scale.

    Args:
        x: the input sequence, (T, I); the length control reads its first steps.
        hidden_size: H of both.

    Returns:
        A LiveFigure with controls for length, forget bias and scale. The curves are the
        exact log10 ‖∂h_T/∂h_t‖ of the RNN and ‖∂c_T/∂c_t‖ of the LSTM, relative to
        t = T, each network at its random start.
    """
    torch.manual_seed(0)
    lstm = LSTM(x.shape[1], hidden_size).double()
    rnn = RNN(x.shape[1], hidden_size).double()
    starts = [layer.weight_hh_l0.detach().clone() for layer in (lstm, rnn)]
    gate = slice(hidden_size, 2 * hidden_size)

    figure, axes = new_figure(width=8.6, height=3.6)
    zero_line(axes)
    (cell,) = axes.plot([], [], color=colour("c"))
    (hidden,) = axes.plot([], [], color=colour("h"))
    still = {"ha": "right", "transform": axes.transAxes, "zorder": 0}
    axes.text(0.98, 0.12, "LSTM: ∂c(T)/∂c(t)", color=colour("c"), **still)
    axes.text(0.98, 0.04, "tanh RNN: ∂h(T)/∂h(t)", color=colour("h"), **still)
    axes.set(xlim=(0, len(x)), ylim=(LOWEST, 12), xlabel="time step t")
    axes.set_ylabel("log10 of the gradient's norm")

    def draw(steps, bias, scale):
        with torch.no_grad():
            for layer, start in zip((lstm, rnn), starts, strict=True):
                layer.weight_hh_l0.copy_(scale * start)
            lstm.bias_ih_l0[gate] = bias
            lstm.bias_hh_l0[gate] = 0
        of_cell = gradient_flow(lstm, x[:steps]).cell
        of_hidden = gradient_flow(rnn, x[:steps]).hidden
        cell.set_data(range(steps + 1), of_cell - of_cell[-1])
        hidden.set_data(range(steps + 1), of_hidden - of_hidden[-1])
        left_over = (
            _power(of_cell[0] - of_cell[-1]),
            _power(of_hidden[0] - of_hidden[-1]),
        )
        message = f"After {steps} steps: LSTM {left_over[0]}, tanh RNN {left_over[1]}"
        axes.set_title(message)
        return f"Forget bias {bias}, weights times {scale}. {message} of the gradient."

    return LiveFigure(
        figure,
        draw,
        steps=Slider("sequence length T", 10, len(x), 10, value=len(x), play=150),
        bias=Slider("forget bias", -2, 6, 0.5, value=0),
        scale=Slider("scale of the recurrent weights", 0.2, 4, 0.2, value=1),
    )


def _power(exponent):
    """Return ten to this power as text, however small or large."""
    if -2 < exponent < 3:
        return f"{10**exponent:.2g}"
    return f"1e{exponent:+.0f}"
