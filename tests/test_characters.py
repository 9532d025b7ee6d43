"""The character model: windows carry the state, bits are those of a hand count."""

import math
from itertools import islice

import pytest
import torch
from torch import nn

from helpers import recurrent
from helpers.characters import CharacterModel, bits_per_character, sample, text_losses
from helpers.recurrent import GRU, LSTM, RNN

LAYERS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


@pytest.fixture(params=LAYERS)
def model(request):
    torch.manual_seed(0)
    return CharacterModel(LAYERS[request.param](8, 12), vocab_size=5)


def text(length, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(5, (length,), generator=generator)


def surprise(model, read):
    """Return the bits of read[1:], by hand, one symbol after the other."""
    state, total = None, []
    with torch.no_grad():
        for now, following in zip(read[:-1], read[1:], strict=True):
            logits, state = model(now.view(1, 1), state)
            total.append(-logits[0, 0].softmax(-1)[following].log2())
    return torch.stack(total)


def test_windows_carry_the_state_of_every_stream(model):
    symbols = text(61)
    losses = [loss.item() for loss in islice(text_losses(model, symbols, 2, 10), 3)]
    streams = symbols[:31], symbols[30:61]  # 30 inputs each, and the last target
    bits = torch.stack([surprise(model, stream) for stream in streams])
    assert losses == pytest.approx(bits.view(2, 3, 10).mean((0, 2)).tolist(), abs=1e-5)


def test_a_new_pass_begins_with_a_fresh_state(model):
    losses = [loss.item() for loss in islice(text_losses(model, text(41), 2, 10), 4)]
    assert losses[:2] == pytest.approx(losses[2:])


def test_the_gradient_stops_at_the_window(model):
    losses = text_losses(model, text(61), 2, 10)
    for loss in islice(losses, 2):
        loss.backward()  # would fail if it led into the window before


def test_bits_equal_a_count_by_hand(model):
    before, symbols = text(20), text(50, seed=1)
    by_hand = surprise(model, torch.cat((before, symbols)))[len(before) - 1 :]
    assert bits_per_character(model, symbols, before) == pytest.approx(
        by_hand.mean().item(), abs=1e-5
    )


@pytest.mark.parametrize("streams", [1, 3, 7, 50])
def test_streams_score_every_symbol_once(streams):
    """A model that knows frequencies only gives the same bits however one cuts."""

    def frequencies(symbols, state=None):
        probabilities = torch.tensor([0.1, 0.2, 0.3, 0.25, 0.15])
        return probabilities.log().expand(*symbols.shape, 5), state

    symbols = text(50)
    found = bits_per_character(frequencies, symbols, text(9), streams)
    probabilities = torch.tensor([0.1, 0.2, 0.3, 0.25, 0.15])
    assert found == pytest.approx(
        -probabilities[symbols].log2().mean().item(), abs=1e-5
    )


def test_a_model_that_knows_nothing_needs_log2_of_the_alphabet():
    def nothing(symbols, state=None):
        return torch.zeros(*symbols.shape, 5), state

    assert bits_per_character(nothing, text(30), text(3)) == pytest.approx(math.log2(5))


def test_samples_follow_the_seed_and_the_temperature(model):
    beginning = text(6)
    drawn = [
        sample(model, beginning, 30, torch.Generator().manual_seed(1)) for _ in "ab"
    ]
    assert torch.equal(*drawn)
    assert drawn[0].shape == (30,)
    cold = [
        sample(model, beginning, 30, torch.Generator().manual_seed(s), 1e-4)
        for s in (1, 2)
    ]
    assert torch.equal(*cold)  # always the likeliest symbol


def test_many_texts_at_many_temperatures(model):
    temperatures = torch.tensor([[1e-4], [1.0]])
    beginning = text(4).expand(2, 3, -1)
    generator = torch.Generator().manual_seed(0)
    drawn = sample(model, beginning, 25, generator, temperatures)
    assert drawn.shape == (2, 3, 25)
    assert torch.equal(drawn[0, 0], drawn[0, 1])  # cold: all alike
    assert not torch.equal(drawn[1, 0], drawn[1, 1])


def test_bad_arguments_are_named(model):
    with pytest.raises(ValueError, match="more than 32 symbols, got 20"):
        next(text_losses(model, text(20)))
    with pytest.raises(ValueError, match="streams must be 1 to 20, got 21"):
        bits_per_character(model, text(20), text(3), streams=21)
    with pytest.raises(ValueError, match="before must hold a symbol"):
        bits_per_character(model, text(20), text(3)[:0])


@pytest.mark.parametrize("library", [nn, recurrent])
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_a_layer_with_the_wrong_axes_is_refused(cell, library):
    """At construction, in one sentence: expected, found, what to do."""
    make = getattr(library, cell)
    expected = r"\(T, B, I\).*got batch_first=True: make the layer without batch_first"
    with pytest.raises(ValueError, match=expected):
        CharacterModel(make(8, 12, batch_first=True))
    expected = "forwards only.*got bidirectional=True: make the layer without"
    with pytest.raises(ValueError, match=expected):
        CharacterModel(make(8, 12, bidirectional=True))
    assert CharacterModel(make(8, 12, 2))(torch.zeros(3, 2, dtype=torch.long))


def test_a_layer_of_ones_own_is_trusted():
    """Only input_size and hidden_size are asked for."""

    class Nothing(nn.Module):
        input_size, hidden_size = 3, 3

        def forward(self, x, state=None):
            return x, state

    logits, _ = CharacterModel(Nothing(), vocab_size=5)(text(4).view(4, 1))
    assert logits.shape == (4, 1, 5)
