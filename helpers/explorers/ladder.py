"""The board of the ladder on the move, and forecasts from any year."""

import math

import torch

from helpers.figures import (
    DATA,
    FAINT,
    LiveFigure,
    Menu,
    Slider,
    colour,
    subplots,
)
from helpers.ladder.figures import PLACES, ink_of
from helpers.ladder.models import ROWS
from helpers.ladder.problems import PROBLEMS
from helpers.ladder.results import mean_and_spread, over_seeds
from helpers.ladder.run import EVALUATIONS

SAID = {  # what may stand beside the score, by its name in a record
    "seconds": "seconds of one core",
    "parameters": "parameters",
    "train_score": "score on training data",
}
COSTS = {  # which have a unit of their own, and a logarithmic scale
    "seconds": "seconds of one core",
    "parameters": "parameters, learned or counted",
}


def board_explorer(results, baselines):
    """Show the scores of one data set at one point of the training, and a price.

    Args:
        results, baselines: as for ``board_figure``.

    Returns:
        A LiveFigure with controls for the data set, the share of the updates that is
        over, and what stands beside the score.
    """
    figure, (left, right) = subplots(1, 2, figsize=(10, 3.5), sharey=True)
    left.set_yticks(PLACES, ROWS)
    left.set_ylim(0.4, len(ROWS) + 0.6)
    panels = _Panel(left), _Panel(right)
    (line,) = left.plot([], [], color=DATA, linewidth=0.9, linestyle=(0, (4, 3)))
    table = {
        (name, key, share): {
            row: at_share(results, name, row, key, share).tolist() for row in ROWS
        }
        for name in PROBLEMS
        for key in ("score", *SAID)
        for share in range(1, EVALUATIONS + 1)
    }
    frame = {
        (name, key): _limits(results, name, key, baselines[name][1])
        for name in PROBLEMS
        for key in ("score", *SAID)
    }

    def draw(name, share, beside):
        guess, number = baselines[name]
        words = []
        for panel, key in zip(panels, ("score", beside), strict=True):
            found, unit = table[name, key, share], COSTS.get(key, PROBLEMS[name].unit)
            panel.show(found, frame[name, key], unit)
            means = (f"{row} {_short(mean_and_spread(found[row])[0])}" for row in ROWS)
            words.append(", ".join(means))
        line.set_data([number] * 2, [0, 8])
        when = f"after {share}/{EVALUATIONS} of the updates"
        panels[0].title.set_text(f"{name}, {when}")
        panels[1].title.set_text(SAID[beside])
        return (
            f"{name} ({PROBLEMS[name].unit}) {when}: {words[0]}; dashed: {guess} "
            f"{_short(number)}. {SAID[beside]}: {words[1]}."
        )

    return LiveFigure(
        figure,
        draw,
        name=Menu("data set", [*PROBLEMS], value="chorales"),
        share=Slider(
            "updates taken",
            1,
            EVALUATIONS,
            value=EVALUATIONS,
            unit=f"/ {EVALUATIONS}",
            play=700,
        ),
        beside=Menu("beside it", {words: key for key, words in SAID.items()}),
    )


class _Panel:
    """A panel with a dot for each seed of each row, and a bar for their spread."""

    def __init__(self, axes):
        self.axes, self.marks = axes, []
        self.title = axes.set_title(" ", size=10)
        for place in PLACES:
            axes.axhline(place, color=FAINT, linewidth=0.6, zorder=0)
        pairs = [*zip(PLACES, ROWS, strict=True)]
        for ink in dict.fromkeys(map(ink_of, ROWS)):
            rows = [pair for pair in pairs if ink_of(pair[1]) == ink]
            (bar,) = axes.plot([], [], color=ink, linewidth=6, alpha=0.35)
            (dots,) = axes.plot([], [], "o", color=ink, markersize=5)
            self.marks.append((rows, bar, dots))

    def show(self, found, frame, unit):
        """Show lists of numbers by row, within limits on a scale."""
        for rows, bar, dots in self.marks:
            here = {place: found[row] for place, row in rows}
            pairs = [(x, place) for place, xs in here.items() for x in xs]
            dots.set_data(*zip(*pairs, strict=True))
            bar.set_data(*_bars(here))
        limits, scale = frame
        if self.axes.get_xscale() != scale:
            self.axes.set_xscale(scale)
        self.axes.set_xlim(limits)
        self.axes.set_xlabel(unit)


