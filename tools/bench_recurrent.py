"""Speed of the layers beside ``torch.nn``, and of the Jacobian norms beside autograd.

Both sides are measured in turn, and the medians compared: the machine's own drift
then cancels. One thread; forward and backward; no gradient for the input.
"""

import time
from functools import partial
from statistics import median

import torch
from torch import nn

from helpers import gradients, recurrent

T, I, H = 100, 32, 64  # noqa: E741
LARGEST_RATIO = {"RNN": 0.65, "LSTM": 2.2, "GRU": 0.65}  # at B = 32
STEPS = {
    "RNN": recurrent.rnn_step,
    "LSTM": recurrent.lstm_step,
    "GRU": recurrent.gru_step,
}


def rows():
    """Return one dict per measurement: name, value, unit, target, rival."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        layers = [layer_row(cell, batch) for batch in (1, 32) for cell in STEPS]
        return layers + [row for cell in STEPS for row in flow_rows(cell)]
    finally:
        torch.set_num_threads(threads)


def layer_row(cell, batch, rounds=60):
    """Compare a layer with that of ``torch.nn``, forward and backward."""
    x, grad = torch.randn(T, batch, I), torch.randn(T, batch, H)
    theirs, ours = getattr(nn, cell)(I, H), getattr(recurrent, cell)(I, H)
    ours.load_state_dict(theirs.state_dict())

    def train(layer):
        layer(x)[0].backward(grad)

    _, rival, ratio = compare(partial(train, ours), partial(train, theirs), rounds)
    return {
        "name": f"{cell} forward and backward, B {batch}, H {H}, T {T}",
        "value": round(ratio, 2),
        "unit": "times torch.nn",
        "target": LARGEST_RATIO[cell] if batch == 32 else None,
        "rival": f"torch.nn {1e3 * rival:.1f} ms",
    }


def flow_rows(cell, steps=200, hidden_size=32, rounds=20):
    """Compare ``gradient_flow`` with autograd: once in ms, once as a ratio."""
    layer = getattr(recurrent, cell)(1, hidden_size).double()
    x = torch.randn(steps, 1, dtype=torch.float64)
    mine, rival, ratio = compare(
        partial(gradients.gradient_flow, layer, x),
        partial(batched_identity, cell, layer, x),
        rounds,
    )
    shared = {
        "name": f"gradient_flow of {cell}, T {steps}, H {hidden_size}",
        "rival": f"autograd {1e3 * rival:.1f} ms",
    }
    return [
        shared | {"value": round(1e3 * mine, 1), "unit": "ms", "target": 15},
        shared | {"value": round(ratio, 2), "unit": "times autograd", "target": None},
    ]


def batched_identity(cell, layer, x):
    """Return ‖∂h_T/∂h_t‖ by autograd: of H equal rows, row k asks for unit k of h_T."""
    size = layer.hidden_size
    h = torch.zeros(size, size, dtype=torch.float64, requires_grad=True)
    state = (h, torch.zeros_like(h)) if cell == "LSTM" else (h,)
    rows = x.unsqueeze(1).expand(-1, size, -1)
    history = recurrent.unroll(STEPS[cell], rows, state, layer.all_weights[0])
    states = [h, *history[0]]
    found = torch.autograd.grad(states[-1], states, torch.eye(size).double())
    return torch.linalg.matrix_norm(torch.stack(found))


def compare(mine, rival, rounds):
    """Return the median seconds of both, measured in turn, and their median ratio."""
    seconds = [(_seconds(mine), _seconds(rival)) for _ in range(rounds)]
    ratios = [one / other for one, other in seconds]
    return *map(median, zip(*seconds, strict=True)), median(ratios)


def _seconds(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
