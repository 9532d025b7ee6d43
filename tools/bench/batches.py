"""Packed against padded batches on real sequences: time of an epoch, and accuracy.

Both ways see the same batches in the same order. One thread.
"""

import time
from functools import partial

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

from helpers import data, recurrent
from tools.bench.measuring import Row, compare, one_thread

LAYERS = {
    "helpers GRU": recurrent.GRU,
    "helpers LSTM": recurrent.LSTM,
    "nn.GRU": nn.GRU,
    "nn.LSTM": nn.LSTM,
}
BLOCK = 4  # steps of a gesture that are put into one


class Reader(nn.Module):
    """Answers a padded batch with a score for each class, with or without packing."""

    def __init__(self, make, input_size, hidden_size, classes):
        """Keep a layer and its read-out; ``is_packed`` may be switched at any time."""
        super().__init__()
        self.layer = make(input_size, hidden_size, batch_first=True)
        self.read_out = nn.Linear(hidden_size, classes)
        self.is_packed = False

    def forward(self, x, lengths):
        """Return the scores, (B, classes)."""
        if self.is_packed:
            x = pack_padded_sequence(x, lengths, True, enforce_sorted=False)
        output, end = self.layer(x)
        if not self.is_packed:
            return self.read_out(output[torch.arange(len(lengths)), lengths - 1])
        h_n = end[0] if isinstance(end, tuple) else end
        return self.read_out(h_n[-1])


@one_thread()
def rows():
    """Return a Row for each measurement."""
    speech = prepared(data.japanese_vowels())
    gestures = prepared(data.pickup_gestures(), BLOCK)
    found = [
        time_row(name, s, layer, hidden_size)
        for name, s in (("speech", speech), ("gestures", gestures))
        for layer in LAYERS
        for hidden_size in (32, 128)
    ]
    return [*found, accuracy_row("speech", speech)]


def prepared(s, block=1):
    """Return a set scaled by its training steps, so many steps put into one."""
    steps = torch.cat(s.train)
    mean, spread = steps.mean(0), steps.std(0)

    def ready(x):
        x = (x - mean) / spread
        return x[: len(x) // block * block].reshape(-1, block * len(mean))

    return s._replace(train=[*map(ready, s.train)], test=[*map(ready, s.test)])


def time_row(name, s, layer, hidden_size, rounds=3):
    """Compare the processor seconds of an epoch, packed and padded."""
    torch.manual_seed(0)
    model = reader(s, LAYERS[layer], hidden_size)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)

    def go(is_packed):
        model.is_packed = is_packed
        epoch(model, optimizer, s, seed=0)

    found = compare(partial(go, True), partial(go, False), rounds, time.process_time)
    return Row(
        f"{name}, packed epoch of {layer}, H {hidden_size}",
        round(found.ratio, 2),
        "times padded",
        rival=f"padded {1e3 * found.rival:.0f} ms",
    )


def accuracy_row(name, s, seeds=3, epochs=8):
    """Compare the accuracy of packed and padded, trained from the same starts."""
    found = {True: [], False: []}
    for seed in range(seeds):
        for is_packed, accuracies in found.items():
            torch.manual_seed(seed)
            model = reader(s, recurrent.GRU, 32)
            model.is_packed = is_packed
            optimizer = torch.optim.Adam(model.parameters(), 1e-2)
            for number in range(epochs):
                epoch(model, optimizer, s, number)
            accuracies.append(accuracy(model, s))
    packed, padded = torch.tensor(found[True]), torch.tensor(found[False])
    return Row(
        f"{name}, accuracy packed, {seeds} seeds",
        round(100 * packed.mean().item(), 1),
        "%",
        rival=f"padded {100 * padded.mean().item():.1f} %",
        ratio=(packed.mean() / padded.mean()).item(),
    )


def reader(s, make, hidden_size):
    """Return a Reader that fits a set."""
    return Reader(make, s.train[0].shape[1], hidden_size, len(s.class_names))


def epoch(model, optimizer, s, seed, batch=25):
    """Take one step for each batch of a set, in an order given by the seed."""
    generator = torch.Generator().manual_seed(seed)
    for chosen in torch.randperm(len(s.train), generator=generator).split(batch):
        scores = model(*to_batch([s.train[place] for place in chosen]))
        loss = cross_entropy(scores, s.train_labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def accuracy(model, s):
    """Return the share of right answers on the test."""
    right = model(*to_batch(s.test)).argmax(dim=1) == s.test_labels
    return right.double().mean().item()


def to_batch(sequences):
    """Return sequences filled up with zeros, (B, T, I), and their lengths, (B,)."""
    lengths = torch.tensor([len(x) for x in sequences])
    return pad_sequence(sequences, batch_first=True), lengths
