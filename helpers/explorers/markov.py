"""Markov chains on the move: powers, text of every order, information, a riddle."""

import itertools

import torch
from matplotlib.colors import LinearSegmentedColormap, PowerNorm

from helpers.characters import sample
from helpers.data import decode
from helpers.figures import (
    BLANK,
    DATA,
    FAINT,
    LETTERS,
    PAPER,
    LiveFigure,
    Menu,
    Page,
    Slider,
    colour,
    label_line,
    stems,
    subplots,
)
from helpers.markov import log2_probabilities, stationary
from helpers.tasks import RIDDLE_SYMBOLS, riddles

PROBABILITIES = LinearSegmentedColormap.from_list("probabilities", (PAPER, colour("h")))
SHADES = ["0", "0.01", "0.05", "0.1", "0.25", "0.5", "1"]
TEMPERATURES = [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0]
AGAIN = 5  # texts for every setting
LONGEST = 480  # characters
COLUMNS = 60  # characters in a line
RIDDLES = 20_000  # symbols in the riddles that a table counts, and in those it answers


def matrix_figure(transition, pairs, title):
    """Draw a transition matrix over ``ALPHABET``, with a scale and a few entries.

    Args:
        transition: probabilities from row to column, (27, 27).
        pairs: texts of two letters, whose entries are written beside their rows.
        title: the title.

    Returns:
        The figure.
    """
    figure, axes = subplots(figsize=(7.2, 5.2))
    image = draw_matrix(axes, transition)
    for now, later in pairs:
        row, column = LETTERS.index(now), LETTERS.index(later)
        entry = f"{now} → {later}: {transition[row, column]:.2f}"
        axes.text(27.2, row, entry, color=DATA, va="center")
    draw_scale(axes, image)
    axes.set_title(title)
    return figure


def draw_matrix(axes, transition):
    """Draw probabilities from row to column, (27, 27), and return the image.

    The shade follows the square root, so that small probabilities can be seen.
    """
    norm = PowerNorm(0.5, vmin=0, vmax=1)
    image = axes.imshow(transition.numpy(), cmap=PROBABILITIES, norm=norm)
    axes.set(xticks=range(27), xticklabels=LETTERS, yticks=range(27))
    axes.set(yticklabels=LETTERS, xlabel="next letter", ylabel="letter now")
    axes.tick_params(labelsize=7, length=0)
    return image


def draw_scale(axes, image):
    """Draw the scale of shades beside a matrix of probabilities."""
    bar = axes.figure.colorbar(image, ax=axes, shrink=0.7, aspect=30, pad=0.02)
    bar.set_ticks([0, 0.01, 0.05, 0.1, 0.25, 0.5, 1], labels=SHADES)
    bar.set_label("probability")
    bar.outline.set_visible(False)


def bits_figure(orders, curves, title, ylim):
    """Draw bits per character against the order, a labelled line for each curve.

    Args:
        orders: of the models, at least one.
        curves: bits at these orders, by name; the last one is in colour and whole, the
            first one grey and dashed, one between them dotted.
        title: the title.
        ylim: the range of bits.

    Returns:
        The figure.
    """
    figure, axes = subplots(figsize=(7.6, 3.5))
    styles = [(DATA, "o--"), (colour("h"), "o:"), (colour("h"), "o-")]
    if len(curves) == 2:
        del styles[1]
    for (name, bits), (ink, style) in zip(curves.items(), styles, strict=True):
        (line,) = axes.plot(orders, bits, style, color=ink)
        last = max(k for k, y in enumerate(bits) if y <= ylim[1])  # that is seen
        label_line(line, name, at=last, offset=(8, 0))
    room = 0.24 * (orders[-1] - orders[0])  # for the labels
    axes.set(xlim=(orders[0] - 0.2, orders[-1] + room), ylim=ylim, xticks=orders)
    axes.set(xlabel="order (characters back)", ylabel="bits per character")
    axes.set_title(title)
    return figure


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
    figure, (left, right) = subplots(1, 2, figsize=(9.2, 3.6))
    image = draw_matrix(left, transition)
    draw_scale(left, image)
    left.set_xlabel("letter n places later")
    (mark,) = left.plot([], [], color=DATA, linewidth=1.2, clip_on=False)
    right.plot(long_run, "_", color=DATA, markersize=9, markeredgewidth=2)
    right.text(6.5, 0.92, "— in the long run", color=DATA, zorder=0)
    (strokes,) = right.plot([], [], color=colour("h"), linewidth=3.5, alpha=0.75)
    right.set(xlim=(-0.7, 26.7), ylim=(0, 1), ylabel="probability")
    right.set(xticks=range(27), xticklabels=LETTERS)
    right.tick_params(axis="x", labelsize=8, length=0)

    def draw(n, letter):
        row = powers[n][letter]
        image.set_data(powers[n].numpy())
        top, bottom = letter - 0.5, letter + 0.5
        mark.set_data((-0.5, 26.5, 26.5, -0.5, -0.5), (top, top, bottom, bottom, top))
        strokes.set_data(*stems(row))
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


