"""Drawings of networks, by code and in one visual language.

Time runs left to right and layers bottom to top. What is under discussion is in
colour, with its letter; the rest is pale.
"""

from itertools import pairwise
from typing import NamedTuple

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from helpers.figures.palette import DATA, FAINT, HIDDEN, PAPER, colour, text_colour
from helpers.figures.still import subplots

STEP_PARTS = {"x": DATA, "h": HIDDEN, "forward": HIDDEN, "y": DATA}  # and their colours
APART = 1.05  # distance of time steps in ``rolled_and_unrolled``, in inches
READS, STATE, READ_OUT, NEXT = 0, 1, 2, 2.8  # heights of its rows
ARROW = {"arrowstyle": "-|>", "mutation_scale": 12, "linewidth": 1.5}


def rolled_and_unrolled(text="the qu", highlight=tuple(STEP_PARTS)):
    """Draw a recurrent network rolled up and, beside it, unrolled over a text.

    Args:
        text: 3 to 6 letters. All but the last are read; above every read-out stands the
            letter that comes next, which it should have named.
        highlight: what is drawn in colour. Any of "x" (the letters read and the arrows
            from them), "h" (the hidden states), "forward" (the arrows between hidden
            states, and the loop that stands for all of them) and "y" (the read-outs,
            the arrows to them and the next letters). Everything if not given.

    Returns:
        The figure.

    Raises:
        ValueError: if the text is too short or too long, or a highlight is unknown.
    """
    if not 3 <= len(text) <= 6:
        raise ValueError(f"text must have 3 to 6 letters, got {len(text)}: {text!r}")
    check_among("highlight", highlight, STEP_PARTS)
    inks = {name: i if name in highlight else FAINT for name, i in STEP_PARTS.items()}

    wide, start = 3.1 + APART * len(text), 2.05
    figure, axes = subplots(figsize=(wide, 3.5))
    _name_rows(axes)
    _step(axes, 0, "t", ("$x_t$", "$x_{t+1}$"), inks)
    _loop(axes, inks["forward"])
    equals = {"color": DATA, "ha": "center", "va": "center", "size": 18}
    axes.text(start - 0.6, STATE, "=", **equals)
    _node(axes, (start, STATE), "h", 0, lit="h" in highlight)
    for t, letters in enumerate(pairwise(text.replace(" ", "␣")), start=1):
        x = start + APART * t
        _step(axes, x, t, letters, inks)
        _arrow(axes, (x - APART, STATE), (x, STATE), inks["forward"])
        _weight(axes, (x - APART / 2, STATE + 0.1), "hh", inks["forward"])
    axes.set(xlim=(-1.4, wide - 1.4), ylim=(-0.35, NEXT + 0.35), aspect="equal")
    axes.axis("off")
    return figure


def unrolled(steps=5, highlight=()):
    """Draw a recurrent network unrolled over time, one column for each step.

    Args:
        steps: how many columns, 2 to 9.
        highlight: what is drawn in colour. Any of "x", "h" (the nodes), "forward"
            (the arrows between hidden states) and "gradient" (the path that the
            gradient of the last hidden state takes back to the first).

    Returns:
        The figure.

    Raises:
        ValueError: if ``steps`` is out of range or a highlight is unknown.
    """
    if not 2 <= steps <= 9:
        raise ValueError(f"steps must be from 2 to 9, got {steps}")
    check_among("highlight", highlight, ("x", "h", "forward", "gradient"))

    top = 1.6 if "gradient" in highlight else 1.25
    figure, axes = subplots(figsize=(1.3 * steps, 1.3 * (top + 0.25)))
    for t in range(1, steps + 1):
        _node(axes, (t, 0), "x", t, lit="x" in highlight)
        _node(axes, (t, 1), "h", t, lit="h" in highlight)
        _arrow(axes, (t, 0), (t, 1))
    for t in range(1, steps):
        lit = colour("h") if "forward" in highlight else FAINT
        _arrow(axes, (t, 1), (t + 1, 1), lit)
        if "gradient" in highlight:
            _arrow(axes, (t + 1, 1), (t, 1), colour("h"), bend=0.55, dashed=True)
            factor = rf"$\partial h_{{{t + 1}}}/\partial h_{{{t}}}$"
            axes.text(t + 0.5, 1.4, factor, color=colour("h"), ha="center")
    axes.set(xlim=(0.5, steps + 0.5), ylim=(-0.25, top), aspect="equal")
    axes.axis("off")
    return figure


class Task(NamedTuple):
    """What goes in and what comes out of one kind of sequence task."""

    name: str
    reads: tuple  # short texts, from left to right; "" where nothing is read
    answers: tuple  # the same for what comes out
    example: str
    shapes: str


