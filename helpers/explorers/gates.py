"""Gates on the move: what flows through LSTM and GRU, what lasts, what comes back."""

import math

import numpy as np
import torch

from helpers.figures import (
    BLANK,
    DATA,
    FAINT,
    LiveFigure,
    Slider,
    colour,
    gru_cell,
    label_line,
    lstm_cell,
    power_of_ten,
    subplots,
    text_colour,
    zero_line,
)
from helpers.gates import (
    GRU_LETTERS,
    LSTM_LETTERS,
    gru_traces,
    half_life,
    lstm_traces,
    parameters_per_gate,
)
from helpers.gradients import gradient_flow
from helpers.recurrent import GRU, LSTM, RNN

CELL, ROW, MARKS = 2.7, 0.51, 0.24  # inches: the cell, a row, a row of marks
LOWEST, HIGHEST = -60, 12  # log10; an axis that never jumps is easier to read


def cell_explorer(x, weights, names, unit=0):
    """Show what flows through one unit of an LSTM at every step.

    Args:
        x: one input sequence, (T, I).
        weights: weight_ih, weight_hh, bias_ih and bias_hh as ``lstm_step`` takes them.
        names: of the I inputs, whose numbers stand below x in the cell in this order.
        unit: which of the H units.

    Returns:
        A LiveFigure with a control for the step. Above, the cell with a number at every
        node and a tint in every box; below, a row for each input, gate and state over
        all steps.
    """
    return _explorer(
        lstm_cell, LSTM_LETTERS, _through_lstm, lstm_traces(x, weights), x, names, unit
    )


def gru_explorer(x, weights, names, unit=0):
    """Show what flows through one unit of a GRU at every step.

    Args:
        x: one input sequence, (T, I).
        weights: weight_ih, weight_hh, bias_ih and bias_hh as ``gru_step`` takes them.
        names: of the I inputs, whose numbers stand below x in the cell in this order.
        unit: which of the H units.

    Returns:
        A LiveFigure as that of ``cell_explorer``.
    """
    return _explorer(
        gru_cell, GRU_LETTERS, _through_gru, gru_traces(x, weights), x, names, unit
    )


def _through_lstm(now, before):
    """Return what is kept of the old cell state, what is written, and what is shown."""
    kept, written = now["f"] * before["c_before"], now["i"] * now["g"]
    return {"kept": kept, "written": written, "tanh_c": math.tanh(now["c"])}


def _through_gru(now, before):
    """Return what is kept of the old hidden state, and what is written."""
    rest = 1 - now["z"]
    kept, written = now["z"] * before["h_before"], rest * now["n"]
    return {"kept": kept, "written": written, "one_minus_z": rest}


def _explorer(cell, letters, through, traces, x, names, unit):
    """Draw a cell with its numbers above a row for each input, gate and state."""
    rows = [(name, "x", x[:, k].numpy()) for k, name in enumerate(names)]
    rows += [(letter, letter, traces[letter][1:, unit]) for letter in letters]
    figure, top, panels = _panels([values for *_, values in rows])
    drawing = cell(axes=top)
    for axes, (name, letter, values) in zip(panels, rows, strict=True):
        _row(axes, name, values, colour(letter))
    cursors = [axes.axvline(1, color=DATA, linewidth=1.2, zorder=9) for axes in panels]

    def draw(t):
        now = {letter: trace[t, unit].item() for letter, trace in traces.items()}
        before = {
            f"{letter}_before": traces[letter][t - 1, unit].item()
            for letter in "hc"
            if letter in traces
        }
        products, read = through(now, before), x[t - 1].tolist()
        drawing.write(x=read, **now, **before, **products)
        for line in cursors:
            line.set_xdata([t, t])
        begin = [*zip(names, read, strict=True), ("kept", products["kept"])]
        return f"Step {t} of {len(x)}: {_said(begin)}; {_said(now.items())}."

    return LiveFigure(figure, draw, t=Slider("time step t", 1, len(x), play=400))


def _said(numbers):
    """Return pairs of a name and a number in words, without a minus before a zero."""
    return ", ".join(f"{name} {round(number, 2) + 0.0:.2f}" for name, number in numbers)


