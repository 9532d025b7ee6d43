"""The shape of every tensor that goes into a recurrent layer and comes out of it.

Axes: B batch, T time, I input_size, H hidden_size, L num_layers. D is 2 for a layer
that reads in both directions, else 1. P is the width of h: proj_size, or H without it.
"""

from typing import NamedTuple

GATES = {"RNN": ("h",), "LSTM": ("i", "f", "g", "o"), "GRU": ("r", "z", "n")}


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
