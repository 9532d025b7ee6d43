"""Markov chains on the move: powers of a matrix, text of every order, a riddle."""

import itertools
import textwrap

import numpy as np
import torch
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation

from helpers.data import ALPHABET, decode
from helpers.figures import label_line, new_figure
from helpers.live import LiveFigure, Menu, Slider
from helpers.markov import log2_probabilities, sample, stationary
from helpers.palette import DATA, FAINT, PAPER, colour

PROBABILITIES = LinearSegmentedColormap.from_list("probabilities", (PAPER, colour("h")))
LETTERS = ("␣", *ALPHABET[1:])
TEMPERATURES = [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0]
AGAIN = 5  # texts for every setting
LONGEST = 480  # characters
COLUMNS = 60  # characters in a line
SIZE = 10  # of the letters, in points


def power_explorer(transition, longest=12):
    """Show the powers of a transition matrix over ``ALPHABET``.

    Args:
        transition: probabilities from row to column, (27, 27).
        longest: the largest power.

    Returns:
        A LiveFigure with controls for the power n and for a letter. Left, the whole
        matrix; right, the letter's row: what comes n characters after it, beside the
        stationary distribution.
    """
    powers = [torch.linalg.matrix_power(transition, n) for n in range(longest + 1)]
    long_run = stationary(transition)
    figure, (left, right) = new_figure(1, 2, width=8.6, height=3.6)
    image = draw_matrix(left, transition)
    left.set_xlabel("letter n places later")
    (mark,) = left.plot([], [], color=DATA, linewidth=1.2, clip_on=False)
    right.plot(long_run, "_", color=DATA, markersize=9, markeredgewidth=2)
    right.text(6.5, 0.92, "— in the long run", color=DATA, zorder=0)
    (stems,) = right.plot([], [], color=colour("h"), linewidth=3.5, alpha=0.75)
    right.set(xlim=(-0.7, 26.7), ylim=(0, 1), ylabel="probability")
    right.set(xticks=range(27), xticklabels=LETTERS)
    right.tick_params(axis="x", labelsize=8, length=0)

    def draw(n, letter):
        row = powers[n][letter]
        image.set_data(powers[n].sqrt().numpy())
        top, bottom = letter - 0.5, letter + 0.5
        mark.set_data((-0.5, 26.5, 26.5, -0.5, -0.5), (top, top, bottom, bottom, top))
        stems.set_data(_stems(row))
        apart = (row - long_run).abs().sum().item() / 2
        left.set_title(f"Power {n} of the matrix")
        after = f"{n} place{'s' * (n > 1)} after {LETTERS[letter]}"
        right.set_title(f"{after}: {apart:.3f} from the long run")
        best = row.argmax()
        return (
            f"Power {n}: at place {n} after {LETTERS[letter]} the most likely letter "
            f"is {LETTERS[best]} with {row[best]:.2f}. The row is {apart:.4f} away "
            "from the stationary distribution (0 is equal, 1 as far as possible)."
        )

    return LiveFigure(
        figure,
        draw,
        n=Slider("power n", 1, longest, play=500),
        letter=Menu(
            "letter", {name: place for place, name in enumerate(LETTERS)}, value=17
        ),
    )


def draw_matrix(axes, transition):
    """Draw probabilities from row to column, (27, 27), and return the image.

    The shade follows the square root, so that small probabilities can be seen.
    """
    image = axes.imshow(transition.sqrt().numpy(), cmap=PROBABILITIES, vmin=0, vmax=1)
    axes.set(xticks=range(27), xticklabels=LETTERS, yticks=range(27))
    axes.set(yticklabels=LETTERS, xlabel="next letter", ylabel="letter now")
    axes.tick_params(labelsize=7, length=0)
    return image


def text_explorer(models, before, words, train_bits, held_out_bits, alphas):
    """Show text drawn from n-grams of several orders.

    Args:
        models: an NGram over ``ALPHABET`` for every order from 0 up.
        before: what every text begins with, (T,) int64.
        words: the set of words to look up those of the text in.
        train_bits, held_out_bits: bits per character of every model.
        alphas: the smoothing to be chosen from, a list of numbers.

    Returns:
        A LiveFigure with controls for order, temperature, length, smoothing and which
        of five texts. Left, the text; right, the bits per character of every order.
    """
    texts = {
        (model.order, alpha): _texts(model._replace(alpha=alpha), before)
        for model in models
        for alpha in alphas
    }
    start = decode(before)
    font = FontProperties(family="monospace", size=SIZE)
    outlines = {letter: TextPath((0, 0), letter, prop=font) for letter in ALPHABET[1:]}
    figure, (left, right) = new_figure(1, 2, height=3.1, width_ratios=(2, 1))
    page = left.add_patch(PathPatch(Path([(0, 0)]), color=colour("h"), linewidth=0))
    in_points = Affine2D().scale(figure.dpi / 72)
    page.set(transform=in_points + ScaledTranslation(0, 1, left.transAxes))
    left.axis("off")
    for bits, name, style, ink in (
        (train_bits, "training", "--", DATA),
        (held_out_bits, "held out", "-", colour("h")),
    ):
        (line,) = right.plot(bits, style, color=ink)
        label_line(line, name, offset=(6, 0))
    (dots,) = right.plot([], [], "o", color=colour("h"), zorder=4)
    right.set(xlim=(-0.3, len(models) + 0.9), ylim=(0, 4.5), xlabel="order")
    right.set(ylabel="bits per character", xticks=range(len(models)))

    def draw(order, temperature, length, alpha, again):
        place = TEMPERATURES.index(temperature), again - 1
        text = start + texts[order, alpha][place][:length]
        page.set_path(_outline(textwrap.wrap(text, COLUMNS), outlines))
        dots.set_data([order] * 2, [train_bits[order], held_out_bits[order]])
        found = text.split()[:-1]  # the last word may be cut
        known = sum(word in words for word in found) / max(1, len(found))
        model = f"Order {order}, smoothing {alpha}"
        left.set_title(f"{model}: {known:.0%} of its words are in the book")
        return (
            f"{model}, temperature {temperature}: {known:.0%} of the words are in the "
            f"book. The text: {text}"
        )

    return LiveFigure(
        figure,
        draw,
        order=Slider("order", 0, len(models) - 1, value=min(3, len(models) - 1)),
        temperature=Menu("temperature", TEMPERATURES, value=1.0),
        length=Slider("length", 60, LONGEST, 60, value=360, unit="characters"),
        alpha=Menu("smoothing", alphas),
        again=Slider("again", 1, AGAIN),
    )


