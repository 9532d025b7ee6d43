"""Data sets made by a formula: fresh, endless, and as long as you ask for.

Every function draws from the ``torch.Generator`` it is given and from nothing else, so
the same seed gives the same data. Inputs are numbers (B, T, I), ready for a recurrent
layer, or whole-number symbols (B, T), ready for ``one_hot`` or an embedding. Strings
differ in length and come as lists; a series is a single one, (T,). The *baseline* is
what one scores without using the past, or with only the part of it that is named.
"""

from numbers import Integral
from typing import NamedTuple

import torch

TEMPORAL_ORDER_SYMBOLS = "abcdXY"
RIDDLE_SYMBOLS = "ABwxyz?ab"
REBER_SYMBOLS = "BTSXPVE"
REBER_GRAMMAR = (  # for each state: symbol -> next state; the last state is the end
    {"B": 1},
    {"T": 2, "P": 3},
    {"S": 2, "X": 4},
    {"T": 3, "V": 5},
    {"X": 3, "S": 6},
    {"P": 4, "V": 6},
    {"E": 7},
    {},
)


class Batch(NamedTuple):
    """Sequences of one length, and what is to be answered."""

    inputs: torch.Tensor
    targets: torch.Tensor


class Strings(NamedTuple):
    """Strings of a formal language, each of its own length T.

    Args:
        symbols: a list of (T,) whole numbers, places in ``alphabet``.
        legal_next: a list of (T, V) zeros and ones: after each symbol, which of the V
            symbols may follow. After the last symbol none may: a row of zeros.
        alphabet: the V letters.
    """

    symbols: list
    legal_next: list
    alphabet: str

    def texts(self):
        """Return the strings as letters."""
        return ["".join(self.alphabet[s] for s in string) for string in self.symbols]