TASKS = (
    Task(
        "many to one",
        ("$x_1$", "$x_2$", "$x_3$", "$x_4$"),
        ("", "", "", "man 3"),
        "who says ae?",
        r"(B, T, I) $\to$ (B, classes)",
    ),
    Task(
        "many to many, aligned",
        ("h", "e", "l", "l"),
        ("e", "l", "l", "o"),
        "the next letter, every time",
        r"(B, T, V) $\to$ (B, T, V)",
    ),
    Task(
        "one to many",
        ("q", "", "", ""),
        ("u", "e", "e", "n"),
        "go on from one letter",
        r"(B, V) $\to$ (B, T, V)",
    ),
    Task(
        "many to many, not aligned",
        ("$x_1$", "$x_2$", "$x_3$", "$x_4$"),
        ("", "", "he", "was"),
        "what does she say?",
        r"(B, T, I) $\to$ (B, U, V)",
    ),
)


def task_shapes():
    """Draw the four kinds of sequence tasks, each with an example and its shapes.

    Returns:
        The figure.
    """
    figure, panels = subplots(1, len(TASKS), figsize=(10, 3.3))
    for task, axes in zip(TASKS, panels, strict=True):
        _task(axes, task)
        axes.set(xlim=(-0.7, 3.7), ylim=(-1.75, 2.6), aspect="equal")
        axes.set_title(task.name, size=10, weight="normal")
        axes.axis("off")
    title = "Four kinds of task, by what comes in and what must come out"
    figure.suptitle(title, x=0.01, ha="left", size=11, weight="bold")
    return figure


def _task(axes, task):
    """Draw what is read below, what is answered above, and a model between them."""
    model = FancyBboxPatch(
        (-0.3, 0.95), 3.6, 0.5, boxstyle="round,pad=0.1", color=HIDDEN, alpha=0.18
    )
    axes.add_patch(model)
    for t, (read, answer) in enumerate(zip(task.reads, task.answers, strict=True)):
        if read:
            _mark(axes, (t, 0), read, DATA, "square", size=11)
            _arrow(axes, (t, 0), (t, 1.0), DATA, shrink=(13, 0))
        if answer:
            _mark(axes, (t, 2.3), answer, HIDDEN, "square", size=11)
            _arrow(axes, (t, 1.4), (t, 2.3), HIDDEN, shrink=(0, 13))
    middle = {"ha": "center", "va": "center", "size": 10}
    axes.text(1.5, -0.95, task.example, color=DATA, style="italic", **middle)
    axes.text(1.5, -1.5, task.shapes, **middle)


def paths(steps=6, highlight=None, window=None):
    """Draw the ways back of a gradient: from each loss, through the states before it.

    Args:
        steps: how many time steps, 2 to 9.
        highlight: a pair (t, k), in colour: the way from the loss of step t to the use
            of W at step k, the arrow into h_k. None for every way there is.
        window: a cut (``detach``) after every so many steps, at least 1; None for none.
            A way that meets a cut ends there; the uses it has passed are in colour.

    Returns:
        The figure.

    Raises:
        ValueError: if an argument is out of range.
    """
    if not 2 <= steps <= 9:
        raise ValueError(f"steps must be from 2 to 9, got {steps}")
    if window is not None and window < 1:
        raise ValueError(f"window must be 1 or more, got {window}")
    if highlight is not None and not 1 <= highlight[1] <= highlight[0] <= steps:
        expected = f"(t, k) with 1 <= k <= t <= {steps}"
        raise ValueError(f"highlight must be {expected}, got {highlight}")

    window = window or steps
    last, first = highlight or (steps, 1)
    cuts = [t for t in range(1, steps) if t % window == 0]
    met = [cut + 1 for cut in cuts if highlight and first <= cut < last]
    reached = max([first, *met])
    is_one_way = highlight and not met  # then it ends at one use
    used = [first] if is_one_way else range(reached, last + 1)
    figure, axes = subplots(figsize=(1.3 * (steps + 1), 3.3))
    for t in range(steps + 1):
        _node(axes, (t, 1), "h", t, lit=reached <= t <= last)
    for t in range(1, steps + 1):
        begins = highlight is None or t == last
        ink = colour("h") if t in used else FAINT
        _node(axes, (t, 0), "x", t, lit=False)
        _loss(axes, t, lit=begins)
        _arrow(axes, (t, 0), (t, 1))
        _arrow(axes, (t - 1, 1), (t, 1), ink)
        label = {"color": text_colour(ink), "ha": "center", "va": "top"}
        axes.text(t - 0.5, 0.83, "$W_{hh}$", **label)
        if begins:
            _arrow(axes, (t, 2), (t, 1), colour("h"), dashed=True)
        else:
            _arrow(axes, (t, 1), (t, 2))
    for t in range(reached, last):
        if t not in cuts:
            _arrow(axes, (t + 1, 1), (t, 1), colour("h"), bend=0.55, dashed=True)
    for cut in cuts:
        x = cut + 0.25  # beside the state, so that the W after it is not cut
        axes.plot([x] * 2, [0.75, 2.2], color=DATA, linestyle=(0, (2, 3)))
        axes.text(x, 2.25, "detach", color=DATA, ha="center", va="bottom")
    axes.set(xlim=(-0.5, steps + 0.5), ylim=(-0.35, 2.5), aspect="equal")
    axes.axis("off")
    return figure


