"""Sequences and what is done to them: a film, padding, cutting, another order."""

import torch

from helpers.figures import (
    CELL,
    DATA,
    FAINT,
    HIDDEN,
    LiveFigure,
    Menu,
    Slider,
    label_line,
    subplots,
)


def film_explorer(film, row=14, column=27):
    """Show a film frame by frame, and the brightness of one pixel over time.

    Args:
        film: a Film.
        row, column: the pixel, which is marked by a ring.

    Returns:
        A LiveFigure with a control for the frame.
    """
    frames = film.frames.numpy()
    steps, height, width = frames.shape
    pixel = frames[:, row, column]
    figure, (top, bottom) = subplots(2, figsize=(9, 5), height_ratios=[3, 1])
    image = top.imshow(frames[0], cmap="gray", vmin=0, vmax=255)
    top.plot(column, row, "o", markersize=9, markerfacecolor="none", color="white")
    top.set(xticks=[], yticks=[])
    top.spines[:].set_visible(False)
    bottom.plot(pixel, color=DATA)
    (dot,) = bottom.plot(0, pixel[0], "o", color=CELL)
    bottom.set(xlabel="frame", ylabel="brightness", ylim=(0, 260), xlim=(-1, steps))

    def draw(t):
        image.set_data(frames[t])
        dot.set_data([t], [pixel[t]])
        seconds = t / film.frames_per_second
        top.set_title(f"Frame {t}, after {seconds:.2f} s: {height * width:,} numbers")
        return f"Frame {t} of a cartoon; the marked pixel has brightness {pixel[t]}."

    return LiveFigure(figure, draw, t=Slider("frame", 0, steps - 1, play=80))


