"""The Jacobian norms of the course equal autograd's, and survive where it cannot."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.autograd.functional import jacobian

from helpers import gradients, recurrent

T, I, H = 9, 3, 4  # noqa: E741
RNNS = [("RNN", {"nonlinearity": name}) for name in recurrent.NONLINEARITIES]
ALL = [*RNNS, ("LSTM", {}), ("GRU", {})]


def make(cell, seed=0, library=recurrent, **options):
    torch.manual_seed(seed)
    return getattr(library, cell)(I, H, **options).double()


def sequence(seed=0, steps=T):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(steps, I, dtype=torch.float64, generator=generator)


def start(cell):
    generator = torch.Generator().manual_seed(7)
    parts = torch.randn(2, 1, H, dtype=torch.float64, generator=generator)
    return tuple(parts) if cell == "LSTM" else parts[0]


def autograd_jacobians(layer, x, hx):
    """Return ∂s_T/∂s_t at every t, (S, S) each, by running the rest of the sequence."""
    state = [part[0] for part in hx] if isinstance(hx, tuple) else [hx[0]]

    def last(flat, rest):
        parts = [part.reshape(1, H) for part in flat.split(H)]
        _, final = layer(rest, tuple(parts) if len(parts) > 1 else parts[0])
        return torch.cat([part[0] for part in final]) if len(parts) > 1 else final[0]

    flat, found = torch.cat(state), []
    for t in range(len(x)):
        found.append(jacobian(lambda s, t=t: last(s, x[t:]), flat))
        flat = last(flat, x[t : t + 1]).detach()
    return [*found, torch.eye(len(flat), dtype=torch.float64)]


def log10_norms(jacobians, rows, columns, order):
    blocks = [matrix[rows, columns] for matrix in jacobians]
    return [torch.linalg.matrix_norm(block, order).log10().item() for block in blocks]


@pytest.mark.parametrize("norm", ["frobenius", "spectral"])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("with_state", [True, False])
@pytest.mark.parametrize(("cell", "options"), ALL)
def test_norms_equal_autograd(cell, options, with_state, bias, norm):
    """Every t, every cell: the hidden state, the cell state, and both together."""
    layer, x = make(cell, bias=bias, **options), sequence()
    hx = start(cell)
    if not with_state:
        hx = tuple(map(torch.zeros_like, hx)) if cell == "LSTM" else hx * 0
    flow = gradients.gradient_flow(layer, x, hx if with_state else None, norm)

    expected = autograd_jacobians(layer, x, hx)
    order = {"frobenius": "fro", "spectral": 2}[norm]
    everything, h, c = slice(None), slice(H), slice(H, None)
    close = dict(rtol=0, atol=1e-11)
    np.testing.assert_allclose(flow.hidden, log10_norms(expected, h, h, order), **close)
    np.testing.assert_allclose(
        flow.state, log10_norms(expected, everything, everything, order), **close
    )
    if cell == "LSTM":
        np.testing.assert_allclose(
            flow.cell, log10_norms(expected, c, c, order), **close
        )
    else:
        assert flow.cell is None


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_layers_of_torch_and_of_the_course_give_the_same(cell):
    ours, theirs = (make(cell, 0, lib) for lib in (recurrent, nn))
    one, other = (gradients.gradient_flow(each, sequence()) for each in (ours, theirs))
    np.testing.assert_array_equal(one.hidden, other.hidden)


@pytest.mark.parametrize(("cell", "options"), ALL)
def test_states_are_those_of_the_layer(cell, options):
    layer, x, hx = make(cell, **options), sequence(steps=60), start(cell)
    flow = gradients.gradient_flow(layer, x, hx)
    first = hx[0] if cell == "LSTM" else hx
    expected = torch.cat([first, layer(x, hx)[0]]).detach()
    np.testing.assert_allclose(flow.states, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize(("cell", "options"), ALL)
def test_step_jacobians_are_the_factors_of_the_product(cell, options):
    layer, x, hx = make(cell, **options), sequence(), start(cell)
    factors = gradients.step_jacobians(layer, x, hx)
    found = np.linalg.multi_dot(factors[::-1])
    expected = autograd_jacobians(layer, x, hx)[0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("nonlinearity", recurrent.NONLINEARITIES)
def test_slopes_are_those_of_the_nonlinearity(nonlinearity):
    """A one-step Jacobian is diag(slope) weight_hh."""
    layer, x = make("RNN", nonlinearity=nonlinearity), sequence()
    flow = gradients.gradient_flow(layer, x)
    weight = layer.weight_hh_l0.detach().numpy()
    found = flow.slopes[:, :, None] * weight
    np.testing.assert_allclose(found, gradients.step_jacobians(layer, x))
    assert flow.slopes.max() <= gradients.LARGEST_SLOPE[nonlinearity]


def wide_rnn(nonlinearity, start, scale, hidden_size=32):
    layer = recurrent.RNN(1, hidden_size, nonlinearity=nonlinearity).double()
    generator = torch.Generator().manual_seed(0)
    weight = gradients.recurrent_weight(hidden_size, start, scale, generator)
    with torch.no_grad():
        layer.weight_hh_l0.copy_(weight)
    return layer


def test_vanishing_beyond_float64_is_still_a_number():
    """A sigmoid RNN at rest, T = 1000, shrinks at the spectral radius of its factor."""
    layer, x = wide_rnn("sigmoid", "gaussian", 1.0), torch.zeros(1000, 1)
    flow = gradients.gradient_flow(layer, x)
    assert flow.hidden[0] < -600
    at_rest = torch.from_numpy(gradients.step_jacobians(layer, x)[-1])
    measured = (flow.hidden[900] - flow.hidden[0]) / 900
    radius = gradients.spectral_radius(at_rest)
    assert measured == pytest.approx(-np.log10(radius), abs=1e-3)


def test_explosion_beyond_float64_is_still_a_number():
    """An identity RNN is a power of its weights: scale 3, T = 1000 gives 3 ** 1000."""
    layer = wide_rnn("identity", "orthogonal", 3.0)
    with torch.no_grad():
        for weight in (layer.weight_ih_l0, layer.bias_ih_l0, layer.bias_hh_l0):
            weight.zero_()
    flow = gradients.gradient_flow(layer, torch.zeros(1000, 1), norm="spectral")
    expected = np.log10(3.0) * np.arange(1000, -1, -1)
    np.testing.assert_allclose(flow.hidden, expected, atol=1e-9)


def test_no_gradient_at_all_is_minus_infinity():
    """A dead ReLU layer, and weights of scale zero."""
    dead = wide_rnn("relu", "gaussian", 1.0)
    with torch.no_grad():
        dead.bias_ih_l0.fill_(-1e3)
    for layer in (dead, wide_rnn("tanh", "gaussian", 0.0)):
        flow = gradients.gradient_flow(layer, torch.zeros(20, 1))
        assert (flow.hidden[:-1] == -np.inf).all()
        assert flow.hidden[-1] == np.log10(np.sqrt(32))


def test_states_that_leave_float64_are_reported():
    layer = wide_rnn("identity", "gaussian", 1e3)
    with pytest.raises(OverflowError, match=r"inf at step \d+ of 500"):
        gradients.gradient_flow(layer, torch.ones(500, 1))


@pytest.mark.parametrize("nonlinearity", recurrent.NONLINEARITIES)
@pytest.mark.parametrize("start", gradients.STARTS)
@pytest.mark.parametrize("norm", ["frobenius", "spectral"])
def test_no_step_exceeds_the_bound(nonlinearity, start, norm):
    """Pascanu's bound holds at every step, from the norm at T."""
    layer = wide_rnn(nonlinearity, start, 1.2)
    flow = gradients.gradient_flow(layer, torch.ones(50, 1), norm=norm)
    rate = gradients.predicted_rate(layer.weight_hh_l0, nonlinearity, flow.slopes)
    allowed = flow.hidden[-1] + np.arange(50, -1, -1) * np.log10(rate.bound)
    assert (flow.hidden <= allowed + 1e-9).all()