def _panels(quantities):
    """Return a figure, axes for a cell, and low axes for what is drawn over time."""
    heights = [CELL, *(MARKS if _are_marks(values) else ROW for values in quantities)]
    size = 9.2, sum(heights) + 0.45
    figure, (top, *panels) = subplots(len(heights), figsize=size, height_ratios=heights)
    figure.get_layout_engine().set(h_pad=0.02, hspace=0)
    for axes in panels[:-1]:
        axes.tick_params(labelbottom=False)
    panels[-1].set_xlabel("time step t")
    return figure, top, panels


def _row(axes, name, values, ink):
    """Draw one quantity over all steps."""
    T, top = len(values), max(1.0, np.abs(values).max())
    low = -top if values.min() < -0.01 else 0
    axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    look = {"drawstyle": "steps-mid" if _switches(values) else "default"}
    style = ".-" if T <= 40 else "-"
    axes.plot(range(1, T + 1), values, style, color=ink, linewidth=1.4, **look)
    edge = 0.2 * (top - low)
    axes.set(xlim=(0.5, T + 0.5), ylim=(low - edge, top + edge))
    axes.set_yticks([] if _are_marks(values) else [low, top])
    axes.yaxis.set_major_formatter(lambda y, _: f"{y:.2g}".replace("-", "−"))
    label = {"color": text_colour(ink), "ha": "right", "va": "center"}
    axes.set_ylabel(name, rotation=0, **label)
    axes.tick_params(labelsize=8)


def _switches(values):
    """Return whether all numbers lie at whole ones, or at no more than three levels."""
    is_whole = np.allclose(values, np.round(values), atol=0.02)
    return is_whole or len(np.unique(np.round(values, 2) + 0.0)) <= 3


def _are_marks(values):
    """Return whether all numbers are 0 or 1: a low row is enough for them."""
    return np.isin(values, (0, 1)).all()


def gru_gates_explorer():
    """Show one unit of a GRU at one step, with every gate held by hand.

    Returns:
        A LiveFigure with controls for both gates, for the hidden state before and for
        what the input adds to the score of the candidate. The state before adds twice
        itself, times the reset gate.
    """
    drawing = gru_cell()

    def draw(z, r, before, x):
        n = math.tanh(x + r * 2 * before)
        kept, written = z * before, (1 - z) * n
        h = kept + written
        drawing.write(x=x, h_before=before, r=r, z=z, one_minus_z=1 - z)
        drawing.write(n=n, kept=kept, written=written, h=h)
        return (
            f"Update gate {z}, reset gate {r}: candidate {n:.2f}, of which "
            f"{written:.2f} is written; of the old state {before}, {kept:.2f} is kept; "
            f"the new state is {h:.2f}."
        )

    return LiveFigure(
        drawing.figure,
        draw,
        z=Slider("update gate z", 0, 1, 0.05, value=0.5, play=150, web=2),
        r=Slider("reset gate r", 0, 1, 0.05, value=1, play=150, web=2),
        before=Slider("hidden state before", -1, 1, 0.1, value=0.8, web=4),
        x=Slider("score from the input", -2, 2, 0.1, value=-1, web=5),
    )