def text_explorer(models, before, words, bits):
    """Show text drawn from n-grams of several orders.

    Args:
        models: by the name of a way of smoothing, a list of models over ``ALPHABET``,
            of every order from 0 up, the same number for each name.
        before: what every text begins with, (T,) int64.
        words: the set of words to look up those of the text in.
        bits: by the same names, the bits per character at every order.

    Returns:
        A LiveFigure with controls for the smoothing, order, temperature, length and
        which of five texts. Left, the text; right, the bits at every order.
    """
    texts = {
        (name, order): _texts(model, before)
        for name, several in models.items()
        for order, model in enumerate(several)
    }
    start, last = decode(before), len(next(iter(bits.values()))) - 1
    figure, (left, right) = subplots(1, 2, figsize=(9, 3.1), width_ratios=(2, 1))
    page = Page(left, columns=COLUMNS, ink=colour("h"))
    for name, several in bits.items():
        (line,) = right.plot(range(last + 1), several, color=FAINT)
        label_line(line, name, color=DATA, zorder=0)
    (curve,) = right.plot([], [], color=colour("h"))
    (dot,) = right.plot([], [], "o", color=colour("h"), zorder=4)
    right.set(xlim=(-0.3, 1.75 * last), ylim=(1.5, 4.5), xlabel="order")
    right.set(ylabel="bits per character", xticks=range(last + 1))

    def draw(smoothing, order, temperature, length, again):
        place = TEMPERATURES.index(temperature), again - 1
        text = start + texts[smoothing, order][place][:length]
        page.write(text)
        curve.set_data(range(last + 1), bits[smoothing])
        dot.set_data([order], [bits[smoothing][order]])
        found = text.split()[:-1]  # the last word may be cut
        known = sum(word in words for word in found) / max(1, len(found))
        model = f"{smoothing}, order {order}, temperature {temperature}"
        left.set_title(f"{known:.0%} of these words are in the book")
        right.set_title(f"{bits[smoothing][order]:.2f} bits on new text")
        return (
            f"{model}: {known:.0%} of the words are in the book. On new text it needs "
            f"{bits[smoothing][order]:.2f} bits per character. The text: {text}"
        )

    return LiveFigure(
        figure,
        draw,
        smoothing=Menu("smoothing", list(models), value=list(models)[-1]),
        order=Slider("order", 0, last, value=min(3, last)),
        temperature=Menu("temperature", TEMPERATURES, value=1.0),
        length=Slider("length", 60, LONGEST, 60, 360, unit="characters", web=3),
        again=Slider("again", 1, AGAIN),
    )


def information_explorer(texts, floors, chain):
    """Show how much a letter says about a later one, for several lengths of a text.

    Args:
        texts: mutual information at lags 1, 2, ... by the length of the text, each
            (L,) in bits.
        floors: the same of shuffled texts, each (S, L).
        chain: what a Markov chain passes on at these lags, (L,).

    Returns:
        A LiveFigure with a control for the length, which starts at the longest. The
        band reaches from the lowest to the highest of all shuffled texts at all lags,
        since in a shuffled text no lag differs from another.
    """
    lags = range(1, len(chain) + 1)
    wide = lags[-1] + 1
    figure, axes = subplots(figsize=(8, 3.6))
    (band,) = axes.fill([], [], color=FAINT, zorder=0)
    (dots,) = axes.plot([], [], ".", color=DATA)
    (line,) = axes.semilogy(lags, chain, color=colour("h"))
    axes.text(5.2, 3e-4, "the chain", color=line.get_color())
    axes.text(3.8, 0.2, "the text", color=DATA)
    shuffled = axes.text(wide - 1, 1, "", color=DATA, ha="right", va="top")
    axes.set(ylim=(1e-4, 1.5), xlim=(0, wide), ylabel="bits", xlabel="lag (characters)")

    def draw(N):
        low, high = (limit.item() for limit in floors[N].aminmax())
        band.set_xy([(0, low), (wide, low), (wide, high), (0, high)])
        dots.set_data(lags, texts[N])
        shuffled.set_y(0.8 * low)
        shuffled.set_text("band: the same text, shuffled")
        reach = int((texts[N] > high).int().cumprod(0).sum())
        axes.set_title(f"{N:,} characters: above chance up to {reach} places away")
        return (
            f"{N:,} characters: the text lies above the shuffled band, {low:.4f} to "
            f"{high:.4f} bits, up to lag {reach}."
        )

    lengths = {f"{N:,}": N for N in texts}
    return LiveFigure(figure, draw, N=Menu("read", lengths, max(texts)))


