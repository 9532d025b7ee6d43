"""What notebook 09 found, drawn: a race, gates taken away, cell states, gradients."""

import numpy as np
from matplotlib import rcParams

from helpers.figures import (
    BLANK,
    DATA,
    FAINT,
    colour,
    subplots,
    text_colour,
    zero_line,
)

LOOKS = {"c": "-", "h": "--", "x": ":", "z": "-."}  # ink and navy are close


def race_figure(runs, title):
    """Draw the length that every network has reached, by update, as a staircase.

    Args:
        runs: by the name of a network, a letter for its colour and a list of lengths T,
            those of its updates in order, for each of its seeds.
        title: the message.

    Returns:
        The figure, with a logarithmic axis for T.
    """
    figure, axes = subplots(figsize=(8.6, 3.4))
    for name, (letter, several) in runs.items():
        ink, style = colour(letter), LOOKS[letter]
        for lengths in several:
            axes.plot(lengths, style, color=ink, drawstyle="steps-post")
        longest = max(several, key=lambda lengths: (lengths[-1], -len(lengths)))
        place = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        end = len(longest) - 1, longest[-1]
        place |= {"color": text_colour(ink), "annotation_clip": False}
        axes.annotate(f"{name}: T = {longest[-1]:,}", end, **place)
    last = max(len(lengths) for _, several in runs.values() for lengths in several)
    axes.set(yscale="log", xlim=(0, 1.32 * last), xlabel="update")
    axes.set(ylabel="length T in training", title=title)
    axes.set_yticks([20, 50, 100, 200, 500, 1000], minor=False)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.minorticks_off()
    return figure


def ablation_figure(found, units, guessing, titles):
    """Draw the loss of every seed with one gate held open, a panel for each task.

    Args:
        found: by task and then by variant, the losses of all seeds, (S,).
        units: by task, the unit of its loss.
        guessing: by task, the loss of a guess.
        titles: by task, its message.

    Returns:
        The figure. A dot is a seed, a bar the median; loss is on a logarithmic axis.
    """
    figure, panels = subplots(1, len(found), figsize=(9.2, 3.2))
    inks = {"forget": colour("f"), "input": colour("i"), "output": colour("o")}
    for axes, (task, rows) in zip(panels, found.items(), strict=True):
        for place, (name, losses) in enumerate(rows.items()):
            ink = next((inks[word] for word in inks if word in name), colour("c"))
            spread = place + np.linspace(-0.16, 0.16, len(losses))
            axes.plot(losses, spread, "o", color=ink, markersize=4, alpha=0.7)
            median = losses.median().item()
            axes.plot([median] * 2, [place - 0.34, place + 0.34], color=ink)
        axes.axvline(guessing[task], color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
        beside = {"ha": "right", "va": "bottom", "color": DATA, "bbox": BLANK}
        axes.text(0.94 * guessing[task], -0.52, "guessing", **beside)
        axes.set(xscale="log", ylim=(len(rows) - 0.4, -0.9), title=titles[task])
        axes.set_yticks(range(len(rows)), labels=rows)
        axes.set_xlabel(f"loss on new data ({units[task]})")
        for label in axes.get_yticklabels():
            word = next((word for word in inks if word in label.get_text()), None)
            label.set_color(text_colour(inks.get(word, colour("c"))))
    return figure


def states_figure(cells, title):
    """Draw how often cell states, and what the tanh makes of them, have which value.

    Args:
        cells: by name, cell states of many sequences, units and steps, (N,).
        title: the message.

    Returns:
        The figure: a row for each name, the cell state left, its tanh right.
    """
    figure, rows = subplots(len(cells), 2, figsize=(9, 1.9 * len(cells)))
    for (name, c), (left, right) in zip(cells.items(), rows, strict=True):
        widest = 1.05 * np.abs(c).max()
        for axes, values, letter, edge in (
            (left, c, "c", widest),
            (right, np.tanh(c), "h", 1.05),
        ):
            axes.hist(values, np.linspace(-edge, edge, 60), color=colour(letter))
            axes.set(yticks=[], xlim=(-edge, edge))
        left.set_ylabel(name, rotation=0, ha="right", va="center")
    rows[-1][0].set_xlabel("cell state c")
    rows[-1][1].set_xlabel("tanh(c), as the output gate gets it")
    _title(figure, title)
    return figure


def reach_figure(flows, window, title):
    """Draw how much gradient comes back from every lag, before and after training.

    Args:
        flows: by the name of a network, log10 of the norm at every lag from 0 on,
            before training and after it, (L,) each.
        window: the length of the sequences it was trained on, by the same names.
        title: the message.

    Returns:
        The figure, a panel for each network, the window marked by a dashed line.
    """
    figure, panels = subplots(1, len(flows), figsize=(9.2, 3.2), sharey=True)
    for axes, (name, (before, after)) in zip(panels, flows.items(), strict=True):
        zero_line(axes)
        axes.plot(before, color=FAINT)
        axes.plot(after, color=colour("c"))
        axes.axvline(window[name], color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.text(window[name] + 2, 2.2, f"T = {window[name]}", color=DATA, va="top")
        axes.set(title=name, xlabel="lag (steps back)", ylim=(-14, 2.5))
        axes.set_xlim(0, len(before) - 1)
    first, (before, after) = panels[0], next(iter(flows.values()))
    for text, values, ink in (("before", before, DATA), ("after", after, colour("c"))):
        place = int(0.3 * len(values))
        style = {"ha": "center", "va": "center", "color": ink, "bbox": BLANK}
        first.text(place, np.clip(values[place], -13, 2), text, **style)
    panels[0].set_ylabel("log10 of the gradient's norm")
    _title(figure, title)
    return figure


def _title(figure, text):
    """Write a message above all panels, as it stands above one elsewhere."""
    style = {"size": rcParams["axes.titlesize"], "weight": rcParams["axes.titleweight"]}
    figure.suptitle(text, x=0.01, ha="left", **style)
