"""Scans, state spaces and attention equal their second way of being computed."""

import math

import pytest
import torch
from torch.nn import functional as F

from helpers.autoregressive import impulse_response, roots
from helpers.scans import (
    DiagonalSSM,
    MinGRU,
    attention_weights,
    causal_attention,
    causal_convolution,
    combine,
    combine_matrices,
    hillis_steele_scan,
    linear_attention,
    linear_recurrence,
    newton_round,
    rounds_needed,
    scan_rounds,
    ssm_kernel,
    work_efficient_scan,
    zero_order_hold,
)

SCANS = pytest.mark.parametrize("scan", [hillis_steele_scan, work_efficient_scan])


def normal(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=dtype)


@SCANS
@pytest.mark.parametrize("T", [1, 2, 3, 8, 9, 31, 100])
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_a_scan_equals_its_loop_in_states_and_gradients(scan, T, dtype):
    a = (0.6 * normal(T, 2, 3, dtype=dtype)).requires_grad_()
    b = normal(T, 2, 3, seed=1, dtype=dtype).requires_grad_()
    found = []
    for way in (linear_recurrence, scan):
        states = way(a, b)
        loss = states.abs().square().sum()
        options = {"allow_unused": True, "materialize_grads": True}
        found.append((states, *torch.autograd.grad(loss, (a, b), **options)))
    assert all(torch.allclose(*pair) for pair in zip(*found, strict=True))


def test_combine_is_associative_and_not_commutative():
    first, second, third = normal(3, 2, 5)
    left = combine(*combine(*first, *second), *third)
    right = combine(*first, *combine(*second, *third))
    assert all(map(torch.allclose, left, right))
    other = combine(*second, *first)
    assert not torch.allclose(combine(*first, *second)[1], other[1])


@pytest.mark.parametrize(("T", "rounds"), [(1, 0), (2, 1), (8, 3), (9, 4), (1000, 10)])
def test_there_are_log2_rounds_and_each_doubles_what_a_place_holds(T, rounds):
    a, b = torch.ones(T), torch.ones(T)  # so that b counts steps
    held = [counts for _, counts in scan_rounds(a, b)]
    assert len(held) == rounds + 1
    for r, counts in enumerate(held):
        assert counts.tolist() == [min(t, 2**r) for t in range(1, T + 1)]


def test_a_scan_of_matrices_is_a_recurrence_of_vectors():
    a, b = 0.4 * normal(11, 2, 3, 3), normal(11, 2, 3, seed=1)
    h, states = torch.zeros(2, 3, dtype=torch.float64), []
    for t in range(11):
        h = torch.einsum("bij,bj->bi", a[t], h) + b[t]
        states.append(h)
    assert torch.allclose(
        hillis_steele_scan(a, b, combine_matrices), torch.stack(states)
    )


def tanh_rnn(steps, scale):
    """Return a weight, inputs and the states that torch's loop finds."""
    rnn = torch.nn.RNN(3, 5, dtype=torch.float64)
    weight = scale * torch.linalg.qr(normal(5, 5))[0]
    rnn.weight_hh_l0.data = weight
    x = normal(steps, 3, seed=1)
    inputs = x @ rnn.weight_ih_l0.T + rnn.bias_ih_l0 + rnn.bias_hh_l0
    return weight, inputs.detach(), rnn(x)[0].detach()


def test_newton_finds_the_states_of_a_tanh_rnn_in_a_few_scans():
    weight, inputs, states = tanh_rnn(200, 1.0)
    guess = torch.zeros_like(states)
    for _ in range(12):
        guess = newton_round(guess, weight, inputs)
    assert torch.allclose(guess, states, atol=1e-12)


def test_each_round_makes_one_more_state_right():
    weight, inputs, states = tanh_rnn(12, 3.0)
    guess = torch.zeros_like(states)
    for r in range(1, 13):
        guess = newton_round(guess, weight, inputs)
        assert torch.allclose(guess[:r], states[:r], atol=1e-9)


def test_newton_needs_fewer_rounds_than_repetition_and_neither_more_than_steps():
    weights, inputs = zip(
        *(tanh_rnn(60, scale)[:2] for scale in (0.5, 1, 4)), strict=True
    )
    weights, inputs = torch.stack(weights), torch.stack(inputs, dim=1)
    newton = rounds_needed(weights, inputs, newton=True)
    repeated = rounds_needed(weights, inputs, newton=False)
    assert (newton[:2] < repeated[:2]).all()
    assert newton.max() <= 60 and repeated.max() <= 60
    first = newton_round(torch.zeros_like(inputs[:, 0]), weights[0], inputs[:, 0])
    loose = rounds_needed(weights[:1], inputs[:, :1], newton=True, close=10.0)
    assert loose.item() == 0 and first.shape == (60, 5)


