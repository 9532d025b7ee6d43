"""Drawings of networks, by code and in one visual language.

Time runs left to right and layers bottom to top. What is under discussion is in
colour, with its letter; the rest is pale.
"""

from matplotlib.patches import FancyArrowPatch

from helpers.figures import new_figure
from helpers.palette import FAINT, PAPER, colour


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


def _node(axes, place, letter, t, lit):
    ink = colour(letter) if lit else FAINT
    text = f"${letter}_{{{t}}}$"
    circle = {"boxstyle": "circle,pad=0.35", "facecolor": PAPER, "edgecolor": ink}
    axes.text(*place, text, color=ink, ha="center", va="center", size=12, bbox=circle)


def _arrow(axes, start, end, ink=FAINT, bend=0.0, dashed=False):
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
    )
    axes.add_patch(arrow)