@pytest.mark.parametrize("nonlinearity", ["tanh", "sigmoid", "relu", "identity"])
@pytest.mark.parametrize("start", ["gaussian", "uniform", "orthogonal"])
def test_estimate_predicts_the_rate(nonlinearity, start):
    """Averaged over 60 steps and three draws of H = 64: within 20 % a step."""
    differences = []
    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        weight = gradients.recurrent_weight(64, start, 0.95, generator)
        layer = recurrent.RNN(1, 64, nonlinearity=nonlinearity).double()
        with torch.no_grad():
            layer.weight_hh_l0.copy_(weight)
        x = torch.randn(60, 1, generator=generator)
        flow = gradients.gradient_flow(layer, x)
        rate = gradients.predicted_rate(weight, nonlinearity, flow.slopes)
        measured = (flow.hidden[0] - flow.hidden[-1]) / 60
        differences.append(measured - np.log10(rate.estimate))
    assert abs(np.mean(differences)) < np.log10(1.2)


@pytest.mark.parametrize("start", gradients.STARTS)
@pytest.mark.parametrize("scale", [0.0, 0.5, 1.5])
def test_recurrent_weight_has_the_spectral_radius_asked_for(start, scale):
    weight = gradients.recurrent_weight(16, start, scale)
    assert weight.shape == (16, 16)
    assert gradients.spectral_radius(weight) == pytest.approx(scale, abs=1e-12)


