"""What it costs to condition on the whole past: contexts of letters, weights."""

import numpy as np
import torch

from helpers.baselines import persistence, seasonal
from helpers.data import ALPHABET
from helpers.figures import (
    BLANK,
    DATA,
    FAINT,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    show,
    subplots,
)

ENDS = (23, 53)  # an axis that seldom jumps is easier to read
FLOOR, CEILING = 0.5, 1000  # of the errors drawn; a perfect fit stands on the floor
BAND = torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64)  # low, middle, high

# --- the record, and what it can be learned from -------------------------------------


def show_split(series, cut):
    """Show a series and where its training set ends.

    Args:
        series: a Series.
        cut: how many of its values are learned from.

    Returns:
        The Picture.
    """
    figure, axes = subplots(figsize=(9, 2.8))
    axes.plot(series.time, series.values, color=DATA)
    end = series.time[cut].item()
    axes.axvspan(end - 0.5, series.time[-1] + 1, color=FAINT, alpha=0.4, zorder=0)
    top = 1.15 * series.values.max().item()
    for year, name in ((series.time[cut // 2], "training set"), (end + 2, "test set")):
        place = {"ha": "center" if name == "training set" else "left", "va": "top"}
        axes.text(year, top, name, color=DATA, bbox=BLANK | {"alpha": 0}, **place)
    axes.set(xlim=(series.time[0] - 2, series.time[-1] + 1), ylim=(0, top))
    axes.set(xlabel="year", ylabel=series.unit)
    axes.set_title(
        "The cycles of the test set are higher, on average, than those before"
    )
    before, after = (part.max() for part in (series.values[:cut], series.values[cut:]))
    return show(
        figure,
        alt=f"Yearly sunspots from {series.time[0]:.0f} to {series.time[-1]:.0f}, a "
        f"cycle of about eleven years. From {end:.0f} on, the test set, the peaks "
        f"reach {after:.0f}; before, {before:.0f}.",
    )


# --- letters -------------------------------------------------------------------------


def show_votes(training, test, seen):
    """Show overfitting: how often the vote is right, by the length of the context.

    Args:
        training, test: for k = 0 to K the share of letters predicted correctly.
        seen: for k = 0 to K the share of test contexts met in the training text.

    Returns:
        The Picture.
    """
    figure, axes = subplots(figsize=(8, 3.8))
    lengths = range(len(test))
    percent = {
        name: [100 * share for share in shares]
        for name, shares in (("training", training), ("test", test), ("seen", seen))
    }
    gap = percent["training"], percent["test"]
    axes.fill_between(lengths, *gap, color=FAINT, alpha=0.4, linewidth=0)
    for name, label, style, at, offset in (
        ("training", "right on the training text", "o--", 9, (-4, 15)),
        ("test", "right on the test text", "o-", 9, (-4, -17)),
        ("seen", "test contexts seen before", "s:", 0, (-4, 10)),
    ):
        ink = DATA if name == "seen" else colour("h")
        (line,) = axes.plot(lengths, percent[name], style, color=ink, markersize=4)
        side = "left" if name == "seen" else "right"
        label_line(line, label, at, offset, ha=side)
    axes.text(-0.1, 50, "underfitting:\nboth are low", color=DATA, va="center")
    axes.text(10.4, 66, "overfitting:\na gap opens", color=DATA, ha="center")
    axes.set(xlabel="context length k (letters)", ylabel="% of letters", ylim=(0, 112))
    axes.set(xlim=(-0.3, len(test) - 0.7), yticks=range(0, 101, 20))
    axes.set_title(
        "Up to four letters of context help on new text;\n"
        "more help only on text already seen"
    )
    best = max(lengths, key=lambda k: test[k])
    return show(
        figure,
        alt="Three curves against the context length. Right on the training text: from "
        f"{training[0]:.0%} up to {training[-1]:.0%}. Right on the test text: from "
        f"{test[0]:.0%} up to {test[best]:.0%} at {best} letters, then down to "
        f"{test[-1]:.0%}. Test contexts seen before: {seen[0]:.0%} down to "
        f"{seen[-1]:.0%}.",
    )


def context_explorer(counts, passage, seen, right):
    """Step through a passage and show what is known about the context of each letter.

    Args:
        counts: for every length from 0 to K + 1 a Counter of the strings of that
            length in the training text.
        passage: a text over ``ALPHABET`` from the test text, longer than K.
        seen: for k = 0 to K the share of test contexts found in the training text.
        right: for k = 0 to K the share of test letters predicted correctly.

    Returns:
        A LiveFigure with controls for the context length k and the place of the letter
        to be predicted. At the top, the passage; left, both shares for every k; right,
        what followed this context in the training text.
    """
    longest = len(counts) - 2
    letters = ["␣", *ALPHABET[1:]]
    figure, panels = subplots(
        2, 2, figsize=(9.5, 4.4), height_ratios=(1, 5), width_ratios=(1, 2)
    )
    grid = panels[0, 0].get_gridspec()
    for axes in panels[0]:
        axes.remove()
    strip, (left, below) = figure.add_subplot(grid[0, :]), panels[1]

    for place, letter in enumerate(passage):
        shown = letters[ALPHABET.index(letter)]
        strip.text(place, 0, shown, family="monospace", ha="center", va="center")
    above = {"zorder": 4}  # above all that stays, so that only this is redrawn
    (context,) = strip.fill([], [], color=colour("h"), alpha=0.25, **above)
    (target,) = strip.fill([], [], facecolor="none", edgecolor=DATA, lw=1.5, **above)
    strip.set(xlim=(-1, len(passage)), ylim=(-1, 1))
    strip.axis("off")

    for shares, name, style in ((seen, "context seen", "--"), (right, "right", "-")):
        (line,) = left.plot([100 * s for s in shares], style, color=colour("h"))
        up = 9 if name == "context seen" else -18
        label_line(line, name, at=longest // 3, offset=(8, up))
    (dots,) = left.plot([], [], "o", color=colour("h"), **above)
    left.set(xlim=(-0.5, longest + 0.5), ylim=(0, 108), xlabel="context length k")
    left.set_xticks(range(0, longest + 1, 2))
    left.set(ylabel="% of test letters", title="The whole test text")

    bars = below.stairs(np.zeros(27), np.arange(28) - 0.5, fill=True)
    bars.set(color=colour("h"), alpha=0.75)
    (truth,) = below.plot([], [], "v", color=DATA, markersize=8)
    below.set(xlim=(-0.7, 26.7), ylim=(0, 1.12), yticks=(0, 0.5, 1))
    below.set(xticks=range(27), xticklabels=letters, ylabel="share of votes")

    def draw(k, place):
        before, letter = passage[place - k : place], passage[place]
        found = np.array([counts[k + 1][before + one] for one in ALPHABET])
        total = found.sum()
        bars.set_data(found / max(total, 1))
        truth.set_data([ALPHABET.index(letter)], [1.06])
        context.set_xy(_box(place - k, place))
        target.set_xy(_box(place, place + 1))
        dots.set_data([k, k], [100 * seen[k], 100 * right[k]])
        if total:
            guess = ALPHABET[found.argmax()]  # of equals, the first in the alphabet
            verdict = "right" if guess == letter else "wrong"
            known = f"{_times(total)}; its vote is {verdict}"
        else:
            known = "never seen, so nobody votes"
        below.set_title(f"This context: {known}")
        return (
            f"k = {k}: after '{before}' comes '{letter}'. This context: {known}. Of "
            f"all test contexts {seen[k]:.0%} were seen; {right[k]:.0%} of all letters "
            "are predicted correctly. Where the context is new, a space is predicted."
        )

    return LiveFigure(
        figure,
        draw,
        k=Slider("context length k", 0, longest, value=3),
        place=Slider("place in the text", longest, len(passage) - 1, play=600),
    )


# --- numbers -------------------------------------------------------------------------


def show_useful_lengths(errors, baselines, limits):
    """Show for records of two lengths how long a past a naive model can use.

    Args:
        errors: by number of values learned from, the RMSE of step T on later values,
            (T, series), for T = 1, 2, ... and several simulated series.
        baselines: by the same numbers, the RMSE of repeating the last value.
        limits: by the same numbers, the length at which the model should fall behind.

    Returns:
        The Picture.
    """
    figure, axes = subplots(figsize=(8, 3.6))
    styles = dict(zip(sorted(errors), ("--", "-"), strict=True))
    middles = {}
    for n, found in errors.items():
        low, middles[n], high = found.quantile(BAND.to(found), 1)
        lengths = range(1, len(found) + 1)
        axes.fill_between(lengths, low, high, color=FAINT, alpha=0.6, zorder=0)
        (line,) = axes.plot(lengths, middles[n], styles[n], color=colour("h"))
        label_line(line, f"{n:,} years", -2, (-6, 8), ha="right")
    free = torch.cat(list(baselines.values())).mean().item()
    axes.axhline(free, color=DATA, linewidth=1)
    axes.text(13.3, free, "last value", color=DATA, va="bottom", bbox=BLANK, zorder=1)
    for T in limits.values():
        axes.plot([T, T], [10, free], ":", color=DATA, linewidth=1.2)
        axes.text(T + 0.2, 11.2, f"limit by the rule: {T:.0f}", color=DATA)
    axes.set(yscale="log", ylim=(10.5, 130), yticks=(15, 20, 30, 50, 100))
    axes.set(xlim=(0.5, 31), xlabel="sequence length T")
    axes.yaxis.set_major_formatter("{x:.0f}")
    axes.minorticks_off()
    axes.set_ylabel("RMSE of the last step")
    axes.set_title("Four times the years, twice the useful length")
    said = " ".join(
        f"Learned from {n:,} years it has its lowest error, {m.min():.0f}, at T = "
        f"{m.argmin() + 1}, and rises above the last value near T = {limits[n]:.0f}."
        for n, m in middles.items()
    )
    return show(
        figure,
        alt="Error of the last step against sequence length, for simulated suns. "
        f"Repeating the last value is off by {free:.0f}. {said}",
    )


def naive_explorer(records, fit, longest=52):
    """Show a linear predictor for every step, and what it costs as sequences grow.

    Args:
        records: by name, the pair of a Series and the number of steps learned from.
            These are cut into windows of T steps side by side; the rest is the test.
        fit: returns the weights, (t + 1,), constant first, of the best linear
            prediction of targets, (N,), from inputs, (N, t).
        longest: the largest T.

    Returns:
        A LiveFigure with controls for T and the record. Left, the weights of the last
        step beside the number of windows; in the middle, the error of every step on
        the windows learned from and on all test values; right, the predictions along
        the first T test values.
    """
    found = {
        (name, T): _naive(series.values.double(), cut, T, fit)
        for name, (series, cut) in records.items()
        for T in range(2, longest + 1)
    }
    figure, (left, middle, right) = subplots(
        1, 3, figsize=(10.5, 3.6), width_ratios=(2, 3, 4)
    )
    lengths = range(2, longest + 1)
    (windows,) = left.plot([], [], color=FAINT)
    left.plot(lengths, lengths, color=colour("h"), alpha=0.3)
    (has,) = left.plot([1], [1], "o", color=DATA)
    (needs,) = left.plot([1], [1], "o", color=colour("h"))
    counts = {
        "windows": label_line(has, "windows"),
        "weights": label_line(needs, "weights"),
    }
    left.set(ylim=(0.8, 2000), yscale="log")
    left.set(xlabel="sequence length T")

    inks = {"last value": DATA, "training": colour("h"), "test": colour("h")}
    styles = {"last value": "-", "training": ".--", "test": ".-"}
    lines, labels = {}, {}
    for part, ink in inks.items():
        (lines[part],) = middle.plot([1], [1], styles[part], color=ink, linewidth=1)
        up = 9 if part == "test" else -10
        labels[part] = label_line(lines[part], part, offset=(0, up))
    middle.set(ylim=(FLOOR, CEILING), yscale="log", xlabel="step t")
    middle.set(ylabel="RMSE (sunspots)")

    (values,) = right.plot([], [], "o-", color=DATA, linewidth=0.8, markersize=3.5)
    (guesses,) = right.plot([], [], "o", color=colour("h"), markersize=4)
    right.set(ylim=(-60, 320), xlabel="step t", ylabel="sunspots")
    right.set_title("The first test values, and the predictions")

    def draw(T, name):
        series, cut = records[name]
        one, steps = found[name, T], range(1, T + 1)
        end = min((e for e in ENDS if e > T), default=longest + 1)
        for axes in (left, middle, right):
            axes.set_xlim(0, end)
        windows.set_data(lengths, [cut // length for length in lengths])
        has.set_data([T], [cut // T])
        needs.set_data([T], [T])
        lines["last value"].set_data([0, end], [one["last value"]] * 2)
        lines["training"].set_data(steps, np.maximum(one["training"], FLOOR))
        lines["test"].set_data(steps, one["test"])
        beside = end > 2 * T  # there is room to the right of the last step
        for part, label in labels.items():
            x = lines[part].get_xdata()[-1]
            near = lines[part].get_ydata()[-1 if beside else -8 :]
            y = max(near) if part == "test" else max(min(near), 3 * FLOOR)
            label.xy = float(x), float(y)
            label.set_ha("left" if end > 2 * x else "right")
        is_under = beside and one["test"][-1] < one["last value"]
        labels["test"].xyann = (6, -8) if is_under else (0, 9)  # off that line
        for part, label in counts.items():
            count, other = (T, cut // T) if part == "weights" else (cut // T, T)
            label.xy, label.xyann = (T, count), (0, 12 if count > other else -12)
            label.set_ha("left" if beside else "right")
        values.set_data(steps, series.values[cut : cut + T])
        guesses.set_data(steps, one["guesses"])
        error = one["test"][-1]
        has_text = f"{T} weights, {cut // T} windows"
        left.set_title(has_text)
        middle.set_title(f"The last step is off by {error:.0f}")
        return (
            f"{name}, T = {T}: the last step has {has_text}. It is off by {error:.0f} "
            f"on all test values, by {one['training'][-1]:.1f} on those learned from; "
            f"repeating the last value is off by {one['last value']:.0f} (root mean "
            "square, sunspots)."
        )

    return LiveFigure(
        figure,
        draw,
        T=Slider("sequence length T", 2, longest, value=8, play=300),
        name=Menu("series", list(records)),
    )


def show_parameters(letters, years):
    """Show how many parameters or rows each idea must learn for T steps.

    Args:
        letters, years: how many there are to learn from.

    Returns:
        The Picture.
    """
    T = np.geomspace(1, 1000, 61)
    table = np.where(T < 6, 27.0 ** np.minimum(T, 6), np.nan)
    figure, axes = subplots(figsize=(8, 3.8))
    for values, name, style, at, offset, side in (
        (table, "table: 27ᵀ rows", "-", 12, (8, 0), "left"),
        (
            T * (T + 1) / 2,
            "a predictor for each step: T (T + 1) / 2",
            "-",
            44,
            (-8, 6),
            "right",
        ),
        (T, "one predictor of everything: T", "--", 40, (6, -10), "left"),
        (0 * T + 3, "one predictor of the last two: 3", ":", 40, (6, -11), "left"),
    ):
        (line,) = axes.plot(T, values, style, color=colour("h"))
        label_line(line, name, at, offset, ha=side)
    for value, start, words in (
        (letters, 7, f"{letters:,} letters to learn from"),
        (years, 40, f"{years} years to learn from"),
    ):
        axes.axhline(value, color=DATA, linewidth=0.8, zorder=0)
        axes.text(start, 1.15 * value, words, color=DATA, va="bottom", zorder=0)
    axes.set(xscale="log", yscale="log", xlim=(1, 1000), ylim=(0.8, 1e6))
    axes.set(xlabel="sequence length T", ylabel="to be learned")
    axes.set_title(
        "Sharing one predictor and reading only a few values stop the growth"
    )
    return show(
        figure,
        alt="What must be learned against sequence length, both logarithmic. A table "
        f"passes {letters:,} letters before T = 4; a predictor for each step passes "
        f"{years} years at T = {int((2 * years) ** 0.5)}; one shared predictor of "
        "everything needs T weights, and one of the last two values needs three.",
    )


# --- going further -------------------------------------------------------------------


def show_passengers(series, first):
    """Show a forecast of twelve months by the last value and by the last year.

    Args:
        series: a Series of months.
        first: the place of the first month to be forecast.

    Returns:
        The Picture.
    """
    values = series.values.double()
    figure, axes = subplots(figsize=(8, 3))
    shown = slice(first - 24, first + 12)
    ahead = series.time[first : first + 12]
    (truth,) = axes.plot(series.time[shown], values[shown], ".-", color=FAINT)
    label_line(truth, "true values", -5, (0, 10), ha="center", color=DATA)
    for name, forecast, style in (
        ("last value", persistence, ":"),
        ("season", seasonal(12), "-"),
    ):
        (line,) = axes.plot(ahead, forecast(values[:first], 12), style, color=DATA)
        at, offset, side = (
            (5, (-8, 4), "right") if style == "-" else (-1, (6, 0), "left")
        )
        label_line(line, name, at, offset, ha=side)
    axes.set(xlim=(1955.9, 1959.3), ylim=(200, 540))
    axes.set(xlabel="year", ylabel=series.unit)
    axes.set_title("Repeating last year gets the summer right but misses the growth")
    return show(
        figure,
        alt="Three years of monthly passengers, pale, with forecasts for 1958. Last "
        "year repeated has the summer peak, a little too low; the last value is flat.",
    )


def show_inputs(errors, baseline):
    """Show the test error of the last step by how many of the last inputs it reads.

    Args:
        errors: for k = 0, 1, ... inputs the RMSE of every set of windows, (k, sets).
        baseline: the RMSE of repeating the last value.

    Returns:
        The Picture.
    """
    figure, axes = subplots(figsize=(7.5, 3.2))
    low, middle, high = errors.quantile(BAND.to(errors), 1)
    axes.fill_between(range(len(errors)), low, high, color=FAINT, zorder=0)
    (line,) = axes.plot(middle, "o-", color=colour("h"))
    label_line(
        line, f"test error, median of {errors.shape[1]} sets of windows", 3, (-10, -26)
    )
    last = axes.axhline(baseline, color=DATA, linewidth=1)
    label_line(last, "last value", 0, (4, -9), ha="left")
    axes.set(xlabel=f"inputs read, the last k of {len(errors) - 1}", ylim=(0, 120))
    axes.set(ylabel="RMSE (sunspots)", title="The last two values carry most of it")
    return show(
        figure,
        alt=f"Test error against the number of inputs. It falls from {middle[0]:.0f} "
        f"with none over {middle[1]:.0f} with one to {middle[2]:.0f} with two, stays "
        f"about level to four, then rises to {middle[-1]:.0f} with all of them, with a "
        f"band that widens to more than {10 * int(high[-1] / 10)}.",
    )


def show_lengths(errors, records):
    """Show where windows run out: errors of the last step by sequence length.

    Args:
        errors: by the name of a record, a dict from T to the RMSE of the last step on
            training windows and on test values, (window sets, 2).
        records: by the same names, the pair of a Series and the number of steps
            learned from.

    Returns:
        The Picture.
    """
    figure, panels = subplots(1, 2, figsize=(10, 3.8), sharey=True)
    for axes, (name, found) in zip(panels, errors.items(), strict=True):
        series, n = records[name]
        bands = [e.quantile(BAND.to(e), 0) for e in found.values()]
        low, middle, high = torch.stack(bands, 1).clamp(min=FLOOR)  # (T, 2) each
        axes.fill_between(list(found), low[:, 1], high[:, 1], color=FAINT, zorder=0)
        axes.plot(list(found), middle[:, 0], "--", color=colour("h"))
        axes.plot(list(found), middle[:, 1], color=colour("h"))
        free = (series.values[n:] - series.values[n - 1 : -1]).square().mean().sqrt()
        axes.axhline(free, color=DATA, linewidth=1)
        axes.axvline(n**0.5, color=DATA, linewidth=0.8, linestyle=":")
        axes.text(n**0.5, 900, " √n", color=DATA)
        axes.set(yscale="log", ylim=(FLOOR, 1500), xlabel=f"sequence length T ({name})")
        axes.set_title(f"{n:,} steps: the error peaks at √n = {n**0.5:.0f}")
    panels[0].set_xticks(range(5, 25, 5))
    panels[0].set_ylabel("RMSE of the last step (sunspots)")
    panels[0].text(12.4, 75, "test", color=colour("h"), ha="right")
    panels[0].text(2, 7, "training", color=colour("h"))
    panels[0].text(22, 0.6, "0, drawn at 0.5", color=colour("h"), ha="right")
    panels[0].text(2, 36, "last value", color=DATA)
    return show(
        figure,
        alt="Error of the last step against sequence length, logarithmic, yearly left "
        "and monthly right. The training error falls to zero; the test error falls a "
        "little, then rises to a sharp peak, near T = 15 and T = 48, and comes down "
        "beyond it, staying above the error of the last value.",
    )


# --- parts ---------------------------------------------------------------------------


def _naive(x, cut, T, fit):
    """Return the errors of all T predictors and what they predict in one window."""
    train = x[:cut].unfold(0, T, T)
    result = {"training": [], "test": [], "guesses": []}
    for t in range(T):
        weights = fit(train[:, :t], train[:, t])
        test = x[cut - t :].unfold(0, t + 1, 1)
        for part, these in (("training", train), ("test", test)):
            error = _predict(weights, these[:, :t]) - these[:, t]
            result[part].append(error.square().mean().sqrt().item())
        result["guesses"].append(_predict(weights, x[cut : cut + t][None]).item())
    result["last value"] = (x[cut:] - x[cut - 1 : -1]).square().mean().sqrt().item()
    return result


def _predict(weights, inputs):
    return weights[0] + inputs @ weights[1:]


def _times(count):
    return f"seen {count:,} time{'s' if count > 1 else ''}"


def _box(start, stop):
    """Return the corners around the letters from start to before stop."""
    start, stop = start - 0.5, stop - 0.5
    return [[start, -0.8], [stop, -0.8], [stop, 0.8], [start, 0.8]]
