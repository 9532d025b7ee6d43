"""A recurrent network on the move: its states, its text, and how well it answers."""

import numpy as np
import torch

from helpers.data import decode
from helpers.figures import (
    DATA,
    FAINT,
    LETTERS,
    LiveFigure,
    Menu,
    Page,
    Slider,
    colour,
    label_line,
    stems,
    subplots,
    zero_line,
)

LEAST = 1e-15  # of the first distance; float64 tells no smaller ones apart


def states_explorer(two_runs, longest=60):
    """Show two runs of a fixed network that differ in their first input only.

    Args:
        two_runs: from an activation ("tanh", "relu" or "sigmoid"), a weight scale and
            a number of steps it returns states, (T, 2, H): of a sequence, and of the
            same sequence with another first input.
        longest: the largest number of steps.

    Returns:
        A LiveFigure with controls for activation, scale and length. Left, the last
        unit in both runs; right, log10 of the distance between the two states,
        relative to the first step.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.2, 3.4))
    zero_line(left)
    (other,) = left.plot([], [], "--", color=DATA, linewidth=1.4)
    (one,) = left.plot([], [], color=colour("h"), linewidth=1.4)
    corner = {"transform": left.transAxes, "ha": "right", "va": "top"}
    left.text(0.98, 0.97, "one run", color=colour("h"), **corner)
    left.text(0.98, 0.89, "the other run (dashed)", color=DATA, **corner)
    left.set(xlim=(0, longest + 1), xlabel="time step t", ylabel="state of one unit")
    left.yaxis.set_major_formatter(lambda value, _: _tick(value))
    zero_line(right)
    (trace,) = right.plot([], [], "-", color=colour("h"))
    right.set(xlim=(0, longest + 1), ylim=(-16.8, 9.8), xlabel="time step t")
    right.set_ylabel("log10 of the distance, first step = 0")

    def draw(activation, scale, steps):
        states = two_runs(activation, scale, steps).numpy()  # (T, 2, H)
        for line, run in zip((one, other), states[:, :, -1].T, strict=True):
            line.set_data(range(1, steps + 1), run)
        largest = np.abs(states[:, :, -1]).max()
        top = 1 if largest <= 1 else 2 ** np.ceil(np.log2(largest))
        left.set(ylim=(-1.1 * top, 1.5 * top), yticks=(-top, -top / 2, 0, top / 2, top))
        apart = np.linalg.norm(states[:, 0] - states[:, 1], axis=1)
        distance = np.maximum(apart / apart[0], LEAST)
        trace.set_data(range(1, steps + 1), np.log10(distance))
        verdict = _verdict(distance[-1])
        left.set_title(f"{activation}, scale {scale:g}: the runs {verdict}")
        now = _size(distance[-1])
        right.set_title(f"Distance after {steps} steps: {now}")
        return (
            f"{activation}, scale {scale:g}, {steps} steps: the runs {verdict}. The "
            f"largest state shown is {largest:.3g}. After the last step their distance "
            f"is {now} times that after the first."
        )

    return LiveFigure(
        figure,
        draw,
        activation=Menu("activation", ["tanh", "relu", "sigmoid"]),
        scale=Slider("weight scale", 0.1, 2, 0.1, value=1),
        steps=Slider("sequence length T", 5, longest, 5, value=longest, play=150),
    )


def temperature_explorer(logits, texts, temperatures, words):
    """Show what a model writes at every temperature, and its choice of a first letter.

    Args:
        logits: for every beginning, a str, the logits of what follows it, (V,).
        texts: for every beginning what was drawn after it, (temperatures, again, T)
            int64.
        temperatures: as evenly spaced as the control's steps.
        words: the set of words to look up those of the text in.

    Returns:
        A LiveFigure with controls for temperature, beginning and which of the texts.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.2, 3), width_ratios=(2, 1))
    page = Page(left, columns=68, ink=colour("h"))
    right.vlines(range(27), 0, 1, color=FAINT, linewidth=0.5, zorder=0)
    (strokes,) = right.plot([], [], color=colour("h"), linewidth=4)
    right.set(xlim=(-0.7, 26.7), ylim=(0, 1), ylabel="probability")
    right.set(xticks=range(27), xticklabels=LETTERS, xlabel="next character")
    right.tick_params(axis="x", labelsize=7, length=0)

    def draw(temperature, beginning, again):
        place = int(np.argmin(np.abs(np.subtract(temperatures, temperature))))
        text = beginning + decode(texts[beginning][place, again - 1])
        page.write(text)
        written = text.split()[:-1]  # the last word may be cut
        known = sum(word in words for word in written) / len(written)
        probabilities = (logits[beginning].double() / temperature).softmax(-1)
        strokes.set_data(*stems(probabilities.numpy()))
        bits = torch.special.entr(probabilities).sum().item() / np.log(2)
        left.set_title(f"Temperature {temperature}: {known:.0%} of its words exist")
        right.set_title(f"{bits:.1f} bits of choice")
        return (
            f"Temperature {temperature}: after '{beginning.strip()}' the choice of a "
            f"letter has {bits:.1f} bits; {known:.0%} of the words are in the book. "
            f"The text: {text}"
        )

    first, last = temperatures[0], temperatures[-1]
    step = round(temperatures[1] - first, 10)
    again = next(iter(texts.values())).shape[1]
    return LiveFigure(
        figure,
        draw,
        temperature=Slider("temperature", first, last, step, value=1, play=400),
        beginning=Menu("beginning", list(logits)),
        again=Slider("which text", 1, again),
    )


