"""The live figures of notebook 09 show what the LSTM does, at every state."""

import numpy as np
import pytest
import torch

from helpers.explorers.gates import (
    cell_explorer,
    flow_explorer,
    half_life,
    half_life_explorer,
    lstm_traces,
)
from helpers.recurrent import LSTM


@pytest.fixture
def layer():
    torch.manual_seed(0)
    return LSTM(2, 3).double()


@pytest.fixture
def x():
    return torch.randn(7, 2, dtype=torch.float64)


def test_traces_are_those_of_the_layer(layer, x):
    """Row t belongs to step t, and the states follow from the gates."""
    traces = lstm_traces(x, layer.all_weights[0])
    states, (_, c_n) = layer(x)
    assert np.allclose(traces["h"][1:], states.detach())
    assert np.allclose(traces["c"][-1], c_n[0].detach())
    assert (traces["h"][0] == 0).all()
    f, i, g = (traces[name][1:] for name in "fig")
    assert np.allclose(traces["c"][1:], f * traces["c"][:-1] + i * g)


def test_cell_explorer_says_what_flows_at_every_step(layer, x):
    """The alt text holds the numbers of the step, and every step differs."""
    live = cell_explorer(x, layer.all_weights[0], names=("number", "mark"), unit=1)
    traces = lstm_traces(x, layer.all_weights[0])
    texts = {live.set(t=t).alt for t in range(1, 8)}
    assert len(texts) == 7
    alt = live.set(t=4).alt
    assert f"number {x[3, 0]:.2f}" in alt
    assert f"f {traces['f'][4, 1]:.2f}" in alt
    assert f"kept {traces['f'][4, 1] * traces['c'][3, 1]:.2f}" in alt


def test_half_of_the_state_is_left_after_a_half_life():
    """Whatever the gate."""
    f = np.array([0.1, 0.5, 0.9, 0.999])
    assert np.allclose(f ** half_life(f), 0.5)
    assert "the half-life 1.0 steps" in half_life_explorer().alt
    assert "the half-life 103.2 steps" in half_life_explorer().set(bias=5.0).alt


def test_flow_explorer_keeps_the_rnn_where_only_the_forget_bias_moves():
    """An open gate keeps the LSTM's gradient; the RNN has no such bias."""
    live = flow_explorer(torch.randn(60, 2, dtype=torch.float64), hidden_size=8)
    closed, opened = live.set(bias=0.0).alt, live.set(bias=6.0).alt
    assert closed.split("tanh RNN")[1] == opened.split("tanh RNN")[1]
    assert "LSTM 1e-" in closed
    assert "LSTM 1e-" not in opened
