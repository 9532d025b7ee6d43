"""Markov chains on the move: powers, text of every order, information, a riddle."""

import itertools

import torch
from matplotlib.colors import LinearSegmentedColormap

from helpers.characters import bits_per_character, sample
from helpers.data import decode
from helpers.figures import (
    DATA,
    FAINT,
    LETTERS,
    PAPER,
    LiveFigure,
    Menu,
    Page,
    Slider,
    colour,
    stems,
    subplots,
)
from helpers.markov import log2_probabilities, stationary

PROBABILITIES = LinearSegmentedColormap.from_list("probabilities", (PAPER, colour("h")))
TEMPERATURES = [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0]
AGAIN = 5  # texts for every setting
LONGEST = 480  # characters
COLUMNS = 60  # characters in a line


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
    figure, (left, right) = subplots(1, 2, figsize=(8.6, 3.6))
    image = draw_matrix(left, transition)
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
        image.set_data(powers[n].sqrt().numpy())
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


def draw_matrix(axes, transition):
    """Draw probabilities from row to column, (27, 27), and return the image.

    The shade follows the square root, so that small probabilities can be seen.
    """
    image = axes.imshow(transition.sqrt().numpy(), cmap=PROBABILITIES, vmin=0, vmax=1)
    axes.set(xticks=range(27), xticklabels=LETTERS, yticks=range(27))
    axes.set(yticklabels=LETTERS, xlabel="next letter", ylabel="letter now")
    axes.tick_params(labelsize=7, length=0)
    return image


