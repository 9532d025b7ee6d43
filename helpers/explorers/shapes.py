"""Shapes of a recurrent layer while its arguments move; reading a padded batch."""

from helpers.figures import (
    DATA,
    FAINT,
    LiveFigure,
    Menu,
    Sheet,
    Slider,
    Toggle,
    colour,
    draw_shape,
    label_line,
    pale,
    subplots,
    text_colour,
)
from helpers.shapes import GATES, layer_shapes

WIDTH, HEIGHT = 48, 20.5
CELL, WEIGHT = 0.62, 0.15  # length of one number, among states and among weights
PLACES = {"output": 13.6, "h_n": 7.3, "c_n": 1.2}  # how high each stands
INKS = {"input": colour("x"), "output": colour("h"), "h_n": colour("h")}
INKS["c_n"] = colour("c")


def shape_explorer():
    """Show every tensor of nn.RNN, nn.LSTM or nn.GRU while its arguments move.

    Returns:
        A LiveFigure with controls for all arguments that change a shape, and for the
        input. Left the input, in the middle the weights, layer above layer, their rows
        in the colours of the gates; right what comes out.
    """
    figure, axes = subplots(figsize=(9.6, 4.6))
    sheet = Sheet(axes, WIDTH, HEIGHT)

    def draw(
        cell,
        steps,
        batch,
        input_size,
        hidden_size,
        num_layers,
        proj_size,
        bidirectional,
        batch_first,
        bias,
    ):
        refused = _refusal(cell, hidden_size, proj_size)
        shapes = layer_shapes(
            cell,
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            bidirectional,
            0 if refused else proj_size,
            steps=steps,
            batch=batch,
        )
        sheet.clear()
        _draw_ends(sheet, shapes)
        _draw_weights(sheet, shapes, cell, num_layers, bidirectional)
        sheet.finish()
        words = ", ".join(f"{k} {shapes[k].sizes}" for k in INKS if k in shapes)
        title = f"nn.{cell}: {_count(shapes):,} parameters"
        axes.set_title(f"{refused}. Drawn without it" if refused else title)
        return f"{refused} {title}. {words}.".strip()

    return LiveFigure(
        figure,
        draw,
        cell=Menu("cell", list(GATES), "LSTM"),
        steps=Slider("steps T", 1, 6, value=5, web=4),
        batch=Menu(
            "batch B",
            {"none": None, "1": 1, "2": 2, "3": 3, "4": 4},
            value=3,
            web=[None, 1, 3],
        ),
        input_size=Slider("input_size I", 1, 6, value=2, web=4),
        hidden_size=Slider("hidden_size H", 2, 6, value=4, web=2),
        num_layers=Slider("num_layers L", 1, 3, value=2),
        proj_size=Slider("proj_size P", 0, 5, web=3),
        bidirectional=Toggle("bidirectional"),
        batch_first=Toggle("batch_first"),
        bias=Toggle("bias", value=True),
    )


