"""The adding problem: which lengths are solved, by how many seeds, and how soon.

Every network starts at T = 20 and goes on to the next length whenever it has learned
one. All have nearly the same number of parameters, the careful start that notebooks 08
and 09 found for them, and the same number of updates. A run that is stuck is begun
again with other weights, as a learner would, and what it has spent counts. A length
counts as solved when the error on 500 new sequences of that length is below 0.01.
"""

import time
from statistics import median
from typing import NamedTuple

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

from helpers import recurrent
from helpers.gates import open_forget_gates
from helpers.gradients import recurrent_weight
from helpers.tasks import adding
from tools.bench.measuring import Row, one_thread

LENGTHS = (20, 40, 100, 200, 400, 1000, 2000, 5000, 10_000)
SOLVED = 0.01  # squared error; answering 1 has 0.167
SEEDS = 5
UPDATES = 3000  # for each seed, attempts that got stuck included
FIRST, STUCK = 800, 200  # updates after which a run is stuck: at T = 20, and later
PATIENCE = 50  # updates on one length, after the first, that halve the learning rate
SECONDS = 60  # wanted of the LSTM at the longest T


class Cell(NamedTuple):
    """A layer of about 1,200 weights, its learning rate, and what it is asked for."""

    layer: type
    hidden_size: int
    learning_rate: float
    longest: int
    nonlinearity: str = ""  # of an RNN
    start: str = ""  # of an RNN: how its recurrent weights are drawn


CELLS = {
    "LSTM": Cell(nn.LSTM, 16, 1e-2, 10_000),
    "GRU": Cell(recurrent.GRU, 18, 1e-2, 2000),
    "ReLU RNN": Cell(recurrent.RNN, 32, 3e-3, 1000, "relu", "identity"),
    "tanh RNN": Cell(recurrent.RNN, 32, 3e-3, 1000, "tanh", "orthogonal"),
}


@one_thread()
def rows(seeds=SEEDS, updates=UPDATES, cells=CELLS):
    """Return a Row for each cell and length."""
    found = {
        name: [solve(cell, seed, updates) for seed in range(seeds)]
        for name, cell in cells.items()
    }
    return [
        row(name, steps, runs)
        for name, runs in found.items()
        for steps in LENGTHS[2:]
        if steps <= cells[name].longest
    ]


def row(name, steps, runs):
    """Return the median seconds of the seeds that solved it, and how many did."""
    found = [run[steps] for run in runs if steps in run]
    spent = f"{median(one.updates for one in found):.0f}" if found else "all"
    again = sum(one.attempts - 1 for one in found)
    is_last = name == "LSTM" and steps == LENGTHS[-1]
    return Row(
        f"adding, T {steps}, {name}: {len(found)} of {len(runs)} seeds",
        median(one.seconds for one in found) if found else None,
        "s",
        rival=f"{spent} updates, {again} runs begun again",
        target=SECONDS if is_last else None,
    )


class Solved(NamedTuple):
    """What it took to solve a length."""

    seconds: float
    updates: int
    attempts: int


def solve(cell, seed, updates):
    """Train until the budget is spent; return a Solved for each length."""
    begin, spent, attempt, solved = time.perf_counter(), 0, 0, {}
    lengths = [steps for steps in LENGTHS if steps <= cell.longest]
    while spent < updates and lengths[-1] not in solved:
        for steps, count in climb(cell, seed + 1000 * attempt, lengths):
            spent += count
            if steps and steps not in solved and spent <= updates:
                seconds = time.perf_counter() - begin
                solved[steps] = Solved(seconds, spent, attempt + 1)
            if spent >= updates:
                break
        attempt += 1
    return solved


def climb(cell, seed, lengths):
    """Train one network; yield each length it solves, or None, and its updates."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = Adder(cell)
    optimizer = torch.optim.Adam(model.parameters(), cell.learning_rate)
    recent = 1 / 6
    for steps in lengths:
        is_first = steps == lengths[0]
        count, most = 0, FIRST if is_first else STUCK
        while count < most:
            halvings = 0 if is_first else count // PATIENCE
            for group in optimizer.param_groups:
                group["lr"] = cell.learning_rate / 2**halvings
            loss = squared_error(model, 32, steps, generator)
            optimizer.zero_grad()
            loss.backward()
            clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            recent += 0.1 * (loss.item() - recent)
            count += 1
            if recent < SOLVED and is_solved(model, steps):
                break
        else:
            yield None, count
            return
        recent = 0.05
        yield steps, count


def is_solved(model, steps):
    """Return whether the error on new sequences is small enough."""
    with torch.no_grad():
        new = torch.Generator().manual_seed(1234)
        return squared_error(model, 500, steps, new).item() < SOLVED


def squared_error(model, batch_size, steps, generator):
    """Return the mean squared error of the answers to new sequences."""
    batch = adding(batch_size, steps, generator)
    return (model(batch.inputs) - batch.targets).square().mean()


class Adder(nn.Module):
    """A recurrent layer, and a linear read-out of its last hidden state."""

    def __init__(self, cell):
        """Start with open gates that keep, by a bias of 1; an RNN as in notebook 08."""
        super().__init__()
        H = cell.hidden_size
        options = {"nonlinearity": cell.nonlinearity} if cell.nonlinearity else {}
        self.layer = cell.layer(2, H, batch_first=True, **options)
        self.read = nn.Linear(H, 1)
        with torch.no_grad():
            if cell.start:
                self.layer.weight_hh_l0.copy_(recurrent_weight(H, cell.start, 1.0))
                self.layer.bias_ih_l0.zero_()
                self.layer.bias_hh_l0.zero_()
            else:  # the rows H to 2H are the gate that keeps: f, or z
                open_forget_gates(self.layer, 1)

    def forward(self, x):
        """Return the answers, (B, 1), for inputs (B, T, 2)."""
        return self.read(self.layer(x)[0][:, -1])
