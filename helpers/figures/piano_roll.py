"""Drawings of piano rolls."""

import numpy as np

from helpers.chorales import LOWEST
from helpers.figures.palette import DATA, FAINT, colour
from helpers.figures.still import subplots


def strokes(roll, start=0):
    """Return x and y of the notes of a roll, as one line with gaps.

    One line moves faster than as many bars.

    Args:
        roll: (T, 88).
        start: the beat of the first row.

    Returns:
        Two arrays, (3 N,) each for N notes, for ``Line2D.set_data``; y are MIDI
        numbers.
    """
    beats, keys = np.nonzero(np.asarray(roll))
    x = np.stack([beats + 0.1, beats + 0.9, beats * np.nan], axis=1) + start
    return x.ravel(), np.repeat(keys + LOWEST, 3)


def roll_figure(roll, opening=0, title="", steps=None):
    """Draw a piano roll, with a line where an opening ends.

    Args:
        roll: (T, 88).
        opening: how many beats are by the composer, drawn in grey; the rest is the
            model's.
        title: a sentence that says what is seen.
        steps: beats that the axis has room for; those of the roll if None.

    Returns:
        The figure, and the line that holds the notes after the opening.
    """
    figure, axes = subplots(figsize=(9.2, 3.4))
    for note in range(36, 85, 12):  # every C
        axes.axhline(note, color=FAINT, linewidth=0.8, zorder=0)
    look = {"linewidth": 4, "solid_capstyle": "butt"}
    axes.plot(*strokes(roll[:opening]), color=DATA, **look)
    (line,) = axes.plot(*strokes(roll[opening:], opening), color=colour("h"), **look)
    if opening:
        axes.axvline(opening, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set(xlim=(0, steps or len(roll)), ylim=(34, 84), xlabel="beat", title=title)
    axes.set(yticks=range(36, 85, 12), yticklabels=["C2", "C3", "C4", "C5", "C6"])
    axes.set_ylabel("key")
    return figure, line