def blend_explorer(steps=60):
    """Show how a state follows its candidates when the update gate is held.

    Args:
        steps: how many are shown.

    Returns:
        A LiveFigure with a control for the gate. Grey dots are the candidates, noise
        around a level that jumps; the line is the state, which begins at 0.
    """
    noise = np.random.default_rng(10).normal(0, 0.25, steps)
    level = np.where(np.arange(steps) // (steps // 3) == 1, -0.5, 0.5)
    candidates = np.clip(level + noise, -1, 1)
    time = np.arange(1, steps + 1)
    figure, axes = subplots(figsize=(8.6, 3.2))
    zero_line(axes)
    axes.plot(time, candidates, ".", color=colour("n"))
    axes.text(1, 1.02, "candidates n", color=text_colour(colour("n")), va="bottom")
    (line,) = axes.plot([], [], color=colour("h"))
    axes.text(steps, 1.02, "state h", color=colour("h"), ha="right", va="bottom")
    axes.set(xlim=(0, steps + 1), ylim=(-1.05, 1.2), xlabel="time step t")

    def draw(z):
        h, states = 0.0, []
        for n in candidates:
            h = z * h + (1 - z) * n
            states.append(h)
        line.set_data(time, states)
        changes = np.abs(np.diff(states)).mean()
        axes.set_title(
            f"z = {z:.2f}: the state moves by {changes:.3f} a step on average"
        )
        return f"Update gate {z}: mean change of the state {changes:.3f} a step."

    return LiveFigure(
        figure, draw, z=Slider("update gate z", 0, 1, 0.02, value=0.5, play=150)
    )


def reset_explorer():
    """Show how far the candidate listens to the hidden state at every reset gate.

    Returns:
        A LiveFigure with controls for the gate, for what the input adds to the score of
        the candidate, and for the bias of the path that the gate closes. The line is
        the candidate for every hidden state before; its weight is 2.
    """
    before = np.linspace(-1, 1, 81)
    figure, axes = subplots(figsize=(8.6, 3.2))
    zero_line(axes)
    axes.plot(before, np.tanh(2 * before), color=FAINT)
    axes.text(0.98, 0.68, "r = 1, no bias, no input", color=DATA, ha="right")
    (line,) = axes.plot([], [], color=colour("n"))
    axes.set(xlim=(-1, 1), ylim=(-1.05, 1.05), xlabel="hidden state before")
    axes.set_ylabel("candidate n", color=text_colour(colour("n")))

    def draw(r, x, bias):
        n = np.tanh(x + r * (2 * before + bias))
        line.set_data(before, n)
        axes.set_title(f"From end to end the past moves n by {n[-1] - n[0]:.2f}")
        return (
            f"Reset gate {r}, score of the input {x}, bias {bias}: the candidate goes "
            f"from {n[0]:.2f} to {n[-1]:.2f}."
        )

    return LiveFigure(
        figure,
        draw,
        r=Slider("reset gate r", 0, 1, 0.05, value=1, play=150),
        x=Slider("score from the input", -2, 2, 0.1, value=0, web=5),
        bias=Slider("bias inside the gate", -2, 2, 0.1, value=0, web=5),
    )


def width_explorer(input_size=88, largest=256):
    """Show how many weights RNN, GRU and LSTM have at every width.

    Args:
        input_size: I of all three.
        largest: the greatest width shown.

    Returns:
        A LiveFigure with a control for the width of the LSTM. The other two are marked
        at the same width, and where they have as many weights.
    """
    widths = np.arange(1, 3 * largest + 1)  # an RNN may be so much wider
    blocks = {"RNN": (1, "x"), "GRU": (3, "h"), "LSTM": (4, "c")}
    dashes = {"GRU": "--"}  # its navy is close to the ink of the LSTM
    weights = {
        name: count * parameters_per_gate(input_size, widths)
        for name, (count, _) in blocks.items()
    }
    figure, axes = subplots(figsize=(8.6, 3.6))
    top = weights["LSTM"][largest - 1]
    for name, (_, letter) in blocks.items():
        axes.plot(widths, weights[name], dashes.get(name, "-"), color=colour(letter))
        end = np.searchsorted(weights[name], top)
        place = (widths[end], weights[name][end])
        side = {"textcoords": "offset points", "color": colour(letter)}
        axes.annotate(name, place, (5, -10), annotation_clip=False, **side)
    (level,) = axes.plot([], [], color=DATA, linewidth=0.8)
    (dots,) = axes.plot([], [], "o", color=DATA)
    axes.set(xlim=(0, 2.25 * largest), ylim=(0, 1.04 * top), xlabel="width H")
    axes.set_ylabel("weights of the layer")
    axes.yaxis.set_major_formatter("{x:,.0f}")

    def draw(width):
        here = weights["LSTM"][width - 1]
        equal = {
            name: int(np.abs(weights[name] - here).argmin()) + 1
            for name in ("GRU", "RNN")
        }
        places = [width, equal["GRU"], equal["RNN"]]
        level.set_data([width, places[2]], [here, here])
        dots.set_data(places, [here] * 3)
        message = f"{here:,} weights: LSTM {width}, GRU {places[1]}, RNN {places[2]}"
        axes.set_title(f"{message} units")
        return f"{message} units. At width {width} the GRU has {3 * here // 4:,}."

    return LiveFigure(
        figure, draw, width=Slider("width of the LSTM", 8, largest, 8, value=64)
    )


def half_life_explorer(steps=100):
    """Show how a forget gate, held at one value, lets a cell state fade.

    Args:
        steps: how many are shown.

    Returns:
        A LiveFigure with a control for the bias of the gate, whose other inputs are 0.
        Left, what is left of the cell state at every step; right, the half-life for
        every bias, on a logarithmic axis.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.2, 3.3))
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


def flow_explorer(x, hidden_size=16):
    """Show how much gradient is left in an RNN, a leaky integrator and an LSTM.

    Args:
        x: the input sequence, (T, I); the length control reads its first steps.
        hidden_size: H of all three.

    Returns:
        A LiveFigure with controls for length, forget bias and scale. The curves are the
        exact log10 ‖∂h_T/∂h_t‖, and of the LSTM ‖∂c_T/∂c_t‖, relative to t = T, each
        network at its random start. The leaky integrator keeps σ(forget bias) of its
        state at every step.
    """
    names = {
        "LSTM": ("c", "-"),
        "leaky integrator": ("z", "-."),
        "tanh RNN": ("h", "--"),
    }
    figure, axes = subplots(figsize=(8.6, 3.8))
    zero_line(axes)
    axes.set(xlim=(0, len(x)), ylim=(LOWEST, HIGHEST), xlabel="time step t")
    axes.set_ylabel("log10 of the gradient's norm")
    lines, labels = {}, {}
    for name, (letter, style) in names.items():
        (lines[name],) = axes.plot([0], [0], style, color=colour(letter))
        labels[name] = label_line(lines[name], name, bbox=BLANK, ha="center")

    def draw(steps, bias, scale):
        flows = memory_flows(x[:steps], bias, scale, hidden_size)
        for share, (name, flow) in enumerate(flows.items(), 1):
            lines[name].set_data(range(steps + 1), flow)
            seen = np.flatnonzero((flow >= LOWEST) & (flow <= HIGHEST))
            place = seen[len(seen) * share // 4]
            is_short = steps < 0.3 * len(x)  # no room on the lines: one below the other
            labels[name].xy = (steps, 0) if is_short else (place, flow[place])
            labels[name].set_position((60, 32 - 16 * share) if is_short else (0, 0))
        left = ", ".join(
            f"{name} {power_of_ten(flow[0])}" for name, flow in flows.items()
        )
        axes.set_title(f"After {steps} steps: {left}")
        gate = 1 / (1 + math.exp(-bias))
        return (
            f"Forget bias {bias}, so the leaky integrator keeps {gate:.4f} a step; "
            f"weights times {scale}. Left of the gradient after {steps} steps: {left}."
        )

    return LiveFigure(
        figure,
        draw,
        steps=Slider("sequence length T", 10, len(x), 10, len(x), play=150, web=2),
        bias=Slider("forget bias", -2, 6, 0.5, value=0, web=2),
        scale=Slider("scale of the recurrent weights", 0.2, 4, 0.2, value=1),
    )


def memory_flows(x, bias, scale, hidden_size=16, seed=0):
    """Return how much gradient is left at every step, for three kinds of memory.

    Args:
        x: one input sequence, (T, I).
        bias: the score of the LSTM's forget gates but for what input and state add; the
            leaky integrator keeps σ(bias) of its state.
        scale: what the recurrent weights of all three are multiplied by.
        hidden_size: H of all three.
        seed: of the random starts, which are torch's.

    Returns:
        A dict from the names LSTM, leaky integrator and tanh RNN to arrays (T + 1,):
        log10 ‖∂c_T/∂c_t‖, and log10 ‖∂h_T/∂h_t‖ of the others, relative to t = T.
    """
    sizes, rows = (x.shape[1], hidden_size), slice(hidden_size, 2 * hidden_size)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        lstm, rnn, leaky = (kind(*sizes).double() for kind in (LSTM, RNN, GRU))
    with torch.no_grad():
        for layer in (lstm, rnn, leaky):
            layer.weight_hh_l0 *= scale
        lstm.bias_ih_l0[rows], lstm.bias_hh_l0[rows] = bias, 0
        # h = z h + (1 - z) tanh(...) with a gate z that listens to nobody, and r = 1
        for weight in leaky.parameters():
            weight[: 2 * hidden_size] = 0
        leaky.bias_ih_l0[:hidden_size], leaky.bias_ih_l0[rows] = 40, bias
    flows = [
        gradient_flow(lstm, x).cell,
        gradient_flow(leaky, x).hidden,
        gradient_flow(rnn, x).hidden,
    ]
    names = "LSTM", "leaky integrator", "tanh RNN"
    return {name: flow - flow[-1] for name, flow in zip(names, flows, strict=True)}
