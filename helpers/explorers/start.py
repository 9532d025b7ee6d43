"""The first live figure of the course: one unit, tapped once."""

import torch
from torch import nn

from helpers.figures import DATA, LiveFigure, Slider, colour, subplots, zero_line

HARD, SOFT = 1.0, 0.2  # how strong the two taps are


def tap_explorer(steps=30):
    """Show one tanh unit after a hard tap and after a soft one, for every weight.

    Args:
        steps: how many time steps are shown.

    Returns:
        A LiveFigure with a control for the weight of the old state. It shows the states
        after both taps, and how much of their difference is left at the end.
    """
    figure, axes = subplots(figsize=(9, 3.4))
    zero_line(axes)
    look = {"color": colour("h"), "markersize": 6}
    (hard,) = axes.plot(range(steps), [0] * steps, "o-", linewidth=0.8, **look)
    look["markerfacecolor"] = "white"
    (soft,) = axes.plot(range(steps), [0] * steps, "o-", linewidth=0.8, **look)
    for tap, name in ((HARD, "tapped hard"), (SOFT, "tapped softly")):
        height = torch.tensor(tap).tanh().item()  # at step 0, whatever the weight
        beside = {"ha": "right", "va": "center", "color": colour("h")}
        axes.text(-0.7, height, name, **beside)
    (rest,) = axes.plot([], [], "|-", color=DATA, markersize=0, linewidth=3)
    axes.set(xlim=(-4.6, steps + 0.5), ylim=(-1.08, 1.08), yticks=[-1, 0, 1])
    axes.set(xlabel="time step t", ylabel="hidden state h")
    axes.set_xticks(range(0, steps, 5))

    def draw(w):
        loud, quiet = _states(w, HARD, steps), _states(w, SOFT, steps)
        hard.set_ydata(loud)
        soft.set_ydata(quiet)
        rest.set_data([steps - 0.2] * 2, [loud[-1], quiet[-1]])
        left = abs((loud[-1] - quiet[-1]) / (loud[0] - quiet[0]))
        weight = f"{w:g}".replace("-", "−")  # a minus as on the axis
        end = f"after {steps - 1} steps {left:.0%} of the difference is left"
        words = f"w = {weight}: {end}"
        axes.set_title(words)
        return (
            f"{words}. The unit that was tapped hard is at {loud[-1]:z.2f}, the one "
            f"tapped softly at {quiet[-1]:z.2f}; they began at 0.76 and 0.20."
        )

    return LiveFigure(figure, draw, w=Slider("weight w", -1.5, 1.5, 0.05, value=0.5))


def _states(w, tap, steps):
    """Return the states of torch's own network with one unit, (steps,)."""
    network = nn.RNN(input_size=1, hidden_size=1, bias=False)
    x = torch.zeros(steps, 1)
    x[0] = tap
    with torch.no_grad():
        network.weight_ih_l0.fill_(1.0)
        network.weight_hh_l0.fill_(w)
        return network(x)[0][:, 0]
