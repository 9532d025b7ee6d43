"""A larger network against Kneser–Ney on Alice: size and dropout together draw level.

Measured in November 2026 with torch 2.13 on one thread, some 120 seconds of processor
time for each run. Bits per character of the held-out text; Kneser–Ney needs 1.793:

- this recipe, three seeds: 1.785, 1.793 and 1.791; over ten pieces of the text the last
  was 0.002 ± 0.012 bits ahead of Kneser–Ney;
- without dropout, one seed, each with a schedule of its own: 1.822 after 800 updates,
  1.831 after 1,600, while the last 13,000 characters of the training text fall from
  1.49 to 1.18.

The dropout was chosen on a validation part, the last tenth of the training text, with
one seed each. Learning from the other nine tenths, Kneser–Ney needs 1.834 bits there,
this recipe 1.816, and with dropout 0.6 and 0.3 it is 1.829.
"""

import time
from itertools import islice
from statistics import median

import torch
from torch import nn

from helpers import characters, data, markov
from helpers.recurrent import SequenceModel
from helpers.train import History, train
from tools.bench.measuring import Row, one_thread

SEEDS = (0, 1, 2)
UPDATES = 2400  # of 16 · 64 characters each, about 18 passes over the text
BATCH, LENGTH = 16, 64
INPUTS, UNITS = 64, 320
DROPOUT = 0.5  # of the hidden units, before the read-out
INPUT_DROPOUT = 0.2  # of the numbers of the embedding
LEARNING_RATE, WEIGHT_DECAY = 6e-3, 0.1


@one_thread()
def rows():
    """Return a Row for the worst of the seeds, and one for their seconds."""
    alice = data.alice_characters()
    table = markov.fit_kneser_ney(alice.train, 6, discount=0.9)
    to_beat = characters.bits_per_character(table, alice.held_out, alice.train)
    runs = [bits_and_seconds(alice, seed) for seed in SEEDS]
    bits, seconds = zip(*runs, strict=True)
    name = f"characters: held-out bits of an LSTM of {UNITS} units"
    rival = f"Kneser–Ney {to_beat:.3f}"
    worst, target = round(max(bits), 3), round(to_beat, 3)
    return [
        Row(name, worst, f"bits, worst of {len(bits)}", rival, target=target),
        Row(f"characters: {UPDATES:,} updates of it", median(seconds), "s", target=120),
    ]


def bits_and_seconds(alice, seed, updates=UPDATES):
    """Train once; return the held-out bits and how many seconds the training took."""
    torch.manual_seed(seed)
    model = new_model()
    optimizer = torch.optim.AdamW(
        model.parameters(), LEARNING_RATE, betas=(0.9, 0.99), weight_decay=WEIGHT_DECAY
    )
    generator = torch.Generator().manual_seed(seed)
    begin = time.perf_counter()
    train(optimizer, shifted_losses(model, alice.train, generator), History(updates))
    seconds = time.perf_counter() - begin
    model.eval()
    bits = characters.bits_per_character(model, alice.held_out, alice.train)
    return bits, seconds


def new_model():
    """Return the network, its forget gates opened by a bias of 1."""
    embedding = nn.Embedding(27, INPUTS)
    layer = nn.LSTM(INPUTS, UNITS)
    with torch.no_grad():
        layer.bias_ih_l0[UNITS : 2 * UNITS] = 1
        layer.bias_hh_l0[UNITS : 2 * UNITS] = 0
    model = SequenceModel(layer, 27, dropout=DROPOUT)
    model.embedding = nn.Sequential(embedding, nn.Dropout(INPUT_DROPOUT))
    return model


def shifted_losses(model, symbols, generator):
    """Yield losses of one window after the other, each pass cut at other places."""
    while True:
        offset = int(torch.randint(LENGTH, (), generator=generator))
        windows = -(-((len(symbols) - offset - 1) // BATCH) // LENGTH)
        losses = characters.text_losses(model, symbols[offset:], BATCH, LENGTH)
        yield from islice(losses, windows)
