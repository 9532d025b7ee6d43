"""Many networks with truncated gradients learn what each of them would learn alone."""

import pytest
import torch

from helpers import truncation
from helpers.truncation import Networks, TruncatedStates, fresh_networks


@pytest.fixture
def dice():
    return torch.Generator().manual_seed(0)


def in_a_loop(drives, weight_hh, windows):
    """Return the states as notebook 07 computes them, one network after the other."""
    found = []
    for m, window in enumerate(windows):
        h, states = torch.zeros_like(drives[0, m]), []
        for t in range(len(drives)):
            if t % window == 0:
                h = h.detach()
            h = torch.tanh(drives[t, m] + h @ weight_hh[m].T)
            states.append(h)
        found.append(torch.stack(states))
    return torch.stack(found, 1)


def test_states_and_gradients_are_those_of_the_plain_loop(dice):
    windows = (1, 3, 4, 9, 50)
    shapes = (9, 5, 2, 4), (5, 4, 4), (9, 5, 2, 4)
    drives, weight_hh, pull = (
        torch.randn(*shape, generator=dice, dtype=torch.float64) for shape in shapes
    )
    drives.requires_grad_()
    weight_hh.requires_grad_()
    results = []
    for run in (in_a_loop, lambda *args: TruncatedStates.apply(*args)):
        given = windows if run is in_a_loop else torch.tensor(windows).view(-1, 1, 1)
        states = run(drives, weight_hh, given)
        pulled = (states * pull).sum()
        results.append((states, *torch.autograd.grad(pulled, (drives, weight_hh))))
    for ours, theirs in zip(*results, strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_a_network_learns_the_same_alone_and_beside_others(dice):
    start = fresh_networks(2, dice)
    many = Networks(*(part.repeat(2, 1, 1) for part in start))
    truncation.train(many, many, [3], [2, 8], updates=3)
    pair = Networks(*(part.clone() for part in start))
    truncation.train(pair, pair, [3], [8], updates=3)
    for together, alone in zip(many, pair, strict=True):
        assert torch.allclose(together[2:], alone, atol=1e-6)
        assert not torch.allclose(together[:2], alone, atol=1e-6)


def test_only_what_is_to_be_learned_changes(dice):
    networks = fresh_networks(2, dice)
    before = Networks(*(part.clone() for part in networks))
    truncation.train(networks, [networks.weight_out], [2], [32], updates=2)
    assert torch.equal(networks.weight_hh, before.weight_hh)
    assert not torch.equal(networks.weight_out, before.weight_out)


def test_echoes_are_learned_if_the_window_is_long_enough():
    echoes = truncation.learn_echoes([2, 8], [4, 8], seeds=3, updates=120)
    assert echoes.accuracy.shape == (2, 2, 3) and echoes.read_out_alone.shape == (2, 3)
    assert echoes.accuracy[:, 0].min() > 0.95
    assert echoes.accuracy[:, 1].max() < 0.9
    again = truncation.learn_echoes([2, 8], [4, 8], seeds=3, updates=120)
    assert torch.equal(echoes.accuracy, again.accuracy)


def test_a_window_as_long_as_the_sequence_has_the_full_gradient(dice):
    found = truncation.cosines(fresh_networks(3, dice), 4, [1, truncation.STEPS])
    assert torch.allclose(found[1], torch.ones(3)) and (found[0] < 0.9999).all()
