"""What comes after the loop: scans, Newton's rounds, one eigenvalue, one query."""

import math

import numpy as np
import torch

from helpers.figures import (
    CANDIDATE,
    DATA,
    FAINT,
    KEEP,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    stems,
    subplots,
    zero_line,
)
from helpers.gates import half_life
from helpers.scans import attention_weights, scan_rounds

SMALLEST = 1e-16  # errors below this are drawn here: float64 has no smaller ones near 1
WAYS_TO_GUESS = ["Newton: solve the tangents", "repeat: put the guess in again"]


def scan_explorer(longest=16, seed=14):
    """Show the rounds of a scan, which steps a place has seen, and what it holds.

    Args:
        longest: the largest T.
        seed: of the factors, between 0.7 and 1, and of the normal inputs.

    Returns:
        A LiveFigure with controls for the round, the step and the length T. Above, a
        dot for every step in every round, with what it is made of; below, the values
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
    low.set(xlabel="time step t", ylim=(-1.1 * reach, 1.1 * reach))
    low.set(ylabel="value")
    words = "rings: the states of a loop; dots: steps that are done; crosses: not yet"
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
        top.set_title(f"Each step now holds the inputs of at most {finished} steps")
        return (
            f"T = {T}, round {done} of {len(held) - 1}: step {place} holds "
            f"{held[done][place - 1]:.2f}, made of steps {inputs[0]} to {inputs[-1]}; "
            f"the loop finds {held[-1][place - 1]:.2f}. {finished} steps are done."
        )

    return LiveFigure(
        figure,
        draw,
        done=Slider("rounds done", 0, rounds, value=0, play=900),
        place=Slider("step t", 1, longest, value=11),
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


def newton_explorer(steps=100, rounds=25, seed=14):
    """Show how guesses of all states of a tanh unit become its states, round by round.

    Args:
        steps: T.
        rounds: the largest number of rounds.
        seed: of the inputs, normal with a deviation of 0.3.

    Returns:
        A LiveFigure with controls for the rounds done, the weight w and the way to
        improve a guess. Above, the guess beside the states that a loop finds; below,
        the error of every state.
    """
    generator = torch.Generator().manual_seed(seed)
    x = 0.3 * torch.randn(steps, generator=generator, dtype=torch.float64).numpy()
    t = np.arange(1, steps + 1)
    kept = {}

    figure, (top, low) = subplots(2, 1, figsize=(9, 4.6), sharex=True)
    (loop,) = top.plot([], [], color=FAINT, linewidth=5, zorder=0)
    (guessed,) = top.plot([], [], ".-", color=colour("h"), linewidth=1, markersize=4)
    top.set(ylim=(-1.6, 1.6), ylabel="state", xlim=(0, steps + 1))
    top.text(1, -1.45, "broad and grey: the loop", color=DATA)
    (errors,) = low.plot([], [], ".", color=colour("h"))
    low.axhline(1e-10, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    low.text(steps, 4e-10, "right to ten decimal places", color=DATA, ha="right")
    low.set(yscale="log", ylim=(SMALLEST / 3, 1e4), yticks=(1e-15, 1e-10, 1e-5, 1))
    low.set(xlabel="time step t", ylabel="error of the state")
    low.minorticks_off()

    def draw(done, w, way):
        if (w, way) not in kept:
            kept[w, way] = _guesses(w, x, rounds, newton=way == WAYS_TO_GUESS[0])
        true, guesses = kept[w, way]
        loop.set_data(t, true)
        guessed.set_data(t, guesses[done].clip(-1.6, 1.6))
        wrong = np.abs(guesses[done] - true)
        errors.set_data(t, wrong.clip(SMALLEST, 1e4))
        right = int((wrong < 1e-10).sum())
        top.set_title(
            f"Round {done}: {right} of {steps} states are right to ten places"
        )
        return (
            f"Weight {w}, {way.partition(':')[0]}: after round {done}, {right} of "
            f"{steps} states are right to ten decimal places; the largest error is "
            f"{wrong.max():.1e}."
        )

    return LiveFigure(
        figure,
        draw,
        done=Slider("rounds done", 0, rounds, value=3, play=700),
        w=Slider("weight w", -1.2, 2, 0.1, value=1.0),
        way=Menu("way", WAYS_TO_GUESS),
    )


def _guesses(w, x, rounds, newton):
    """Return the states of a tanh unit, (T,), and the guess after each round."""
    true = _unit(w, x)
    guesses = [np.zeros_like(x)]
    for _ in range(rounds):
        before = np.concatenate([[0.0], guesses[-1][:-1]])
        reached = np.tanh(w * before + x)
        if newton:
            a = w * (1 - reached**2)
            reached = _unit(a, reached - a * before, bend=float)
        guesses.append(reached)
    return true, guesses


def _unit(a, b, bend=math.tanh):
    """Return the states h_t = bend(a_t h_{t-1} + b_t), from h_0 = 0."""
    h, states = 0.0, []
    for factor, shift in zip(np.broadcast_to(a, b.shape), b, strict=True):
        h = bend(factor * h + shift)
        states.append(h)
    return np.array(states)


def rounds_figure(scales, newton, repeated, steps):
    """Draw how many rounds networks of several scales need until all states are right.

    Args:
        scales: of the recurrent weights, one for each row.
        newton, repeated: rounds of the two ways, (len(scales), networks).
        steps: T, the most that can be needed.

    Returns:
        The figure, a dot for each network and a line through the medians.
    """
    figure, axes = subplots(figsize=(8, 3.6))
    x = np.asarray(scales)
    axes.axhline(steps, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.text(x[0], 1.12 * steps, f"the loop: {steps} steps", color=DATA, va="bottom")
    looks = {"put the guess in again": (repeated, DATA, -0.012)}
    looks["Newton"] = newton, colour("h"), 0.012
    for name, (found, ink, aside) in looks.items():
        found = np.asarray(found)
        across = np.repeat(x + aside, found.shape[1])
        axes.plot(across, found.ravel(), ".", color=ink, markersize=4, alpha=0.5)
        (line,) = axes.plot(x + aside, np.median(found, axis=1), color=ink)
        label_line(line, name, at=1, offset=(-7, 9), ha="right")
    axes.set(yscale="log", ylim=(2, 2.2 * steps), xlim=(x[0] - 0.1, x[-1] + 0.1))
    axes.set(yticks=(3, 10, 30, 100, steps), yticklabels=(3, 10, 30, 100, steps))
    axes.set(xticks=x, xlabel="scale of the recurrent weights", ylabel="rounds")
    axes.minorticks_off()
    axes.set_title("A dozen rounds are enough, unless the network is nearly chaotic")
    return figure


def parity_figure(shares, trained):
    """Draw the share of right answers against the time step, a line for each layer.

    Args:
        shares: by the name of a layer, of each network, (seeds, T); the last one is
            dashed.
        trained: the longest sequence in training.

    Returns:
        The figure: medians, and bands from the lowest to the highest network.
    """
    figure, axes = subplots(figsize=(8.6, 3.4))
    looks = [(DATA, "-"), (colour("h"), "-"), (colour("h"), "--")]
    lines = {}
    for (name, rows), (ink, style) in zip(shares.items(), looks, strict=True):
        rows = 100 * np.asarray(rows)
        t = np.arange(1, rows.shape[1] + 1)
        axes.fill_between(t, rows.min(0), rows.max(0), color=ink, alpha=0.15, lw=0)
        (lines[name],) = axes.plot(t, np.median(rows, axis=0), style, color=ink)
    axes.axvspan(0.9, trained, color=FAINT, alpha=0.35, zorder=0, linewidth=0)
    axes.text(1.1, 38, f"trained on 2 to {trained} steps", color=DATA)
    axes.plot(t[[0, -1]], [50, 50], "--", color=DATA, linewidth=0.8)
    axes.text(1.1, 52, "a coin", color=DATA)
    axes.set(xscale="log", xlim=(0.9, 3 * t[-1]), ylim=(34, 104))
    axes.set(xlabel="time step", ylabel="right (%)")
    ticks = [2**k for k in range(int(math.log2(t[-1])) + 1)]
    axes.set_xticks(ticks, ticks)
    axes.minorticks_off()
    _label_ends(lines)
    axes.set_title("The GRU carries parity on; the signed minGRU fades in the end")
    return figure


def recall_figure(pairs, shares):
    """Draw the share of pairs that are recalled against the number of pairs.

    Args:
        pairs: numbers of pairs, increasing.
        shares: by the name of a way to store them, of each run, (len(pairs), runs);
            the first one is in the colour of attention, the last one dotted.

    Returns:
        The figure: means, and bands from the lowest to the highest run.
    """
    figure, axes = subplots(figsize=(8.6, 3.4))
    lines = {}
    looks = [(KEEP, "o-"), (colour("h"), "o-"), (colour("h"), "o:")]
    for (name, rows), (ink, style) in zip(shares.items(), looks, strict=True):
        rows = 100 * np.asarray(rows)
        axes.fill_between(pairs, rows.min(1), rows.max(1), color=ink, alpha=0.15, lw=0)
        (lines[name],) = axes.plot(pairs, rows.mean(1), style, color=ink)
    axes.set(xscale="log", xlim=(0.9 * pairs[0], 5 * pairs[-1]), ylim=(0, 106))
    axes.set_xticks(pairs, pairs)
    axes.set(xlabel="pairs of a key and a value", ylabel="recalled (%)")
    axes.minorticks_off()
    _label_ends(lines)
    axes.set_title("A state of fixed size loses pairs; attention finds them all")
    return figure


def times_figure(lengths, seconds, widths):
    """Draw the time of several ways to compute a recurrence against its length.

    Args:
        lengths: T, increasing.
        seconds: by (name of the way, width), the time at each length.
        widths: of the two panels.

    Returns:
        The figure.
    """
    figure, panels = subplots(1, 2, figsize=(9.6, 3.8), sharey=True)
    looks = {"loop": (DATA, "-"), "Hillis–Steele": (colour("h"), ":")}
    looks |= {"work-efficient": (colour("h"), "-")}
    for axes, width in zip(panels, widths, strict=True):
        lines = {}
        for name, (ink, style) in looks.items():
            row = [1e3 * t for t in seconds[name, width]]
            (lines[name],) = axes.plot(lengths, row, style, marker="o", color=ink)
        _scale_lengths(axes, lengths)
        _label_ends(lines)
    panels[0].set(ylabel="milliseconds")
    panels[0].set_title(f"{widths[0]} numbers a step: starting costs most")
    panels[1].set_title(f"{widths[1]:,} numbers a step: the work counts")
    return figure


def costs_figure(lengths, costs):
    """Draw memory and time of several layers against the length of their sequence.

    Args:
        lengths: T, increasing.
        costs: by the name of a layer, bytes and seconds at each length.

    Returns:
        The figure. A name that ends in "fused" is dashed.
    """
    figure, panels = subplots(1, 2, figsize=(9.6, 4))
    inks = {"tanh RNN": DATA, "minGRU": colour("h"), "state space": CANDIDATE}
    for axes, which, scale in zip(panels, (0, 1), (1e-6, 1e3), strict=True):
        lines = {}
        for name, rows in costs.items():
            style = "o--" if name.endswith("fused") else "o-"
            row = [scale * value for value in rows[which]]
            ink = inks.get(name, KEEP)
            (lines[name],) = axes.plot(lengths, row, style, color=ink)
        _scale_lengths(axes, lengths)
        _label_ends(lines)
    panels[0].set(ylabel="megabytes kept for the backward pass")
    panels[0].set_title("Plain attention keeps T × T weights")
    panels[1].set(ylabel="milliseconds, forward and backward")
    panels[1].set_title("Time: this computer, one thread")
    return figure


def _scale_lengths(axes, lengths):
    """Make both axes logarithmic, with room for names on the right."""
    axes.set(xscale="log", yscale="log", xlabel="length T")
    axes.set(xlim=(0.8 * lengths[0], 10 * lengths[-1]))
    axes.set(xticks=lengths, xticklabels=lengths)
    axes.minorticks_off()


def _label_ends(lines, gap=12):
    """Write names beside the ends of lines, none of them over another.

    Args:
        lines: a dict from names to lines of one axes, whose limits are set.
        gap: the least distance of two names, in points.
    """
    figure = next(iter(lines.values())).figure
    figure.draw_without_rendering()  # now the axes have their size

    def height(line):
        x, y = line.get_data()
        return line.axes.transData.transform((x[-1], y[-1]))[1] * 72 / figure.dpi

    blocks = []  # of names that would touch, each as names and the middle of the block
    for name in sorted(lines, key=lambda name: height(lines[name])):
        names, middle = [name], height(lines[name])
        while blocks and _touch(*blocks[-1], names, middle, gap):
            names = blocks.pop()[0] + names
            middle = np.mean([height(lines[one]) for one in names])
        blocks.append((names, middle))
    for names, middle in blocks:
        lowest = middle - gap * (len(names) - 1) / 2
        for k, name in enumerate(names):
            up = lowest + k * gap - height(lines[name])
            label_line(lines[name], name, offset=(7, up))


def _touch(below, low, above, high, gap):
    """Tell whether two blocks of names, at these middles, are less than a gap apart."""
    return high - low < gap * (len(below) + len(above)) / 2


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
        angle=Slider("angle", 0, 180, 2, value=20, unit="°", play=150, web=2),
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
        sharpness=Slider("sharpness", 0, 10, 0.5, value=4, web=2),
    )
