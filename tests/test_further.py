"""The live figure of notebook 13 counts every way back, through depth and time."""

import numpy as np
import pytest
import torch

from helpers.depth import KINDS, held_lstm, stack_gradient, stack_weights
from helpers.explorers.depth import depth_explorer
from helpers.gradients import gradient_flow

BRANCHES = {
    "plain": lambda before, new, f: new(before[-1]),
    "residual": lambda before, new, f: before[-1] + new(before[-1]),
    "highway": lambda before, new, f: f * before[-1] + (1 - f) * new(before[-1]),
    "dense": lambda before, new, f: new(torch.cat(before)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_formula_agrees_with_autograd(kind):
    """Every way from each layer to the last is counted, for every kind of stack."""
    generator = torch.Generator().manual_seed(3)
    weights = stack_weights(kind, 7, 5, 3, generator)
    h = torch.randn(5, dtype=torch.float64, generator=generator, requires_grad=True)
    outputs = [h]
    for weight in weights:
        outputs.append(BRANCHES[kind](outputs, lambda h, w=weight: (w @ h).tanh(), 0.7))
    rows = [torch.autograd.grad(v, outputs, retain_graph=True) for v in outputs[-1]]
    sizes = [torch.stack(block).norm() for block in zip(*rows, strict=True)]
    expected = torch.stack(sizes).log10() - np.log10(len(rows)) / 2
    found = stack_gradient(kind, weights, h.detach(), gate=0.7)
    assert np.allclose(found, expected)


def test_the_stacks_start_as_asked():
    """A dense stack gets wider, the others do not; shared weights are one matrix."""
    generator = torch.Generator().manual_seed(0)
    shapes = [tuple(w.shape) for w in stack_weights("dense", 3, 5, 2, generator)]
    assert shapes == [(2, 5), (2, 7), (2, 9)]
    shared = stack_weights("plain", 3, 5, 2, generator, shared=True)
    assert len(shared) == 3
    assert shared[0] is shared[2]
    assert shared[0].abs().max() <= 5**-0.5
    with pytest.raises(ValueError, match="kind must be one of plain"):
        stack_weights("tall", 3, 5, 2, generator)
    with pytest.raises(ValueError, match="kind must be one of plain"):
        stack_gradient("tall", shared, torch.zeros(5))
    with pytest.raises(ValueError, match="shared must be False"):
        stack_weights("dense", 3, 5, 2, generator, shared=True)


def test_the_forget_gate_is_held():
    """Whatever comes in, it stands where it was put; the other gates still read."""
    layer = held_lstm(2, 3, 0.8)
    x = torch.randn(2, 6, 1, 2, dtype=torch.float64)
    rows = slice(3, 6)
    assert not layer.weight_ih_l0[rows].any()
    assert torch.allclose(layer.bias_ih_l0[rows].sigmoid(), torch.tensor(0.8).double())
    assert not torch.allclose(layer(x[0])[0], layer(x[1])[0])
    assert torch.isfinite(held_lstm(2, 3, 1.0)(x[0])[0]).all()


def test_the_explorer_shows_what_the_exact_gradients_are():
    """Its curves are those of gradient_flow and stack_gradient, at any length."""
    live = depth_explorer(longest=20, width=4, growth=2)
    stack, lstm = (axes.lines[2] for axes in live._stage.figure.axes)
    live.set(steps=10, gate=0.75, kind="highway")

    torch.manual_seed(0)
    x = torch.randn(20, 4, dtype=torch.float64)
    torch.manual_seed(1)
    flow = gradient_flow(held_lstm(4, 4, 0.75), x[:10]).cell
    assert np.allclose(lstm.get_ydata(), (flow - flow[-1])[::-1])

    generator = torch.Generator().manual_seed(0)
    h = torch.randn(4, dtype=torch.float64, generator=generator)
    weights = stack_weights("highway", 20, 4, 2, generator)
    expected = stack_gradient("highway", weights[:10], h, gate=0.75)
    assert np.allclose(stack.get_ydata(), expected[::-1])


def test_the_explorer_answers_to_every_control():
    """The gate moves the LSTM and the highway; the kind moves the stack alone."""
    live = depth_explorer()
    torch_state = torch.random.get_rng_state()
    alts = {kind: live.set(kind=kind).alt for kind in KINDS}
    assert len(set(alts.values())) == len(KINDS)
    assert len({alt.split("steps:")[1] for alt in alts.values()}) == 1
    residual = [live.set(kind="residual", gate=gate).alt for gate in (0.5, 1.0)]
    assert residual[0].split("LSTM")[0] == residual[1].split("LSTM")[0]
    highway = [live.set(kind="highway", gate=gate).alt for gate in (0.5, 1.0)]
    assert highway[0].split("Left")[1] != highway[1].split("Left")[1]
    for values in live.sweep():
        assert "Left after" in live.set(**values).alt
    assert torch.equal(torch_state, torch.random.get_rng_state())
