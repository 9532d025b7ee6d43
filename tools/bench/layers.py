"""Speed of the layers beside ``torch.nn``, and of the Jacobian norms beside autograd.

One thread; forward and backward; no gradient for the input.
"""

from functools import partial

import torch
from torch import nn

from helpers import gradients, recurrent
from tools.bench.measuring import Row, compare, one_thread

T, I, H = 100, 32, 64  # noqa: E741
LARGEST_RATIO = {"RNN": 0.65, "LSTM": 2.2, "GRU": 0.65}  # at B = 32
STEPS = {
    "RNN": recurrent.rnn_step,
    "LSTM": recurrent.lstm_step,
    "GRU": recurrent.gru_step,
}


@one_thread()
def rows():
    """Return a Row for each measurement."""
    layers = [layer_row(cell, batch) for batch in (1, 32) for cell in STEPS]
    return layers + [row for cell in STEPS for row in flow_rows(cell)]


def layer_row(cell, batch, rounds=60):
    """Compare a layer with that of ``torch.nn``, forward and backward."""
    x, grad = torch.randn(T, batch, I), torch.randn(T, batch, H)
    theirs, ours = getattr(nn, cell)(I, H), getattr(recurrent, cell)(I, H)
    ours.load_state_dict(theirs.state_dict())

    def train(layer):
        layer(x)[0].backward(grad)

    found = compare(partial(train, ours), partial(train, theirs), rounds)
    return Row(
        f"{cell} forward and backward, B {batch}, H {H}, T {T}",
        round(found.ratio, 2),
        "times torch.nn",
        rival=f"torch.nn {1e3 * found.rival:.1f} ms",
        target=LARGEST_RATIO[cell] if batch == 32 else None,
    )


def flow_rows(cell, steps=200, hidden_size=32, rounds=20):
    """Compare ``gradient_flow`` with autograd: once in ms, once as a ratio."""
    layer = getattr(recurrent, cell)(1, hidden_size).double()
    x = torch.randn(steps, 1, dtype=torch.float64)
    found = compare(
        partial(gradients.gradient_flow, layer, x),
        partial(batched_identity, cell, layer, x),
        rounds,
    )
    name = f"gradient_flow of {cell}, T {steps}, H {hidden_size}"
    rival = f"autograd {1e3 * found.rival:.1f} ms"
    return [
        Row(name, round(1e3 * found.mine, 1), "ms", rival, target=15),
        Row(name, round(found.ratio, 2), "times autograd", rival),
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