def _bars(found):
    """Return x and y of one bar for each place, as one line with gaps."""
    x, y = [], []
    for place, scores in found.items():
        mean, spread = mean_and_spread(scores)
        x += [mean - spread, mean + spread, math.nan]
        y += [place] * 3
    return x, y


def at_share(results, name, row, metric, share=EVALUATIONS):
    """Return a metric of every seed after a share of the updates, (S,).

    Rows that are counted or solved at once have the same score throughout.
    """
    on_the_way = over_seeds(results, name, row, "on_the_way")  # (S, evaluations)
    if metric == "score" and on_the_way.shape[1] == EVALUATIONS:
        return on_the_way[:, share - 1]
    return over_seeds(results, name, row, metric)


def _limits(results, name, key, number):
    """Return limits that hold every row at every share, and the kind of scale.

    Where low is good, what is far above the baseline ``number`` may lie outside.
    """
    keys = (key,) if key in COSTS else ("score", "train_score", "on_the_way")
    found = [over_seeds(results, name, row, k).flatten() for row in ROWS for k in keys]
    found = torch.cat(found)
    if key in COSTS:
        return (found.min().item() / 2, found.max().item() * 2), "log"
    found = torch.cat((found, torch.tensor([number], dtype=torch.float64)))
    low, high = found.min().item(), found.max().item()
    if PROBLEMS[name].low_is_good:
        high = min(high, 1.6 * number)
    edge = 0.05 * (high - low)
    return (low - edge, high + edge), "linear"


def _short(number):
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"


def forecast_explorer(records, series, first, season=11):
    """Show the forecast of a row for the next 20 years, from any year held out.

    Args:
        records: of runs on ``Forecasts``, a dict from row to record.
        series: the Series of all years.
        first: the place in the series of the first year held out.
        season: length of the baseline's season in years.

    Returns:
        A LiveFigure with controls for the row and the last year known.
    """
    rows = {row: record["forecasts"].numpy() for row, record in records.items()}
    count, horizon = next(iter(rows.values())).shape
    years, values = series.time.numpy(), series.values.numpy()
    figure, axes = subplots(figsize=(9.4, 3.5))
    axes.plot(years, values, color=FAINT, linewidth=1.2, zorder=1)
    (known,) = axes.plot([], [], color=DATA)
    (repeat,) = axes.plot([], [], color=DATA, linewidth=1, linestyle=(0, (4, 3)))
    (line,) = axes.plot([], [], ".-", color=colour("h"), markersize=4)
    axes.set(xlim=(1895, 2010), ylim=(-5, 215), xlabel="year", ylabel="sunspots")
    axes.text(1896, 203, "dashed: eleven years before; pale: what came", color=DATA)
    headline = axes.set_title(" ")

    def draw(row, year):
        place = year + 1 - int(years[0])  # of the first year forecast
        ahead = slice(place, place + horizon)
        forecast = rows[row][place - first]
        known.set_data(years[:place], values[:place])
        line.set_data(years[ahead], forecast)
        headline.set_text(f"{row}: the next 20 years, from the years up to {year}")
        last = values[place - season : place]
        repeat.set_data(years[ahead], [last[k % season] for k in range(horizon)])
        off = forecast - values[ahead]
        error = (off**2).mean() ** 0.5
        return (
            f"{row}, known to {year}: off by {abs(off[0]):.0f} sunspots a year ahead, "
            f"root mean square {error:.0f} over the next {horizon} years."
        )

    start = int(years[first]) - 1
    return LiveFigure(
        figure,
        draw,
        row=Menu("row", [*rows], value="AR"),
        year=Slider("last year known", start, start + count - 1, value=1953, play=300),
    )
