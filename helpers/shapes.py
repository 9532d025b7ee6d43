"""What goes into a recurrent layer and comes out of it: shapes, drawings, an audit.

Axes: B batch, T time, I input_size, H hidden_size, L num_layers. D is 2 for a layer
that reads in both directions, else 1. P is the width of h: proj_size, or H without it.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
import torch

from helpers.figures import DATA, FAINT, colour, subplots, text_colour

GATES = {"RNN": ("h",), "LSTM": ("i", "f", "g", "o"), "GRU": ("r", "z", "n")}


# --- shapes --------------------------------------------------------------------------


class Shape(NamedTuple):
    """The sizes of a tensor and the names of its axes."""

    sizes: tuple  # of int
    axes: tuple  # of str, such as "T", "B", "I"; as many as sizes


def layer_shapes(
    cell,
    input_size,
    hidden_size,
    num_layers=1,
    bias=True,
    batch_first=False,
    bidirectional=False,
    proj_size=0,
    *,
    steps,
    batch=None,
):
    """Return the shape of every tensor of a layer of ``torch.nn``, without making it.

    Args:
        cell: "RNN", "LSTM" or "GRU".
        input_size, hidden_size, num_layers: whole numbers, 1 or more.
        bias, batch_first, bidirectional: as in ``torch.nn.LSTM``.
        proj_size: of the LSTM, 0 or less than hidden_size.
        steps: T, how many time steps the input has.
        batch: B, how many sequences; None for one sequence without a batch axis.

    Returns:
        A dict of Shape: "input", "h_0" (and "c_0"), "output", "h_n" (and "c_n"), then
        the weights by their names in torch.

    Raises:
        ValueError: if the cell is unknown or proj_size is refused by torch.
    """
    if cell not in GATES:
        raise ValueError(f"cell must be one of {', '.join(GATES)}; got {cell!r}")
    if proj_size and (cell != "LSTM" or not 0 < proj_size < hidden_size):
        rule = f"0, or for an LSTM less than hidden_size {hidden_size}"
        raise ValueError(f"proj_size must be {rule}; got {proj_size} for the {cell}")

    width, wide = proj_size or hidden_size, "P" if proj_size else "H"
    ways = 2 if bidirectional else 1
    ends = {"h": Shape((num_layers * ways, width), ("L·D", wide))}
    if cell == "LSTM":
        ends["c"] = Shape((num_layers * ways, hidden_size), ("L·D", "H"))
    first = batch_first and batch is not None
    reads = Shape((steps, input_size), ("T", "I"))
    gives = Shape((steps, ways * width), ("T", f"D·{wide}" if bidirectional else wide))

    shapes = {"input": _with_batch(reads, batch, 0 if first else 1)}
    shapes |= {f"{k}_0": _with_batch(end, batch, 1) for k, end in ends.items()}
    shapes["output"] = _with_batch(gives, batch, 0 if first else 1)
    shapes |= {f"{k}_n": _with_batch(end, batch, 1) for k, end in ends.items()}
    for layer in range(num_layers):
        below = input_size if layer == 0 else ways * width
        letter = "I" if layer == 0 else gives.axes[1]
        for suffix in ("", "_reverse")[:ways]:
            end = f"l{layer}{suffix}"
            rows, name = len(GATES[cell]) * hidden_size, f"{len(GATES[cell])}H"
            name = "H" if cell == "RNN" else name
            shapes[f"weight_ih_{end}"] = Shape((rows, below), (name, letter))
            shapes[f"weight_hh_{end}"] = Shape((rows, width), (name, wide))
            if bias:
                shapes[f"bias_ih_{end}"] = Shape((rows,), (name,))
                shapes[f"bias_hh_{end}"] = Shape((rows,), (name,))
            if proj_size:
                sizes = proj_size, hidden_size
                shapes[f"weight_hr_{end}"] = Shape(sizes, ("P", "H"))
    return shapes


def _with_batch(shape, batch, place):
    """Put the batch axis at this place, if there is one."""
    if batch is None:
        return shape
    sizes, axes = list(shape.sizes), list(shape.axes)
    sizes.insert(place, batch)
    axes.insert(place, "B")
    return Shape(tuple(sizes), tuple(axes))


# --- an audit ------------------------------------------------------------------------


def audit(model, x, lengths, extra=3):
    """Look for silent mistakes in a model that answers padded sequences.

    The model is only asked: its weights stay as they are, and its gradients are empty
    afterwards. Whatever is random in it, such as dropout, must be switched off.

    Args:
        model: an ``nn.Module``, called as ``model(x, lengths)``; it returns one answer
            for each sequence, (B, ...).
        x: a padded batch, (B, T, I), with B ≥ 2. Short sequences show more: over long
            ones a layer forgets what leaked in at their start.
        lengths: how many steps are true, (B,), not all the same.
        extra: how many steps of rubbish are added behind.

    Returns:
        A list of sentences, one for each mistake found; empty if all is well.

    Raises:
        ValueError: if fewer than two sequences, or no padding, are given, or if the
            model does not return one answer for each sequence.
    """
    B, T, _ = x.shape
    if B < 2 or lengths.min() == T:
        found = f"{B} of lengths {lengths.tolist()}"
        raise ValueError(f"x must hold two sequences and some padding, got {found}")
    true = torch.arange(T) < lengths[:, None]  # (B, T)
    rubbish = torch.where(true[..., None], x, 7.0)
    rubbish = torch.cat([rubbish, rubbish.new_full((B, extra, x.shape[2]), -7.0)], 1)
    other, ends = x.clone(), x.clone()
    other[0, : lengths[0]] += 1.0
    ends[torch.arange(B), lengths - 1] += 1.0

    with torch.no_grad():
        answer = model(x, lengths)
        if answer.dim() == 0 or len(answer) != B:
            found = f"a tensor of shape {tuple(answer.shape)}"
            raise ValueError(
                f"the model must return one answer for each of the {B} sequences, "
                f"got {found}; ask the part that comes before a loss or a mean"
            )
        model(-2 * x.flip(0), lengths)  # something else, to leave another state behind
        if not torch.equal(answer, model(x, lengths)):
            return [
                "Asked twice, it answers differently: it carries a state along, or "
                "dropout is on (model.eval() switches it off)."
            ]
        complaints = []
        if _differs(answer[1:], model(other, lengths)[1:]):
            complaints.append("An answer depends on another sequence of the batch.")
        if _differs(answer, model(rubbish, lengths)):
            complaints.append("The answers depend on what stands in the padding.")
        late = model(ends, lengths)
        if not all(_differs(*pair) for pair in zip(answer, late, strict=True)):
            complaints.append("The last true step does not reach the answer.")
    if deaf := _deaf(model, x, lengths):
        complaints.append(f"No gradient reaches {', '.join(deaf)}.")
    return complaints


def _differs(one, other):
    return not torch.allclose(one, other, rtol=1e-4, atol=1e-6)


def _deaf(model, x, lengths):
    """Return the names of the weights whose gradient is missing or zero."""
    model.zero_grad()
    with torch.enable_grad():
        model(x, lengths).square().sum().backward()
    weights = list(model.named_parameters())
    names = [name for name, w in weights if w.grad is None or not w.grad.any()]
    model.zero_grad()
    return names


# --- drawings ------------------------------------------------------------------------


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