def dependencies(families, steps=5, order=2, highlight=None):
    """Draw which past inputs each prediction depends on, a panel for each family.

    Args:
        families: names among "naive" (all inputs so far), "autoregressive" (the last
            ``order``), "Markov" (the last one) and "latent" (a hidden state between).
        steps: how many time steps, 2 to 9.
        order: of the autoregressive family, 1 or more.
        highlight: the step whose prediction is in colour, with all it depends on, 2 to
            ``steps``; the last one if None.

    Returns:
        The figure.

    Raises:
        ValueError: if an argument is out of range or a family is unknown.
    """
    check_among("families", families, FAMILIES)
    if not 2 <= steps <= 9:
        raise ValueError(f"steps must be from 2 to 9, got {steps}")
    if order < 1:
        raise ValueError(f"order must be 1 or more, got {order}")
    highlight = steps if highlight is None else highlight
    if not 2 <= highlight <= steps:
        raise ValueError(f"highlight must be from 2 to {steps}, got {highlight}")

    count = len(families)
    width = 0.9 * steps * count
    figure, panels = subplots(1, count, figsize=(width, 3), squeeze=False)
    for family, axes in zip(families, panels[0], strict=True):
        _family(axes, family, steps, order, highlight)
        axes.set(xlim=(0.4, steps + 0.6), ylim=(-0.4, 3), aspect="equal")
        plural = "" if order == 1 else "s"
        # inside of the axes, so that no edge cuts it
        axes.set_title(FAMILIES[family].format(order=order, s=plural), y=0.92)
        axes.axis("off")
    return figure


FAMILIES = {
    "naive": "Naive: every input so far",
    "autoregressive": "AR({order}): the last {order} input{s}",
    "Markov": "Markov: the last input only",
    "latent": "Latent: a summary of every input",
}


def hidden_markov(text="HHTH"):
    """Draw a hidden Markov model over a few symbols and, below it, its filter.

    Above are the states, which are random and which nobody sees; in the middle the
    symbols that they emit; below the beliefs, each computed from the one before and
    from the symbol that has just been read.

    Args:
        text: 2 to 8 symbols.

    Returns:
        The figure.

    Raises:
        ValueError: if the text is too short or too long.
    """
    if not 2 <= len(text) <= 8:
        raise ValueError(f"text must have 2 to 8 symbols, got {len(text)}: {text!r}")
    rows = {"state (nobody sees it)": 2, "symbol": 1, "belief (computed)": 0}
    start = 2.6  # where the first column stands, in inches
    wide = start + 1.3 * len(text)
    figure, axes = subplots(figsize=(wide, 3.2))
    for name, y in rows.items():
        ink = HIDDEN if y == 0 else DATA
        axes.text(0, y, name, color=ink, va="center", size=11)
    for t, symbol in enumerate(text, start=1):
        x = start + 1.3 * (t - 1)
        _mark(axes, (x, 2), f"$s_{{{t}}}$", DATA, linestyle=(0, (3, 2)))
        _mark(axes, (x, 1), symbol, DATA, "square", family="monospace", size=13)
        _mark(axes, (x, 0), f"$h_{{{t}}}$", HIDDEN)
        _arrow(axes, (x, 2), (x, 1), DATA, dashed=True)
        _arrow(axes, (x, 1), (x, 0), HIDDEN)
        if t > 1:
            _arrow(axes, (x - 1.3, 2), (x, 2), DATA, dashed=True)
            _arrow(axes, (x - 1.3, 0), (x, 0), HIDDEN)
    x = start + 1.3
    axes.text(x - 0.65, 2.12, "transition", color=DATA, ha="center", va="bottom")
    axes.text(x + 0.08, 1.5, "emission", color=DATA, va="center")
    axes.set(xlim=(-0.05, wide - 0.6), ylim=(-0.4, 2.5), aspect="equal")
    axes.axis("off")
    return figure


