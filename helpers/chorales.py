"""Chorales: which keys sound at each beat, baselines, and a model of them.

A piano roll is a matrix (T, 88) of zeros and ones, a row for each beat and a column for
each key of a piano, the lowest first. A model reads the rolls row by row and says for
every key how likely it sounds at the next beat. Losses are in nats per step, summed
over the keys, as in Boulanger-Lewandowski, Bengio & Vincent (2012).
"""

from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.utils.rnn import pad_sequence

from helpers.recurrent import SequenceModel, check_time_first

KEYS = 88
LOWEST = 21  # MIDI number of the lowest key; 60 is middle C
STEPS_A_BEAT = 4  # of the data
PUBLISHED = {"tanh RNN": 8.91, "GRU": 8.43, "LSTM": 8.45}  # Bai, Kolter & Koltun (2018)
WHITE = (0, 2, 4, 5, 7, 9, 11)  # the notes of C major, in semitones above C
VOICES = 4
TRIES = 100  # chords drawn at once, of which the first with four notes is taken


class Parts(NamedTuple):
    """Piano rolls, (T, 88) each, in three parts that share no melody."""

    train: list
    validation: list  # to choose learning rates and widths by
    test: list


class Batch(NamedTuple):
    """Rolls of different length side by side."""

    inputs: torch.Tensor  # (T, B, 88), what sounded one beat before; silence at first
    targets: torch.Tensor  # (T, B, 88)
    mask: torch.Tensor  # (T, B) bool, False where a roll has ended


def piano_roll(piece):
    """Turn a chorale into its piano roll, one step a beat.

    Args:
        piece: MIDI numbers of four voices, (4 T, 4), -1 for a rest, as in
            ``helpers.data.chorales``.

    Returns:
        The roll, (T, 88). Two voices on one key look like one.
    """
    beats = piece[::STEPS_A_BEAT]
    roll = torch.zeros(len(beats), KEYS + 1)
    keys = torch.where(beats < 0, KEYS, beats - LOWEST)  # rests go to a spare column
    return roll.scatter_(1, keys, 1.0)[:, :KEYS]


def split(music, seed=0):
    """Split chorales into about 70, 15 and 15 %, so that no melody is in two parts.

    Args:
        music: ``helpers.data.Chorales``, all in C if figures are to be compared.
        seed: of the order in which the groups of equal melodies are dealt out.

    Returns:
        Parts, with all rolls in the order of the data.
    """
    generator = torch.Generator().manual_seed(seed)
    count = int(music.groups.max()) + 1
    rank = torch.randperm(count, generator=generator).argsort()
    shares = rank[music.groups] / count
    rolls = [piano_roll(piece) for piece in music.pieces]
    borders = (0, 0.7), (0.7, 0.85), (0.85, 1)
    return Parts(
        *(
            [roll for roll, share in zip(rolls, shares, strict=True) if a <= share < b]
            for a, b in borders
        )
    )


def pad_batch(rolls):
    """Put rolls into one Batch, the shorter ones padded."""
    targets = pad_sequence(rolls)
    inputs = torch.cat([torch.zeros_like(targets[:1]), targets[:-1]])
    lengths = torch.tensor([len(roll) for roll in rolls])
    return Batch(inputs, targets, torch.arange(len(targets)).unsqueeze(1) < lengths)


# --- baselines -----------------------------------------------------------------------


def independent_notes(train, rolls):
    """Return the nats per step of keys that know only how often they sound.

    Args:
        train: rolls to count in; half a beat is added to both counts of every key.
        rolls: rolls to be predicted.
    """
    return _counted([torch.zeros_like(roll) for roll in train], train, rolls, 0)


def first_order(train, rolls):
    """Return the nats per step of keys that look one beat back, each at itself.

    Args:
        train: rolls to count in; half a beat is added to both counts of every key.
        rolls: rolls to be predicted.
    """
    return _counted([_before(roll) for roll in train], train, rolls, 1)


def _counted(before, train, rolls, order):
    before, now = torch.cat(before), torch.cat(train)
    new = torch.cat(rolls)
    new_before = torch.cat([order * _before(roll) for roll in rolls])
    probabilities = torch.zeros_like(new)
    for state in (0, 1):
        here = before == state
        sounding = ((here * now).sum(0) + 0.5) / (here.sum(0) + 1)  # (88,)
        probabilities = torch.where(new_before == state, sounding, probabilities)
    nats = -torch.where(new > 0, probabilities, 1 - probabilities).log()
    return nats.sum(1).mean().item()


def _before(roll):
    return torch.cat([torch.zeros_like(roll[:1]), roll[:-1]])


# --- model ---------------------------------------------------------------------------


