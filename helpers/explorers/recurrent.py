"""A recurrent network on the move: its states, and the text it writes."""

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
    stems,
    subplots,
)

LEAST = 1e-15  # of the first input; float64 tells no smaller parts apart


def states_explorer(two_runs, longest=60):
    """Show the states of a fixed network, and how much of its first input is left.

    Args:
        two_runs: from an activation ("tanh", "relu" or "sigmoid"), a weight scale and
            a number of steps it returns states, (T, 2, H): of a sequence, and of the
            same sequence with another first input.
        longest: the largest number of steps.

    Returns:
        A LiveFigure with controls for activation, scale and length. Left, the first
        two units of the first run over time; right, log10 of the distance between the
        two runs, relative to the first step.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.2, 3.4))
    left.axhline(0, color=DATA, linewidth=0.8, zorder=0)
    units = [
        left.plot([], [], style, color=colour("h"), linewidth=1.2)[0]
        for style in ("-", ":")
    ]
    left.set(xlim=(0, longest + 1), xlabel="time step t", ylabel="states of two units")
    left.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    right.axhline(0, color=DATA, linewidth=0.8, zorder=0)
    (trace,) = right.plot([], [], ".-", color=colour("h"))
    right.set(xlim=(0, longest + 1), ylim=(-16.8, 8.8), xlabel="time step t")
    right.set_ylabel("log10 of what is left")

    def draw(activation, scale, steps):
        states = two_runs(activation, scale, steps).numpy()  # (T, 2, H)
        for line, unit in zip(units, states[:, 0].T, strict=False):
            line.set_data(range(1, steps + 1), unit)
        largest = np.abs(states[:, 0, : len(units)]).max()
        top = 1.1 if largest < 1.1 else 2 ** np.ceil(np.log2(largest))
        left.set_ylim(-1.1 if top == 1.1 else -0.05 * top, top)
        apart = np.linalg.norm(states[:, 0] - states[:, 1], axis=1)
        kept = np.maximum(apart / apart[0], LEAST)
        trace.set_data(range(1, steps + 1), np.log10(kept))
        flat = (np.abs(states[:, 0]) > 0.95).mean()
        left.set_title(f"{flat:.0%} of all states lie beyond ±0.95")
        left_over = _size(kept[-1])
        right.set_title(f"After {steps} steps: {left_over} of the first input")
        return (
            f"{activation}, scale {scale}, {steps} steps: the largest state shown "
            f"is {largest:.3g}, {flat:.0%} lie beyond ±0.95. Left of the first "
            f"input: {left_over}."
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


def _size(ratio):
    """Return what is left as text: a plain number where one can read it."""
    if ratio <= LEAST:
        return f"< {LEAST:.0e}"
    return f"{ratio:.2g}" if 0.01 <= ratio < 100 else f"{ratio:.0e}"
