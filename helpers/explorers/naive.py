"""What it costs to condition on the whole past: contexts of letters, weights."""

import numpy as np

from helpers.data import ALPHABET
from helpers.figures import (
    DATA,
    FAINT,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    subplots,
)

ENDS = (23, 53)  # an axis that seldom jumps is easier to read
FLOOR, CEILING = 0.5, 1000  # of the errors drawn; a perfect fit stands on the floor


def context_explorer(counts, passage, seen, right):
    """Step through a passage and show what each letter's context has to say about it.

    Args:
        counts: for every length from 0 to K + 1 a Counter of the strings of that
            length in the text learned from.
        passage: a text over ``ALPHABET`` that was held out, longer than K.
        seen: for k = 0 to K the share of held-out contexts found in ``counts``.
        right: for k = 0 to K the share of held-out letters named by the vote, or by
            the space where nobody votes.

    Returns:
        A LiveFigure with controls for the context length k and the place of the letter
        to be predicted. Above, the passage; left, both shares for every k; right, what
        followed this context in the text learned from.
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

    for shares, name, style in ((seen, "seen", "--"), (right, "right", "-")):
        (line,) = left.plot([100 * s for s in shares], style, color=colour("h"))
        up = 8 if name == "seen" else -18
        label_line(line, name, at=longest // 3, offset=(8, up))
    (dots,) = left.plot([], [], "o", color=colour("h"), **above)
    left.set(xlim=(-0.5, longest + 0.5), ylim=(0, 105), xlabel="context length k")
    left.set_xticks(range(0, longest + 1, 2))
    left.set(ylabel="% of held-out letters", title="All held-out letters")

    bars = below.stairs(np.zeros(27), np.arange(28) - 0.5, fill=True)
    bars.set(color=colour("h"), alpha=0.75)
    (truth,) = below.plot([], [], "v", color=DATA, markersize=8)
    below.set(xlim=(-0.7, 26.7), ylim=(0, 1.12), yticks=(0, 0.5, 1))
    below.set(xticks=range(27), xticklabels=letters, ylabel="share of votes")

    def draw(k, place):
        before, letter = passage[place - k : place], passage[place]
        votes = np.array([counts[k + 1][before + one] for one in ALPHABET])
        total = votes.sum()
        bars.set_data(votes / max(total, 1))
        truth.set_data([ALPHABET.index(letter)], [1.06])
        context.set_xy(_box(place - k, place))
        target.set_xy(_box(place, place + 1))
        dots.set_data([k, k], [100 * seen[k], 100 * right[k]])
        if total:
            guess = ALPHABET[votes.argmax()]  # of equals, the first in the alphabet
            verdict = "right" if guess == letter else "wrong"
            found = f"{_times(total)}; its vote is {verdict}"
        else:
            found = "never seen, so nobody votes"
        below.set_title(f"This context: {found}")
        return (
            f"k = {k}: after '{before}' comes '{letter}'. This context: {found}. Of "
            f"all held-out contexts {seen[k]:.0%} were seen; {right[k]:.0%} of all "
            "letters are named, by the space where nobody votes."
        )

    return LiveFigure(
        figure,
        draw,
        k=Slider("context length k", 0, longest, value=3),
        place=Slider("place in the text", longest, len(passage) - 1, play=600),
    )


def naive_explorer(records, fit, longest=52):
    """Show a linear predictor for every step, and what it costs as sequences grow.

    Args:
        records: by name, the pair of a Series and the number of steps learned from.
            These are cut into windows of T steps side by side; the rest is held out.
        fit: returns the weights, (t + 1,), constant first, of the best linear
            prediction of targets, (N,), from inputs, (N, t).
        longest: the largest T.

    Returns:
        A LiveFigure with controls for T and the record. Left, the weights of the last
        step beside the number of windows; in the middle, the error of every step on
        the windows learned from and on all held-out values; right, the predictions
        along the first T held-out values.
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
    (has,) = left.plot([], [], "o", color=DATA)
    (needs,) = left.plot([], [], "o", color=colour("h"))
    still = {"transform": left.transAxes, "zorder": 0}  # below what moves
    left.text(0.35, 0.85, "windows", color=DATA, **still)
    left.text(0.45, 0.1, "weights", color=colour("h"), **still)
    left.set(ylim=(1.5, 2000), yscale="log")
    left.set(xlabel="sequence length T")

    (persist,) = middle.plot([], [], color=DATA, linewidth=1)
    (learned,) = middle.plot([], [], ".--", color=colour("h"), linewidth=1)
    (held_out,) = middle.plot([], [], ".-", color=colour("h"))
    middle.set(ylim=(FLOOR, CEILING), yscale="log", xlabel="step t")
    middle.set(ylabel="RMSE (sunspots)")
    still = {"transform": middle.transAxes, "zorder": 0, "size": 9}
    middle.text(0.03, 0.94, "— held out", color=colour("h"), **still)
    middle.text(0.03, 0.87, "- - learned from", color=colour("h"), **still)
    middle.text(0.03, 0.80, "— last value", color=DATA, **still)

    (values,) = right.plot([], [], "o-", color=DATA, linewidth=0.8, markersize=3.5)
    (guesses,) = right.plot([], [], "o", color=colour("h"), markersize=4)
    right.set(ylim=(-60, 320), xlabel="step t", ylabel="sunspots")
    right.set_title("The first held-out values, and what is said")

    def draw(T, name):
        series, cut = records[name]
        one, steps = found[name, T], range(1, T + 1)
        end = min((e for e in ENDS if e > T), default=longest + 1)
        for axes in (left, middle, right):
            axes.set_xlim(0, end)
        windows.set_data(lengths, [cut // length for length in lengths])
        has.set_data([T], [cut // T])
        needs.set_data([T], [T])
        learned.set_data(steps, np.maximum(one["learned"], FLOOR))
        held_out.set_data(steps, one["held out"])
        persist.set_data([0, end], [one["last value"]] * 2)
        values.set_data(steps, series.values[cut : cut + T])
        guesses.set_data(steps, one["guesses"])
        error = one["held out"][-1]
        has_text = f"{T} weights, {cut // T} windows"
        left.set_title(has_text)
        middle.set_title(f"The last step is off by {error:.0f}")
        return (
            f"{name}, T = {T}: the last step has {has_text}. It is off by {error:.0f} "
            f"on all held-out values, by {one['learned'][-1]:.1f} on those learned "
            f"from; repeating the last value is off by {one['last value']:.0f} (root "
            "mean square, sunspots)."
        )

    return LiveFigure(
        figure,
        draw,
        T=Slider("sequence length T", 2, longest, value=8, play=300),
        name=Menu("series", list(records)),
    )


def _naive(x, cut, T, fit):
    """Return the errors of all T predictors and what they say of one window."""
    train = x[:cut].unfold(0, T, T)
    result = {"learned": [], "held out": [], "guesses": []}
    for t in range(T):
        weights = fit(train[:, :t], train[:, t])
        held_out = x[cut - t :].unfold(0, t + 1, 1)
        for part, these in (("learned", train), ("held out", held_out)):
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