class ChoraleModel(SequenceModel):
    """Keys in, logits of the keys of the next beat out: a recurrent layer in between.

    A model reads keys, (T, B, 88); the sigmoid of a logit is a probability.

    Args:
        layer: an RNN, LSTM or GRU that takes (T, B, 88).
        train: rolls whose frequencies the logits start at.
        dropout: the share of hidden units left out in training, 0 to 1.

    Raises:
        ValueError: if the layer is batch_first or bidirectional, or its input is not 88
            wide.
    """

    def __init__(self, layer, train, dropout=0.3):  # noqa: D107
        check_time_first(layer, KEYS)
        super().__init__(layer, KEYS, dropout=dropout)
        start_from_frequencies(self, train)


def start_from_frequencies(model, train):
    """Let a model's logits start at how often each key sounds; return the model.

    Args:
        model: a SequenceModel with 88 outputs.
        train: rolls to count in; half a beat is added to both counts of every key.
    """
    beats = torch.cat(train)
    probabilities = (beats.sum(0) + 0.5) / (len(beats) + 1)
    with torch.no_grad():
        model.read_out.bias.copy_(probabilities.logit())
    return model


def nats_per_step(logits, batch):
    """Return what the beats of a Batch cost on average, summed over the keys."""
    loss = binary_cross_entropy_with_logits
    nats = loss(logits, batch.targets, reduction="none").sum(2)  # (T, B)
    return nats[batch.mask].mean()


def held_out_nats(model, rolls):
    """Return the nats per step of a model on rolls, without dropout, a number."""
    batch = pad_batch(rolls)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        nats = nats_per_step(model(batch.inputs)[0], batch).item()
    model.train(was_training)
    return nats


def chorale_losses(model, rolls, generator, batch_size=16, length=50):
    """Yield the loss of one batch after the other, again and again.

    Args:
        model: a ChoraleModel.
        rolls: to learn from; in every epoch each is met at most once.
        generator: draws the order, and where a long roll is cut.
        batch_size: rolls in a batch.
        length: beats of a roll that are read at most.

    Yields:
        Nats per step of a batch, one number in a tensor.

    Raises:
        ValueError: if there are fewer rolls than a batch needs.
    """
    if len(rolls) < batch_size:
        raise ValueError(f"rolls must be at least {batch_size}, got {len(rolls)}")
    while True:
        order = torch.randperm(len(rolls), generator=generator).tolist()
        for first in range(0, len(rolls) - batch_size + 1, batch_size):
            chosen = [rolls[k] for k in order[first : first + batch_size]]
            batch = pad_batch([_cut(roll, length, generator) for roll in chosen])
            yield nats_per_step(model(batch.inputs)[0], batch)


def _cut(roll, length, generator):
    spare = max(0, len(roll) - length)
    start = torch.randint(spare + 1, (), generator=generator)
    return roll[start : start + length]


def continue_rolls(model, opening, steps, generator, temperature=1.0):
    """Continue an opening, chord after chord, with four notes in each.

    Chords are drawn key by key until one has four notes; if none of a hundred has, the
    four likeliest keys sound.

    Args:
        model: a ChoraleModel.
        opening: the beats before, (T, 88) with T at least 1.
        steps: how many beats to draw.
        generator: a ``torch.Generator``.
        temperature: logits are divided by it, above 0; a number, or a tensor (N,) to
            draw N continuations at once.

    Returns:
        The new beats, (steps, 88), or (N, steps, 88).
    """
    temperature = torch.as_tensor(temperature, dtype=torch.float32)
    divisor = temperature.reshape(-1, 1)  # (N, 1)
    was_training = model.training
    model.eval()
    chords = []
    with torch.no_grad():
        heard = _before(torch.cat([opening, opening[:1]]))  # silence, then the opening
        logits, state = model(heard.unsqueeze(1).repeat(1, len(divisor), 1))
        for _ in range(steps):
            chords.append(_chord(logits[-1] / divisor, generator))
            logits, state = model(chords[-1].unsqueeze(0), state)
    model.train(was_training)
    return torch.stack(chords, dim=1).view(*temperature.shape, steps, KEYS)


def _chord(logits, generator):
    """Draw keys, (N, 88), four in each row."""
    probabilities = logits.sigmoid().unsqueeze(1).repeat(1, TRIES, 1)
    drawn = torch.bernoulli(probabilities, generator=generator)
    fits = (drawn.sum(2) == VOICES).float()
    first = drawn[torch.arange(len(drawn)), fits.argmax(1)]
    likeliest = torch.zeros_like(first).scatter_(1, logits.topk(VOICES).indices, 1.0)
    return torch.where(fits.any(1, keepdim=True), first, likeliest)


def share_in_key(roll):
    """Return which part of the notes of a roll, (T, 88), belongs to C major."""
    keys = np.nonzero(np.asarray(roll))[1]
    return np.isin((keys + LOWEST) % 12, WHITE).mean()
