"""How far back a gradient reaches: one unit, then a whole network."""

import numpy as np

from helpers.figures import (
    DATA,
    LiveFigure,
    Menu,
    Slider,
    colour,
    power_of_ten,
    subplots,
    zero_line,
)
from helpers.gradients import gradient_flow, predicted_rate

FLOORS = (-260, -60, -15)  # an axis that seldom jumps is easier to read
CEILINGS = (3, 30, 150)
LARGEST_FACTOR = 2.5


def factor_explorer(factors, longest):
    """Show the factors of one unit's gradient and, beside them, their product.

    Args:
        factors: returns the factors ∂h_t/∂h_{t-1} for t = 1 to T, (T,), from an
            activation ("sigmoid", "tanh" or "relu"), a weight w and T.
        longest: the largest T.

    Returns:
        A LiveFigure with controls for activation, weight and length. Right, log10 of
        ∂h_T/∂h_t at every step.
    """
    figure, (left, right) = subplots(1, 2)
    left.axhline(1, color=DATA, linewidth=0.8, zorder=0)
    (dots,) = left.plot([], [], "o", color=colour("h"))
    left.set(xlim=(0, longest + 1), ylim=(-0.1, 3), xlabel="time step t")
    left.set(title="The factors", ylabel="factor ∂h(t) / ∂h(t−1)")
    zero_line(right)
    (curve,) = right.plot([], [], ".-", color=colour("h"))
    right.set(xlim=(0, longest + 1), ylim=(-62, 32), xlabel="time step t")
    right.set_ylabel("log10 of ∂h(T) / ∂h(t)")

    def draw(activation, w, steps):
        found = np.asarray(factors(activation, w, steps))
        to_the_end = found[::-1].cumprod()[::-1]
        dots.set_data(range(1, steps + 1), found)
        curve.set_data(range(steps), np.log10(np.maximum(to_the_end, 1e-300)))
        product = f"{to_the_end[0]:.0e}"
        right.set_title(f"Their product over {steps} steps: {product}")
        mean = found.mean()
        return f"{activation}, w = {w}: mean factor {mean:.2f}, product {product}."

    return LiveFigure(
        figure,
        draw,
        activation=Menu("activation", ["sigmoid", "tanh", "relu"]),
        w=Slider("weight w", 0, 3, 0.05, value=1),
        steps=Slider("sequence length T", 2, longest, value=longest),
    )


def gradient_explorer(network, x):
    """Show how much of an RNN's gradient is left, and the factors it met on its way.

    Args:
        network: makes an RNN from an activation ("sigmoid", "tanh" or "relu"), a start
            ("gaussian", "orthogonal" or "identity") and a weight scale.
        x: the input sequence, (T, I); the length control reads its first steps.

    Returns:
        A LiveFigure with controls for length, activation, scale and start. Left, the
        exact log10 ‖∂h_T/∂h_t‖ at every step and the rate predicted; right, how often
        each factor, slope times scale, was met over all steps and units.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.5, 3.6))
    zero_line(left)
    (predicted,) = left.plot([], [], color=DATA, linewidth=1)
    (exact,) = left.plot([], [], color=colour("h"))
    still = {
        "ha": "right",
        "transform": left.transAxes,
        "zorder": 0,
    }  # below what moves
    left.text(0.98, 0.1, "exact", color=colour("h"), **still)
    left.text(0.98, 0.03, "predicted", color=DATA, **still)
    left.set(xlim=(0, len(x)), xlabel="time step t")
    left.set_ylabel("log10 of ‖∂h(T)/∂h(t)‖")

    right.axvline(1, color=DATA, linewidth=0.8)
    bins = np.linspace(0, LARGEST_FACTOR, 51)
    bars = right.stairs(np.zeros(50), bins, fill=True, color=colour("h"), alpha=0.75)
    right.set(xlim=(0, LARGEST_FACTOR), ylim=(0, 1.03), ylabel="share")
    right.set_xlabel("factor: slope × scale")

    def draw(steps, activation, scale, start):
        layer = network(activation, start, scale)
        flow = gradient_flow(layer, x[:steps])
        rate = predicted_rate(layer.weight_hh_l0, activation, flow.slopes).estimate
        relative = flow.hidden - flow.hidden[-1]
        line = steps * np.log10(rate), 0
        exact.set_data(range(steps + 1), relative)
        predicted.set_data([0, steps], line)
        left.set_ylim(_limits([*relative, *line]))

        met = np.minimum(scale * flow.slopes, LARGEST_FACTOR)
        bars.set_data(np.histogram(met, bins)[0] / met.size)
        change = (
            f"{steps} steps back, the gradient is times {power_of_ten(relative[0])}"
        )
        left.set_title(change)
        right.set_title(f"{(met < 1).mean():.0%} of the factors lie below 1")
        return (
            f"{activation}, {start} start, scale {scale}: {change}; "
            f"predicted were factors of {rate:.2f} a step."
        )

    return LiveFigure(
        figure,
        draw,
        steps=Slider("sequence length T", 5, len(x), 5, value=len(x) // 2, play=150),
        activation=Menu("activation", ["sigmoid", "tanh", "relu"], value="tanh"),
        scale=Slider("weight scale (spectral radius)", 0.1, 4, 0.05, value=1),
        start=Menu("start", ["gaussian", "orthogonal", "identity"]),
    )


def _limits(values):
    """Return the closest pair of limits that holds all finite values, if one does."""
    finite = [value for value in values if np.isfinite(value)]
    floor = max((f for f in FLOORS if f <= min(finite)), default=FLOORS[0])
    ceiling = min((c for c in CEILINGS if c >= max(finite)), default=CEILINGS[-1])
    return floor, ceiling
