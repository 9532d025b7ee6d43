"""How far back a gradient reaches: one unit, one network, and twenty at once."""

import numpy as np
import torch
from ipywidgets import SelectionSlider
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from helpers.figures import (
    BLANK,
    DATA,
    FAINT,
    KEEP,
    PAPER,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    power_of_ten,
    subplots,
    zero_line,
)
from helpers.gradients import random_networks, stretch

STYLES = {"sigmoid": "-", "tanh": "--", "relu": ":"}
FLOORS = (-260, -100, -30, -10)  # an axis that seldom jumps is easier to read
CEILINGS = (3, 12, 30, 60, 130)
ROWS = {  # of the phase diagram: an activation, and the state it is centred at
    "sigmoid": ("sigmoid", 0.0),
    "sigmoid around ½": ("sigmoid", 0.5),
    "tanh": ("tanh", 0.0),
    "ReLU": ("relu", 0.0),
}
SCALES = 2 ** (torch.arange(-16, 33, dtype=torch.float64) / 8)  # 1/4 to 16
NETWORKS = 20
STEPS = 100
GROWTH = LinearSegmentedColormap.from_list("growth", (colour("h"), PAPER, KEEP))
HALF, TWICE = np.log10(0.5), np.log10(2.0)  # where the colours end, a step
DASHED = {"color": DATA, "linewidth": 0.8, "linestyle": (0, (4, 3))}

# --- one unit ------------------------------------------------------------------------


