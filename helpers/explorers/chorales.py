"""Chorales continued by a model, warmer or cooler."""

import torch

from helpers.chorales import continue_rolls, share_in_key
from helpers.figures import LiveFigure, Slider, roll_figure, strokes


def continuation_explorer(model, opening, steps=24, draws=5):
    """Show how a model continues an opening, at every temperature and again.

    Args:
        model: a ``helpers.chorales.ChoraleModel``, trained on pieces in C.
        opening: the beats before, (T, 88).
        steps: how many beats are drawn.
        draws: how often it may try.

    Returns:
        A LiveFigure with controls for the temperature and for the draw. All are drawn
        once, at the start.
    """
    control = Slider("temperature", 0.4, 1.6, 0.2, value=1.0, play=600)
    temperatures = torch.tensor(control.states())
    rolls = [
        continue_rolls(
            model, opening, steps, torch.Generator().manual_seed(k), temperatures
        )
        for k in range(draws)
    ]
    length = len(opening)
    whole = torch.cat([opening, rolls[0][0]])
    figure, line = roll_figure(whole, opening=length, title=" ", steps=length + steps)

    def draw(temperature, attempt):
        roll = rolls[attempt - 1][control.states().index(temperature)]
        line.set_data(*strokes(roll, length))
        share = f"{share_in_key(roll):.0%}"
        line.axes.set_title(
            f"Temperature {temperature:g}: {share} of the notes belong to C major"
        )
        return (
            f"Piano roll: {length} beats by Bach, then draw {attempt} by the model at "
            f"temperature {temperature:g}; {share} of its notes belong to C major."
        )

    return LiveFigure(
        figure, draw, temperature=control, attempt=Slider("draw", 1, draws)
    )
