"""LSTMs trained with one gate held open, and by how much that hurts, over seeds.

Two tasks with opposite needs: ``drop`` asks for the last marked number at every step,
so each mark makes the one before worthless; ``keep`` asks after 40 steps of noise for
the symbol of the first one. Batches and budget are the same for all: 150 updates of
Adam, 32 sequences each.
"""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from helpers.gates import hold_open, open_forget_gates
from helpers.side_by_side import SideBySide
from helpers.tasks import last_marked, recall

SIZES = {"drop": (2, 1), "keep": (5, 4)}  # inputs and outputs
UNITS, UPDATES, BATCH, TEST = 16, 150, 32, 500
LEARNING_RATE = 1e-2
TOGETHER = 10  # networks side by side: more of them are no quicker
STUDENT = {10: 2.262, 20: 2.093}  # 97.5 % quantile of Student's t, by how many seeds


def ablation(task, gate=None, bias=1.0, seeds=range(10)):
    """Train LSTMs with one gate held open and return their losses on new data.

    Args:
        task: "drop" or "keep".
        gate: "f", "i" or "o", the gate that is held at 1; None for the whole cell.
        bias: of the forget gates at the start.
        seeds: of weights and data; a network depends on its own seed alone.

    Returns:
        The losses, (len(seeds),): for drop the mean squared error, for keep nats.
    """
    parts = (seeds[k : k + TOGETHER] for k in range(0, len(seeds), TOGETHER))
    return torch.cat([_train(task, gate, bias, part) for part in parts])


def times_worse(losses, whole):
    """Return how many times as large losses are as those of the whole cell.

    Args:
        losses, whole: of the same seeds in the same order, 10 or 20 of them.

    Returns:
        The geometric mean of the ratios, and both ends of its 95 % interval. It is the
        interval of a difference, that of the logarithms, pair by pair.

    Raises:
        KeyError: for another number of seeds.
    """
    ratios = (losses / whole).log()
    half = STUDENT[len(ratios)] * ratios.std().item() / len(ratios) ** 0.5
    middle = ratios.mean().item()
    ends = torch.tensor([middle, middle - half, middle + half]).exp()
    return tuple(ends.tolist())


def _train(task, gate, bias, seeds):
    networks = _networks(task, gate, bias, seeds)
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    optimizer = torch.optim.Adam(networks.parameters(), LEARNING_RATE)
    for _ in range(UPDATES):
        optimizer.zero_grad()
        _losses(task, networks, BATCH, generators).sum().backward()
        networks.clip_gradients(1.0)
        optimizer.step()
    with torch.no_grad():
        return _losses(task, networks, TEST, generators)


def _networks(task, gate, bias, seeds):
    inputs, outputs = SIZES[task]
    layers, read_outs = [], []
    with torch.random.fork_rng():
        for seed in seeds:
            torch.manual_seed(seed)
            layers.append(nn.LSTM(inputs, UNITS, batch_first=True))
            read_outs.append(nn.Linear(UNITS, outputs))
            open_forget_gates(layers[-1], bias)
        networks = SideBySide(layers, read_outs)
    if gate:
        hold_open(networks.layer, gate)
    return networks


def _losses(task, networks, batch_size, generators):
    """Return the loss of each network on new sequences of its own, (S,)."""
    if task == "keep":
        batches = [recall(batch_size, 40, 4, generator) for generator in generators]
    else:
        batches = [last_marked(batch_size, 30, generator) for generator in generators]
    inputs, targets = (torch.stack(parts) for parts in zip(*batches, strict=True))
    outputs = networks(inputs)  # (S, B, T, outputs)
    if task == "drop":
        return (outputs[..., 0] - targets).square().mean((1, 2))
    pairs = zip(outputs[:, :, -1], targets, strict=True)
    return torch.stack([cross_entropy(*pair) for pair in pairs])