def slope_figure(a, slopes):
    """Draw the slopes of three activations.

    Args:
        a: inputs of the activations, (N,), evenly spaced around 0.
        slopes: by the name of the activation, its slope at each input, (N,).

    Returns:
        The figure.
    """
    figure, axes = subplots(figsize=(7.4, 3.2))
    axes.axhline(0.25, color=FAINT, zorder=0)
    axes.text(a[0], 0.27, "one quarter", color=DATA, va="bottom")
    for name, found in slopes.items():
        found = found.clone()
        if name == "relu":
            found[1:][found.diff() > 0.5] = torch.nan  # a jump, not a ramp
        (line,) = axes.plot(a, found, STYLES[name], color=colour("h"))
        at, offset, side = {
            "sigmoid": (len(a) * 5 // 8, (8, 6), "left"),
            "tanh": (len(a) * 9 // 20, (-8, 6), "right"),
            "relu": (len(a) * 3 // 4, (0, 10), "center"),
        }[name]
        text = "ReLU" if name == "relu" else name
        label_line(line, text, at=at, offset=offset, ha=side)
    axes.set(ylim=(-0.03, 1.15), xlabel="input a of the activation", ylabel="slope φ'")
    axes.set_title("A sigmoid lets through a quarter at best; tanh and ReLU up to all")
    return figure


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
    left.text(
        longest, 1.02, "a factor of 1", color=DATA, ha="right", va="bottom", zorder=0
    )
    (dots,) = left.plot([], [], "o", color=colour("h"), markersize=4)
    left.set(xlim=(0, longest + 1), xlabel="time step t")
    left.set_ylabel("factor ∂h(t) / ∂h(t−1)")
    zero_line(right)
    (curve,) = right.plot([], [], ".-", color=colour("h"))
    right.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    right.set(xlim=(0, longest + 1), xlabel="time step t")
    right.set_ylabel("log10 of ∂h(T) / ∂h(t)")

    def draw(activation, w, steps):
        found = np.asarray(factors(activation, w, steps))
        with np.errstate(divide="ignore"):  # the logarithm of zero is meant
            to_the_end = np.log10(found)[::-1].cumsum()[::-1]
        dots.set_data(range(1, steps + 1), found)
        curve.set_data(range(steps + 1), [*to_the_end, 0])
        left.set_ylim((-0.03, 1.2) if found.max() < 1.2 else (-0.1, 4.2))
        right.set_ylim(_limits(to_the_end))
        product = power_of_ten(to_the_end[0])
        mean = found.mean()
        left.set_title(f"The factors: {mean:.2f} on average")
        right.set_title(f"Their product over {steps} steps: {product}")
        return f"{activation}, w = {w}: mean factor {mean:.2f}, product {product}."

    return LiveFigure(
        figure,
        draw,
        activation=Menu("activation", ["sigmoid", "tanh", "relu"]),
        w=Slider("weight w", 0.05, 4, 0.05, value=1, web=2),
        steps=Slider("sequence length T", 2, longest, value=longest, web=6),
    )


def latch_explorer(unit, weights, runs=300, steps=50, noise=0.25):
    """Show whether a unit holds a bit, and what is left of the gradient meanwhile.

    Args:
        unit: returns the states after every step, (steps + 1, runs), and
            ∂h_T/∂h_0 of every run, (runs,), from a weight w and x, (steps, runs).
        weights: the weights that the control can take, evenly spaced.
        runs: how many runs begin with each of the two bits.
        steps: how long the bit is to be held.
        noise: standard deviation of the input.

    Returns:
        A LiveFigure with a control for w. Left, a few runs; right, for every w the
        share of runs that still have the sign of their bit, and log10 of the median
        of the gradient.
    """
    generator = torch.Generator().manual_seed(8)
    x = torch.empty(steps, 2 * runs, dtype=torch.float64)
    x.normal_(generator=generator)
    bit = torch.ones(2 * runs, dtype=torch.float64)
    bit[1::2] = -1
    shown, kept, left_over = {}, [], []
    for w in weights:
        states, gradients = unit(w, noise * x, bit)
        shown[w] = states[:, :8].numpy()
        kept.append((states[-1] * bit > 0).double().mean().item())
        left_over.append(gradients.median().log10().item())

    figure, (left, middle, right) = subplots(1, 3, figsize=(9.6, 3.2))
    zero_line(left)
    inks = (colour("h"), KEEP)
    lines = [
        left.plot([], [], color=inks[k % 2], linewidth=1, alpha=0.8)[0]
        for k in range(8)
    ]
    left.set(xlim=(0, steps), ylim=(-1.15, 1.15), xlabel="time step t", ylabel="h")
    panels = (middle, [100 * k for k in kept]), (right, left_over)
    dots = []
    for axes, values in panels:
        axes.plot(weights, values, color=colour("h"))
        dots += axes.plot([], [], "o", color=colour("h"))
        axes.axvline(1, color=FAINT, zorder=0)
        axes.set(xlabel="weight w")
    middle.axhline(50, **DASHED)
    middle.text(weights[-1], 51, "a coin", color=DATA, va="bottom", ha="right")
    middle.set(ylim=(45, 103), ylabel="bits still held (%)")
    right.set_ylabel("log10 of ∂h(T)/∂h(0)")
    middle.set_title("Large weights hold the bit ...")
    right.set_title("... and lose the gradient")

    def draw(w):
        for line, states in zip(lines, shown[w].T, strict=True):
            line.set_data(range(steps + 1), states)
        place = list(weights).index(w)
        for dot, (_, values) in zip(dots, panels, strict=True):
            dot.set_data([w], [values[place]])
        share = f"{kept[place]:.0%}"
        left.set_title(f"{share} keep their sign")
        rest = power_of_ten(left_over[place])
        return (
            f"Weight {w}: after {steps} steps {share} of the runs still have the sign "
            f"of their bit, and {rest} of the gradient is left."
        )

    step = weights[1] - weights[0]
    slider = Slider("weight w", weights[0], weights[-1], step, value=1.0)
    return LiveFigure(figure, draw, w=slider)


# --- networks ------------------------------------------------------------------------


def rate_figure(curves, rates):
    """Draw the gradient's size against time, and the straight lines that predict it.

    Args:
        curves: by activation, log10 of ‖∂h_T/∂h_t‖ relative to its value at T, for
            t = 0 to T, (T + 1,).
        rates: by activation, the factor predicted for each step.

    Returns:
        The figure.
    """
    figure, axes = subplots(figsize=(8, 3.6))
    for name, curve in curves.items():
        T = len(curve) - 1
        (line,) = axes.plot(curve, STYLES[name], color=colour("h"))
        axes.plot([0, T], [T * np.log10(rates[name]), 0], color=FAINT, zorder=0)
        text = (
            f"{'ReLU' if name == 'relu' else name}: predicted {rates[name]:.2f} a step"
        )
        at, offset = {"tanh": (4, (0, 16)), "relu": (10, (8, -16))}.get(
            name, (30, (14, -8))
        )
        label_line(line, text, at, offset)
    axes.text(6, -66, "grey: the prediction", color=DATA, va="bottom")
    axes.set(xlabel="time step t", ylabel=r"log10 of $\|∂h_{100}/∂h_t\|$, relative")
    axes.set(ylim=(-72, 9), xlim=(0, T))
    axes.set_title("Each step back multiplies the gradient by about the same factor")
    return figure


def phase_diagram(start, units):
    """Follow twenty networks of each row of the phase diagram at every scale.

    Args:
        start: "gaussian", "orthogonal" or "identity".
        units: H.

    Returns:
        By the name of the row, a ``helpers.gradients.Stretch`` of 20 networks, 49
        scales and 100 steps.
    """
    weights, drives = random_networks(NETWORKS, units, start, STEPS)
    return {
        row: stretch(activation, weights, drives, SCALES, centre)
        for row, (activation, centre) in ROWS.items()
    }


def edge_of(found):
    """Return the scale at which the median network begins to explode, or infinity.

    Args:
        found: a Stretch over the scales of the phase diagram.
    """
    grows = (found.log10[:, :, -1].median(0).values > 0).nonzero()
    return SCALES[grows[0]].item() if len(grows) else float("inf")


def phase_figure(by_units):
    """Draw the growth of the gradient, scale by activation, a thin row a network.

    Args:
        by_units: by the number of units, what ``phase_diagram`` returns.

    Returns:
        The figure. Blue vanishes, brown explodes, white is the edge between them.
    """
    figure, panels = subplots(
        1, len(by_units), figsize=(9.6, 4.2), sharey=True, squeeze=False
    )
    for axes, (units, found) in zip(panels[0], by_units.items(), strict=True):
        image = axes.imshow(_growth(found), **_look())
        _label_rows(axes, found)
        axes.set_title(f"{units} units", fontweight="normal")
    bar = figure.colorbar(image, ax=list(panels[0]), shrink=0.8, aspect=30, pad=0.02)
    bar.set_ticks([HALF, 0, TWICE], labels=["½ or less", "1", "2 or more"])
    bar.set_label("factor a step")
    bar.outline.set_visible(False)
    _head(figure, "Below its edge a network's gradient vanishes, above it explodes")
    return figure


def edge_explorer(sizes=(32, 128)):
    """Show twenty gradients at once, and where they stand in the phase diagram.

    Args:
        sizes: numbers of units that the control can take.

    Returns:
        A LiveFigure with controls for length, activation, scale, initialisation and
        units. Left, log10 of what is left of the gradient of each network and of the
        median, with the rate predicted; right, the phase diagram of the initialisation
        and size, with the networks on the left marked in it.
    """
    found = {
        (start, units): phase_diagram(start, units)
        for start in ("gaussian", "orthogonal", "identity")
        for units in sizes
    }
    figure, (left, right) = subplots(1, 2, figsize=(9.8, 3.9), width_ratios=(1, 1.15))
    zero_line(left)
    thin = {"color": colour("h"), "linewidth": 0.6, "alpha": 0.35}
    curves = [left.plot([], [], **thin)[0] for _ in range(NETWORKS)]
    (median,) = left.plot([], [], color=colour("h"), linewidth=2.2)
    (predicted,) = left.plot([], [], color=DATA, linestyle=(0, (4, 3)))
    left.set(xlim=(0, STEPS), ylabel="log10 of what is left")
    left.set_xlabel(
        "steps crossed by the gradient\n(thick: the median, dashed: predicted)"
    )
    left.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    image = right.imshow(_growth(found["gaussian", sizes[0]]), **_look())
    _label_rows(right)
    (mark,) = right.plot([], [], color=DATA, linewidth=1.6, clip_on=False)
    right.set_title("Blue vanishes, brown explodes")

    def draw(steps, row, scale, start, units):
        here = found[start, units]
        place = int((SCALES - scale).abs().argmin())
        log10 = here[row].log10[:, place, : steps + 1].numpy()
        typical = here[row].slopes[:, place, :steps].square().mean(1).sqrt()
        rate = (typical * SCALES[place]).median().item()
        for curve, values in zip(curves, log10, strict=True):
            curve.set_data(range(0, steps + 1, 2), values[::2])
        middle = np.median(log10, axis=0)
        median.set_data(range(steps + 1), middle)
        predicted.set_data([0, steps], [0, steps * np.log10(rate)])
        left.set_ylim(_limits(log10))
        image.set_data(_growth(here))
        mark.set_data(*_frame(place, list(ROWS).index(row)))
        grow = int((log10[:, -1] > 0).sum())
        rest = power_of_ten(middle[-1])
        left.set_title(f"{rest} is left; it has grown in {grow} of 20")
        return (
            f"{row}, {start}, scale {scale:.3g}, {units} units: after {steps} steps "
            f"{rest} of the gradient is left in the median, "
            f"and in {grow} of 20 networks it has grown. Predicted were factors of "
            f"{rate:.2f} a step."
        )

    scales = {f"{scale:.3g}": round(scale, 6) for scale in SCALES.tolist()}
    return LiveFigure(
        figure,
        draw,
        steps=Slider("sequence length T", 4, STEPS, 4, STEPS, play=150, web=12),
        row=Menu("activation", list(ROWS), value="tanh"),
        scale=_menu_of_scales(scales),
        start=Menu("initialisation", ["gaussian", "orthogonal", "identity"]),
        units=Menu("units", list(sizes)),
    )


def _growth(found):
    """Return log10 of the factor a step as rows of an image, with gaps between."""
    gap = np.full((3, len(SCALES)), np.nan)
    rows = []
    for stretched in found.values():
        each = stretched.log10[:, :, -1].numpy() / STEPS
        rows += [np.clip(each, HALF, TWICE), gap]
    return np.concatenate(rows[:-1])


def _look():
    """Return the options of ``imshow`` for the phase diagram."""
    colours = {"cmap": GROWTH, "vmin": HALF, "vmax": TWICE}
    return {**colours, "aspect": "auto", "interpolation": "none"}


def _label_rows(axes, found=None):
    """Write scales below, activations beside, and mark the edges if they are known."""
    tops = [k * (NETWORKS + 3) - 0.5 for k in range(len(ROWS))]
    axes.set_yticks([top + NETWORKS / 2 for top in tops], labels=list(ROWS))
    axes.set_xticks(range(0, 49, 8), labels=["¼", "½", "1", "2", "4", "8", "16"])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("scale of the weights (spectral radius)")
    for top, (_, stretched) in zip(tops, (found or {}).items(), strict=False):
        if np.isfinite(scale := edge_of(stretched)):
            x = 16 + 8 * np.log2(scale) - 0.5
            axes.plot([x, x], [top, top + NETWORKS], color=DATA, linewidth=1)
            axes.text(x, top, f"{scale:.2g}", color=DATA, ha="center", va="bottom")


def _frame(column, row):
    """Return x and y of a frame around one scale of one row of the phase diagram."""
    top = row * (NETWORKS + 3) - 0.5
    left, right, bottom = column - 0.5, column + 0.5, top + NETWORKS
    return (left, right, right, left, left), (top, top, bottom, bottom, top)


def _menu_of_scales(scales):
    """Return a slider that stands on the scales of the phase diagram only."""
    return SelectionSlider(
        description="scale of the weights", options=list(scales.items()), value=1.0
    )


def _head(figure, message):
    """Write the message of a figure above all of its panels."""
    figure.suptitle(message, x=0.01, ha="left", fontsize=11, fontweight="bold")


def _limits(values):
    """Return the closest pair of limits that holds all finite values, if one does."""
    finite = values[np.isfinite(values)]
    lowest, highest = finite.min(initial=0), finite.max(initial=0)
    floor = max((f for f in FLOORS if f <= lowest), default=FLOORS[0])
    ceiling = min((c for c in CEILINGS if c >= highest), default=CEILINGS[-1])
    return floor, ceiling


# --- what it costs -------------------------------------------------------------------


def recall_figure(by_torch, near_the_edge):
    """Draw the accuracy of trained networks against the lag, two initialisations.

    Args:
        by_torch, near_the_edge: by activation and lag, the accuracy of M networks,
            (M,); left as torch draws the weights, right near the edge.

    Returns:
        The figure. Lines go through the means; behind them are all networks.
    """
    lags = sorted({lag for found in by_torch.values() for lag in found})
    figure, panels = subplots(1, 2, figsize=(9.4, 3.6), sharey=True)
    for axes, found in zip(panels, (by_torch, near_the_edge), strict=True):
        for k, (name, by_lag) in enumerate(found.items()):
            places = np.array([lags.index(lag) for lag in by_lag]) + 0.16 * (k - 1)
            rows = 100 * torch.stack([*by_lag.values()])
            spread = np.repeat(places[:, None], rows.shape[1], axis=1)
            axes.plot(spread, rows, ".", color=FAINT, markersize=4, zorder=0)
            axes.plot(places, rows.mean(1), STYLES[name], color=colour("h"))
        axes.axhline(25, **DASHED)
        axes.set(xticks=range(len(lags)), xticklabels=lags, xlabel="lag (steps)")
        axes.set(ylim=(0, 110), xlim=(-0.5, len(lags) - 0.5))
    left, right = panels
    left.text(-0.4, 23, "guessing", color=DATA, va="top")
    left.set(
        ylabel="right answers (%)", title="As torch initialises them, few reach back"
    )
    right.set_title("Initialised near the edge, all three do")
    words = {"ha": "left", "va": "center", "color": colour("h"), "bbox": BLANK}
    for name, place in {
        "sigmoid": (0.0, 62),
        "tanh": (3.3, 90),
        "relu": (1.4, 35),
    }.items():
        left.text(*place, "ReLU" if name == "relu" else name, **words)
    for k, (name, how) in enumerate(
        {
            "sigmoid": "sigmoid around ½, orthogonal, scale 4",
            "tanh": "tanh, orthogonal, scale 1",
            "relu": "ReLU, identity, scale 1",
        }.items()
    ):
        height = 78 - 13 * k
        right.plot([0.2, 0.7], [height] * 2, STYLES[name], color=colour("h"))
        right.text(0.8, height, how, **words)
    return figure


def training_figure(rests, every):
    """Draw what is left of the gradient while networks learn, a thin line a network.

    Args:
        rests: by the title of a panel, log10 of what is left at every look, (looks, M),
            and which networks have learned their task at the end, (M,).
        every: updates from one look to the next.

    Returns:
        The figure.
    """
    figure, panels = subplots(1, len(rests), figsize=(9.6, 3.3), sharey=True)
    for axes, (title, (found, learned)) in zip(panels, rests.items(), strict=True):
        updates = np.arange(len(found)) * every
        axes.axhline(0, color=DATA, linewidth=0.8, zorder=0)
        for lines, ink in (
            (found[:, learned], colour("h")),
            (found[:, ~learned], KEEP),
        ):
            axes.plot(updates, lines, color=ink, linewidth=0.9, alpha=0.5)
        axes.set(xlabel="updates")
        axes.set_title(title, fontweight="normal")
    low, high = panels[0].get_ylim()
    panels[0].set(ylim=(low, high + 0.12 * (high - low)))
    words = {"color": colour("h"), "transform": panels[0].transAxes, "va": "top"}
    panels[0].text(0.03, 0.99, "has learned it", **words)
    panels[0].text(0.03, 0.07, "has not", **{**words, "color": KEEP})
    panels[0].set_ylabel("log10 of what is left")
    _head(
        figure,
        "Networks that learn climb to the edge; the gradient of the others is gone",
    )
    return figure
