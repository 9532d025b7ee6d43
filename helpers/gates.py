"""What gates do along one sequence, how long they hold, and how to hold them open.

Axes: T time, I input_size, H hidden_size.
"""

import math

import numpy as np
import torch

from helpers.recurrent import gru_step, lstm_step

LSTM_LETTERS = ("f", "i", "g", "o", "c", "h")
GRU_LETTERS = ("r", "z", "n", "h")


def lstm_traces(x, weights):
    """Run an LSTM over one sequence from zeros and keep all it did.

    Args:
        x: the inputs, (T, I).
        weights: weight_ih, weight_hh, bias_ih and bias_hh as ``lstm_step`` takes them.

    Returns:
        A dict from the letters f, i, g, o, c and h to arrays, (T + 1, H). Row t belongs
        to step t; in row 0 the states are zeros and the gates are not a number.
    """
    weights = [weight.detach() for weight in weights]
    h = c = weights[1].new_zeros(1, weights[1].shape[1])
    nothing = torch.full_like(h, math.nan)
    history = [{"f": nothing, "i": nothing, "g": nothing, "o": nothing, "c": c, "h": h}]
    for x_t in x:
        h, c, gates = lstm_step(x_t[None], h, c, *weights)
        history.append(gates._asdict() | {"c": c, "h": h})
    return {
        name: torch.cat([row[name] for row in history]).numpy() for name in LSTM_LETTERS
    }


def gru_traces(x, weights):
    """Run a GRU over one sequence from zeros and keep all it did.

    Args:
        x: the inputs, (T, I).
        weights: weight_ih, weight_hh, bias_ih and bias_hh as ``gru_step`` takes them.

    Returns:
        A dict from the letters r, z, n and h to arrays, (T + 1, H), as those of
        ``lstm_traces``.
    """
    weights = [weight.detach() for weight in weights]
    h = weights[1].new_zeros(1, weights[1].shape[1])
    nothing = torch.full_like(h, math.nan)
    history = [{"r": nothing, "z": nothing, "n": nothing, "h": h}]
    for x_t in x:
        h, gates = gru_step(x_t[None], h, *weights)
        history.append(gates._asdict() | {"h": h})
    return _over_time(history, GRU_LETTERS)


def parameters_per_gate(input_size, hidden_size):
    """Return how many parameters a gate or candidate has, with both of torch's biases.

    Args:
        input_size: I.
        hidden_size: H, a number or an array.
    """
    return hidden_size * (input_size + hidden_size + 2)


def half_life(f):
    """Return after how many steps half is left when every step keeps a part f.

    Args:
        f: between 0 and 1, both excluded; a number or an array.
    """
    return np.log(0.5) / np.log(f)


def open_forget_gates(layer, bias):
    """Let an LSTM start with this bias in every forget gate.

    Args:
        layer: an LSTM of ``helpers.recurrent`` or ``torch.nn`` with one layer. It has
            two biases, of which only the sum matters; the second becomes 0.
        bias: near 0 half is kept at every step, at 3 about 95 %.

    Source: Gers, Schmidhuber & Cummins (2000); Jozefowicz et al. (2015) advise 1 or 2.
    """
    rows = _rows(layer, "f")
    with torch.no_grad():
        layer.bias_ih_l0[rows], layer.bias_hh_l0[rows] = bias, 0


def hold_open(layer, gate):
    """Hold one gate of an LSTM at 1, now and all through training.

    Its scores lose all weights and get a bias of 30, and none of them has a gradient
    any more.

    Args:
        layer: as for ``open_forget_gates``.
        gate: "i", "f" or "o"; "g" would hold the candidate at 1.
    """
    for name, weight in layer.named_parameters():
        mask = torch.ones_like(weight)
        mask[_rows(layer, gate)] = 0
        with torch.no_grad():
            weight[_rows(layer, gate)] = 30 if name == "bias_ih_l0" else 0
        weight.register_hook(lambda gradient, mask=mask: gradient * mask)


def _rows(layer, gate):
    """Return the rows of a gate in the weights of an LSTM."""
    start = "ifgo".index(gate) * layer.hidden_size
    return slice(start, start + layer.hidden_size)


def _over_time(history, letters):
    """Return an array over time for every letter, from one dict for each step."""
    rows = {letter: [step[letter] for step in history] for letter in letters}
    return {letter: torch.cat(steps).numpy() for letter, steps in rows.items()}
