"""Models that look one step back, or a few: Markov chains and n-grams.

Symbols are whole numbers from 0 to V - 1, as ``helpers.data.encode`` makes them. A
matrix of transitions leads from its row to its column. Notebook 04 builds all of it in
full view.
"""

import math
from typing import NamedTuple

import torch

# --- one step back: the chain --------------------------------------------------------


def pair_counts(symbols, vocab_size, lag=1):
    """Count how often each symbol comes a fixed number of steps after each other one.

    Args:
        symbols: the symbols, (T,) int64 from 0 to vocab_size - 1.
        vocab_size: how many different symbols there are, V.
        lag: how many steps lie between the two of a pair, 1 for neighbours.

    Returns:
        Counts, (V, V) float64: the row is the earlier symbol, the column the later.

    Raises:
        ValueError: if no pair fits into the symbols.
    """
    if not 1 <= lag < len(symbols):
        raise ValueError(f"lag must be from 1 to {len(symbols) - 1}, got {lag}")
    V = vocab_size
    codes = symbols[:-lag] * V + symbols[lag:]
    return torch.bincount(codes, minlength=V**2).view(V, V).double()


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


def sequence_log2_probability(symbols, initial, transition):
    """Return log2 of the probability that a Markov chain gives to a whole sequence.

    Args:
        symbols: the symbols, (T,) int64 with T ≥ 1.
        initial: probabilities of the first symbol, (V,).
        transition: probabilities from row to column, (V, V).

    Returns:
        One number in a tensor: 0 if certain, -inf if impossible.
    """
    steps = transition[symbols[:-1], symbols[1:]]
    return initial[symbols[0]].log2() + steps.log2().sum()


def stationary(transition):
    """Return the distribution that one step of a Markov chain leaves as it is.

    Args:
        transition: probabilities from row to column, (V, V).

    Returns:
        Probabilities, (V,), with ``stationary @ transition == stationary``.

    Raises:
        ValueError: if there is more than one, because the chain falls into parts.
    """
    V = len(transition)
    change = transition.double() - torch.eye(V, dtype=torch.float64)
    found = V - int(torch.linalg.matrix_rank(change))
    if found != 1:
        raise ValueError(f"expected one stationary distribution, got {found}")
    equations = torch.cat((change.T, torch.ones(1, V, dtype=torch.float64)))
    right = torch.zeros(V + 1, 1, dtype=torch.float64)
    right[-1] = 1  # the probabilities sum to 1
    return torch.linalg.lstsq(equations, right).solution[:, 0]


# --- several steps back: n-grams -----------------------------------------------------


class NGram(NamedTuple):
    """What followed every context that was seen in a text.

    It is called like a network, so ``helpers.characters`` scores it and lets it write.
    """

    order: int  # symbols in a context, 0 or more
    vocab_size: int  # how many different symbols there are, V
    alpha: float  # added to every count
    contexts: torch.Tensor  # (N,) int64, the contexts seen as numbers, ascending
    counts: torch.Tensor  # (N, V) float64, of the symbol that followed

    def __call__(self, symbols, state=None):
        """Predict what follows each symbol of some texts side by side.

        Args:
            symbols: (T, B) int64 with T ≥ 1.
            state: the symbols before them, (S, B) int64; None if there were none.

        Returns:
            Logits, (T, B, V) float64, which are logarithms of probabilities, and the
            state to go on with. As long as less than a whole context has been read, all
            symbols are equally probable.
        """
        T, V = len(symbols), self.vocab_size
        read = symbols if state is None else torch.cat((state, symbols))
        uniform = torch.full((*symbols.shape, V), -math.log(V), dtype=torch.float64)
        if len(read) < self.order:
            return uniform, read
        contexts = read.unfold(0, self.order, 1)[-T:]  # (T or less, B, order)
        logits = self.next_probabilities(contexts).log()
        early = uniform[: T - len(contexts)]
        return torch.cat((early, logits)), read[len(read) - self.order :]

    def next_probabilities(self, contexts):
        """Return how probable each symbol is after each context.

        Args:
            contexts: what came last, (..., order) int64.

        Returns:
            Probabilities, (..., V) float64. After a context never seen all symbols are
            equally probable, or nan if alpha is 0.
        """
        counts = self.counts_after(contexts) + self.alpha
        return counts / counts.sum(-1, keepdim=True)

    def counts_after(self, contexts):
        """Return how often each symbol followed each context, (..., V) float64."""
        codes = _codes(contexts, self.vocab_size)
        rows = torch.searchsorted(self.contexts, codes)
        rows = rows.clamp(max=len(self.contexts) - 1)
        known = self.contexts[rows] == codes
        return self.counts[rows] * known[..., None]