def _outline(lines, outlines):
    """Return lines of text as one path in points, which is drawn faster than text."""
    placed = [
        (outlines[letter], (0.602 * SIZE * column, -1.5 * SIZE * (row + 1)))
        for row, line in enumerate(lines)
        for column, letter in enumerate(line)
        if letter in outlines
    ]
    vertices = [glyph.vertices + place for glyph, place in placed]
    codes = [glyph.codes for glyph, _ in placed]
    return Path(np.concatenate(vertices), np.concatenate(codes))


def riddle_explorer(riddles, fit, longest):
    """Show where in a riddle an n-gram is surprised, and how far back it can see.

    Args:
        riddles: makes riddles of gap + 3 symbols, (N, gap + 3) int64, from a gap and a
            seed: an opener, the gap, a question mark, the answer.
        fit: makes an NGram from symbols and an order.
        longest: the largest gap.

    Returns:
        A LiveFigure with controls for gap and order: held-out bits for every place of
        a riddle, averaged over riddles, counted back from the answer.
    """
    found = {}
    for gap in range(1, longest + 1):
        train, held_out = (riddles(gap, seed=seed).flatten() for seed in (0, 1))
        for order in range(longest + 3):
            model = fit(train, order)
            bits = -log2_probabilities(model, held_out)
            whole = bits[len(bits) % (gap + 3) :].view(-1, gap + 3)
            found[gap, order] = whole.mean(0), len(model.contexts)
    reach = longest + 2
    figure, axes = new_figure(width=8, height=3.2)
    axes.axhline(1, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.text(0.5, 1.03, "a coin", color=DATA, zorder=0)
    (seen,) = axes.plot([], [], color=colour("h"), linewidth=5, alpha=0.35)
    bars = {"color": FAINT, "linewidth": 16, "solid_capstyle": "butt"}
    (others,) = axes.plot([], [], **bars)
    (opener,) = axes.plot([], [], **bars | {"color": DATA})
    (answer,) = axes.plot([], [], **bars | {"color": colour("h")})
    axes.set(xlim=(-reach - 0.6, 1.2), ylim=(-0.45, 3.7), yticks=range(4))
    names = [*range(-reach, -1), "?", "answer"]
    axes.set(xticks=range(-reach, 1), xticklabels=names, xlabel="places before the end")
    axes.set_ylabel("held-out bits")

    def draw(gap, order):
        bits, contexts = found[gap, order]
        x, y = _stems(bits)
        others.set_data(x - gap - 2, y)
        opener.set_data([-gap - 2] * 2, [0, bits[0]])
        answer.set_data([0, 0], [0, bits[-1]])
        seen.set_data([-order - 0.4, -0.6] if order else [], [-0.2] * 2 * bool(order))
        enough = "sees" if order >= gap + 2 else "does not see"
        end = f"{bits[-1]:.2f} bits to answer, {contexts:,} contexts"
        axes.set_title(f"Order {order} {enough} the opener: {end}")
        return (
            f"Gap {gap}, order {order}: the answer costs {bits[-1]:.2f} bits. The "
            f"model {enough} the opener {gap + 2} places back; it has met "
            f"{contexts:,} contexts."
        )

    return LiveFigure(
        figure,
        draw,
        gap=Slider("gap", 1, longest, value=2),
        order=Slider("order", 0, longest + 2, value=1),
    )


def _stems(heights):
    """Return x and y of upright strokes of these heights, as one broken line."""
    gap = torch.full((len(heights),), torch.nan)
    x = torch.arange(len(heights)).double().repeat_interleave(3)
    y = torch.stack((torch.zeros_like(gap), heights, gap), dim=1).flatten()
    return x, y


def _texts(model, before):
    """Return AGAIN texts for every temperature, by the places of both."""
    shape = len(TEMPERATURES), AGAIN
    temperatures = torch.tensor(TEMPERATURES)[:, None].expand(shape)
    generator = torch.Generator().manual_seed(0)
    start = before.expand(*shape, -1)
    symbols = sample(model, start, LONGEST, generator, temperatures)
    places = itertools.product(*map(range, shape))
    return {place: decode(symbols[place]) for place in places}
