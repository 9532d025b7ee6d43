"""Drawings of networks, by code and in one visual language.

Time runs left to right and layers bottom to top. What is under discussion is in
colour, with its letter; the rest is pale.
"""

from matplotlib.patches import FancyArrowPatch

from helpers.figures import new_figure
from helpers.palette import DATA, FAINT, PAPER, colour


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
    if unknown := set(highlight) - {"x", "h", "forward", "gradient"}:
        known = "x, h, forward, gradient"
        raise ValueError(f"highlight must be among {known}; got {sorted(unknown)}")

    figure, axes = new_figure(width=1.3 * steps, height=2.6)
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
    axes.set(xlim=(0.5, steps + 0.5), ylim=(-0.3, 1.7), aspect="equal")
    axes.axis("off")
    return figure


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
    figure, axes = new_figure(width=1.3 * (steps + 1), height=3.3)
    for t in range(steps + 1):
        _node(axes, (t, 1), "h", t, lit=reached <= t <= last)
    for t in range(1, steps + 1):
        begins = highlight is None or t == last
        ink = colour("h") if t in used else FAINT
        _node(axes, (t, 0), "x", t, lit=False)
        _loss(axes, t, lit=begins)
        _arrow(axes, (t, 0), (t, 1))
        _arrow(axes, (t - 1, 1), (t, 1), ink)
        axes.text(t - 0.5, 0.83, "$W$", color=ink, ha="center", va="top")
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
    if unknown := set(families) - set(FAMILIES):
        known = ", ".join(FAMILIES)
        raise ValueError(f"families must be among {known}; got {sorted(unknown)}")
    if not 2 <= steps <= 9:
        raise ValueError(f"steps must be from 2 to 9, got {steps}")
    if order < 1:
        raise ValueError(f"order must be 1 or more, got {order}")
    highlight = steps if highlight is None else highlight
    if not 2 <= highlight <= steps:
        raise ValueError(f"highlight must be from 2 to {steps}, got {highlight}")

    count = len(families)
    width = 0.9 * steps * count
    figure, panels = new_figure(1, count, width=width, height=2.9, squeeze=False)
    for family, axes in zip(families, panels[0], strict=True):
        _family(axes, family, steps, order, highlight)
        axes.set(xlim=(0.4, steps + 0.6), ylim=(-0.5, 2.6), aspect="equal")
        axes.set_title(f"AR({order})" if family == "autoregressive" else family)
        axes.axis("off")
    return figure


FAMILIES = ("naive", "autoregressive", "Markov", "latent")


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


def _node(axes, place, letter, t, lit):
    ink = colour(letter[-1]) if lit else FAINT
    text = f"${letter}_{{{t}}}$"
    circle = {"boxstyle": "circle,pad=0.35", "facecolor": PAPER, "edgecolor": ink}
    axes.text(*place, text, color=ink, ha="center", va="center", size=12, bbox=circle)


def _loss(axes, t, lit):
    ink = DATA if lit else FAINT
    box = {"boxstyle": "square,pad=0.35", "facecolor": PAPER, "edgecolor": ink}
    text = f"$L_{{{t}}}$"
    axes.text(t, 2, text, color=ink, ha="center", va="center", size=12, bbox=box)


def _arrow(axes, start, end, ink=FAINT, bend=0.0, dashed=False, above=False):
    arrow = FancyArrowPatch(
        start,
        end,
        arrowstyle="-|>",
        mutation_scale=12,
        shrinkA=16,
        shrinkB=16,
        color=ink,
        connectionstyle=f"arc3,rad={bend}",
        linestyle="--" if dashed else "-",
        linewidth=1.5,
        zorder=1.5 if above else 1,
    )
    axes.add_patch(arrow)
