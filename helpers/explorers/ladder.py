"""The whole ladder: its drawings, its board, and any row of it once more."""

import math
from contextlib import suppress

import torch

from helpers.figures import (
    DATA,
    FAINT,
    PAPER,
    LiveFigure,
    Menu,
    Slider,
    colour,
    gru_cell,
    label_line,
    lstm_cell,
    subplots,
)
from helpers.ladder import (
    LOOKS,
    NETWORKS,
    PROBLEMS,
    ROWS,
    Run,
    Sunspots,
    is_trained,
)
from helpers.scoreboard import chosen, over_seeds, runs_of

METRICS = {  # what stands beside the score, and its name in a record
    "seconds of one core": "seconds",
    "numbers learned": "numbers",
    "score on what was learned": "seen",
}
SAID = {key: words for words, key in METRICS.items()}
UNITS = {"numbers": "numbers learned or counted", "seconds": "seconds of one core"}
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


def seen_figure(results, baselines):
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
            keys = ("seen", "score")
            ends = [over_seeds(results, name, row, key).mean().item() for key in keys]
            axes.plot(ends, [place] * 2, color=ink, linewidth=1.2)
            axes.plot(ends[0], place, "o", color=ink, markerfacecolor=PAPER)
            axes.plot(ends[1], place, "o", color=ink)
        _guess(axes, *baselines[name])
        axes.set(xlabel=problem.unit, ylim=(0.4, len(ROWS) + 0.6))
        axes.set_title(name, size=10)
    panels[0].set_yticks(PLACES, ROWS)
    return figure


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
        for key in ("score", *METRICS.values())
        for share in range(1, LOOKS + 1)
    }
    frame = {
        (name, key): _limits(results, name, key, baselines[name][1])
        for name in PROBLEMS
        for key in ("score", *METRICS.values())
    }

    def draw(name, share, beside):
        guess, number = baselines[name]
        words = []
        for panel, key in zip(panels, ("score", beside), strict=True):
            found, unit = table[name, key, share], UNITS.get(key, PROBLEMS[name].unit)
            panel.show(found, frame[name, key], unit)
            means = (f"{row} {_short(mean_of(found[row])[0])}" for row in ROWS)
            words.append(", ".join(means))
        line.set_data([number] * 2, [0, 8])
        when = f"after {share}/{LOOKS} of the updates"
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
            "updates taken", 1, LOOKS, value=LOOKS, unit=f"/ {LOOKS}", play=700
        ),
        beside=Menu("beside it", METRICS),
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


def mean_of(scores):
    """Return mean and standard deviation of a list of scores, 0 of a single one."""
    mean = sum(scores) / len(scores)
    squares = sum((score - mean) ** 2 for score in scores)
    return mean, (squares / max(1, len(scores) - 1)) ** 0.5


def _bars(found):
    """Return x and y of one bar for each place, as one line with gaps."""
    x, y = [], []
    for place, scores in found.items():
        mean, spread = mean_of(scores)
        x += [mean - spread, mean + spread, math.nan]
        y += [place] * 3
    return x, y


def at_share(results, name, row, metric, share=LOOKS):
    """Return a metric of every seed after a share of the updates, (S,).

    Rows that are counted or solved at once have the same score throughout.
    """
    on_the_way = over_seeds(results, name, row, "on_the_way")  # (S, looks)
    if metric == "score" and on_the_way.shape[1] == LOOKS:
        return on_the_way[:, share - 1]
    return over_seeds(results, name, row, metric)


def _limits(results, name, key, number):
    """Return limits that hold every row at every share, and the kind of scale.

    Where low is good, what is far above the baseline ``number`` may lie outside.
    """
    keys = (key,) if key in UNITS else ("score", "seen", "on_the_way")
    found = [over_seeds(results, name, row, k).flatten() for row in ROWS for k in keys]
    found = torch.cat(found)
    if key in UNITS:
        return (found.min().item() / 2, found.max().item() * 2), "log"
    found = torch.cat((found, torch.tensor([number], dtype=torch.float64)))
    low, high = found.min().item(), found.max().item()
    if PROBLEMS[name].low_is_good:
        high = min(high, 1.6 * number)
    edge = 0.05 * (high - low)
    return (low - edge, high + edge), "linear"


def _short(number):
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"


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
            look = {"color": DATA if is_first else FAINT, "linewidth": 1.2}
            (line,) = axes.plot(ahead, errors, styles[name], **look)
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


class Forecasts(Sunspots):
    """The sunspots of the board, with the forecasts themselves kept in the record."""

    def errors(self, forecasts, truth):
        """Add the forecasts, (N, 20), to what is judged."""
        return {**super().errors(forecasts, truth), "forecasts": forecasts}


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


class Again:
    """Any row of the board once more, with a bar that can be stopped and resumed.

    Call it with data set, row and seed. The stop button of the notebook interrupts it;
    the same call goes on from there. What is done is kept.

    Args:
        results: Results, whose settings are used and whose scores are compared.
        baselines: as for ``board_figure``, to be seen beside the curve.
    """

    def __init__(self, results, baselines):
        """Begin with nothing done."""
        self.results, self.baselines, self.runs = results, baselines, {}

    def __call__(self, name, row, seed=0):
        """Work on a row until it is done or stopped.

        Args:
            name: one of ``PROBLEMS``.
            row: one of ``ROWS``.
            seed: 0 to 4; rows that are counted or solved at once have none.

        Returns:
            A Verdict.

        Raises:
            ValueError: if there is no such data set, row or seed.
        """
        stored = self._stored(name, row, seed)
        key = name, row, stored["seed"]
        if key not in self.runs:
            self.runs[key] = self._fresh(*key)
        run = self.runs[key]
        if not run.is_done:
            with suppress(KeyboardInterrupt):  # the stop button, outside of training
                run.go()
        return Verdict(key, PROBLEMS[name].unit, stored, run.record)

    def _fresh(self, name, row, seed):
        problem, settings = PROBLEMS[name](), chosen(self.results, name, row)
        run = Run(row, problem, settings, seed or 0, is_shown=True)
        if is_trained(row, problem):
            guess, score = self.baselines[name]
            run.curve.rivals = {guess: problem.shown(score)}
        return run

    def _stored(self, name, row, seed):
        if name not in PROBLEMS or row not in ROWS:
            known = f"{', '.join(PROBLEMS)}; {', '.join(ROWS)}"
            raise ValueError(f"data set and row are of {known}; got {name!r}, {row!r}")
        records = {
            record["seed"]: record for record in runs_of(self.results, name, row)
        }
        if seed not in records and None not in records:
            raise ValueError(f"seed must be one of {[*records]}, got {seed}")
        return records.get(None) or records[seed]


class Verdict:
    """What a row has scored, beside what is stored.

    Attributes:
        stored: the score that is stored.
        found: the score just found, or None if the run was stopped.
    """

    def __init__(self, key, unit, stored, record):
        """Keep both scores."""
        self.key, self.unit, self.stored = key, unit, stored["score"]
        self.found = record and record["score"]
        self.seconds = stored["seconds"], record and record["seconds"]

    def __repr__(self):
        """Return both in words."""
        name, row, seed = self.key
        what = f"{row} on {name}" + ("" if seed is None else f", seed {seed}")
        if self.found is None:
            return f"{what}: not finished. Run the cell again to go on."
        scores = f"stored {self.stored:.3f}, now {self.found:.3f} {self.unit}"
        return f"{what}: {scores} ({self.seconds[0]:.1f} s and {self.seconds[1]:.1f} s)"