@pytest.mark.parametrize("signed", [False, True])
def test_a_minimal_unit_reads_all_steps_as_it_reads_one(signed):
    torch.manual_seed(0)
    unit, x = MinGRU(3, 4, signed).double(), normal(20, 2, 3)
    states, last = unit(x)
    h = None
    for t in range(20):
        _, h = unit(x[t : t + 1], h)
        assert torch.allclose(h, states[t])
    assert torch.equal(last, states[-1])
    assert torch.allclose(MinGRU.forward(unit, x[5:], states[4])[0], states[5:])


@pytest.mark.parametrize("signed", [False, True])
def test_a_minimal_unit_follows_its_formula(signed):
    """A signed factor turns a gate of 0 to 1 into one of -1 to 1."""
    torch.manual_seed(0)
    unit, x, h = MinGRU(3, 4, signed).double(), normal(1, 2, 3), normal(2, 4)
    z, n = unit.gate(x[0]).sigmoid(), unit.candidate(x[0])
    kept = (2 * z - 1 if signed else z) * h
    assert torch.allclose(unit(x, h)[1], kept + (1 - z) * n)


def test_a_zero_order_hold_is_exact_for_a_constant_input():
    A, B = torch.tensor(-0.3 + 2j, dtype=torch.complex128), 1.5
    a, b = zero_order_hold(A, B, 0.5)
    halves = zero_order_hold(A, B, 0.25)
    assert all(map(torch.isclose, combine(*halves, *halves), (a, b)))
    resting = b / (1 - a)  # where the state no longer moves
    assert torch.isclose(resting, -B / A)


def test_the_kernel_is_the_answer_to_an_impulse():
    a, b, c = normal(3, 4, dtype=torch.complex128)
    a = 0.9 * a / a.abs()
    impulse = torch.zeros(12, 4, dtype=torch.complex128)
    impulse[0] = 1
    states = linear_recurrence(a.expand(12, 4), b * impulse)
    assert torch.allclose(ssm_kernel(a, b, c, 12), (c * states).sum(-1).real)


def test_an_autoregressive_model_is_a_diagonal_state_space():
    phi = torch.tensor([1.3, -0.65], dtype=torch.float64)
    a = roots(phi)
    start = torch.stack([torch.ones_like(a), a])
    c = torch.linalg.solve(start, torch.tensor([1.0, 1.3]).to(a.dtype))
    kernel = ssm_kernel(a, torch.ones_like(a), c, 50)
    assert torch.allclose(kernel, impulse_response(phi, 50), atol=1e-6)


def test_a_convolution_is_causal_and_does_not_come_round():
    kernel, x = normal(7, 1), normal(7, 2, seed=1)
    y = causal_convolution(kernel, x)
    for t in range(7):
        expected = sum(kernel[k] * x[t - k] for k in range(t + 1))
        assert torch.allclose(y[t], expected)


@pytest.mark.parametrize("way", [linear_recurrence, work_efficient_scan])
def test_a_state_space_layer_is_a_recurrence(way):
    torch.manual_seed(0)
    layer, x = DiagonalSSM(3, 4).double(), normal(30, 2, 3)
    a, b, c = layer.discrete()
    inputs = b * x[..., None]
    y = (c * way(a.expand_as(inputs), inputs)).sum(-1).real
    found = [
        torch.autograd.grad(one.square().sum(), tuple(layer.parameters()))
        for one in (layer(x), y)
    ]
    assert torch.allclose(layer(x), y)
    assert all(torch.allclose(*pair) for pair in zip(*found, strict=True))
    assert (a.abs() < 1).all()


def test_attention_equals_that_of_torch():
    q, k, v = (normal(2, 9, 4, seed=s).requires_grad_() for s in range(3))
    ours = causal_attention(q, k, v)
    theirs = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    assert torch.allclose(ours, theirs)
    found = [torch.autograd.grad(y.square().sum(), (q, k, v)) for y in (ours, theirs)]
    assert all(torch.allclose(*pair) for pair in zip(*found, strict=True))
    weights = attention_weights(q, k)
    assert torch.allclose(weights.sum(-1), torch.ones(2, 9).double())
    assert (weights.triu(1) == 0).all()
    assert math.isclose(weights[0, 0, 0].item(), 1)


def test_linear_attention_is_attention_without_softmax():
    q, k, v = normal(7, 3), normal(7, 3, seed=1), normal(7, 2, seed=2)
    assert torch.allclose(linear_attention(q, k, v), (q @ k.T).tril() @ v)