class KneserNey(NamedTuple):
    """N-grams of every order up to a highest one, which help each other out.

    It is called like a network, as an NGram is.
    """

    order: int  # symbols in the longest context, 0 or more
    vocab_size: int  # how many different symbols there are, V
    discount: float  # taken from every count, above 0 and at most 1
    levels: tuple[NGram, ...]  # of orders 0, 1, ..., order

    __call__ = NGram.__call__

    def next_probabilities(self, contexts):
        """Return how probable each symbol is after each context.

        Every order keeps its counts less the discount; what that sets free is shared
        out as the next shorter context says, and the shortest asks the uniform law.

        Args:
            contexts: what came last, (..., order) int64.

        Returns:
            Probabilities, (..., V) float64.
        """
        shape = *contexts.shape[:-1], self.vocab_size
        found = torch.full(shape, 1 / self.vocab_size, dtype=torch.float64)
        for level in self.levels:
            counts = level.counts_after(contexts[..., self.order - level.order :])
            total = counts.sum(-1, keepdim=True)
            kept = (counts - self.discount).clamp(min=0) / total
            freed = self.discount * (counts > 0).sum(-1, keepdim=True) / total
            found = torch.where(total > 0, kept + freed * found, found)
        return found


def fit_ngram(symbols, order, vocab_size=27, alpha=0.1):
    """Count what follows every context of a text.

    Only contexts that occur have a row: 27 symbols have 14 million contexts of order 5,
    of which a book meets a few ten thousand.

    Args:
        symbols: the text, (T,) int64 from 0 to vocab_size - 1.
        order: how many symbols back the model looks, 0 or more.
        vocab_size: how many different symbols there are, V.
        alpha: added to every count.

    Returns:
        An NGram.

    Raises:
        ValueError: if the text is too short, or a context too long to be numbered.

    Source: Shannon (1948).
    """
    if not 0 <= order < len(symbols):
        raise ValueError(f"order must be from 0 to {len(symbols) - 1}, got {order}")
    V = vocab_size
    if V ** (order + 1) >= 2**63:
        windows = f"{V} symbols to the power of {order + 1}"
        raise ValueError(f"windows must number less than 2**63, got {windows}")
    contexts, following = _windows(symbols, order)
    codes = _codes(contexts, V)
    seen, rows = codes.unique(return_inverse=True)
    counts = torch.bincount(rows * V + following, minlength=len(seen) * V)
    return NGram(order, V, alpha, seen, counts.view(-1, V).double())


def fit_kneser_ney(symbols, order, vocab_size=27, discount=0.9):
    """Count a text for interpolated Kneser–Ney smoothing.

    The longest contexts count how often a symbol followed. The shorter ones are asked
    only where a longer one does not know, so they count something else: after how many
    different longer contexts it followed.

    Args:
        symbols: the text, (T,) int64 from 0 to vocab_size - 1.
        order: symbols in the longest context, 0 or more.
        vocab_size: how many different symbols there are, V.
        discount: taken from every count, above 0 and at most 1.

    Returns:
        A KneserNey.

    Raises:
        ValueError: if the discount is out of its range, the text too short, or a
            context too long to be numbered.

    Source: Kneser & Ney (1995), interpolated as in Chen & Goodman (1999).
    """
    if not 0 < discount <= 1:
        raise ValueError(f"discount must be above 0 and at most 1, got {discount}")
    levels = [fit_ngram(symbols, order, vocab_size, alpha=0.0)]
    for shorter in range(order - 1, -1, -1):
        longer = levels[0]
        codes = longer.contexts % vocab_size**shorter  # without the first symbol
        seen, rows = codes.unique(return_inverse=True)
        counts = torch.zeros(len(seen), vocab_size, dtype=torch.float64)
        counts.index_add_(0, rows, (longer.counts > 0).double())
        levels.insert(0, NGram(shorter, vocab_size, 0.0, seen, counts))
    return KneserNey(order, vocab_size, discount, tuple(levels))


def log2_probabilities(model, symbols):
    """Return log2 of the probability of every symbol that has a whole context.

    Args:
        model: an NGram or a KneserNey.
        symbols: a text, (T,) int64.

    Returns:
        (T - order,): the first ``order`` symbols serve as context only.
    """
    contexts, following = _windows(symbols, model.order)
    probabilities = model.next_probabilities(contexts)
    return probabilities.gather(1, following[:, None])[:, 0].log2()


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


def _codes(contexts, vocab_size):
    """Number the contexts: their symbols are the digits, the first counts most."""
    digits = torch.arange(contexts.shape[-1] - 1, -1, -1)
    return (contexts * vocab_size**digits).sum(-1)