def two_losses_figure(forced, free, forecast, by_letters):
    """Draw the surprise about the truth by step: with it as input, and without.

    Args:
        forced, free, forecast: bits at steps 1 to T, (T,): reading the truth, reading
            its own text, and the probabilities of many own texts averaged.
        by_letters: bits of letter frequencies.

    Returns:
        The figure.
    """
    figure, axes = subplots(figsize=(8, 3.4))
    steps = range(1, len(forced) + 1)
    own = "reads its own letters (free)", free, "--", (0, 8)
    averaged = "all its stories averaged (forecast)", forecast, ":", (0, -12)
    for name, bits, style, offset in (
        ("reads the true letters (forced)", forced, "-", (0, -10)),
        own,
        averaged,
    ):
        (line,) = axes.plot(steps, bits, style, color=colour("h"))
        label_line(line, name, at=-1, offset=offset, ha="right")
    axes.axhline(by_letters, color=DATA, linewidth=0.8)
    place = {"color": DATA, "ha": "right", "va": "bottom"}
    axes.text(len(forced), by_letters + 0.1, "letter frequencies", **place)
    axes.set(xlim=(0.5, len(forced) + 0.3), ylim=(0, 10.5))
    axes.set(xlabel="steps after the last known letter", ylabel="bits about the truth")
    axes.set_title("Left to its own letters, it soon knows less than nothing")
    return figure


def names_figure(training, validation, rival):
    """Draw the accuracy on names in training and on new ones after each pass.

    Args:
        training, validation: shares of names that are right, one for each pass.
        rival: the share of new names that letter pairs get right.

    Returns:
        The figure.
    """
    figure, axes = subplots(figsize=(7.6, 3.4))
    passes = range(1, len(training) + 1)
    (seen,) = axes.plot(passes, training, "--", color=DATA)
    (new,) = axes.plot(passes, validation, color=colour("h"))
    label_line(seen, "names in training")
    label_line(new, "validation names")
    axes.axhline(rival, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    end = 1.3 * len(training)
    place = {"color": DATA, "va": "bottom", "ha": "right"}
    axes.text(end, rival + 0.005, "letter pairs, validation names", **place)
    axes.set(xlim=(0, end), xlabel="passes over the training names")
    axes.set(ylabel="share that is right")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_title("With every pass the training names pull further ahead")
    return figure


def _tick(value):
    """Return a number as a short text, large ones as a power of ten."""
    short = f"{value:g}" if abs(value) < 1e3 else f"{value:.0e}".replace("e+0", "e")
    return short.replace("-", "−")


def _verdict(ratio):
    """Return in words what has become of the distance of two runs."""
    if ratio < 1e-2:
        return "come together"
    return "fly apart" if ratio > 100 else "stay apart"


def _size(ratio):
    """Return a ratio as text: a plain number where one can read it."""
    if ratio <= LEAST:
        return f"< {LEAST:.0e}".replace("-", "−")
    return f"{ratio:.2g}" if 0.01 <= ratio < 100 else f"{ratio:.0e}".replace("-", "−")
