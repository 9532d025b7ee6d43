"""The chorales of notebook 10: nats per step of three networks over three seeds.

All get the same updates and learning rate and about the same number of weights, and are
judged on chorales that share no melody with those they learned from. The published
figures stand beside them; they come from another split and a longer training.
"""

import torch

from helpers import chorales, data, recurrent
from helpers.train import History, train

SEEDS = (0, 1, 2)
STEPS = 200
NETWORKS = {
    "tanh RNN": (recurrent.RNN, 191),
    "GRU": (recurrent.GRU, 96),
    "LSTM": (recurrent.LSTM, 79),
}


def rows(seeds=SEEDS, steps=STEPS):
    """Return one dict for each network: name, value, unit, target, rival."""
    parts = chorales.split(data.transpose_to_c(data.chorales()))
    floor = chorales.first_order(parts.train, parts.test)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [row(name, parts, floor, seeds, steps) for name in NETWORKS]
    finally:
        torch.set_num_threads(threads)


def row(name, parts, floor, seeds, steps):
    """Return the worst seed of one network beside the published figure."""
    nats = [trained(name, parts, seed, steps) for seed in seeds]
    band = f"{min(nats):.2f} to {max(nats):.2f} over {len(seeds)} seeds"
    return {
        "name": f"chorales, {name}: {band}",
        "value": round(max(nats), 2),
        "unit": "nats a step, worst seed",
        "rival": f"published {chorales.PUBLISHED[name]:.2f}",
        "ratio": max(nats) / chorales.PUBLISHED[name],
        "target": round(floor, 2),  # each key, one beat back
    }


def trained(name, parts, seed, steps):
    """Train one network; return its nats per step on the test part."""
    layer, width = NETWORKS[name]
    torch.manual_seed(seed)
    model = chorales.ChoraleModel(layer(chorales.KEYS, width), parts.train)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    generator = torch.Generator().manual_seed(seed)
    losses = chorales.chorale_losses(model, parts.train, generator)
    train(optimizer, losses, History(steps))
    return chorales.held_out_nats(model, parts.test)