def reading_explorer(lengths, extras, shares):
    """Show where a padded batch is read, and what that costs as the padding grows.

    Args:
        lengths: of the few sequences that are drawn, (B,).
        extras: numbers of empty columns added behind, evenly spaced from 0.
        shares: for each way to read, "last column", "last true step" or "one early",
            and for each of its networks, the share of right answers at each of the
            extras.

    Returns:
        A LiveFigure with controls for the added columns and the way to read.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.6, 3.4))
    lengths = [int(length) for length in lengths]
    rows, longest = range(len(lengths)), max(lengths)
    left.barh(rows, lengths, height=0.55, color=FAINT)
    edge = left.axvline(longest, color=DATA, linewidth=1)
    (read,) = left.plot([], [], "o", color=colour("h"))
    left.set(xlim=(0, longest + extras[-1] + 2), xlabel="time step", yticks=[])
    left.set_ylabel("sequences of the batch")
    left.set_title("Dots: the state that is read")
    for way, networks in shares.items():
        if way == "one early":  # it lies beside the lines of the last true step
            continue
        for values in sorted(networks, key=lambda values: -values[-1]):
            (line,) = right.plot(extras, values, color=DATA, linewidth=1)
        label = {"last true step": "last true step, or one early"}.get(way, way)
        label_line(line, label, offset=(0, -14), ha="right")
    (dots,) = right.plot([], [], "o", color=colour("h"), markersize=7)
    right.set(xlim=(-3, extras[-1] + 3), ylim=(0, 1.05), ylabel="right answers")
    right.set_xlabel("empty columns added")

    def draw(more, way):
        found = [values[list(extras).index(more)] for values in shares[way]]
        width = longest + more
        places = {
            "last column": [width - 0.5] * len(lengths),
            "last true step": [length - 0.5 for length in lengths],
            "one early": [length - 1.5 for length in lengths],
        }[way]
        edge.set_xdata([width, width])
        read.set_data(places, rows)
        dots.set_data([more] * len(found), found)
        span = f"{min(found):.0%} to {max(found):.0%} right"
        right.set_title(f"{way.capitalize()}: {span}")
        return f"{way.capitalize()}, {more} more columns: {span}."

    step = extras[1] - extras[0]
    return LiveFigure(
        figure,
        draw,
        more=Slider("empty columns added", 0, extras[-1], step),
        way=Menu("read the state at", list(shares)),
    )


def _refusal(cell, hidden_size, proj_size):
    """Return why torch refuses this proj_size; an empty text if it does not."""
    if proj_size and cell != "LSTM":
        return f"torch refuses proj_size={proj_size}: nn.{cell} has none"
    if proj_size >= hidden_size:
        return f"torch refuses proj_size={proj_size}: not below hidden_size"
    return ""


def _draw_ends(sheet, shapes):
    """Draw the input to the left and what comes out to the right."""
    draw_shape(sheet, 3.0, 13.6, "input", shapes["input"], INKS["input"], CELL)
    sheet.text(0.2, 10.2, "h_0 is like h_n", INKS["h_n"], 0.7, align=0)
    if "c_n" in shapes:
        sheet.text(0.2, 9.1, "c_0 is like c_n", INKS["c_n"], 0.7, align=0)
    for name, y in PLACES.items():
        if name in shapes:
            draw_shape(sheet, 36.2, y, name, shapes[name], INKS[name], CELL)


def _draw_weights(sheet, shapes, cell, num_layers, bidirectional):
    """Draw the weights of every layer and direction, the first layer at the bottom."""
    gates = GATES[cell]
    if len(gates) > 1:
        sheet.text(0.2, 4.6, "rows of the weights:", DATA, 0.7, align=0)
        for place, letter in enumerate(gates):
            ink = text_colour(colour(letter))
            sheet.text(0.5 + 1.3 * place, 3.4, letter, ink, 0.9, align=0)
    stripes = [pale(colour(letter), 0.65) for letter in gates]
    for layer in range(num_layers):
        for way, suffix in enumerate(("", "_reverse")[: 1 + bidirectional]):
            place = 11.0 + 11.6 * way, 1.4 + 6.3 * layer
            _draw_group(sheet, *place, f"l{layer}{suffix}", shapes, stripes)


def _draw_group(sheet, x, y, end, shapes, stripes):
    """Draw the weights of one direction of one layer, their shapes beside them."""
    rows = shapes[f"weight_ih_{end}"].sizes[0]
    top = y + 24 * WEIGHT
    lines = [end]
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"):
        if f"{name}_{end}" not in shapes:
            continue
        sizes = shapes[f"{name}_{end}"].sizes
        high, wide = sizes if len(sizes) == 2 else (rows, 1)
        low, own = top - high * WEIGHT, stripes
        if name == "weight_hr":
            own = [pale(colour("h"), 0.5)]
        right, _ = sheet.tensor(x, low, (high, wide), "none", DATA, WEIGHT, own)
        x = right + 0.3
        lines.append(f"{name} {sizes}")
    for place, line in enumerate(lines):
        ink, size = (colour("h"), 0.75) if place == 0 else (DATA, 0.62)
        sheet.text(x + 0.1, top - 0.5 - 0.85 * place, line, ink, size, align=0)


def _count(shapes):
    """Return how many numbers all weights and biases hold."""
    total = 0
    for name, shape in shapes.items():
        if name.startswith(("weight", "bias")):
            high, wide = (*shape.sizes, 1)[:2]
            total += high * wide
    return total