def padding_explorer(lengths, shares, guess):
    """Show how often a classifier is right as the test batch is padded further.

    Args:
        lengths: of the padded test batch, evenly spaced and rising.
        shares: by name, the share of right answers at each length. The first name is
            the one that the title follows.
        guess: the share that needs no model.

    Returns:
        A LiveFigure with a control for the length.
    """
    figure, axes = subplots()
    styles = ({"color": DATA}, {"color": DATA, "linestyle": "--"}, {"color": HIDDEN})
    half, later = len(lengths) // 2, 2 * len(lengths) // 3
    places = ((half, (8, 8)), (later, (0, -11)), (later, (0, 11)))  # of the labels
    for (name, values), style, place in zip(
        shares.items(), styles, places, strict=True
    ):
        (line,) = axes.plot(lengths, values, **style)
        label_line(line, name, at=place[0], offset=place[1])
    _guess_line(axes, guess, lengths[-1])
    (dot,) = axes.plot([], "o", color=CELL, markersize=8)
    step = lengths[1] - lengths[0]
    axes.set(xlim=(lengths[0] - step, lengths[-1] + step), ylim=(0, 1.12))
    axes.set(xlabel="length of the test batch in steps", ylabel="share right")
    axes.set_yticks([0, 0.5, 1])
    falling, *_ = shares.values()

    def draw(steps):
        share = falling[list(lengths).index(steps)]
        dot.set_data([steps], [share])
        axes.set_title(f"Padded to {steps} steps: {share:.0%} right if zeros count")
        beside = (
            f"{n}: {v[list(lengths).index(steps)]:.0%}" for n, v in shares.items()
        )
        return f"A test batch of {steps} steps. Right answers: {', '.join(beside)}."

    start = lengths[len(lengths) // 3]
    steps = Slider("length of the batch", lengths[0], lengths[-1], step, start)
    return LiveFigure(figure, draw, steps=steps)


def cutting_explorer(kept, shares, left, guess):
    """Show how often a classifier is right when all but a few steps are cut away.

    Args:
        kept: how many steps are kept, evenly spaced and rising.
        shares: for "first" and "last", which steps are kept, the share of right answers
            at each number.
        left: at each number, the share of all steps that is left.
        guess: the share that needs no model.

    Returns:
        A LiveFigure with controls for the number kept and which ones.
    """
    figure, axes = subplots()
    (first,) = axes.plot(kept, shares["first"], color=DATA)
    (last,) = axes.plot(kept, shares["last"], color=HIDDEN)
    label_line(first, "first steps kept", at=2, offset=(4, -14))
    label_line(last, "last steps kept", at=2, offset=(4, 12))
    (rest,) = axes.plot(kept, left, "--", color=DATA, linewidth=1)
    label_line(rest, "data that is left", at=4, offset=(0, -14))
    _guess_line(axes, guess, kept[-1])
    (dot,) = axes.plot([], "o", color=CELL, markersize=8)
    axes.set(xlabel="steps kept", xlim=(0, kept[-1] + 1), ylim=(0, 1.1))
    axes.set(ylabel="share right, share left", yticks=[0, 0.5, 1])

    def draw(steps, end):
        place = list(kept).index(steps)
        dot.set_data([steps], [shares[end][place]])
        count = "step" if steps == 1 else f"{steps} steps"
        words = f"The {end} {count}: {shares[end][place]:.0%} right"
        axes.set_title(f"{words}, with {1 - left[place]:.0%} of the data thrown away")
        return f"{words}. {1 - left[place]:.0%} of all steps are thrown away."

    steps = Slider("steps kept", kept[0], kept[-1], kept[1] - kept[0], kept[2])
    return LiveFigure(
        figure, draw, steps=steps, end=Menu("keep the", ["last", "first"])
    )


def order_explorer(sets, neighbours, shown=40):
    """Show a sequence in several orders, beside the training sequence most like it.

    Args:
        sets: by name and order, Sequences of one length.
        neighbours: by name and order, the place of the nearest training sequence for
            every test sequence, (N,).
        shown: how many test sequences can be looked at.

    Returns:
        A LiveFigure with controls for the set, the order and the test sequence.
    """
    figure, axes = subplots()
    (found,) = axes.plot([], [], color=HIDDEN, linewidth=1.2)
    (line,) = axes.plot([], [], ".-", color=DATA, linewidth=1)
    beside = {"transform": axes.transAxes, "va": "top", "ha": "right"}
    axes.text(1, 1.0, "a test sequence", color=DATA, **beside)
    answer = axes.text(1, 0.91, "", color=HIDDEN, **beside)
    axes.set(xlabel="step, after stretching", ylabel="first channel")
    axes.yaxis.set_label_coords(-0.055, 0.5)  # whatever the width of the ticks
    names = list(dict.fromkeys(name for name, _ in sets))
    orders = list(dict.fromkeys(order for _, order in sets))
    limits = {name: _limits(sets[name, orders[0]]) for name in names}

    def draw(name, order, n):
        s, near = sets[name, order], neighbours[name, order]
        test, train = s.test[n][:, 0], s.train[near[n]][:, 0]
        line.set_data(range(len(test)), test)
        found.set_data(range(len(train)), train)
        axes.set(xlim=(-1, len(test)), ylim=limits[name])
        labels = s.train_labels[near]
        is_right = labels[n] == s.test_labels[n]
        verdict = "right" if is_right else "wrong"
        answer.set_text(f"its nearest neighbour: {verdict}")
        share = (labels == s.test_labels).double().mean()
        words = f"{name}, {order}: the nearest neighbour gets {share:.0%} right"
        axes.set_title(words)
        return f"{words}. For test sequence {n} it is {verdict}."

    return LiveFigure(
        figure,
        draw,
        name=Menu("data", names, names[-1]),
        order=Menu("order", orders),
        n=Slider("test sequence", 0, shown - 1),
    )


def _limits(s):
    """Return limits for the first channel of all sequences, with room for a label."""
    values = torch.cat([*s.train, *s.test])[:, 0]
    low, high = values.min().item(), values.max().item()
    room = 0.05 * (high - low)
    return low - room, high + 4 * room


def _guess_line(axes, guess, end):
    """Draw the share of right answers that needs no model."""
    axes.axhline(guess, color=FAINT)
    axes.text(end, guess + 0.02, f"a guess: {guess:.0%}", color=DATA, ha="right")
