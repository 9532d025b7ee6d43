"""The adding problem: how soon it is solved, and by how many seeds.

Every network starts at T = 20 and goes on to the next length whenever it has learned
one. All get the same seconds and nearly the same number of parameters. A length counts
as solved when the error on 500 fresh sequences of that length is below 0.01.
"""

import time
from statistics import median
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

from helpers import recurrent
from helpers.tasks import adding
from tools.bench.measuring import Row, one_thread

LENGTHS = (20, 40, 100, 200, 400, 1000, 2000)
ASKED = (100, 400, 1000, 2000)
SOLVED = 0.01  # squared error; answering 1 has 0.167
SEEDS = 5
BUDGET = 60  # seconds for each seed of each cell


class Cell(NamedTuple):
    """A layer, the size that gives it about 1,200 weights, and its learning rate."""

    layer: type
    hidden_size: int
    learning_rate: float
    kept_open: bool  # whether the rows H to 2H are a gate that keeps: f, or z


CELLS = {
    "LSTM": Cell(nn.LSTM, 16, 1e-2, True),
    "GRU": Cell(recurrent.GRU, 18, 1e-2, True),
    "tanh RNN": Cell(recurrent.RNN, 32, 3e-3, False),
}


@one_thread()
def rows(seeds=SEEDS, budget=BUDGET):
    """Return a Row for each cell and length."""
    found = {
        name: [seconds_to_solve(cell, seed, budget) for seed in range(seeds)]
        for name, cell in CELLS.items()
    }
    return [
        row(name, steps, runs, budget)
        for name, runs in found.items()
        for steps in ASKED
    ]


def row(name, steps, runs, budget):
    """Return the median seconds of the seeds that solved it, and how many did."""
    taken = [run[steps] for run in runs if steps in run]
    return Row(
        f"adding, T {steps}, {name}: {len(taken)} of {len(runs)} seeds",
        median(taken) if taken else None,
        "s",
        rival=f"budget {budget} s",
    )


def seconds_to_solve(cell, seed, budget, lengths=LENGTHS):
    """Train one network; return for each length it solved after how many seconds."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Adder(cell)
    optimizer = torch.optim.Adam(model.parameters(), cell.learning_rate)
    begin, solved, lengths = time.perf_counter(), {}, list(lengths)
    recent = 1 / 6
    while lengths and time.perf_counter() - begin < budget:
        loss = squared_error(model, 32, lengths[0], generator)
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        recent += 0.1 * (loss.item() - recent)
        if recent < SOLVED and is_solved(model, lengths[0]):
            solved[lengths.pop(0)] = time.perf_counter() - begin
            recent = 0.1
    return solved


def is_solved(model, steps):
    """Return whether the error on fresh sequences is small enough."""
    with torch.no_grad():
        fresh = torch.Generator().manual_seed(1234)
        return squared_error(model, 500, steps, fresh).item() < SOLVED


def squared_error(model, batch_size, steps, generator):
    """Return the mean squared error of the answers to new sequences."""
    batch = adding(batch_size, steps, generator)
    return (model(batch.inputs) - batch.targets).square().mean()


class Adder(nn.Module):
    """A recurrent layer, and a linear read-out of its last hidden state."""

    def __init__(self, cell):
        """Start as torch does, but with the gate that keeps opened by a bias of 1."""
        super().__init__()
        H = cell.hidden_size
        self.layer = cell.layer(2, H, batch_first=True)
        self.read = nn.Linear(H, 1)
        if cell.kept_open:
            with torch.no_grad():
                self.layer.bias_ih_l0[H : 2 * H] = 1
                self.layer.bias_hh_l0[H : 2 * H] = 0

    def forward(self, x):
        """Return the answers, (B, 1), for inputs (B, T, 2)."""
        return self.read(self.layer(x)[0][:, -1])
