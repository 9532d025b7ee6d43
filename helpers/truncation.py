"""Truncated backpropagation through time: many small networks learn at once.

Notebook 07 trains one network in a plain loop, with ``h = h.detach()`` after every
window. Here M networks, each with a window of its own, are one batch of matrices, and
their backward pass is written by hand. They share no parameter, so each of them learns
exactly what it would learn alone.

The task is the delayed echo of ``helpers.tasks``. All networks have ``HIDDEN`` tanh
units and read ``BATCH`` sequences of ``STEPS`` signs at an update.

Axes: M networks, T time, B batch, H hidden_size.
"""

from typing import NamedTuple

import torch
from torch.autograd import Function
from torch.nn import functional as F

from helpers.tasks import delayed_echo

HIDDEN, STEPS, BATCH = 16, 32, 8
TESTED = 64  # sequences on which the accuracy of a network is measured


class Networks(NamedTuple):
    """The parameters of M networks that read numbers and choose between two answers."""

    weight_ih: torch.Tensor  # (M, H, 1)
    weight_hh: torch.Tensor  # (M, H, H)
    bias: torch.Tensor  # (M, 1, H)
    weight_out: torch.Tensor  # (M, 2, H)


class Echoes(NamedTuple):
    """How well networks learned to echo: shares of right answers, from 0 to 1."""

    accuracy: torch.Tensor  # by window, lag and seed
    read_out_alone: torch.Tensor  # by lag and seed; the recurrent weights stay random


def learn_echoes(lags, windows, seeds, updates=200, seed=7, lr=0.01):
    """Train networks on echoes of every lag with gradients of every window.

    For one lag and one seed, all windows begin with the same parameters and see the
    same data, so only the truncation differs.

    Args:
        lags: how many steps later a sign is to be named again.
        windows: after how many steps the state is detached.
        seeds: how many networks there are for each lag and window.
        updates: how often each network is updated.
        seed: of everything that is random.
        lr: the learning rate.

    Returns:
        An Echoes, measured on fresh sequences.
    """
    generator = torch.Generator().manual_seed(seed)
    start = fresh_networks(len(lags) * seeds, generator)
    alone = start._replace(weight_out=start.weight_out.clone())
    train(alone, [alone.weight_out], lags, [STEPS], updates, seed, lr)
    many = Networks(*(part.repeat(len(windows), 1, 1) for part in start))
    train(many, many, lags, windows, updates, seed, lr)
    return Echoes(
        accuracy(many, lags, windows, seed).view(len(windows), len(lags), seeds),
        accuracy(alone, lags, [STEPS], seed).view(len(lags), seeds),
    )


def fresh_networks(count, generator):
    """Draw the parameters of as many networks, as torch draws those of an RNN."""
    bound = HIDDEN**-0.5
    shapes = (HIDDEN, 1), (HIDDEN, HIDDEN), (1, HIDDEN), (2, HIDDEN)
    empty = [torch.empty(count, *shape, dtype=torch.float32) for shape in shapes]
    return Networks(*(e.uniform_(-bound, bound, generator=generator) for e in empty))


def train(networks, learned, lags, windows, updates, seed=7, lr=0.01):
    """Update parameters in place with Adam, by truncated gradients.

    Args:
        networks: of M = windows * lags * seeds networks, in this order.
        learned: the tensors among their parameters that are to be updated.
        lags, windows: as in ``learn_echoes``.
        updates: how many.
        seed: of the data.
        lr: the learning rate.
    """
    generator = torch.Generator().manual_seed(seed)
    for part in learned:
        part.requires_grad_()
    optimizer = torch.optim.Adam(learned, lr=lr)
    for _ in range(updates):
        loss = _loss(networks, lags, windows, BATCH, generator)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def accuracy(networks, lags, windows, seed=7):
    """Return the share of right answers of each network on fresh sequences, (M,)."""
    generator = torch.Generator().manual_seed(seed + 1)
    inputs, targets = _echoes(networks, lags, windows, TESTED, generator)
    with torch.no_grad():
        right = logits(networks, inputs, windows).argmax(-1) == targets
    return right.sum((0, 2)) / (targets >= 0).sum((0, 2))


