"""Models that look one step back, or a few: Markov chains and n-grams.

Symbols are whole numbers from 0 to V - 1, as ``helpers.data.encode`` makes them. A
matrix of transitions leads from its row to its column. Notebook 04 builds all of it in
full view.
"""

from typing import NamedTuple

import torch

# --- one step back: the chain --------------------------------------------------------


def pair_counts(symbols, size, lag=1):
    """Count how often each symbol comes a fixed number of steps after each other one.

    Args:
        symbols: the symbols, (T,) int64 from 0 to size - 1.
        size: how many different symbols there are, V.
        lag: how many steps lie between the two of a pair, 1 for neighbours.

    Returns:
        Counts, (V, V) float64: the row is the earlier symbol, the column the later.

    Raises:
        ValueError: if no pair fits into the symbols.
    """
    if not 1 <= lag < len(symbols):
        raise ValueError(f"lag must be from 1 to {len(symbols) - 1}, got {lag}")
    codes = symbols[:-lag] * size + symbols[lag:]
    return torch.bincount(codes, minlength=size**2).view(size, size).double()


def transition_matrix(counts, alpha=0.0):
    """Turn counts of neighbours into probabilities of the next symbol.

    Args:
        counts: from row to column, (V, V).
        alpha: added to every count first, 0 or more.

    Returns:
        Transition probabilities, (V, V) float64; each row sums to 1.

    Raises:
        ValueError: if a row holds no counts and alpha is 0.

    Source: Markov (1913); adding a constant is Lidstone's (1920) smoothing.
    """
    counts = counts.double() + alpha
    totals = counts.sum(1, keepdim=True)
    if (empty := (totals == 0).flatten()).any():
        places = empty.nonzero().flatten().tolist()
        raise ValueError(f"rows {places} hold no counts: alpha must be above 0, got 0")
    return counts / totals


def sequence_log2_probability(symbols, prior, transition):
    """Return log2 of the probability that a Markov chain gives to a whole sequence.

    Args:
        symbols: the symbols, (T,) int64 with T ≥ 1.
        prior: probabilities of the first symbol, (V,).
        transition: probabilities from row to column, (V, V).

    Returns:
        One number in a tensor: 0 if certain, -inf if impossible.
    """
    steps = transition[symbols[:-1], symbols[1:]]
    return prior[symbols[0]].log2() + steps.log2().sum()


def stationary(transition):
    """Return the distribution that one step of a Markov chain leaves as it is.

    Args:
        transition: probabilities from row to column, (V, V).

    Returns:
        Probabilities, (V,), with ``stationary @ transition == stationary``.

    Raises:
        ValueError: if there is more than one, because the chain falls into parts.
    """
    size = len(transition)
    change = transition.double() - torch.eye(size, dtype=torch.float64)
    found = size - int(torch.linalg.matrix_rank(change))
    if found != 1:
        raise ValueError(f"expected one stationary distribution, got {found}")
    equations = torch.cat((change.T, torch.ones(1, size, dtype=torch.float64)))
    right = torch.zeros(size + 1, 1, dtype=torch.float64)
    right[-1] = 1  # the probabilities sum to 1
    return torch.linalg.lstsq(equations, right).solution[:, 0]


# --- several steps back: n-grams -----------------------------------------------------


class NGram(NamedTuple):
    """What followed every context that was seen in a text."""

    order: int  # symbols in a context, 0 or more
    size: int  # how many different symbols there are, V
    alpha: float  # added to every count
    contexts: torch.Tensor  # (N,) int64, the contexts seen as numbers, ascending
    counts: torch.Tensor  # (N, V) float64, of the symbol that followed


def fit_ngram(symbols, order, size=27, alpha=0.1):
    """Count what follows every context of a text.

    Only contexts that occur have a row: 27 symbols have 14 million contexts of order 5,
    of which a book meets a few ten thousand.

    Args:
        symbols: the text, (T,) int64 from 0 to size - 1.
        order: how many symbols back the model looks, 0 or more.
        size: how many different symbols there are, V.
        alpha: added to every count.

    Returns:
        An NGram.

    Raises:
        ValueError: if the text is too short, or a context too long to be numbered.

    Source: Shannon (1948).
    """
    if not 0 <= order < len(symbols):
        raise ValueError(f"order must be from 0 to {len(symbols) - 1}, got {order}")
    if size ** (order + 1) >= 2**63:
        windows = f"{size} symbols to the power of {order + 1}"
        raise ValueError(f"windows must number less than 2**63, got {windows}")
    contexts, following = _windows(symbols, order)
    codes = _codes(contexts, size)
    seen, rows = codes.unique(return_inverse=True)
    counts = torch.bincount(rows * size + following, minlength=len(seen) * size)
    return NGram(order, size, alpha, seen, counts.view(-1, size).double())


