"""Chorales keep their notes: on the roll, in the loss, in the model and in the air."""

import io
import wave

import numpy as np
import pytest
import torch
from torch import nn

from helpers import chorales, data, recurrent, sound
from helpers.chorales import KEYS, LOWEST
from helpers.explorers.chorales import continuation_explorer
from helpers.figures import roll_figure, strokes
from helpers.recurrent import GRU


@pytest.fixture(scope="module")
def music():
    return data.transpose_to_c(data.chorales())


@pytest.fixture(scope="module")
def parts(music):
    return chorales.split(music)


@pytest.fixture
def model(parts):
    torch.manual_seed(0)
    return chorales.ChoraleModel(GRU(KEYS, 8), parts.train)


def random_rolls(*lengths, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [(torch.rand(T, KEYS, generator=generator) < 0.05).float() for T in lengths]


def test_a_roll_holds_the_notes_of_every_beat(music):
    """One step in four is taken, rests sound nowhere, unisons once."""
    rests = unisons = 0
    for piece in music.pieces[:40]:
        roll = chorales.piano_roll(piece)
        for chord, row in zip(piece[::4], roll, strict=True):
            sung = [note - LOWEST for note in chord.tolist() if note >= 0]
            assert row.nonzero().flatten().tolist() == sorted({*sung})
            rests += 4 - len(sung)
            unisons += len(sung) - len({*sung})
    assert rests and unisons  # so both were met


def test_no_melody_is_in_two_parts_and_nothing_is_lost(music, parts):
    assert [len(part) for part in parts] == [242, 54, 69]
    assert sum(map(len, parts.train)) == 13_217
    found = {roll.numpy().tobytes(): k for k, part in enumerate(parts) for roll in part}
    where = {}
    for piece, group in zip(music.pieces, music.groups.tolist(), strict=True):
        roll = chorales.piano_roll(piece)
        where.setdefault(group, set()).add(found[roll.numpy().tobytes()])
    assert all(len(numbers) == 1 for numbers in where.values())


def test_a_batch_shows_each_beat_after_the_one_before():
    short, long = random_rolls(3, 5)
    batch = chorales.pad_batch([short, long])
    assert batch.mask.T.tolist() == [[True] * 3 + [False] * 2, [True] * 5]
    assert torch.equal(batch.targets[:3, 0], short)
    assert (batch.inputs[0] == 0).all()
    assert torch.equal(batch.inputs[1:, 1], long[:-1])


def test_padding_costs_nothing():
    rolls = random_rolls(3, 5)
    scores = torch.randn(5, 2, KEYS)
    loss = chorales.nats_per_step(scores, chorales.pad_batch(rolls))
    scores[3:, 0] = 100.0
    again = chorales.nats_per_step(scores, chorales.pad_batch(rolls))
    assert loss == again
    chances = scores.sigmoid()
    by_hand = [
        -torch.where(roll > 0, p, 1 - p).log().sum(1)
        for roll, p in zip(rolls, (chances[:3, 0], chances[:, 1]), strict=True)
    ]
    assert loss.item() == pytest.approx(torch.cat(by_hand).mean().item(), rel=1e-4)


def test_baselines_are_those_of_the_literature(parts):
    """About 11.14 and 10.54 nats on pieces in C, whatever the split."""
    independent = chorales.independent_notes(parts.train, parts.test)
    markov = chorales.first_order(parts.train, parts.test)
    assert independent == pytest.approx(11.1, abs=0.15)
    assert markov == pytest.approx(10.5, abs=0.15)


def test_a_first_order_rule_is_found():
    """A key that sounds at every other beat costs next to nothing one beat back."""
    roll = torch.zeros(400, KEYS)
    roll[::2, 40] = 1
    assert chorales.independent_notes([roll], [roll]) == pytest.approx(0.69, abs=0.15)
    assert chorales.first_order([roll], [roll]) < 0.15


def test_a_new_model_starts_at_the_frequencies(model, parts):
    """With a read-out of nothing but its bias it is the first baseline."""
    with torch.no_grad():
        model.read_out.weight.zero_()
    nats = chorales.held_out_nats(model, parts.test)
    baseline = chorales.independent_notes(parts.train, parts.test)
    assert nats == pytest.approx(baseline, abs=1e-3)
    assert model.training


def test_a_model_learns(model, parts):
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    generator = torch.Generator().manual_seed(0)
    losses = chorales.chorale_losses(model, parts.train, generator, 8, 16)
    for _ in range(40):
        optimizer.zero_grad()
        next(losses).backward()
        optimizer.step()
    baseline = chorales.independent_notes(parts.train, parts.test)
    assert chorales.held_out_nats(model, parts.test) < baseline - 0.3


@pytest.mark.parametrize("library", [nn, recurrent])
@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_a_layer_with_the_wrong_axes_is_refused(cell, library):
    """At construction, in one sentence: expected, found, what to do."""
    make, rolls = getattr(library, cell), random_rolls(4)
    expected = r"\(T, B, I\).*got batch_first=True: make the layer without batch_first"
    with pytest.raises(ValueError, match=expected):
        chorales.ChoraleModel(make(KEYS, 8, batch_first=True), rolls)
    expected = "forwards only.*got bidirectional=True: make the layer without"
    with pytest.raises(ValueError, match=expected):
        chorales.ChoraleModel(make(KEYS, 8, bidirectional=True), rolls)
    expected = rf"input_size 88, got 27: make it with {cell}\(88, hidden_size\)"
    with pytest.raises(ValueError, match=expected):
        chorales.ChoraleModel(make(27, 8), rolls)
    assert chorales.ChoraleModel(make(KEYS, 8, 2), rolls)(torch.zeros(3, 2, KEYS))


def test_too_few_rolls_are_refused(model):
    losses = chorales.chorale_losses(model, random_rolls(4, 4), torch.Generator())
    with pytest.raises(ValueError, match="at least 16, got 2"):
        next(losses)


@pytest.mark.parametrize("temperature", [1.0, 30.0, torch.tensor([0.3, 0.7, 1.0])])
def test_continuations_are_chords_and_come_back_with_the_seed(model, temperature):
    (opening,) = random_rolls(6)

    def drawn():
        generator = torch.Generator().manual_seed(3)
        return chorales.continue_rolls(model, opening, 7, generator, temperature)

    found = drawn()
    assert found.shape == (*torch.as_tensor(temperature).shape, 7, KEYS)
    assert (found.sum(-1) == 4).all()
    assert torch.equal(found, drawn())


def test_a_continuation_has_read_the_opening(model):
    """Its first chord comes from the scores after the last beat of the opening.

    So cold, no key is drawn where all chances are below one half: the likeliest sound.
    """
    first, second = random_rolls(6, 6)
    model.eval()
    scores, _ = model(torch.stack([first, second], 1))
    assert scores.max() < 0
    likeliest = scores[-1].topk(4).indices.sort().values
    for opening, keys in zip((first, second), likeliest, strict=True):
        generator = torch.Generator().manual_seed(0)
        chord = chorales.continue_rolls(model, opening, 1, generator, 1e-4)
        assert torch.equal(chord[0].nonzero().flatten(), keys)


def test_strokes_stand_where_the_notes_are():
    roll = torch.zeros(3, KEYS)
    roll[1, 39] = roll[2, 0] = 1
    x, y = strokes(roll, start=10)
    assert y.tolist() == [60] * 3 + [21] * 3
    assert np.nanmin(x) == pytest.approx(11.1)
    assert np.nanmax(x) == pytest.approx(12.9)
    assert np.isnan(x[2::3]).all()
    figure, line = roll_figure(roll, opening=2, title="Three beats")
    assert line.get_ydata().tolist() == [21] * 3
    assert figure.axes[0].get_xlim() == (0, 3)


@pytest.mark.parametrize("notes", [(60,), (48, 55, 64, 72), (36, 81), (69,)])
def test_a_chord_is_in_tune(notes):
    """The loudest peak near every note lies within three cents of it."""
    roll = torch.zeros(1, KEYS)
    roll[0, [note - LOWEST for note in notes]] = 1
    rate = 8000
    heard = sound.sound(roll, beat=4.0, rate=rate)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard)), 8 * len(heard)))
    hertz = np.fft.rfftfreq(8 * len(heard), 1 / rate)
    loud = spectrum > 0.02 * spectrum.max()
    for note in notes:
        pitch = 440 * 2 ** ((note - 69) / 12)
        near = np.abs(hertz - pitch) < 0.03 * pitch
        assert loud[near].any()
        peak = hertz[near][spectrum[near].argmax()]
        assert abs(1200 * np.log2(peak / pitch)) < 3
    lowest = min(440 * 2 ** ((note - 69) / 12) for note in notes)
    assert not loud[hertz < 0.9 * lowest].any(), "nothing sounds below the bass"