def cosines(networks, lag, windows, seed=7):
    """Compare truncated gradients with the full one.

    Args:
        networks: as many as there are to compare, M.
        lag: of their echoes.
        windows: after how many steps the state is detached.
        seed: of the 256 sequences from which the gradients are computed.

    Returns:
        The cosine between the gradients of all parameters but the read-out's, (windows,
        M).
    """
    generator = torch.Generator().manual_seed(seed + 2)
    windows, count = [*windows, STEPS], len(networks.bias)
    copies = Networks(*(part.detach().repeat(len(windows), 1, 1) for part in networks))
    for part in copies:
        part.requires_grad_()
    loss = _loss(copies, [lag], windows, 256, generator)
    found = torch.autograd.grad(loss, copies[:3])
    flat = torch.cat([one.flatten(1) for one in found], 1)  # (windows * M, numbers)
    flat = flat.unflatten(0, (len(windows), count))
    return torch.cosine_similarity(flat, flat[-1:], dim=2)[:-1]


def logits(networks, inputs, windows):
    """Return what M networks answer, (T, M, B, 2), to inputs (T, M, B, 1)."""
    each = torch.tensor(windows).repeat_interleave(len(networks.bias) // len(windows))
    drives = inputs * networks.weight_ih.mT + networks.bias  # (T, M, B, H)
    states = TruncatedStates.apply(drives, networks.weight_hh, each.view(-1, 1, 1))
    rows = states.movedim(0, 1).flatten(1, 2)  # (M, T * B, H), one product for each
    scores = rows @ networks.weight_out.mT  # (M, T * B, 2)
    return scores.unflatten(1, (len(states), -1)).movedim(1, 0)


class TruncatedStates(Function):
    """All states of M tanh networks, with truncated gradients written by hand.

    ``TruncatedStates.apply(drives, weight_hh, windows)`` takes drives = x @ weight_ih.T
    + bias, (T, M, B, H), weight_hh, (M, H, H), and after how many steps each network's
    state is detached, (M, 1, 1). It returns the states, (T, M, B, H), from 0 on.

    Source: Williams & Peng (1990).
    """

    @staticmethod
    def forward(ctx, drives, weight_hh, windows):  # noqa: D102
        states, h = torch.empty_like(drives), torch.zeros_like(drives[0])
        for t in range(len(drives)):
            h = torch.baddbmm(drives[t], h, weight_hh.mT, out=states[t]).tanh_()
        ctx.windows = windows
        ctx.save_for_backward(states, weight_hh)
        return states

    @staticmethod
    def backward(ctx, grad_states):  # noqa: D102
        states, weight_hh = ctx.saved_tensors
        slopes, deltas = 1 - states.square(), torch.empty_like(states)
        from_next = torch.zeros_like(grad_states[0])
        for t in reversed(range(len(states))):
            torch.add(grad_states[t], from_next, out=deltas[t]).mul_(slopes[t])
            from_next = deltas[t] @ weight_hh
            from_next *= t % ctx.windows != 0  # nothing is handed to a state detached
        before = torch.cat((torch.zeros_like(states[:1]), states[:-1]))
        rows = [part.movedim(0, 1).flatten(1, 2) for part in (deltas, before)]
        return deltas, rows[0].mT @ rows[1], None  # a sum over steps and sequences


def _loss(networks, lags, windows, batch_size, generator):
    """Return the summed cross-entropy: no two networks share a parameter."""
    inputs, targets = _echoes(networks, lags, windows, batch_size, generator)
    scores = logits(networks, inputs, windows).flatten(0, 2)
    return F.cross_entropy(scores, targets.flatten(), reduction="sum")


def _echoes(networks, lags, windows, batch_size, generator):
    """Return inputs (T, M, B, 1) and targets (T, M, B), the same for all windows."""
    seeds = len(networks.bias) // len(windows) // len(lags)
    drawn = [delayed_echo(seeds * batch_size, STEPS, lag, generator) for lag in lags]
    inputs, targets = (torch.cat(part) for part in zip(*drawn, strict=True))
    inputs = inputs.float().view(-1, batch_size, STEPS, 1).permute(2, 0, 1, 3)
    targets = targets.view(-1, batch_size, STEPS).permute(2, 0, 1)
    copies = len(windows)
    return inputs.repeat(1, copies, 1, 1), targets.repeat(1, copies, 1)