def check_among(what, given, known):
    """Refuse names that are not known.

    Args:
        what: what the names are called in the message.
        given, known: names.

    Raises:
        ValueError: if a given name is unknown.
    """
    if unknown := set(given) - set(known):
        names = ", ".join(known)
        raise ValueError(f"{what} must be among {names}; got {sorted(unknown)}")


def _family(axes, family, steps, order, highlight):
    """Draw inputs below, predictions above, and between them who reads whom."""
    hidden = family == "latent"
    reach = {"naive": steps, "autoregressive": order, "Markov": 1}.get(family)
    first = 1 if hidden else max(1, highlight - reach)
    for t in range(1, steps + 1):
        past = first <= t < highlight
        _node(axes, (t, 0), "x", t, lit=past)
        if hidden and t < steps:
            _node(axes, (t, 1), "h", t, lit=past)
            ink = colour("h") if past else FAINT
            _arrow(axes, (t, 0), (t, 1), ink)
            if t > 1:
                _arrow(axes, (t - 1, 1), (t, 1), ink)
            _arrow(
                axes, (t, 1), (t + 1, 2), colour("h") if t == highlight - 1 else FAINT
            )
        if t > 1:
            _node(axes, (t, 2), r"\hat x", t, lit=t == highlight)
    for t in range(2, steps + 1) if not hidden else ():
        lit = t == highlight
        for s in range(max(1, t - reach), t):
            _arrow(axes, (s, 0), (t, 2), colour("x") if lit else FAINT, above=lit)


def _name_rows(axes):
    """Say to the left of the rolled network what stands in every row."""
    names = {"reads": READS, "hidden state": STATE}
    names |= {"read-out": READ_OUT, "next letter": NEXT}
    for name, y in names.items():
        axes.text(-1.35, y, name, color=DATA, va="center", size=11)


def _step(axes, x, t, letters, inks):
    """Draw what is read, the state, the read-out and the next letter, upwards."""
    for name, part, y in (("ih", "x", READS), ("ho", "y", STATE)):
        _arrow(axes, (x, y), (x, y + 1), inks[part])
        _weight(axes, (x + 0.07, y + 0.46), name, inks[part], ha="left")
    axes.plot([x, x], [READ_OUT, NEXT], ":", color=inks["y"], zorder=1)
    _mark(axes, (x, STATE), f"$h_{{{t}}}$", inks["h"])
    _mark(axes, (x, READ_OUT), rf"$\hat y_{{{t}}}$", inks["y"])
    for letter, part, y in zip(letters, "xy", (READS, NEXT), strict=True):
        _mark(axes, (x, y), letter, inks[part], "square", family="monospace", size=13)


def _loop(axes, ink):
    """Draw the arrow that leads from the rolled network back into itself."""
    way = [(0.17, 1.13), (0.8, 1.5), (0.8, 0.5), (0.17, 0.87)]
    path = Path(way, [Path.MOVETO, *[Path.CURVE4] * 3])
    axes.add_patch(FancyArrowPatch(path=path, color=ink, **ARROW))
    _weight(axes, (0.7, STATE), "hh", ink, ha="left", va="center")


def _weight(axes, place, name, ink, ha="center", va="bottom"):
    style = {"color": text_colour(ink), "ha": ha, "va": va, "size": 11}
    axes.text(*place, f"$W_{{{name}}}$", **style)


def _node(axes, place, letter, t, lit):
    ink = colour(letter[-1]) if lit else FAINT
    _mark(axes, place, f"${letter}_{{{t}}}$", ink)


def _loss(axes, t, lit):
    _mark(axes, (t, 2), f"$L_{{{t}}}$", DATA if lit else FAINT, "square")


def _mark(axes, place, text, ink, shape="circle", linestyle="-", **font):
    """Write a text in a circle or a square, whose edge may be pale; the text is not."""
    box = {"boxstyle": f"{shape},pad=0.35", "facecolor": PAPER, "edgecolor": ink}
    box |= {"linestyle": linestyle}
    font = {"size": 12, "color": text_colour(ink), **font}
    axes.text(*place, text, bbox=box, ha="center", va="center", **font)


def _arrow(
    axes, start, end, ink=FAINT, bend=0.0, dashed=False, above=False, shrink=(16, 16)
):
    arrow = FancyArrowPatch(
        start,
        end,
        shrinkA=shrink[0],
        shrinkB=shrink[1],
        color=ink,
        connectionstyle=f"arc3,rad={bend}",
        linestyle="--" if dashed else "-",
        zorder=1.5 if above else 1,
        **ARROW,
    )
    axes.add_patch(arrow)
