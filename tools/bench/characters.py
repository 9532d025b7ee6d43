"""The recipe of notebook 06 beside a small SGD recipe, at equal time.

Seconds to reach the bits of an n-gram with counts added, and held-out bits after about
30 and 60 seconds, the worst of three seeds. Ours has two layers and a little weight
decay, unlike in the notebook, and runs on one thread, as small products are not faster
on two; the rival takes what torch gives it. (``large`` is what beats Kneser–Ney.)
"""

import time
from statistics import median

import torch
from torch import nn

from helpers import characters, data, markov, recurrent
from helpers.train import History, train
from tools.bench.measuring import Row, one_thread

SEEDS = (0, 1, 2)
SECONDS = (30, 60)
EVERY = 25  # steps between two looks at the held-out text
TRIAL = 50  # steps by which the speed is measured
INPUTS, UNITS, LAYERS = 64, 128, 2


def rows():
    """Return a Row for each measurement."""
    alice = data.alice_characters()
    ngram = markov.fit_ngram(alice.train, 3, alpha=0.1)
    floor = characters.bits_per_character(ngram, alice.held_out, alice.train)
    runs = train_for_budgets(alice)
    taken = [median(history[-1][0] for history in run) for run in runs]
    rivals = [_train_rival(alice, seed, taken) for seed in SEEDS]
    found = [time_row(runs[0], floor)]
    for time_taken, run, rival in zip(
        taken, runs, zip(*rivals, strict=True), strict=True
    ):
        found.append(bits_row(time_taken, run, median(rival), floor))
    return found


@one_thread()
def train_for_budgets(alice):
    """Return for every budget of seconds the history of every seed."""
    speed = TRIAL / _train(alice, 0, TRIAL)[-1][0]  # steps a second
    return [
        [_train(alice, seed, round(speed * budget)) for seed in SEEDS]
        for budget in SECONDS
    ]


def time_row(run, floor):
    """Return how long the slowest seed takes to the bits of the n-gram."""
    reached = [
        next((seconds for seconds, bits in history if bits < floor), float("inf"))
        for history in run
    ]
    name = f"characters: seconds to {floor:.2f} bits, an n-gram with counts added"
    return Row(name, round(max(reached), 1), "s, slowest of 3", target=60)


def bits_row(time_taken, run, rival, floor):
    """Return the held-out bits of the worst seed in the end, beside the rival's."""
    return Row(
        f"characters: held-out bits after {time_taken:.0f} s",
        round(max(history[-1][1] for history in run), 3),
        "bits, worst of 3",
        rival=f"RNN 32, B 1024, SGD {rival:.2f}",
        target=round(min(floor, rival - 0.5), 2),
    )


def _train(alice, seed, steps):
    """Train as notebook 06 does; return (seconds, held-out bits) at every look."""
    torch.manual_seed(seed)
    model = characters.CharacterModel(recurrent.RNN(INPUTS, UNITS, LAYERS))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-2, betas=(0.9, 0.99), weight_decay=0.1
    )
    begin, history = time.perf_counter(), []

    def evaluate():
        bits = _held_out(model, alice)
        history.append((time.perf_counter() - begin, bits))
        return bits

    curve = History(steps, evaluate, EVERY)
    train(optimizer, characters.text_losses(model, alice.train), curve)
    return history


def _train_rival(alice, seed, budgets):
    """Train a plain RNN of 32 units by SGD; return held-out bits by budget."""
    torch.manual_seed(seed)
    model = characters.CharacterModel(nn.RNN(32, 32))
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    places = torch.arange(33).unsqueeze(1)
    spent, found = 0.0, []
    while len(found) < len(budgets):
        begin = time.perf_counter()
        starts = torch.randint(len(alice.train) - 33, (1024,))
        text = alice.train[starts + places]  # (33, B)
        scores, _ = model(text[:-1])
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), text[1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        spent += time.perf_counter() - begin  # looking costs the rival nothing
        if spent > budgets[len(found)]:
            found.append(_held_out(model, alice))
    return found


def _held_out(model, alice):
    return characters.bits_per_character(model, alice.held_out, alice.train, streams=27)
