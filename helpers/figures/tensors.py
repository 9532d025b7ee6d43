"""Drawings of tensors: their shapes, the order of final states, padding and packing."""

from itertools import product

import numpy as np
import torch
from matplotlib.patches import Rectangle

from helpers.figures.palette import CELL, DATA, FAINT, PAPER, colour, text_colour
from helpers.figures.still import subplots

BEHIND = 0.22  # how far one channel lies behind the one before, to the right and up


def draw_shape(sheet, x, y, name, shape, ink, scale=1.0):
    """Draw a tensor with its name and shape above and its axes beside it.

    Args:
        sheet: a Sheet.
        x, y: the lower left corner of its front.
        name: of the tensor.
        shape: its Shape, of two or three axes.
        ink: the colour of the quantity.
        scale: length of one cell.
    """
    right, top = sheet.tensor(x, y, shape.sizes, pale(ink), ink, scale)
    wide, high = shape.sizes[-1] * scale, shape.sizes[-2] * scale
    sheet.text(x, top + 0.35, f"{name} {shape.sizes}", ink, 0.85, align=0)
    labels = [f"{a} = {s}" for a, s in zip(shape.axes, shape.sizes, strict=True)]
    sheet.text(x + wide / 2, y - 0.85, labels[-1], ink, 0.7)
    sheet.text(x - 0.25, y + high / 2 - 0.25, labels[-2], ink, 0.7, align=1)
    if len(shape.sizes) == 3:
        beside = max((x + wide + right) / 2 + 0.3, x + wide / 2 + 1.5)
        sheet.text(beside, (y + top - high) / 2 - 0.5, labels[0], ink, 0.7, align=0)