def test_recurrent_weight_is_drawn_from_its_generator():
    draws = [
        gradients.recurrent_weight(8, start, 1.0, torch.Generator().manual_seed(3))
        for start in gradients.STARTS
        for _ in range(2)
    ]
    assert all(torch.equal(*draws[i : i + 2]) for i in range(0, len(draws), 2))
    assert not torch.equal(draws[0], draws[2])
    identity = gradients.recurrent_weight(8, "identity", 2.0)
    assert torch.equal(identity, 2 * torch.eye(8, dtype=torch.float64))
    orthogonal = draws[4]
    torch.testing.assert_close(orthogonal @ orthogonal.T, identity / 2)


def test_errors_say_what_was_expected_and_found():
    layer, flow = make("RNN"), gradients.gradient_flow
    with pytest.raises(ValueError, match=r"x must be \(T, 3\).*got \(9, 2\)"):
        flow(layer, sequence()[:, :2])
    with pytest.raises(ValueError, match=r"x must be \(T, 3\).*got \(0, 3\)"):
        flow(layer, sequence()[:0])
    with pytest.raises(ValueError, match=r"shapes \[\(1, 4\)\], got \[\(4,\)\]"):
        flow(layer, sequence(), torch.zeros(H))
    with pytest.raises(ValueError, match=r"shapes \[\(1, 4\), \(1, 4\)\], got"):
        flow(make("LSTM"), sequence(), torch.zeros(1, H))
    with pytest.raises(ValueError, match="one plain layer"):
        flow(make("GRU", num_layers=2), sequence())
    with pytest.raises(ValueError, match="'frobenius' or 'spectral', got 'max'"):
        flow(layer, sequence(), norm="max")
    with pytest.raises(ValueError, match="gaussian, uniform, .*; got 'zeros'"):
        gradients.recurrent_weight(3, "zeros", 1.0)
    with pytest.raises(ValueError, match="scale must be at least 0, got -1"):
        gradients.recurrent_weight(3, "gaussian", -1)
    with pytest.raises(ValueError, match="nonlinearity must be one of"):
        gradients.predicted_rate(torch.eye(3), "sin", np.ones((2, 3)))


@pytest.mark.parametrize("nonlinearity", recurrent.NONLINEARITIES)
@pytest.mark.parametrize("centre", [0.0, 0.5])
def test_a_stretch_is_the_length_of_a_change_carried_by_the_jacobians(
    nonlinearity, centre
):
    """Every network, scale and step: the derivative by the size of the change."""
    weights, drives = gradients.random_networks(3, H, "gaussian", T)
    scales = torch.tensor([0.7, 1.9], dtype=torch.float64)
    found = gradients.stretch(nonlinearity, weights, drives, scales, centre)
    assert found.log10.shape == (3, 2, T + 1)
    apply = recurrent.NONLINEARITIES[nonlinearity].apply

    for n, s in np.ndindex(3, 2):

        def states(h, n=n, s=s):
            rows = []
            for d in drives[n]:
                h = apply(scales[s] * weights[n] @ (h - centre) + d)
                rows.append(h)
            return torch.stack(rows)

        jacobians = jacobian(states, torch.full((H,), centre, dtype=torch.float64))
        v = torch.randn(
            H, generator=torch.Generator().manual_seed(0), dtype=torch.float64
        )
        lengths = (jacobians @ (v / v.norm())).norm(dim=1)
        torch.testing.assert_close(found.log10[n, s, 1:], lengths.log10())
    assert (found.log10[:, :, 0] == 0).all()


def test_a_stretch_has_neither_floor_nor_ceiling():
    weights, drives = gradients.random_networks(2, 8, "orthogonal", 600)
    scales = torch.tensor([0.0, 1e-3, 1e3], dtype=torch.float64)
    found = gradients.stretch("identity", weights, drives * 0, scales).log10[:, :, -1]
    assert (found[:, 0] == -torch.inf).all()
    torch.testing.assert_close(
        found[:, 1:], torch.tensor([[-1800.0, 1800.0]] * 2).double()
    )


def test_random_networks_are_drawn_one_by_one_from_their_seeds():
    few, many = (gradients.random_networks(n, 8, "gaussian", 5) for n in (2, 4))
    for one, other in zip(few, many, strict=True):
        assert torch.equal(one, other[:2]) and not torch.equal(other[2], other[3])
    assert all(abs(gradients.spectral_radius(W) - 1) < 1e-12 for W in many[0])