def test_silence_is_silent_and_sound_is_not():
    (roll,) = random_rolls(5)
    heard = sound.sound(roll, beat=0.25, rate=8000)
    assert len(heard) == 5 * 2000
    assert np.abs(heard).max() == pytest.approx(0.9)
    assert np.sqrt((heard**2).mean()) > 0.05
    assert (sound.sound(torch.zeros(2, KEYS)) == 0).all()


def test_a_sound_file_holds_the_samples():
    heard = sound.sound(random_rolls(2)[0], beat=0.25)
    encoded = sound.wav(heard)
    assert len(encoded) == len(heard) + 44
    with wave.open(io.BytesIO(encoded)) as file:
        assert file.getparams()[:3] == (1, 1, 8000)
        frames = np.frombuffer(file.readframes(file.getnframes()), np.uint8)
    assert np.abs((frames - 127.5) / 127 - heard).max() < 1 / 127


def test_the_white_keys_belong_to_c_major():
    roll = torch.zeros(2, KEYS)
    roll[0, [60 - LOWEST, 64 - LOWEST, 71 - LOWEST]] = 1
    assert chorales.share_in_key(roll) == 1
    roll[1, 61 - LOWEST] = 1
    assert chorales.share_in_key(roll) == 0.75


def test_the_continuation_explorer_shows_what_was_drawn(model):
    """The share it names is that of the continuation drawn with the same seed."""
    (opening,) = random_rolls(5)
    live = continuation_explorer(model, opening, steps=6, draws=2)
    warmth = torch.tensor([0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6])
    generator = torch.Generator().manual_seed(1)
    drawn = chorales.continue_rolls(model, opening, 6, generator, warmth)
    for k, temperature in enumerate(warmth.tolist()):
        alt = live.set(temperature=round(temperature, 1), attempt=2).alt
        assert "5 beats by Bach, then draw 2" in alt
        assert f"{chorales.share_in_key(drawn[k]):.0%} of its notes" in alt
