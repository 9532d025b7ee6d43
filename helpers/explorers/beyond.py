"""What comes after the loop: a scan round by round, one eigenvalue, one query."""

import math

import numpy as np
import torch

from helpers.figures import (
    DATA,
    FAINT,
    LiveFigure,
    Slider,
    colour,
    stems,
    subplots,
    zero_line,
)
from helpers.gates import half_life
from helpers.scans import attention_weights, scan_rounds


def scan_explorer(longest=16, seed=14):
    """Show the rounds of a scan, which steps a place has seen, and what it holds.

    Args:
        longest: the largest T.
        seed: of the factors, between 0.7 and 1, and of the normal inputs.

    Returns:
        A LiveFigure with controls for the round, the place and the length T. Above, a
        dot for every place in every round, with what it is made of; below, the values
        of this round and the states that a loop would find.
    """
    generator = torch.Generator().manual_seed(seed)
    a = 0.7 + 0.3 * torch.rand(longest, generator=generator)
    b = torch.randn(longest, generator=generator)
    values = {T: _held(a[:T], b[:T]) for T in range(2, longest + 1)}
    rounds = len(values[longest]) - 1
    reach = max(np.abs(held).max() for held in values.values())

    figure, (top, low) = subplots(
        2, 1, figsize=(9, 4.4), sharex=True, height_ratios=(3, 2)
    )
    (all_lines,) = top.plot([], [], color=FAINT, linewidth=0.8, zorder=0)
    (nodes,) = top.plot([], [], "o", color=FAINT, markersize=4, zorder=1)
    (ways,) = top.plot([], [], color=colour("h"), linewidth=1.4)
    (seen,) = top.plot([], [], "o", color=colour("h"))
    top.set(ylim=(-0.4, rounds + 0.4), ylabel="round", yticks=range(rounds + 1))
    top.set(xlim=(0.3, longest + 0.7))
    zero_line(low)
    (goal,) = low.plot([], [], "o", color=DATA, markersize=9, markerfacecolor="none")
    (now,) = low.plot([], [], "o", color=colour("h"))
    (on_its_way,) = low.plot([], [], "x", color=colour("h"), markersize=5)
    low.set(xlabel="place: time step t", ylim=(-1.1 * reach, 1.1 * reach))
    low.set(ylabel="value")
    words = "rings: the states of a loop; dots: places that are done; crosses: not yet"
    low.set_title(words, fontweight="normal")

    def draw(done, place, T):
        held = values[T]
        done, place = min(done, len(held) - 1), min(place, T)
        all_lines.set_data(*_lines(_edges(T, len(held) - 1)))
        nodes.set_data(
            np.tile(np.arange(1, T + 1), done + 1), np.arange(done + 1).repeat(T)
        )
        mine = _origins(place, done)
        ways.set_data(*_lines(mine))
        inputs = sorted({x for x, y, *_ in mine if y == 0} or {place})
        seen.set_data([*inputs, place], [0] * len(inputs) + [done])
        goal.set_data(range(1, T + 1), held[-1])
        finished = min(2**done, T)
        now.set_data(range(1, finished + 1), held[done][:finished])
        on_its_way.set_data(range(finished + 1, T + 1), held[done][finished:])
        top.set_title(f"Steps merged at a place: at most {finished}")
        return (
            f"T = {T}, round {done} of {len(held) - 1}: place {place} holds "
            f"{held[done][place - 1]:.2f}, made of steps {inputs[0]} to {inputs[-1]}; "
            f"the loop finds {held[-1][place - 1]:.2f}. {finished} places are done."
        )

    return LiveFigure(
        figure,
        draw,
        done=Slider("rounds done", 0, rounds, value=0, play=900),
        place=Slider("place t", 1, longest, value=11),
        T=Slider("sequence length T", 2, longest, value=16),
    )


def _held(a, b):
    """Return the values of all places after 0, 1, ... rounds, (rounds + 1, T)."""
    return np.stack([values.numpy() for _, values in scan_rounds(a, b)])


def _edges(T, rounds):
    """Return what is read from where, in all rounds, as (x, y, x', y')."""
    found = []
    for r in range(rounds):
        for t in range(1, T + 1):
            found.append((t, r, t, r + 1))
            if t > 2**r:
                found.append((t - 2**r, r, t, r + 1))
    return found


def _origins(place, done):
    """Return the edges that lead to a place in a round, as ``_edges`` does."""
    found, wanted = [], {place}
    for r in reversed(range(done)):
        here = [(x, r, t, r + 1) for t in wanted for x in (t, t - 2**r) if x > 0]
        wanted = {x for x, *_ in here}
        found += here
    return found


def _lines(edges):
    """Return x and y of all edges as one line with gaps."""
    ends = np.array([(x, to_x, np.nan) for x, _, to_x, _ in edges]).ravel()
    heights = np.array([(y, to_y, np.nan) for _, y, _, to_y in edges]).ravel()
    return ends, heights


