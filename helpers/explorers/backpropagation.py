"""Gradients on their way back: what a cut leaves, what is learned, and a cliff."""

import functools
import math

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch

from helpers.figures import DATA, FAINT, LiveFigure, Menu, Slider, colour, subplots

FAINTEST = 1e-6  # of the largest part: the palest square there is
LOWEST_LOSS = 1e-6  # drawn of the cliff's loss


def parts_explorer(parts):
    """Show which parts of a gradient a window keeps, and what they are worth.

    Args:
        parts: parts[t, k] is what the loss of step t + 1 adds to the gradient by way of
            step k + 1, (T, T, ...); zero for k > t.

    Returns:
        A LiveFigure with a control for the window. Left, a square for every part, the
        darker the larger; pale squares are cut. Right, for every window, the cosine
        between the cut gradient and the full one, and the ratio of their norms.
    """
    parts = np.asarray(parts).reshape(len(parts), len(parts), -1)
    T = len(parts)
    t, k = np.tril_indices(T)
    size = np.linalg.norm(parts[t, k], axis=1)
    pale = np.log10(np.maximum(size / size.max(), FAINTEST)) / math.log10(FAINTEST)
    shades = np.array([to_rgba(colour("h"))] * len(t))
    shades[:, :3] += 0.78 * pale[:, None] * (1 - shades[:, :3])  # towards white
    kept = [t // window == k // window for window in range(1, T + 1)]
    cosines, ratios = np.transpose([_compared(parts, t, k, mask) for mask in kept])

    figure, (left, right) = subplots(1, 2, figsize=(9, 3.7))
    area = (150 / T) ** 2 * 0.75  # square points
    look = {"s": area, "marker": "s", "linewidth": 0}
    left.scatter(k + 1, t + 1, color=to_rgba(FAINT, 0.45), zorder=0, **look)
    squares = left.scatter([], [], **look)
    places = np.column_stack((k + 1, t + 1))
    left.set(xlim=(0, T + 1), ylim=(T + 1, 0), aspect="equal")
    left.set(xlabel="use of W at step k", ylabel="loss of step t")
    left.set(xticks=range(4, T + 1, 4), yticks=range(4, T + 1, 4))
    right.plot(range(1, T + 1), cosines, color=FAINT, zorder=0)
    right.plot(range(1, T + 1), ratios, ":", color=FAINT, zorder=0)
    (cosine,) = right.plot([], [], "o", color=colour("h"), label="cosine")
    (ratio,) = right.plot([], [], "s", color=DATA, label="ratio of norms")
    right.legend(loc="lower right", frameon=False, labelcolor="linecolor")
    low = min(0, cosines.min(), ratios.min()) - 0.05
    right.set(xlim=(0, T + 1), ylim=(low, max(1, ratios.max()) + 0.06))
    right.set(xlabel="window (steps)", title="Cut gradient against the full one")

    def draw(window):
        here = kept[window - 1]
        squares.set_offsets(places[here])
        squares.set_facecolors(shades[here])
        cosine.set_data([window], [cosines[window - 1]])
        ratio.set_data([window], [ratios[window - 1]])
        left.set_title(f"{here.sum()} of {len(here)} parts are left")
        return (
            f"Window {window}: {here.sum()} of {len(here)} parts are left; cosine "
            f"{cosines[window - 1]:.2f}, ratio of norms {ratios[window - 1]:.2f}."
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
        the input it needs, pale where a cut lies between; right, the accuracy of every
        network with this lag, and where the chosen window stands.
    """
    accuracy, alone = 100 * np.asarray(accuracy), 100 * np.asarray(read_out_alone)
    figure, (left, right) = subplots(1, 2, figsize=(9.5, 3.4), width_ratios=(3, 2))
    left.plot(range(1, steps + 1), [0] * steps, ".", color=DATA, markersize=3)
    cut_marks = LineCollection([], color=DATA, linewidth=1)
    torn = LineCollection([], color=FAINT, linewidth=1)
    whole = LineCollection([], color=colour("h"), linewidth=1.2)
    for collection in (cut_marks, torn, whole):
        left.add_collection(collection)
    left.set(xlim=(0, steps + 1), ylim=(-3.2, max(lags) + 1), xlabel="time step")
    left.set(yticks=[])
    left.spines["left"].set_visible(False)

    places = np.arange(len(windows))
    right.axhline(50, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    right.text(places[-1] + 0.4, 49, "coin toss", color=DATA, ha="right", va="top")
    (level,) = right.plot([], [], color=DATA, linewidth=1.2)
    (dots,) = right.plot([], [], ".", color=colour("h"), alpha=0.5)
    (medians,) = right.plot([], [], color=colour("h"))
    (chosen,) = right.plot(
        [], [], "o", color=colour("h"), markersize=11, fillstyle="none"
    )
    right.set(xlim=(-0.5, len(windows) - 0.5), ylim=(38, 104), ylabel="accuracy (%)")
    right.set(xticks=places, xticklabels=windows, xlabel="window (steps)")
    half_circle = np.linspace(0, np.pi, 13)

    def draw(window, lag):
        asked = np.arange(lag + 1, steps + 1)
        reached = (asked - 1) // window == (asked - lag - 1) // window
        x = asked[:, None] - lag / 2 + lag / 2 * np.cos(half_circle)
        y = np.broadcast_to(lag * np.sin(half_circle), x.shape)
        arcs = np.stack((x, y), axis=2)
        whole.set_segments(arcs[reached])
        torn.set_segments(arcs[~reached])
        cuts = np.arange(window, steps, window) + 0.5
        cut_marks.set_segments([[(cut, -2.6), (cut, -0.8)] for cut in cuts])

        row, place = accuracy[:, lags.index(lag)], windows.index(window)
        dots.set_data(np.repeat(places, row.shape[1]), row.ravel())
        medians.set_data(places, np.median(row, axis=1))
        chosen.set_data([place], [np.median(row[place])])
        floor = np.median(alone[lags.index(lag)])
        level.set_data([-0.5, len(windows) - 0.5], [floor] * 2)
        left.set_title(f"{reached.sum()} of {len(asked)} answers reach their input")
        right.set_title(
            f"Median {np.median(row[place]):.0f} %, read-out alone {floor:.0f} %"
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
        where it is high, with both paths; right, both losses by step.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.5, 3.8))
    _map(left, loss, w=(-0.5, 4), b=(-2, 1.2))
    left.set(xlabel="weight w", ylabel="weight b")
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
    step = round(starts[1] - starts[0], 9)
    cached = functools.lru_cache(maxsize=None)(descend)

    def draw(start, limit):
        jumps = {}
        for name, most in (("free", math.inf), ("clipped", limit)):
            path, losses = (np.asarray(found) for found in cached(start, most))
            line, curve = drawn[name]
            line.set_data(*np.clip(path, -40, 40).T)  # far outside the map
            curve.set_data(range(len(losses)), np.maximum(losses, LOWEST_LOSS))
            jumps[name] = (
                np.linalg.norm(np.diff(path, axis=0), axis=1).max(),
                losses[-1],
            )
        begin.set_data([start], [b])
        (far, last), (near, clipped_last) = jumps["free"], jumps["clipped"]
        ends = [_at_the_end(loss) for loss in (last, clipped_last)]
        left.set_title(f"Longest step {far:.2g}, clipped {near:.2g}")
        right.set_title(f"Ends at {ends[0]}, clipped {ends[1]}")
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


def _compared(parts, t, k, mask):
    """Return cosine and ratio of norms of the parts kept against all of them."""
    cut, full = parts[t[mask], k[mask]].sum(0), parts.sum((0, 1))
    norm, full_norm = np.linalg.norm(cut), np.linalg.norm(full)
    return cut @ full / (norm * full_norm), norm / full_norm


def _at_the_end(loss):
    return f"{loss:.2g}" if loss > LOWEST_LOSS else f"below {LOWEST_LOSS:g}"


def _map(axes, loss, w, b, count=100):
    """Draw filled contours as plain patches, which are part of what does not move."""
    grid = np.linspace(*w, count), np.linspace(*b, count)
    heights = [[loss(x, y) for x in grid[0]] for y in grid[1]]
    levels = np.linspace(0, np.sqrt(np.max(heights)), 10) ** 2 * 1.0001
    contours = axes.contourf(*grid, heights, levels, cmap="Greys", alpha=0.0)
    shades = np.linspace(0, 0.42, len(levels) - 1)
    for path, shade in zip(contours.get_paths(), shades, strict=True):
        patch = PathPatch(path, facecolor=str(1 - shade), edgecolor="none", zorder=0)
        axes.add_patch(patch)
    contours.remove()
    axes.set(xlim=w, ylim=b)