def pale(ink, share=0.12):
    """Return a colour as it looks thinned on paper, (red, green, blue)."""
    parts = np.array([int(ink[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return tuple(1 - share * (1 - parts))


def state_order(num_layers=2, steps=4, highlight=None):
    """Draw where each row of h_n comes from, in a layer that reads both ways.

    Args:
        num_layers: how many layers, 1 to 3.
        steps: how many time steps, 2 to 6.
        highlight: the rows of h_n in colour; the two of the last layer if None.

    Returns:
        The figure.

    Raises:
        ValueError: if a number is out of range.
    """
    if not (1 <= num_layers <= 3 and 2 <= steps <= 6):
        found = f"{num_layers} and {steps}"
        raise ValueError(f"layers must be 1 to 3 and steps 2 to 6, got {found}")
    if highlight is None:
        highlight = (2 * num_layers - 2, 2 * num_layers - 1)
    figure, axes = subplots(figsize=(7.5, 0.7 + 1.5 * num_layers))
    for row in range(2 * num_layers):
        _walk(axes, row, steps, lit=row in highlight)
    for t in range(1, steps + 1):
        axes.text(t, -0.75, f"$x_{t}$", color=DATA, ha="center", va="center", size=12)
    axes.set(xlim=(-1.2, steps + 2.2), ylim=(-1.1, 2 * num_layers - 0.4))
    axes.set_title("h_n goes layer by layer, forward before backward")
    axes.axis("off")
    return figure


def draw_packing(sequences, lengths, order, batch_sizes):
    """Draw sequences of digits as a padded batch, and as they are packed.

    Args:
        sequences: the padded batch, (B, T), of digits.
        lengths: how many steps of each are true, (B,).
        order: the rows in the order in which they are packed.
        batch_sizes: how many sequences are still going on, for each step.

    Returns:
        The figure.
    """
    figure, (left, right) = subplots(1, 2, figsize=(7, 2.6))
    B, T = sequences.shape
    true = torch.arange(T) < lengths[:, None]
    for axes, rows in ((left, range(B)), (right, order)):
        for (place, row), t in product(enumerate(rows), range(T)):
            if axes is right and not true[row, t]:
                continue
            ink = DATA if true[row, t] else FAINT
            axes.plot(t, -place, "s", markersize=26, markerfacecolor="none", color=ink)
            digit = int(sequences[row, t])
            look = {"color": text_colour(ink), "ha": "center", "va": "center"}
            axes.text(t, -place, digit, **look)
        axes.set(xlim=(-0.6, T), ylim=(-B, 0.6))
        axes.axis("off")
    left.set_title(f"Padded: {int((~true).sum())} of {B * T} are invented")
    right.set_title("Packed: the longest first")
    for t, size in enumerate(batch_sizes):
        place = t, 0.15 - B
        right.text(*place, int(size), color=colour("h"), ha="center", weight="bold")
    right.text(T - 0.4, 0.15 - B, "batch_sizes", color=colour("h"))
    return figure


def draw_batch(sequences, mask):
    """Draw sequences of different length, the batch they are padded to, and its mask.

    Args:
        sequences: of whole numbers, each (T, I), with the same I.
        mask: which steps of the batch are true, (B, T).

    Returns:
        The figure. The numbers on the front are channel 0; the other channels lie
        behind it.
    """
    (B, T), channels = mask.shape, sequences[0].shape[1]
    figure, panels = subplots(1, 3, figsize=(9.6, 3.0))
    ragged, padded, masked = panels
    for n, t in product(range(B), range(T)):
        is_true = bool(mask[n, t])
        number = int(sequences[n][t, 0]) if is_true else 0
        if is_true:
            _cells(ragged, n, t, number, channels, is_true)
        _cells(padded, n, t, number, channels, is_true)
        _cells(masked, n, t, int(is_true), 1, is_true)
    title = "Padding makes one tensor of many sequences; a mask tells true from padded"
    figure.suptitle(title, x=0.01, ha="left", size=11, weight="bold")
    names = (
        f"each sequence is (T, {channels})",
        f"the batch is (B, T, I) = ({B}, {T}, {channels})",
        f"the mask is (B, T) = ({B}, {T})",
    )
    for axes, name in zip(panels, names, strict=True):
        axes.set_title(name, size=10, weight="normal")
        axes.set(xlim=(-1.1, T + 0.9), ylim=(0.7 - 1.45 * B, 1.4), aspect="equal")
        axes.axis("off")
    for axes in (padded, masked):
        _axis_arrow(axes, (0, 1.05 - 1.45 * B), (1, 0), "T")
        _axis_arrow(axes, (-0.35, 0.9), (0, -1), "B")
    _axis_arrow(padded, (T + 0.3, 0.2), (0.4, 0.4), "I")
    return figure


def _cells(axes, n, t, number, channels, is_true):
    """Draw one step of one sequence: a square for each channel, the first in front."""
    for channel in reversed(range(channels)):
        corner = (t + BEHIND * channel, -1.45 * n + BEHIND * channel)
        face = pale(DATA, 0.3) if is_true else PAPER
        style = {"facecolor": face, "edgecolor": DATA, "linewidth": 0.8}
        line = "-" if is_true else ":"
        axes.add_patch(Rectangle(corner, 1, 1, linestyle=line, **style))
    middle = {"ha": "center", "va": "center", "size": 11}
    weight, ink = ("bold", CELL) if is_true else ("normal", DATA)
    axes.text(t + 0.5, 0.5 - 1.45 * n, number, color=ink, weight=weight, **middle)


def _axis_arrow(axes, start, along, name):
    """Draw a small arrow along an axis of a tensor, with the axis's letter."""
    end = (start[0] + along[0], start[1] + along[1])
    arrow = {"arrowstyle": "-|>", "color": DATA, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=arrow)
    beside = {"color": DATA, "size": 9, "va": "center"}
    if along[1] == 0:
        axes.text(end[0] + 0.1, end[1], name, **beside)
    else:
        side = -0.1 if along[0] == 0 else 0.1
        align = "right" if along[0] == 0 else "left"
        axes.text(end[0] + side, (start[1] + end[1]) / 2, name, ha=align, **beside)


def _walk(axes, row, steps, lit):
    """Draw one direction of one layer, with a ring around the state it ends on."""
    layer, is_backward = divmod(row, 2)
    ink = colour("h") if lit else DATA
    path = range(steps, 0, -1) if is_backward else range(1, steps + 1)
    for t, after in zip(path, path[1:], strict=False):
        arrow = {"arrowstyle": "-|>", "color": ink, "shrinkA": 9, "shrinkB": 9}
        axes.annotate("", (after, row), (t, row), arrowprops=arrow)
    axes.plot(path, [row] * steps, "o", color=ink, markersize=9)
    end = path[-1]
    axes.plot(end, row, "o", color=ink, markersize=18, markerfacecolor="none")
    beside = {"color": ink, "va": "center", "size": 11}
    x, align = (end - 0.3, "right") if is_backward else (end + 0.3, "left")
    axes.text(x, row, f"h_n[{row}]", ha=align, weight="bold", **beside)
    way = "backward" if is_backward else "forward"
    x, align = (steps + 0.3, "left") if is_backward else (0.7, "right")
    axes.text(x, row, f"layer {layer}, {way}", ha=align, **beside)
