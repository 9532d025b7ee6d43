"""The summary of a latent model as it moves: an average, and a belief."""

import torch

from helpers.figures import (
    BLANK,
    DATA,
    FAINT,
    LETTERS,
    PAPER,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    subplots,
)
from helpers.latent import exponential_average, hmm_predict, hmm_update

BACK = 30  # steps of the past whose weights are drawn
LONGEST = 100  # values that can be told apart when a series is drawn whole
LAST = 60  # values that are drawn of a longer series
MEMORIES = Slider("memory a", 0, 0.98, 0.02, value=0.5)


def valley_figure(memories, errors, units):
    """Draw the error of an exponential average against its memory, a panel a series.

    Args:
        memories: the values of a, (N,), the first one 0.
        errors: by the name of a series, the error at every memory, (N,).
        units: by the same names, the unit of the error.

    Returns:
        The figure. Without memory the average is the last value, the dashed line.
    """
    figure, panels = subplots(1, len(errors), figsize=(9, 3.1))
    for axes, (name, found) in zip(panels, errors.items(), strict=True):
        best = found.argmin()
        axes.plot(memories.numpy(), found.numpy(), color=colour("h"))
        axes.plot(memories[best], found[best], "o", color=colour("h"))
        axes.axhline(found[0], color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
        place = {"color": DATA, "va": "bottom", "ha": "center", "bbox": BLANK}
        axes.text(0.45, found[0], "last value", **place)
        axes.set(xlabel="memory a", ylabel=f"error ({units[name]})")
        axes.set(ylim=(0.9 * found.min().item(), 1.03 * found.max().item()))
        axes.set_title(f"{name}: lowest at a = {memories[best]:.2f}")
    return figure


def level_figure(series, means, deviations, gains):
    """Draw readings, the level forecast before each of them, and the gain.

    Args:
        series: a Series of T values.
        means, deviations: of the belief about the level before each value but the
            first, (T - 1,).
        gains: the fraction by which each reading moved the mean, (T - 1,).

    Returns:
        The figure. The band is two standard deviations to each side.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9, 3.4), width_ratios=(3, 2))
    years, navy = series.time[1:].numpy(), colour("h")
    means, spread, gains = means.numpy(), 2 * deviations.numpy(), gains.numpy()
    left.plot(years, series.values[1:].numpy(), ".", color=DATA)
    (line,) = left.plot(years, means, color=navy)
    left.fill_between(years, means - spread, means + spread, color=navy, alpha=0.15)
    left.text(1881, 1370, "reading", color=DATA, va="center")
    label_line(line, "forecast, before the reading", at=25, offset=(12, 30))
    words = "band: two standard\ndeviations each way"
    left.text(1925, 560, words, color=navy, va="center")
    left.set(xlabel="year", ylabel=series.unit)
    left.set_title("The forecast follows the readings, and is calmer")
    right.plot(years[:15], gains[:15], "o-", color=navy)
    right.axhline(gains[-1], color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    right.set(ylim=(0, 0.6), xlabel="year", ylabel="gain")
    right.set_xticks(range(1872, 1888, 4))
    right.set_title(f"The gain settles at {gains[-1]:.3f}")
    return figure


def share_figure(shares, title):
    """Draw how much of each letter belongs to one of two states, the vowels in colour.

    Args:
        shares: of the symbols of ``ALPHABET``, (27,), from 0 to 1.
        title: the title.

    Returns:
        The figure.
    """
    figure, axes = subplots(figsize=(9, 2.8))
    order = shares.argsort(descending=True)
    inks = [colour("h") if LETTERS[x] in "aeiou" else FAINT for x in order]
    axes.bar(range(27), shares[order].numpy(), color=inks)
    axes.axhline(0.5, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.text(26.5, 0.52, "half and half", color=DATA, ha="right", va="bottom")
    axes.text(26.5, 0.9, "in colour: a, e, i, o, u", color=colour("h"), ha="right")
    axes.set(xticks=range(27), xticklabels=[LETTERS[x] for x in order])
    axes.set(ylabel="share in one state", xlim=(-0.6, 26.6), yticks=(0, 0.5, 1))
    axes.tick_params(axis="x", length=0)
    axes.set_title(title)
    return figure


def leak_figure(gaps, kept, guessing):
    """Draw the probability of the right answer against the gap before it.

    Args:
        gaps: lengths of the gap.
        kept: by the number of states, the probability at every gap; most states first.
        guessing: the probability without any memory.

    Returns:
        The figure.
    """
    figure, axes = subplots(figsize=(7.6, 3.2))
    styles = zip(kept.items(), ("-", "--", ":"), strict=True)
    for (states, chances), style in styles:
        (line,) = axes.plot(gaps, chances, style, color=colour("h"))
        label_line(line, f"{states} states", at=states // 2, offset=(8, 8))
    axes.axhline(guessing, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.text(gaps[-1], 0.8 * guessing, "guessing", color=DATA, va="top", ha="right")
    axes.set(ylim=(0, 1), xlabel="gap (steps)", ylabel="probability of the answer")
    axes.set_title("A small summary never knew it, a leaking one forgets it")
    return figure


def memory_explorer(series):
    """Show what an exponential average keeps, what it predicts, and how well.

    Args:
        series: Series by name. The error counts every prediction of a second value or
            a later one.

    Returns:
        A LiveFigure with controls for the memory a and the series. Left, the weights
        of the past values; in the middle, each value and the prediction made before
        it, for the last 60 values of a series of more than 100; right, the error for
        every memory, with the present one as a dot.
    """
    averages = {
        name: {a: _predictions(one.values, a) for a in MEMORIES.states()}
        for name, one in series.items()
    }
    errors = {
        name: {a: _rmse(found, series[name].values) for a, found in by_memory.items()}
        for name, by_memory in averages.items()
    }
    figure, (left, middle, right) = subplots(
        1, 3, figsize=(9.8, 3.2), width_ratios=(2, 4, 2)
    )
    (weights,) = left.plot([], [], "o-", color=colour("h"), linewidth=1)
    left.set(xlim=(-1, BACK), ylim=(-0.03, 1.05), xlabel="steps back")
    left.set(ylabel="weight in the average", title="What it keeps")
    (values,) = middle.plot([], [], color=DATA, linewidth=1)
    (predicted,) = middle.plot([], [], color=colour("h"))
    place = {"transform": middle.transAxes, "ha": "right", "zorder": 0}
    middle.text(0.98, 0.94, "value", color=DATA, **place)
    middle.text(0.98, 0.86, "predicted before it", color=colour("h"), **place)
    middle.set_xlabel("year")
    (curve,) = right.plot([], [], color=FAINT)
    (dot,) = right.plot([], [], "o", color=colour("h"))
    right.set(xlim=(-0.05, 1.05), xlabel="memory a", title="For every memory")
    for axes in (left, right):
        axes.title.set_zorder(0)  # below what moves, so that it is drawn once

    def draw(a, name):
        one, found = series[name], averages[name][a]
        weights.set_data(range(BACK), [(1 - a) * a**k for k in range(BACK)])
        values.set_data(one.time.numpy(), one.values.numpy())
        predicted.set_data(one.time[1:].numpy(), found.numpy())
        first = 0 if len(one.time) <= LONGEST else -LAST
        middle.set(xlim=(one.time[first].item() - 1, one.time[-1].item() + 1))
        unit = "" if one.unit == name else f" ({one.unit})"
        middle.set(ylim=(0, 1.1 * one.values.max().item()), ylabel=f"{name}{unit}")
        rmse = errors[name]
        curve.set_data(list(rmse), list(rmse.values()))
        dot.set_data([a], [rmse[a]])
        right.set(ylim=(0, 1.1 * max(rmse.values())), ylabel=f"RMSE ({one.unit})")
        middle.set_title(f"Prediction a step ahead: off by {rmse[a]:.3g}")
        return (
            f"{name}, memory a = {a}: the last value weighs {1 - a:.2f}, the "
            f"predictions are off by {rmse[a]:.3g} {one.unit} (root mean square)."
        )

    return LiveFigure(figure, draw, a=MEMORIES, name=Menu("series", list(series)))


def belief_explorer(model, symbols, letters, state, name, truth=None):
    """Show the belief of a hidden Markov model while it reads symbols one by one.

    Args:
        model: an HMM.
        symbols: what is read, (T,) int64 with T ≥ 2.
        letters: what to write for each of the V symbols.
        state: the state whose probability is drawn, 0 to H - 1.
        name: what to call that state.
        truth: whether the chain truly was in that state, (T,) bool, if it is known.

    Returns:
        A LiveFigure with a control for the number of symbols read. Above, the belief
        (open dot) and after (full dot) each symbol; below, the prediction of the next
        symbol, with a ▼ at the one that comes.
    """
    before, after, h = [], [], model.initial
    for x in symbols:
        before.append(h)
        after.append(hmm_update(h, model, x))
        h = hmm_predict(after[-1], model)
    probabilities = (
        torch.stack([*before[1:], h]) @ model.emission
    )  # (T, V), of the next
    was, is_now = (torch.stack(beliefs)[:, state] for beliefs in (before, after))
    words = [letters[x] for x in symbols]

    figure, (top, below) = subplots(2, 1, figsize=(9, 4.4), height_ratios=(3, 2))
    steps = range(1, len(symbols) + 1)
    if truth is not None:
        edges = [step - 0.5 for step in (*steps, len(symbols) + 1)]
        top.stairs(truth.double(), edges, fill=True, color=FAINT, alpha=0.5)
    (line,) = top.plot([], [], ".-", color=colour("h"), linewidth=1.2)
    (open_dot,) = top.plot([], [], "o", color=colour("h"), markerfacecolor=PAPER)
    (full_dot,) = top.plot([], [], "o", color=colour("h"))
    top.set(xlim=(0, len(symbols) + 1), ylim=(-0.06, 1.06), yticks=(0, 0.5, 1))
    top.set(xticks=steps, xticklabels=words, ylabel=f"belief in\n{name}")
    top.tick_params(axis="x", length=0)
    bars = below.bar(range(len(letters)), probabilities[0].numpy(), color=colour("h"))
    (comes,) = below.plot([], [], "v", color=DATA)
    highest = 1.15 * probabilities.max().item()
    below.set(xlim=(-0.7, len(letters) - 0.3), ylim=(0, highest))
    below.set(xticks=range(len(letters)), xticklabels=letters)
    below.set_ylabel("probability\nof the next")
    below.tick_params(axis="x", length=0)
    below.set_title("▼ the symbol that comes next", color=DATA, fontweight="normal")
    below.title.set_zorder(0)  # below what moves, so that it is drawn once

    def draw(read):
        t = read - 1
        line.set_data(steps[:read], is_now[:read].numpy())
        open_dot.set_data([read], [was[t]])
        full_dot.set_data([read], [is_now[t]])
        moves = f"belief in {name} from {was[t]:.2f} to {is_now[t]:.2f}"
        top.set_title(f"Symbol {read}, {words[t]}, moves the {moves}")
        for bar, height in zip(bars, probabilities[t].tolist(), strict=True):
            bar.set_height(height)
        following = symbols[read : read + 1]  # nothing after the last one
        comes.set_data(following, probabilities[t, following] + 0.06 * highest)
        chance, best = probabilities[t].max(0)
        return (
            f"Symbol {read}, {words[t]}, moves the {moves}; then {letters[best]} is "
            f"the most likely to come next, with probability {chance:.2f}."
        )

    start = len(symbols) // 3
    read = Slider("symbols read", 1, len(symbols), value=start, play=400)
    return LiveFigure(figure, draw, read=read)


def _predictions(values, a):
    """Return what was predicted for each value but the first, (T - 1,)."""
    return exponential_average(values, a)[:-1]


def _rmse(predictions, values):
    return (predictions - values[1:]).square().mean().sqrt().item()