def riddle_explorer(fit, longest):
    """Show where in a riddle an n-gram is surprised, and how far back it can see.

    Args:
        fit: makes an n-gram from symbols and an order.
        longest: the largest gap.

    Returns:
        A LiveFigure with controls for gap and order: held-out bits at every place of a
        riddle, averaged over riddles, above the letters of one of them.
    """
    found = {}
    for gap in range(1, longest + 1):
        train, held_out = (_riddles(gap, seed) for seed in (0, 1))
        for order in range(longest + 3):
            bits = -log2_probabilities(fit(train.flatten(), order), held_out.flatten())
            whole = bits[len(bits) % (gap + 3) :].view(-1, gap + 3)
            found[gap, order] = whole.mean(0)
    letters = {
        gap: [RIDDLE_SYMBOLS[x] for x in _riddles(gap, seed=1)[0]]
        for gap in range(1, longest + 1)
    }
    figure, axes = subplots(figsize=(8, 3.4))
    axes.axhline(1, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    coin = {"color": DATA, "va": "center", "bbox": BLANK, "zorder": 0.5}
    axes.text(0.62, 1, "a coin", **coin)
    (seen,) = axes.plot([], [], color=colour("h"), linewidth=5, alpha=0.35)
    style = {"color": colour("h"), "ha": "right", "va": "top"}
    what = axes.text(-0.55, -0.32, "", **style)
    bars = {"color": FAINT, "linewidth": 16, "solid_capstyle": "butt"}
    (others,) = axes.plot([], [], **bars)
    (ends,) = axes.plot([], [], **bars | {"color": DATA})
    (answer,) = axes.plot([], [], **bars | {"color": colour("h")})
    highest = max(bits.max().item() for bits in found.values())
    axes.set(ylim=(-0.7, highest + 0.2), yticks=range(round(highest) + 1))
    axes.set(ylabel="held-out bits", xlabel="a riddle, letter by letter")
    axes.spines.bottom.set_visible(False)
    axes.tick_params(axis="x", length=0, labelsize=13)

    def draw(gap, order):
        bits = found[gap, order]
        axes.set(xticks=range(-gap - 2, 1), xticklabels=letters[gap])
        axes.set_xlim(-gap - 2.8, 1.3)
        x, y = stems(bits)
        others.set_data(x[3:-6] - gap - 2, y[3:-6])
        ends.set_data([-gap - 2] * 2 + [-1] * 3, [0, bits[0], torch.nan, 0, bits[-2]])
        answer.set_data([0, 0], [0, bits[-1]])
        reach = min(order, gap + 2)
        seen.set_data([-reach - 0.4, -0.6] if order else [], [-0.2] * 2 * bool(order))
        what.set_text("what the table sees" if order else "")
        enough = "sees" if order >= gap + 2 else "does not see"
        axes.set_title(
            f"Order {order} {enough} the opener: {bits[-1]:.2f} bits to answer"
        )
        return (
            f"Gap {gap}, order {order}: the answer costs {bits[-1]:.2f} bits. The "
            f"model {enough} the opener, {gap + 2} places before the answer."
        )

    return LiveFigure(
        figure,
        draw,
        gap=Slider("gap", 1, longest, value=2),
        order=Slider("order", 0, longest + 2, value=1),
    )


def _riddles(gap, seed):
    """Return riddles of about RIDDLES symbols together, (N, gap + 3)."""
    generator = torch.Generator().manual_seed(seed)
    return riddles(RIDDLES // (gap + 3), gap, generator)


def _texts(model, before):
    """Return AGAIN texts for every temperature, by the places of both."""
    shape = len(TEMPERATURES), AGAIN
    temperatures = torch.tensor(TEMPERATURES)[:, None].expand(shape)
    generator = torch.Generator().manual_seed(0)
    start = before.expand(*shape, -1)
    symbols = sample(model, start, LONGEST, generator, temperatures)
    places = itertools.product(*map(range, shape))
    return {place: decode(symbols[place]) for place in places}