def eigenvalue_explorer(marked, name, steps=60):
    """Show what a complex pair of eigenvalues answers to an impulse.

    Args:
        marked: complex numbers to be found with the sliders, shown as crosses.
        name: what they are.
        steps: how long the answer is watched.

    Returns:
        A LiveFigure with controls for radius and angle. Left, the pair beside the unit
        circle; right, the real part of its powers, and their size.
    """
    figure, (left, right) = subplots(1, 2, figsize=(9.4, 3.7), width_ratios=(1, 1.9))
    around = np.exp(1j * np.linspace(0, 2 * math.pi, 200))
    left.plot(around.real, around.imag, color=FAINT, zorder=0)
    left.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    left.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
    marked = np.asarray(marked)
    left.plot(marked.real, marked.imag, "x", color=DATA, markersize=8)
    left.text(0, -1.18, f"crosses: {name}", color=DATA, ha="center", va="top")
    (pair,) = left.plot([], [], "o", color=colour("h"))
    left.set(xlim=(-1.25, 1.25), ylim=(-1.45, 1.25), aspect="equal")
    left.set(xlabel="real part", ylabel="imaginary part", xticks=(-1, 0, 1))
    left.set(yticks=(-1, 0, 1))
    zero_line(right)
    (above,) = right.plot([], [], color=FAINT, zorder=0)
    (below,) = right.plot([], [], color=FAINT, zorder=0)
    (answer,) = right.plot([], [], ".-", color=colour("h"), linewidth=1)
    right.set(xlim=(-0.5, steps), ylim=(-1.6, 1.6), xlabel="steps after the impulse")
    right.set_ylabel("real part of a to the power of k")
    k = np.arange(steps + 1)

    def draw(radius, angle):
        turn = angle * math.pi / 180
        powers = radius**k * np.exp(1j * turn * k)
        pair.set_data([powers[1].real] * 2, [powers[1].imag, -powers[1].imag])
        answer.set_data(k, powers.real)
        above.set_data(k, np.abs(powers))
        below.set_data(k, -np.abs(powers))
        period = f"period {360 / angle:.3g}" if angle else "no swing"
        if radius < 1:
            title = f"Half-life {half_life(radius):.3g} steps, {period}"
        else:
            title = f"It {'stays' if radius == 1 else 'grows'}, {period}"
        right.set_title(title)
        return (
            f"Radius {radius}, angle {angle} degrees. {title}; "
            f"after {steps} steps {abs(powers[-1]):.2g} is left."
        )

    return LiveFigure(
        figure,
        draw,
        radius=Slider("radius |a|", 0.5, 1.02, 0.01, value=0.95, play=150),
        angle=Slider("angle", 0, 180, 2, value=20, unit="°", play=150),
    )


def attention_explorer(text, look_up, longest=3):
    """Show where a query looks, and which letter it then expects.

    Args:
        text: letters, T of them.
        look_up: returns queries and keys, (T, H) each, from a number of letters to
            compare, 1 to ``longest``, and a sharpness, 0 or more.
        longest: the largest number of letters.

    Returns:
        A LiveFigure with controls for the place of the query, the number of letters
        and the sharpness. A stroke on each letter is its weight.
    """
    T = len(text)
    figure, axes = subplots(figsize=(9.6, 3.2))
    (strokes,) = axes.plot(
        [], [], color=colour("h"), linewidth=5, solid_capstyle="butt"
    )
    (here,) = axes.plot([], [], "v", color=colour("x"), markersize=9, clip_on=False)
    axes.set(xlim=(-1, T), ylim=(0, 1.06), ylabel="attention weight")
    axes.set_xticks(range(T), [letter.replace(" ", "·") for letter in text])
    axes.tick_params(axis="x", length=0, labelsize=10)
    axes.set_xlabel("the text; the triangle is where the query stands")
    kept = {}

    def draw(t, letters, sharpness):
        if (letters, sharpness) not in kept:
            kept[letters, sharpness] = attention_weights(*look_up(letters, sharpness))
        weights = kept[letters, sharpness][t - 1].numpy()
        strokes.set_data(*stems(weights))
        here.set_data([t - 1], [1.02])
        found = {}
        for letter, weight in zip(text, weights, strict=True):
            found[letter] = found.get(letter, 0.0) + weight.item()
        best = sorted(found, key=found.get, reverse=True)[:2]
        words = ", ".join(f"“{letter}” {found[letter]:.0%}" for letter in best)
        before = text[max(0, t - 12) : t]
        axes.set_title(f"After “{before}” it expects {words}")
        place = int(weights.argmax())
        return (
            f"Query at letter {t} of {T}, after “{before}”: it looks most at letter "
            f"{place + 1}, “{text[place]}”, with {weights[place]:.2f}; "
            f"expected: {words}."
        )

    return LiveFigure(
        figure,
        draw,
        t=Slider("place of the query", 1, T, value=T // 2, play=300),
        letters=Slider("letters compared", 1, longest, value=1),
        sharpness=Slider("sharpness", 0, 10, 0.5, value=4),
    )