def next_probabilities(model, contexts):
    """Return how probable each symbol is after each context.

    Args:
        model: an NGram.
        contexts: what came last, (..., order) int64.

    Returns:
        Probabilities, (..., V) float64. After a context never seen all symbols are
        equally probable, or nan if alpha is 0.
    """
    codes = _codes(contexts, model.size)
    rows = torch.searchsorted(model.contexts, codes).clamp(max=len(model.contexts) - 1)
    known = model.contexts[rows] == codes
    counts = model.counts[rows] * known[..., None] + model.alpha
    return counts / counts.sum(-1, keepdim=True)


def log2_probabilities(model, symbols):
    """Return log2 of the probability of every symbol that has a whole context.

    Args:
        model: an NGram.
        symbols: a text, (T,) int64.

    Returns:
        (T - order,): the first ``order`` symbols serve as context only.
    """
    contexts, following = _windows(symbols, model.order)
    chances = next_probabilities(model, contexts)
    return chances.gather(1, following[:, None])[:, 0].log2()


def bits_per_character(model, symbols, before=None):
    """Return how many bits a model needs for a symbol of a text, on average.

    Args:
        model: an NGram.
        symbols: the text to be predicted, (T,) int64.
        before: what the text follows, at least ``order`` symbols, so that all T are
            predicted; without it the first ``order`` symbols serve as context only.

    Raises:
        ValueError: if ``before`` is shorter than a context.
    """
    if before is not None:
        if len(before) < model.order:
            found = f"got {len(before)}"
            raise ValueError(f"before must hold {model.order} symbols, {found}")
        symbols = torch.cat((before[len(before) - model.order :], symbols))
    return -log2_probabilities(model, symbols).mean().item()


def sample(model, before, steps, generator, temperature=1.0):
    """Continue texts by drawing one symbol after the other.

    Args:
        model: an NGram.
        before: what the texts follow, (..., T) int64 with T ≥ order.
        steps: how many symbols to draw.
        generator: a ``torch.Generator``.
        temperature: probabilities are raised to the power 1 / temperature and
            normalised again, above 0; a number or a tensor of the shape (...).

    Returns:
        The new symbols, (..., steps) int64.
    """
    context = before[..., before.shape[-1] - model.order :]
    temperature = torch.as_tensor(temperature, dtype=torch.float64)[..., None]
    shape = (*before.shape[:-1], steps)
    dice = torch.rand(shape, generator=generator, dtype=torch.float64)
    drawn = []
    for t in range(steps):
        chances = next_probabilities(model, context)
        chances = (chances.log() / temperature).softmax(-1)
        below = chances.cumsum(-1) < dice[..., t, None]
        symbol = below.sum(-1, keepdim=True).clamp(max=model.size - 1)
        drawn.append(symbol)
        context = torch.cat((context, symbol), dim=-1)[..., 1:]
    return torch.cat(drawn, dim=-1)


# --- how much the past says ----------------------------------------------------------


def mutual_information(joint):
    """Return how many bits one of two quantities tells about the other.

    Counted from a text, it comes out too high: with N independent pairs of V symbols
    by about (V - 1)² / (2 N ln 2) bits.

    Args:
        joint: probabilities or counts of the pairs, (V, W), 0 or more.

    Returns:
        One number in a tensor, 0 or more.

    Source: Shannon (1948); the bias, Miller (1955).
    """
    joint = joint / joint.sum()
    apart = joint.sum(1, keepdim=True) * joint.sum(0)
    seen = joint > 0
    bits = (joint[seen] * (joint[seen] / apart[seen]).log2()).sum()
    return bits.clamp(min=0)  # rounding can leave -1e-17


# --- contexts as numbers -------------------------------------------------------------


def _windows(symbols, order):
    """Return every context, (T - order, order), and what follows it, (T - order,)."""
    windows = symbols.unfold(0, order + 1, 1)
    return windows[:, :-1], windows[:, -1]


def _codes(contexts, size):
    """Number the contexts: their symbols are the digits, the first counts most."""
    digits = torch.arange(contexts.shape[-1] - 1, -1, -1)
    return (contexts * size**digits).sum(-1)
