"""Text, one character at a time: a network that predicts it, and what any model does.

Notebook 06 builds the network in full view. Symbols are whole numbers from 0 to V - 1,
as ``helpers.data.encode`` makes them; losses are in bits. A *model* turns symbols,
(T, B) int64, and a state into logits, (T, B, V), of the symbol that follows each of
them, and the next state. ``CharacterModel`` does so, and ``helpers.markov.NGram`` too.
"""

import math

import torch
from torch.nn import functional as F

from helpers.recurrent import SequenceModel

WARM_UP = 100  # symbols read before a stream is scored


class CharacterModel(SequenceModel):
    """Symbols in, logits of the next symbol out: a recurrent layer in between.

    Args:
        layer: an RNN, LSTM or GRU whose input is (T, B, I) and output (T, B, H), with
            the attributes ``input_size`` and ``hidden_size``.
        vocab_size: how many different symbols there are, V.

    Raises:
        ValueError: if the layer is batch_first or bidirectional.
    """

    def __init__(self, layer, vocab_size=27):  # noqa: D107
        super().__init__(layer, vocab_size, vocab_size)


def text_losses(model, symbols, batch_size=32, length=32):
    """Yield the loss of one window of a text after the other, again and again.

    The text is cut into ``batch_size`` streams that are read side by side. The state
    at the end of a window is where the next one begins; the gradient stops there.

    Args:
        model: as CharacterModel, (T, B) to logits and state.
        symbols: the text, (T,) int64.
        batch_size: how many streams.
        length: steps in a window.

    Yields:
        Bits per character of a window, one number in a tensor.

    Raises:
        ValueError: if the text is too short for so many streams.
    """
    steps = (len(symbols) - 1) // batch_size
    if steps < 1:
        least = f"more than {batch_size} symbols"
        raise ValueError(f"symbols must hold {least}, got {len(symbols)}")
    inputs, targets = (
        symbols[shift : shift + batch_size * steps].view(batch_size, steps).T
        for shift in (0, 1)
    )
    while True:
        state = None
        for x, y in zip(inputs.split(length), targets.split(length), strict=True):
            logits, state = model(x, state)
            state = _detached(state)
            yield F.cross_entropy(logits.flatten(0, 1), y.flatten()) / math.log(2)


def bits_per_character(model, symbols, before, streams=1):
    """Return how many bits a model needs for a symbol of a text, on average.

    Args:
        model: (T, B) to logits and state, such as a CharacterModel or an NGram.
        symbols: the text to be predicted, (T,) int64.
        before: what the text follows, (S,) int64 with S ≥ 1: the model reads its last
            100 symbols first.
        streams: cut the text into as many pieces and read them side by side, which is
            faster. Each piece begins with a fresh state, 100 symbols early, so the
            result differs a little; 1 reads the text in one go.

    Raises:
        ValueError: if there are more streams than symbols, or nothing comes before.
    """
    if not 1 <= streams <= len(symbols):
        raise ValueError(f"streams must be 1 to {len(symbols)}, got {streams}")
    if len(before) < 1:
        raise ValueError("before must hold a symbol, got none")
    early = min(WARM_UP, len(before))
    text = torch.cat((before[len(before) - early :], symbols))
    steps = -(-len(symbols) // streams)
    starts = torch.arange(0, len(symbols), steps)
    places = starts + torch.arange(early + steps).unsqueeze(1)  # (T, B)
    read = text[places.clamp(max=len(text) - 1)]
    with torch.no_grad():
        logits, _ = model(read[:-1])
    log_probabilities = logits[early - 1 :].log_softmax(-1)
    found = log_probabilities.gather(-1, read[early:].unsqueeze(-1)).squeeze(-1)
    return -found[places[early:] < len(text)].mean().item() / math.log(2)


def sample(model, before, steps, generator, temperature=1.0):
    """Continue texts by drawing one symbol after the other.

    Args:
        model: (T, B) to logits and state, such as a CharacterModel or an NGram.
        before: what the texts follow, (..., T) int64 with T ≥ 1.
        steps: how many symbols to draw.
        generator: a ``torch.Generator``.
        temperature: logits are divided by it, above 0; a number, or a tensor that
            broadcasts to the shape (...).

    Returns:
        The new symbols, (..., steps) int64.
    """
    shape = before.shape[:-1]
    temperature = torch.as_tensor(temperature, dtype=torch.float64).expand(shape)
    temperature = temperature.reshape(-1, 1)
    dice = torch.rand(*shape, steps, generator=generator, dtype=torch.float64)
    drawn = []
    with torch.no_grad():
        logits, state = model(before.reshape(-1, before.shape[-1]).T)
        for thrown in dice.view(-1, steps).unbind(1):
            probabilities = (logits[-1].double() / temperature).softmax(-1)  # (N, V)
            below = probabilities.cumsum(-1) < thrown.unsqueeze(1)
            drawn.append(below.sum(-1).clamp(max=probabilities.shape[-1] - 1))
            logits, state = model(drawn[-1].unsqueeze(0), state)
    return torch.stack(drawn, dim=-1).view(*shape, steps)


def _detached(state):
    """Return a state, one tensor or a tuple, without its history."""
    if isinstance(state, tuple):
        return tuple(part.detach() for part in state)
    return state.detach()
