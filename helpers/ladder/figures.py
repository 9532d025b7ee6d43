"""The drawings of notebook 12: the gated cells, and the board as still pictures."""

from helpers.figures import (
    DATA,
    FAINT,
    PAPER,
    colour,
    gru_cell,
    label_line,
    lstm_cell,
    subplots,
)
from helpers.ladder.models import NETWORKS, ROWS
from helpers.ladder.problems import PROBLEMS
from helpers.ladder.results import over_seeds

PLACES = range(len(ROWS), 0, -1)  # the first row stands on top


def gated_cells():
    """Draw the LSTM and the GRU side by side and return the figure."""
    figure, panels = subplots(1, 2, figsize=(15, 3.4))
    for axes, draw, name in zip(panels, (lstm_cell, gru_cell), NAMES, strict=True):
        draw(axes=axes)
        axes.set_title(name)
    return figure


NAMES = ("LSTM: a line that is written to and read", "GRU: the line is h itself")


def board_figure(results, baselines):
    """Draw the scores of all rows on all data sets, a dot for each seed.

    Args:
        results: Results.
        baselines: what a guess scores, a dict from data set to (name, number).

    Returns:
        The figure.
    """
    figure, panels = subplots(1, len(PROBLEMS), figsize=(12, 3.4), sharey=True)
    for axes, (name, problem) in zip(panels, PROBLEMS.items(), strict=True):
        for place, row in zip(PLACES, ROWS, strict=True):
            scores = over_seeds(results, name, row)
            _row(axes, place, row, scores)
        _guess(axes, *baselines[name])
        axes.set(xlabel=problem.unit, ylim=(0.4, len(ROWS) + 0.6))
        if not problem.low_is_good:
            axes.set_xlim(right=103)  # per cent: a bar may reach beyond
        better = "←" if problem.low_is_good else "→"
        axes.set_title(f"{name}: {better} better", size=10)
    panels[0].set_yticks(PLACES, ROWS)
    return figure


def _guess(axes, name, score):
    """Draw a dashed line at the score of a guess."""
    axes.axvline(score, color=DATA, linewidth=0.9, linestyle=(0, (4, 3)))
    style = {"color": DATA, "size": 8, "va": "top", "rotation": 90}
    top = len(ROWS) + 0.5
    axes.annotate(name, (score, top), (3, 0), textcoords="offset points", **style)


def _row(axes, place, row, scores):
    ink = ink_of(row)
    axes.axhline(place, color=FAINT, linewidth=0.6, zorder=0)
    if len(scores) > 1:
        ends = scores.mean() - scores.std(), scores.mean() + scores.std()
        bar = {"linewidth": 8, "solid_capstyle": "butt"}
        axes.plot(ends, [place] * 2, color=FAINT, **bar)
    axes.plot(scores, [place] * len(scores), "o", color=ink, markersize=4, alpha=0.7)


def ink_of(row):
    """Return the colour of a row: what is learned in navy, what is not in grey."""
    return colour("h") if row in NETWORKS else DATA


def train_score_figure(results, baselines):
    """Draw how far each row's score is from its score on what it has learned from.

    Args:
        results, baselines: as for ``board_figure``.

    Returns:
        The figure: hollow, what was learned from; filled, what was not.
    """
    figure, panels = subplots(1, len(PROBLEMS), figsize=(12, 3.2), sharey=True)
    for axes, (name, problem) in zip(panels, PROBLEMS.items(), strict=True):
        for place, row in zip(PLACES, ROWS, strict=True):
            ink = ink_of(row)
            keys = ("train_score", "score")
            ends = [over_seeds(results, name, row, key).mean().item() for key in keys]
            axes.plot(ends, [place] * 2, color=ink, linewidth=1.2)
            axes.plot(ends[0], place, "o", color=ink, markerfacecolor=PAPER)
            axes.plot(ends[1], place, "o", color=ink)
        _guess(axes, *baselines[name])
        axes.set(xlabel=problem.unit, ylim=(0.4, len(ROWS) + 0.6))
        axes.set_title(name, size=10)
    panels[0].set_yticks(PLACES, ROWS)
    return figure


def horizon_figure(results, baselines):
    """Draw the error of the sunspots at every horizon, a panel for each row.

    Args:
        results: Results.
        baselines: errors by horizon, (20,), of three forecasts to beat, by name.

    Returns:
        The figure: first the baselines, which are pale in all other panels.
    """
    figure, panels = subplots(2, 4, figsize=(12, 5.2), sharex=True, sharey=True)
    ahead = range(1, 21)
    styles = dict(zip(baselines, (":", "--", "-."), strict=True))
    for axes, row in zip(panels.flat, ("baselines", *ROWS), strict=True):
        is_first = row == "baselines"
        for name, errors in baselines.items():
            evaluation = {"color": DATA if is_first else FAINT, "linewidth": 1.2}
            (line,) = axes.plot(ahead, errors, styles[name], **evaluation)
            if is_first:
                at, offset = BESIDE[name]
                label_line(line, name, at, offset, ha="center", size=9)
        axes.set(xlim=(0.5, 20.5), ylim=(0, 110), title=row)
        if not is_first:
            _errors(axes, over_seeds(results, "sunspots", row, "horizons"), ink_of(row))
    panels[0, 0].set_xticks((1, 5, 10, 15, 20))
    for axes in panels[1]:
        axes.set_xlabel("years ahead")
    for axes in panels[:, 0]:
        axes.set_ylabel("error (sunspots)")
    return figure


BESIDE = {"last value": (4, (0, 8)), "mean": (9, (0, 8)), "season": (4, (6, -10))}


def _errors(axes, errors, ink):
    """Draw errors by horizon, (S, 20), as their mean and a band of one spread."""
    mean, ahead = errors.mean(0), range(1, errors.shape[1] + 1)
    axes.plot(ahead, mean, color=ink)
    if len(errors) > 1:
        spread = errors.std(0)
        ends = mean - spread, mean + spread
        axes.fill_between(ahead, *ends, color=ink, alpha=0.2, linewidth=0)