def text_explorer(models, before, words, train, held_out, alphas):
    """Show text drawn from n-grams of several orders.

    Args:
        models: an NGram over ``ALPHABET`` for every order from 0 up.
        before: what every text begins with, (T,) int64.
        words: the set of words to look up those of the text in.
        train, held_out: what the models were fitted to and what follows it, (T,) int64.
        alphas: the smoothing to be chosen from, a list of numbers.

    Returns:
        A LiveFigure with controls for order, temperature, length, smoothing and which
        of five texts. Left, the text; right, the bits per character of every order at
        this smoothing.
    """
    texts, bits = {}, {}
    for alpha in alphas:
        smooth = [model._replace(alpha=alpha) for model in models]
        texts |= {(model.order, alpha): _texts(model, before) for model in smooth}
        bits[alpha] = (
            [-log2_probabilities(model, train).mean().item() for model in smooth],
            [bits_per_character(model, held_out, train) for model in smooth],
        )
    start = decode(before)
    figure, (left, right) = subplots(1, 2, figsize=(9, 3.1), width_ratios=(2, 1))
    page = Page(left, columns=COLUMNS, ink=colour("h"))
    (training,) = right.plot([], [], "--", color=DATA)
    (fresh,) = right.plot([], [], color=colour("h"))
    (seen,) = right.plot([], [], "o", color=DATA, zorder=4)
    (dot,) = right.plot([], [], "o", color=colour("h"), zorder=4)
    last = len(models) - 1
    right.text(last + 0.2, 3, "held out", color=colour("h"), va="center")
    right.text(last + 0.2, 1, "training", color=DATA, va="center")
    right.set(xlim=(-0.3, last + 1.9), ylim=(0, 4.5), xlabel="order")
    right.set(ylabel="bits per character", xticks=range(last + 1))

    def draw(order, temperature, length, alpha, again):
        place = TEMPERATURES.index(temperature), again - 1
        text = start + texts[order, alpha][place][:length]
        page.write(text)
        train_bits, held_out_bits = bits[alpha]
        training.set_data(range(last + 1), train_bits)
        fresh.set_data(range(last + 1), held_out_bits)
        seen.set_data([order], [train_bits[order]])
        dot.set_data([order], [held_out_bits[order]])
        found = text.split()[:-1]  # the last word may be cut
        known = sum(word in words for word in found) / max(1, len(found))
        model = f"Order {order}, smoothing {alpha}, temperature {temperature}"
        left.set_title(f"{model}: {known:.0%} of words in the book")
        return (
            f"{model}: {known:.0%} of the words are in the book. Bits per character at "
            f"this smoothing: {train_bits[order]:.2f} in training, "
            f"{held_out_bits[order]:.2f} held out. The text: {text}"
        )

    return LiveFigure(
        figure,
        draw,
        order=Slider("order", 0, last, value=min(3, last)),
        temperature=Menu("temperature", TEMPERATURES, value=1.0),
        length=Slider("length", 60, LONGEST, 60, value=360, unit="characters"),
        alpha=Menu("smoothing", alphas),
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
    figure, axes = subplots(figsize=(8, 3.6))
    (band,) = axes.fill([], [], color=FAINT, zorder=0)
    (dots,) = axes.plot([], [], ".", color=DATA)
    axes.semilogy(lags, chain, color=colour("h"))
    axes.text(5.2, 3e-4, "the chain", color=colour("h"))
    axes.text(lags[-1], 0.7, "dots: text   band: shuffled", color=DATA, ha="right")
    wide = lags[-1] + 1
    axes.set(ylim=(1e-4, 1.5), xlim=(0, wide), ylabel="bits", xlabel="lag (characters)")

    def draw(N):
        low, high = (limit.item() for limit in floors[N].aminmax())
        band.set_xy([(0, low), (wide, low), (wide, high), (0, high)])
        dots.set_data(lags, texts[N])
        reach = int((texts[N] > high).int().cumprod(0).sum())
        axes.set_title(f"{N:,} characters: above chance up to {reach} places away")
        return (
            f"{N:,} characters: the text lies above the shuffled band, {low:.4f} to "
            f"{high:.4f} bits, up to lag {reach}."
        )

    lengths = {f"{N:,}": N for N in texts}
    return LiveFigure(figure, draw, N=Menu("read", lengths, max(texts)))


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
    figure, axes = subplots(figsize=(8, 3.2))
    axes.axhline(1, color=DATA, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.text(0.5, 1.03, "a coin", color=DATA, zorder=0)
    (seen,) = axes.plot([], [], color=colour("h"), linewidth=5, alpha=0.35)
    bars = {"color": FAINT, "linewidth": 16, "solid_capstyle": "butt"}
    (others,) = axes.plot([], [], **bars)
    (ends,) = axes.plot([], [], **bars | {"color": DATA})
    (answer,) = axes.plot([], [], **bars | {"color": colour("h")})
    highest = max(bits.max().item() for bits, _ in found.values())
    axes.set(xlim=(-reach - 0.6, 1.2), ylim=(-0.45, highest + 0.2))
    axes.set_yticks(range(round(highest) + 1))
    names = [*range(-reach, -1), "?", "answer"]
    axes.set(xticks=range(-reach, 1), xticklabels=names, xlabel="places before the end")
    axes.set_ylabel("held-out bits")

    def draw(gap, order):
        bits, contexts = found[gap, order]
        x, y = stems(bits)
        others.set_data(x[3:-6] - gap - 2, y[3:-6])
        ends.set_data([-gap - 2] * 2 + [-1] * 3, [0, bits[0], torch.nan, 0, bits[-2]])
        answer.set_data([0, 0], [0, bits[-1]])
        seen.set_data([-order - 0.4, -0.6] if order else [], [-0.2] * 2 * bool(order))
        enough = "sees" if order >= gap + 2 else "does not see"
        met = f"{contexts:,} context{'s' * (contexts > 1)}"
        end = f"{bits[-1]:.2f} bits to answer, {met}"
        axes.set_title(f"Order {order} {enough} the opener: {end}")
        return (
            f"Gap {gap}, order {order}: the answer costs {bits[-1]:.2f} bits. The "
            f"model {enough} the opener {gap + 2} places back; it has met {met}."
        )

    return LiveFigure(
        figure,
        draw,
        gap=Slider("gap", 1, longest, value=2),
        order=Slider("order", 0, longest + 2, value=1),
    )


def _texts(model, before):
    """Return AGAIN texts for every temperature, by the places of both."""
    shape = len(TEMPERATURES), AGAIN
    temperatures = torch.tensor(TEMPERATURES)[:, None].expand(shape)
    generator = torch.Generator().manual_seed(0)
    start = before.expand(*shape, -1)
    symbols = sample(model, start, LONGEST, generator, temperatures)
    places = itertools.product(*map(range, shape))
    return {place: decode(symbols[place]) for place in places}