def adding(batch_size, steps, generator):
    """Draw sequences in which two marked numbers are to be added.

    Args:
        batch_size, steps: B, at least 1, and T, at least 2.
        generator: where the randomness comes from.

    Returns:
        A Batch of inputs (B, T, 2), at each step a number from 0 to 1 and its mark, 1
        at one of the first ``steps // 2`` steps and at one of the rest, else 0; and
        targets (B, 1) from 0 to 2, the sum of the two marked numbers.

    Raises:
        ValueError: if an argument is out of range.

    Baseline: always answering 1 has a mean squared error of 1/6 = 0.167, the variance
    of the sum of two uniform numbers.
    Source: Hochreiter & Schmidhuber (1997), as in Arjovsky, Shah & Bengio (2016).
    """
    _check(generator, batch_size=(batch_size, 1), steps=(steps, 2))
    numbers = torch.rand(batch_size, steps, generator=generator)
    early = torch.randint(steps // 2, (batch_size, 1), generator=generator)
    late = torch.randint(steps // 2, steps, (batch_size, 1), generator=generator)

    marks = torch.zeros(batch_size, steps)
    marks.scatter_(1, torch.cat([early, late], dim=1), 1.0)
    inputs = torch.stack([numbers, marks], dim=2)  # (B, T, 2)
    return Batch(inputs, (numbers * marks).sum(dim=1, keepdim=True))


def recall(batch_size, lag, symbols, generator, noise=0.5):
    """Draw sequences whose first step is to be named after the last.

    Args:
        batch_size, symbols: B, at least 1, and the number of symbols S, at least 2.
        lag: steps from the symbol to the answer, at least 0. With 0 the sequence is one
            step long: the answer is asked at the step that shows it.
        generator: where the randomness comes from.
        noise: standard deviation of the distractor.

    Returns:
        A Batch of inputs (B, lag + 1, S + 1), the symbol one-hot in the first S of the
        channels at the first step and normal noise in the last one at all later steps;
        and targets (B,), the number of the symbol.

    Raises:
        ValueError: if an argument is out of range.

    Baseline: guessing is right in 1/S.
    Source: after the latch problem of Bengio, Simard & Frasconi (1994).
    """
    sizes = {"batch_size": (batch_size, 1), "lag": (lag, 0), "symbols": (symbols, 2)}
    _check(generator, **sizes)
    targets = torch.randint(symbols, (batch_size,), generator=generator)
    inputs = torch.zeros(batch_size, lag + 1, symbols + 1)
    inputs[torch.arange(batch_size), 0, targets] = 1
    inputs[:, 1:, -1] = noise * torch.randn(batch_size, lag, generator=generator)
    return Batch(inputs, targets)


def riddles(batch_size, gap, generator):
    """Draw riddles: A or B, a gap of other letters, a question mark, and the answer.

    Args:
        batch_size, gap: B, at least 1, and how many letters lie between the opener and
            the question mark, at least 0.
        generator: where the randomness comes from.

    Returns:
        Symbols (B, gap + 3), places in ``RIDDLE_SYMBOLS``. The letters of the gap are
        w, x, y or z; the answer is a where the opener was A, and b where it was B.

    Raises:
        ValueError: if an argument is out of range.

    Baseline: without the opener the answer is a coin toss, one bit.
    Source: after the latch problem of Bengio, Simard & Frasconi (1994).
    """
    _check(generator, batch_size=(batch_size, 1), gap=(gap, 0))
    openers = torch.randint(2, (batch_size, 1), generator=generator)
    letters = torch.randint(2, 6, (batch_size, gap), generator=generator)
    asked = torch.full((batch_size, 1), RIDDLE_SYMBOLS.index("?"))
    answers = openers + RIDDLE_SYMBOLS.index("a")
    return torch.cat((openers, letters, asked, answers), dim=1)


def delayed_echo(batch_size, steps, lag, generator):
    """Draw signs, each of which is to be named again a fixed number of steps later.

    Args:
        batch_size, lag: B, at least 1, and how many steps later, at least 0.
        steps: T, at least ``lag + 1``.
        generator: where the randomness comes from.

    Returns:
        A Batch of inputs (B, T, 1), each -1.0 or 1.0; and targets (B, T), 1 where the
        input ``lag`` steps before was 1.0 and 0 where it was -1.0. In the first ``lag``
        steps there is nothing to echo: -100, which ``cross_entropy`` leaves out.

    Raises:
        ValueError: if an argument is out of range.

    Baseline: without the input ``lag`` steps before, the answer is a coin toss, 1/2.
    Source: Jaeger (2002), who measured by it how much of its input a state still holds.
    """
    sizes = {"lag": (lag, 0), "steps": (steps, lag + 1)}
    _check(generator, batch_size=(batch_size, 1), **sizes)
    bits = torch.randint(2, (batch_size, steps), generator=generator)
    targets = torch.full_like(bits, -100)
    targets[:, lag:] = bits[:, : steps - lag]
    return Batch(2.0 * bits.unsqueeze(2) - 1, targets)


def temporal_order(batch_size, steps, generator):
    """Draw sequences to be classified by the order of two symbols far apart.

    Args:
        batch_size, steps: B, at least 1, and T, at least 10.
        generator: where the randomness comes from.

    Returns:
        A Batch of inputs (B, T), places in ``TEMPORAL_ORDER_SYMBOLS``, an X or Y in the
        second tenth of the steps, another in the sixth, a, b, c or d elsewhere; and
        targets (B,), 0 to 3 for XX, XY, YX, YY.

    Raises:
        ValueError: if an argument is out of range.

    Baseline: guessing is right in 1/4; knowing only the later of the two, in 1/2.
    Source: Hochreiter & Schmidhuber (1997), experiment 6a, here with a fixed length and
    without signs for start and end.
    """
    _check(generator, batch_size=(batch_size, 1), steps=(steps, 10))
    inputs = torch.randint(4, (batch_size, steps), generator=generator)
    pair = torch.randint(2, (batch_size, 2), generator=generator)
    for place, tenth in enumerate((1, 5)):
        window = tenth * steps // 10, (tenth + 1) * steps // 10
        t = torch.randint(*window, (batch_size,), generator=generator)
        inputs[torch.arange(batch_size), t] = 4 + pair[:, place]
    return Batch(inputs, 2 * pair[:, 0] + pair[:, 1])


def parity(batch_size, steps, generator):
    """Draw bits, at each of which it is asked whether the ones so far are odd.

    Args:
        batch_size, steps: B and T, each at least 1.
        generator: where the randomness comes from.

    Returns:
        A Batch of inputs (B, T, 1), each 0.0 or 1.0, and targets (B, T), 1 where the
        number of ones up to and including that step is odd, else 0.

    Raises:
        ValueError: if an argument is out of range.

    Baseline: with any one of the bits so far left out, the answer is a coin toss, 1/2.
    Source: Bengio, Simard & Frasconi (1994).
    """
    _check(generator, batch_size=(batch_size, 1), steps=(steps, 1))
    bits = torch.randint(2, (batch_size, steps), generator=generator)
    return Batch(bits.unsqueeze(2).float(), bits.cumsum(dim=1) % 2)


def last_marked(batch_size, steps, generator, share=0.1):
    """Draw numbers, some of them marked, of which the last marked one is asked for.

    Every new mark makes what was remembered worthless, so the task is to forget.

    Args:
        batch_size, steps: B and T, each at least 1.
        generator: where the randomness comes from.
        share: how probable a mark is at every step but the first, which has one.

    Returns:
        A Batch of inputs (B, T, 2), at each step a number from -1 to 1 and its mark, 0
        or 1; and targets (B, T), the last marked number up to and including that step.

    Raises:
        ValueError: if an argument is out of range.

    Baseline: always answering 0 has a mean squared error of 1/3, the variance of a
    uniform number from -1 to 1.
    """
    _check(generator, batch_size=(batch_size, 1), steps=(steps, 1))
    numbers = 2 * torch.rand(batch_size, steps, generator=generator) - 1
    marks = torch.rand(batch_size, steps, generator=generator) < share
    marks[:, 0] = True
    places = (marks * torch.arange(steps)).cummax(1).values
    inputs = torch.stack([numbers, marks.to(numbers)], dim=2)  # (B, T, 2)
    return Batch(inputs, numbers.gather(1, places))


def embedded_reber(batch_size, generator):
    """Draw Reber strings in a frame whose second symbol returns as the last but one.

    Args:
        batch_size: B, at least 1.
        generator: where the randomness comes from.

    Returns:
        Strings of 9 symbols or more, 12 on average: a Reber string in BT…TE or BP…PE.
        A Reber string is a random walk through the grammar, 8 symbols on average.

    Raises:
        ValueError: if an argument is out of range.

    Baseline: who has forgotten the second symbol names the last but one in 1/2.
    Source: Reber (1967); embedded, Cleeremans, Servan-Schreiber & McClelland (1989).
    """
    _check(generator, batch_size=(batch_size, 1))
    strings = []
    for _ in range(batch_size):
        text, legal = _walk(generator)
        mark = "TP"[torch.randint(2, (), generator=generator)]
        framed = ["TP", "B", *legal[:-1], mark, "E", ""]
        strings.append(("B" + mark + text + mark + "E", framed))
    return _as_tensors(strings)


def autoregressive(coefficients, steps, generator, noise=1.0, burn_in=200):
    """Simulate x_t = φ₁ x_{t-1} + … + φ_p x_{t-p} + ε_t with normal ε_t, from zeros.

    Args:
        coefficients: φ₁ to φ_p, a list or a (p,) tensor. A process that explodes is
            allowed and grows without bound; give it ``burn_in=0``.
        steps: T, at least 1.
        generator: where the randomness comes from.
        noise: standard deviation of ε_t.
        burn_in: how many values are dropped at the start, at least 0.

    Returns:
        The series (T,).

    Raises:
        ValueError: if an argument is out of range or coefficients are not (p,).

    Baseline: always answering 0 has the variance of the process as its mean squared
    error, for AR(1) noise² / (1 - φ₁²). No forecast gets below noise².
    Source: Yule (1927).
    """
    _check(generator, steps=(steps, 1), burn_in=(burn_in, 0))
    weights = torch.as_tensor(coefficients, dtype=torch.float64)
    if weights.dim() != 1:
        found = tuple(weights.shape)
        raise ValueError(f"coefficients must have the shape (p,), got {found}")

    weights = weights.tolist()
    p = len(weights)
    shocks = noise * torch.randn(burn_in + steps, generator=generator)
    x = [0.0] * p + shocks.tolist()
    for t in range(p, len(x)):
        x[t] += sum(weight * x[t - 1 - k] for k, weight in enumerate(weights))
    return torch.tensor(x[p + burn_in :])


def _check(generator, **sizes):
    """Raise ValueError unless each size, a (value, least) pair, is in its range."""
    if not isinstance(generator, torch.Generator):
        raise ValueError(f"generator must be a torch.Generator, got {generator!r}")
    for name, (value, least) in sizes.items():
        if not isinstance(value, Integral) or value < least:
            expected = f"a whole number of at least {least}"
            raise ValueError(f"{name} must be {expected}, got {value!r}")


def _walk(generator):
    """Return a Reber string, and for each symbol the letters that may follow it."""
    state, text, legal = 0, "", []
    while arrows := REBER_GRAMMAR[state]:
        choice = torch.randint(len(arrows), (), generator=generator)
        symbol, state = list(arrows.items())[choice]
        text += symbol
        legal.append("".join(REBER_GRAMMAR[state]))
    return text, legal


def _as_tensors(strings):
    """Turn pairs of a text and its legal letters, one set a step, into Strings."""
    alphabet = REBER_SYMBOLS
    symbols, legal_next = [], []
    for text, legal in strings:
        symbols.append(torch.tensor([alphabet.index(letter) for letter in text]))
        rows = [[float(letter in letters) for letter in alphabet] for letters in legal]
        legal_next.append(torch.tensor(rows))
    return Strings(symbols, legal_next, alphabet)
