"""Traces are those of the layers, and live figures say what gates do in them."""

import numpy as np
import pytest
import torch

from helpers.explorers.gates import (
    blend_explorer,
    cell_explorer,
    flow_explorer,
    gru_explorer,
    gru_gates_explorer,
    half_life_explorer,
    memory_flows,
    reset_explorer,
    width_explorer,
)
from helpers.gates import (
    gru_traces,
    half_life,
    hold_open,
    lstm_traces,
    open_forget_gates,
    parameters_per_gate,
)
from helpers.recurrent import GRU, LSTM


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


def test_a_leaky_integrator_keeps_what_its_gate_says_and_more_by_no_other_path():
    """With recurrent weights of 0 its gradient is the gate to the power of T."""
    noise = torch.randn(50, 2, dtype=torch.float64)
    flows = memory_flows(noise, bias=2.0, scale=0.0, hidden_size=4)
    gate = 1 / (1 + np.exp(-2.0))
    assert np.allclose(flows["leaky integrator"][0], 50 * np.log10(gate))
    assert np.isneginf(flows["tanh RNN"][0])


def test_an_open_gate_keeps_the_gradient_of_any_start():
    noise = torch.randn(100, 2, dtype=torch.float64)
    for seed in range(3):
        flows = memory_flows(noise, bias=6.0, scale=1.0, hidden_size=8, seed=seed)
        assert flows["LSTM"][0] > -1 and flows["leaky integrator"][0] > -1
        assert flows["tanh RNN"][0] < -5


def test_a_forget_bias_is_the_only_bias_of_the_forget_gates(layer):
    others = layer.bias_ih_l0.detach().clone()
    open_forget_gates(layer, 2.5)
    total = (layer.bias_ih_l0 + layer.bias_hh_l0).detach()
    assert (total[3:6] == 2.5).all()
    assert torch.equal(layer.bias_ih_l0[:3], others[:3])
    assert torch.equal(layer.bias_ih_l0[6:], others[6:])


@pytest.mark.parametrize("gate", "ifo")
def test_a_gate_that_is_held_open_stays_open_in_training(layer, x, gate):
    hold_open(layer, gate)
    optimizer = torch.optim.Adam(layer.parameters(), 0.1)
    for _ in range(3):
        optimizer.zero_grad()
        layer(x)[0].square().sum().backward()
        optimizer.step()
    traces = lstm_traces(x, layer.all_weights[0])
    assert np.allclose(traces[gate][1:], 1)
    other = "f" if gate == "i" else "i"
    assert not np.allclose(traces[other][1:], 1, atol=0.1)


@pytest.fixture
def gru():
    torch.manual_seed(0)
    return GRU(2, 3).double()


def test_gru_traces_are_those_of_the_layer(gru, x):
    """Row t belongs to step t, and each state is a blend of two numbers."""
    traces = gru_traces(x, gru.all_weights[0])
    states, _ = gru(x)
    assert np.allclose(traces["h"][1:], states.detach())
    assert (traces["h"][0] == 0).all()
    z, n = traces["z"][1:], traces["n"][1:]
    assert np.allclose(traces["h"][1:], (1 - z) * n + z * traces["h"][:-1])


def test_gru_explorer_says_what_flows_at_every_step(gru, x):
    """What is kept is the update gate's share of the state before."""
    live = gru_explorer(x, gru.all_weights[0], names=("number", "mark"), unit=2)
    traces = gru_traces(x, gru.all_weights[0])
    assert len({live.set(t=t).alt for t in range(1, 8)}) == 7
    alt = live.set(t=5).alt
    assert f"kept {traces['z'][5, 2] * traces['h'][4, 2]:.2f}" in alt
    assert f"r {traces['r'][5, 2]:.2f}, z {traces['z'][5, 2]:.2f}" in alt


def test_gates_held_by_hand_do_what_they_are_said_to():
    """An update gate of 1 keeps; with a reset gate of 0 the past adds nothing."""
    live = gru_gates_explorer()
    assert "the new state is 0.80" in live.set(z=1.0).alt
    alone = live.set(z=0.0, r=0.0).alt
    assert f"the new state is {np.tanh(-1):.2f}" in alone
    assert alone.split(":")[1][:16] == live.set(before=-0.5).alt.split(":")[1][:16]


def test_a_state_moves_less_the_nearer_its_gate_is_to_one():
    live = blend_explorer()
    changes = [float(live.set(z=z).alt.split()[-3]) for z in (0.0, 0.5, 0.9, 1.0)]
    assert changes == sorted(changes, reverse=True)
    assert changes[-1] == 0


def test_a_closed_reset_gate_shuts_out_the_past_and_its_bias():
    live = reset_explorer()
    assert "from -0.96 to 0.96" in live.set(r=1.0).alt
    assert "from 0.00 to 0.00" in live.set(r=0.0, bias=2.0).alt
    assert "from 0.76 to 0.76" in live.set(x=1.0).alt


def test_widths_are_those_of_equal_weights():
    """Counted on torch's own layers."""
    words = width_explorer(input_size=10).set(width=64).alt.split()
    count, lstm, gru = (int(words[k].strip(",").replace(",", "")) for k in (0, 3, 5))
    layer = torch.nn.LSTM(10, lstm)
    assert count == sum(w.numel() for w in layer.parameters())
    counts = [
        sum(w.numel() for w in torch.nn.GRU(10, H).parameters())
        for H in (gru - 1, gru, gru + 1)
    ]
    assert abs(counts[1] - count) == min(abs(c - count) for c in counts)
    three_blocks = sum(w.numel() for w in torch.nn.GRU(10, 64).parameters())
    assert three_blocks == 3 * parameters_per_gate(10, 64)
