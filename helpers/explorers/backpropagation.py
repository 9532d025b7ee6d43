"""Gradients on their way back: what a cut leaves, what is learned, and a cliff."""

import functools
import math

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.patches import PathPatch

from helpers.figures import (
    BLANK,
    DATA,
    FAINT,
    PAPER,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    subplots,
)

SHADES = LinearSegmentedColormap.from_list("sizes", ("#D9DEEC", colour("h")))
FAINTEST = 1e-4  # of the largest contribution: the palest square there is
LOWEST_LOSS = 1e-12  # drawn of the cliff's loss
GOAL = 0.01  # a loss below it is drawn as the goal


def contributions_explorer(contributions):
    """Show which contributions to a gradient a window keeps, and what they are worth.

    Args:
        contributions: [t, k] is what the loss of step t + 1 adds to the gradient
            through step k + 1, (T, T, ...); zero for k > t.

    Returns:
        A LiveFigure with a control for the window. Left, a square for every
        contribution, the darker the larger; those that are cut off are dots. Right, for
        every window, the cosine between the truncated gradient and the full one, and
        the ratio of their norms.
    """
    flat = np.asarray(contributions).reshape(len(contributions), len(contributions), -1)
    T = len(flat)
    t, k = np.tril_indices(T)
    size = np.linalg.norm(flat[t, k], axis=1)
    norm = LogNorm(FAINTEST, 1, clip=True)
    shades = SHADES(norm(size / size.max()))
    kept = [t // window == k // window for window in range(1, T + 1)]
    cosines, ratios = np.transpose([_compared(flat, t, k, mask) for mask in kept])

    figure, (left, right) = subplots(1, 2, figsize=(9.4, 3.9), width_ratios=(5, 4))
    look = {"marker": "s", "linewidth": 0, "s": (150 / T) ** 2 * 0.75}
    squares = left.scatter([], [], **look)
    left.scatter(k + 1, t + 1, s=3, color=DATA, linewidth=0, zorder=0)
    places = np.column_stack((k + 1, t + 1))
    left.set(xlim=(0, T + 1), ylim=(T + 1, 0), aspect="equal")
    left.set(xlabel="through step k", ylabel="loss of step t")
    left.set(xticks=range(4, T + 1, 4), yticks=range(4, T + 1, 4))
    _draw_scale(left, norm)
    windows = range(1, T + 1)
    (cosine_line,) = right.plot(windows, cosines, color=colour("h"), alpha=0.5)
    (ratio_line,) = right.plot(windows, ratios, "--", color=DATA, alpha=0.7)
    label_line(cosine_line, "cosine", at=0, offset=(0, 10))
    label_line(ratio_line, "ratio of norms", at=1, offset=(6, -12))
    (cosine,) = right.plot([], [], "o", color=colour("h"))
    (ratio,) = right.plot([], [], "s", color=DATA)
    low, high = min(cosines.min(), ratios.min()), max(1, ratios.max())
    margin = 0.12 * (high - low) + 0.01
    right.set(xlim=(0, T + 1), ylim=(low - margin, high + margin))
    right.set(xlabel="window (steps)", ylabel="against the full gradient")

    def draw(window):
        here = kept[window - 1]
        squares.set_offsets(places[here])
        squares.set_facecolors(shades[here])
        cosine.set_data([window], [cosines[window - 1]])
        ratio.set_data([window], [ratios[window - 1]])
        left.set_title(f"{here.sum()} of {len(here)} contributions are left")
        right.set_title(f"Window {window}: cosine {cosines[window - 1]:.2f}")
        return (
            f"Window {window}: {here.sum()} of {len(here)} contributions are left; "
            f"cosine {cosines[window - 1]:.2f}, ratio of norms "
            f"{ratios[window - 1]:.2f}."
        )

    return LiveFigure(figure, draw, window=Slider("window", 1, T, value=T // 4))


def window_explorer(accuracy, read_out_alone, windows, lags, steps):
    """Show which echoes reach their source within a window, and which were learned.

    Args:
        accuracy: held-out accuracy by window, lag and seed, from 0 to 1.
        read_out_alone: the same where only the read-out was trained, by lag and seed.
        windows, lags: what they were measured for, in steps.
        steps: the length of a sequence, T, drawn in full.

    Returns:
        A LiveFigure with controls for window and lag. Left, an arc from every answer to
        the input it needs, dotted where a cut lies between; right, the accuracy of
        every network with this lag, and the median of the chosen window.
    """
    accuracy, alone = 100 * np.asarray(accuracy), 100 * np.asarray(read_out_alone)
    figure, (left, right) = subplots(1, 2, figsize=(9.5, 3.5), width_ratios=(3, 2))
    left.plot(range(1, steps + 1), [0] * steps, ".", color=DATA, markersize=4)
    cut_marks = LineCollection([], color=DATA, linewidth=1.2)
    torn = LineCollection([], color=DATA, linewidth=0.9, linestyle=(0, (1, 2)))
    whole = LineCollection([], color=colour("h"), linewidth=1.4)
    for collection in (cut_marks, torn, whole):
        left.add_collection(collection)
    cut_name = left.text(0, -0.2, "detach", color=DATA, ha="center", va="top")
    left.set(xlim=(0, steps + 1), ylim=(-0.4, 1.08), xlabel="time step", yticks=[])
    left.spines["left"].set_visible(False)

    places = np.arange(len(windows))
    right.axhline(50, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    coin = {"color": DATA, "ha": "right", "va": "top", "bbox": BLANK}
    right.text(places[-1] + 0.4, 48.5, "coin toss", **coin)
    (level,) = right.plot([], [], color=DATA, linewidth=1.2)
    level_name = right.text(places[-1] + 0.4, 0, "read-out alone", color=DATA)
    level_name.set(ha="right", va="bottom", bbox=BLANK)
    (dots,) = right.plot([], [], ".", color=colour("h"), alpha=0.4)
    (medians,) = right.plot([], [], color=colour("h"))
    (chosen,) = right.plot(
        [], [], "o", color=colour("h"), markersize=11, fillstyle="none"
    )
    right.set(xlim=(-0.5, len(windows) - 0.5), ylim=(38, 106), ylabel="accuracy (%)")
    right.set(xticks=places, xticklabels=windows, xlabel="window (steps)")
    half_circle = np.linspace(0, np.pi, 16)

    def draw(window, lag):
        asked = np.arange(lag + 1, steps + 1)
        reached = (asked - 1) // window == (asked - lag - 1) // window
        x = asked[:, None] - lag / 2 + lag / 2 * np.cos(half_circle)
        y = np.broadcast_to((lag / max(lags)) ** 0.5 * np.sin(half_circle), x.shape)
        arcs = np.stack((x, y), axis=2)
        whole.set_segments(arcs[reached])
        torn.set_segments(arcs[~reached])
        cuts = np.arange(window, steps, window) + 0.5
        cut_marks.set_segments([[(cut, -0.16), (cut, 0.1)] for cut in cuts])
        cut_name.set(visible=len(cuts) > 0, x=cuts[0] if len(cuts) else 0)

        row, place = accuracy[:, lags.index(lag)], windows.index(window)
        dots.set_data(np.repeat(places, row.shape[1]), row.ravel())
        medians.set_data(places, np.median(row, axis=1))
        chosen.set_data([place], [np.median(row[place])])
        floor = np.median(alone[lags.index(lag)])
        level.set_data([-0.5, len(windows) - 0.5], [floor] * 2)
        level_name.set_y(floor + 1.5 if floor < 90 else floor - 9)
        left.set_title(f"{reached.sum()} of {len(asked)} answers reach their input")
        right.set_title(
            f"Lag {lag}, window {window}: median {np.median(row[place]):.0f} %"
        )
        return (
            f"Window {window}, lag {lag}: {reached.sum()} of {len(asked)} answers "
            f"reach their input; accuracies from {row[place].min():.0f} to "
            f"{row[place].max():.0f} %, median of the read-out alone {floor:.0f} %."
        )

    return LiveFigure(
        figure,
        draw,
        window=Menu("window", list(windows), value=windows[len(windows) // 2]),
        lag=Menu("lag", list(lags), value=lags[len(lags) // 2]),
    )


def carry_figure(carried, from_zeros):
    """Draw the accuracy at each step of a chunk, with a state that is carried or not.

    Args:
        carried, from_zeros: shares of right answers, (networks, steps).

    Returns:
        The figure, with a dot for every network and a line through the medians.
    """
    figure, axes = subplots(figsize=(7.5, 3.2))
    steps = np.arange(1, carried.shape[1] + 1)
    for found, name, ink, style in (
        (from_zeros, "from zeros", DATA, "s--"),
        (carried, "carried", colour("h"), "o-"),
    ):
        percent = 100 * np.asarray(found)
        axes.plot(steps, percent.T, ".", color=ink, alpha=0.3)
        (line,) = axes.plot(steps, np.median(percent, axis=0), style, color=ink)
        at, offset = (3, (10, 0)) if ink == DATA else (1, (0, -13))
        label_line(line, name, at=at, offset=offset)
    axes.set(xlabel="step of the chunk", ylabel="accuracy (%)", ylim=(36, 105))
    axes.set_title("From zeros, the first four answers of every chunk are lost")
    return figure


def cosine_figure(cosines, windows, lag):
    """Draw how close truncated gradients are to the full one, before and in training.

    Args:
        cosines: two results by name, each (windows, networks).
        windows: in steps.
        lag: one of the windows, which is marked.

    Returns:
        The figure, with a dot for every network and a line through the medians.
    """
    figure, axes = subplots(figsize=(7.5, 3.4))
    places = np.arange(len(windows))
    axes.axvline(windows.index(lag), color=FAINT, zorder=0)
    axes.text(windows.index(lag) + 0.06, -0.15, "window = lag", color=DATA)
    looks = ((DATA, "s--", -0.06, 2, (6, 18)), (colour("h"), "o-", 0.06, 4, (8, -16)))
    for (name, found), (ink, style, shift, at, offset) in zip(
        cosines.items(), looks, strict=True
    ):
        found = np.asarray(found)
        axes.plot(places + shift, found, style[0], color=ink, alpha=0.25, markersize=3)
        (line,) = axes.plot(
            places + shift, np.median(found, axis=1), style, color=ink, markersize=5
        )
        label_line(line, name, at=at, offset=offset)
    axes.set(xticks=places, xticklabels=windows, ylim=(-0.25, 1.22))
    axes.set(xlabel="window (steps)", ylabel="cosine with the full gradient")
    axes.set_title("While the echo is learned, a short window points elsewhere")
    return figure


def cliff_explorer(loss, descend, starts, first, limits, b):
    """Show gradient descent on the loss of one unit, near a cliff, clipped and not.

    Args:
        loss: returns the loss of one unit from its weights w and b.
        descend: returns the path (steps + 1, 2) of (w, b) and the losses (steps + 1,)
            from the starting w and the largest norm allowed, ``math.inf`` for none.
        starts: the starting values of w, evenly spaced.
        first: the one that is shown first.
        limits: the norms that can be chosen.
        b: the starting value of b.

    Returns:
        A LiveFigure with controls for start and limit. Left, the loss as a map, darker
        where it is high, with both paths and the goal; right, both losses by step.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.5, 3.8))
    _map(left, loss, w=(-0.5, 4), b=(-2, 1.2))
    left.set(xlabel="weight w", ylabel="bias b")
    right.set(yscale="log", ylim=(LOWEST_LOSS, 300), xlabel="step of the descent")
    right.set_xlim(0, len(descend(starts[0], math.inf)[1]) - 1)
    right.set_ylabel("loss")
    drawn = {}
    for name, ink, style in (("clipped", colour("h"), "-"), ("free", DATA, ":")):
        width = 1.6 if name == "free" else 1.8
        look = {"color": ink, "linewidth": width, "linestyle": style}
        (path,) = left.plot([], [], marker=".", markersize=4, zorder=3, **look)
        (curve,) = right.plot([], [], **look)
        drawn[name] = path, curve
    (begin,) = left.plot([], [], "o", color=colour("h"), markersize=9, zorder=4)
    still = {"transform": right.transAxes, "ha": "right", "zorder": 0}
    right.text(0.98, 0.94, "not clipped (dotted)", color=DATA, **still)
    right.text(0.98, 0.87, "clipped", color=colour("h"), **still)
    right.axhline(GOAL, color=FAINT, linewidth=0.8, zorder=0)
    still["transform"] = right.get_yaxis_transform()  # x a share of the width
    right.text(0.99, GOAL, "goal", color=DATA, va="bottom", **still)
    step = round(starts[1] - starts[0], 9)
    cached = functools.lru_cache(maxsize=None)(descend)

    def draw(start, limit):
        jumps = {}
        for name, most in (("free", math.inf), ("clipped", limit)):
            path, losses = (np.asarray(found) for found in cached(start, most))
            line, curve = drawn[name]
            line.set_data(*np.clip(path, -40, 40).T)  # far outside the map
            curve.set_data(range(len(losses)), np.maximum(losses, LOWEST_LOSS**2))
            jumps[name] = (
                np.linalg.norm(np.diff(path, axis=0), axis=1).max(),
                losses[-1],
            )
        begin.set_data([start], [b])
        (far, last), (near, clipped_last) = jumps["free"], jumps["clipped"]
        ends = [_at_the_end(loss) for loss in (last, clipped_last)]
        left.set_title(f"Longest step {near:.2g} clipped, {far:.2g} not clipped")
        right.set_title(f"Ends at {ends[1]} clipped, {ends[0]} not clipped")
        return (
            f"Start w = {start}, limit {limit}: the longest step is {far:.2g} without "
            f"clipping, {near:.2g} with it; the loss ends at {ends[0]} and "
            f"{ends[1]}."
        )

    return LiveFigure(
        figure,
        draw,
        start=Slider("start w", starts[0], starts[-1], step, value=first),
        limit=Menu(
            "largest norm allowed", list(limits), value=limits[len(limits) // 2]
        ),
    )


def _compared(contributions, t, k, mask):
    """Return cosine and ratio of norms of those that are kept against all."""
    cut, full = contributions[t[mask], k[mask]].sum(0), contributions.sum((0, 1))
    norm, full_norm = np.linalg.norm(cut), np.linalg.norm(full)
    return cut @ full / (norm * full_norm), norm / full_norm


def _draw_scale(axes, norm):
    """Draw what the shades mean, in the empty half above the diagonal."""
    T = axes.get_xlim()[1] - 1
    exponents = range(int(math.log10(norm.vmin)), 1)
    for row, exponent in enumerate(reversed(exponents)):
        y = 1.2 + 1.3 * row * T / 16
        shade = SHADES(norm(10.0**exponent))
        axes.scatter([0.66 * T], [y], s=60, marker="s", color=[shade], linewidth=0)
        words = "the largest" if exponent == 0 else f"{10.0**exponent:g} of it"
        if exponent == exponents[0]:
            words += " or less"
        axes.text(0.71 * T, y, words, color=DATA, va="center", size=9)


def _at_the_end(loss):
    return f"{loss:.1g}" if loss > LOWEST_LOSS else f"<{LOWEST_LOSS:g}"


def _map(axes, loss, w, b, count=100):
    """Draw filled contours as plain patches, which are part of what does not move."""
    grid = np.linspace(*w, count), np.linspace(*b, count)
    heights = np.array([[loss(x, y) for x in grid[0]] for y in grid[1]])
    levels = np.linspace(0, np.sqrt(heights.max()), 10) ** 2 * 1.0001
    contours = axes.contourf(*grid, heights, levels, cmap="Greys", alpha=0.0)
    shades = np.linspace(0.08, 0.5, len(levels) - 1)
    for path, shade in zip(contours.get_paths(), shades, strict=True):
        patch = PathPatch(path, facecolor=str(1 - shade), edgecolor="none", zorder=0)
        axes.add_patch(patch)
    contours.remove()
    goal = axes.contourf(*grid, np.sqrt(heights), [0, math.sqrt(GOAL)], alpha=0.0)
    look = {"facecolor": PAPER, "edgecolor": DATA, "linewidth": 0.7, "zorder": 0.5}
    axes.add_patch(PathPatch(goal.get_paths()[0], **look))
    goal.remove()
    for corner, up in (((w[1], b[0]), "bottom"), ((w[1], b[1]), "top")):
        words = f"loss {loss(*corner):.2g} "
        axes.text(*corner, words, ha="right", va=up, zorder=0.6, size=9)
    axes.text(w[0], b[1], f" white: loss below {GOAL}", va="top", zorder=0.6, size=9)
    axes.set(xlim=w, ylim=b)
