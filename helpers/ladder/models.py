"""The rows of the ladder: a summary of the past each.

Axes: B batch, T time, I input_size, H hidden_size.
"""

from itertools import count

import torch
from torch import nn

from helpers.gates import parameters_per_gate
from helpers.recurrent import GRU, LSTM, RNN, SequenceModel

ROWS = ("naive", "AR", "Markov", "latent AR", "RNN", "LSTM", "GRU")
NETWORKS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
HALF_LIVES = (0, 1, 2, 4, 8, 16, 32, 64)  # in steps; 0 is the last input itself


class Lags(nn.Module):
    """A summary that keeps the last inputs as they are: naive and AR(τ).

    Args:
        input_size: I.
        order: how many inputs are kept, τ, at least 1.
    """

    def __init__(self, input_size, order):  # noqa: D107
        super().__init__()
        self.input_size, self.order = input_size, order
        self.hidden_size = input_size * order

    def forward(self, x, state=None):
        """Read inputs, (T, B, I); before the first one there were zeros.

        Returns:
            The summaries, (T, B, I * order), input by input, the last τ steps of each
            with the most recent at the end; and the τ - 1 inputs to begin with.
        """
        if state is None:
            state = x.new_zeros(self.order - 1, *x.shape[1:])
        seen = torch.cat((state, x))
        return seen.unfold(0, self.order, 1).flatten(2), seen[len(x) :]


class Averages(nn.Module):
    """A summary of exponential averages, a fast one and slower ones: latent AR.

    Each average is divided by the size it has for independent inputs of size 1, so
    that slow ones are not drowned by fast ones.

    Args:
        input_size: I.
        half_lives: of the averages, in steps, (K,) numbers; 0 is the last input.
    """

    def __init__(self, input_size, half_lives):  # noqa: D107
        super().__init__()
        self.input_size, self.hidden_size = input_size, input_size * len(half_lives)
        kept = [0.5 ** (1 / steps) if steps else 0.0 for steps in half_lives]
        self.register_buffer("kept", torch.tensor(kept)[:, None])  # (K, 1)
        self.register_buffer("size", ((1 - self.kept) / (1 + self.kept)).sqrt())

    def forward(self, x, state=None):
        """Read inputs, (T, B, I); the first average is the first input.

        Returns:
            The summaries, (T, B, K * I), and the averages to go on with, (B, K, I).
        """
        h = x[0].unsqueeze(1).expand(-1, len(self.kept), -1) if state is None else state
        averages = []
        for new in (x.unsqueeze(2) * (1 - self.kept)).unbind():
            h = self.kept * h + new
            averages.append(h)
        return (torch.stack(averages) / self.size).flatten(2), h


def make_model(row, problem, settings):
    """Return a fresh model of a row that is trained; torch's own seed is used.

    Args:
        row: one of ``ROWS``, but Markov.
        problem: an instance of one of ``PROBLEMS``.
        settings: one of the row's, as in ``SEARCH``.
    """
    inputs, outputs = problem.inputs, problem.outputs
    if row in NETWORKS:
        size = problem.embedding  # of the vector of a symbol, or None
        budget = problem.max_parameters - inputs * (size or 0)
        H = width(row, size or inputs, outputs, budget)
        layer = NETWORKS[row](size or inputs, H)
        if settings["init"] == "long memory":
            init_for_long_memory(layer)
        return SequenceModel(layer, outputs, vocab_size=inputs if size else None)
    if row == "naive":
        return SequenceModel(Lags(inputs, problem.window), outputs)
    if row == "AR":
        return SequenceModel(Lags(inputs, settings["order"]), outputs)
    return SequenceModel(Averages(inputs, HALF_LIVES[: settings["averages"]]), outputs)


def width(row, inputs, outputs, max_parameters):
    """Return how many units a network may have with so many parameters at most.

    Args:
        row: "RNN", "LSTM" or "GRU", with 1, 4 or 3 blocks of weights.
        inputs, outputs: I, and the numbers read out.
        max_parameters: the budget of layer and read-out together.

    Returns:
        H, the largest with blocks * H * (I + H + 2) + (H + 1) * outputs ≤
        ``max_parameters``.
    """
    blocks = {"RNN": 1, "LSTM": 4, "GRU": 3}[row]
    too_wide = (
        H
        for H in count(1)
        if blocks * parameters_per_gate(inputs, H) + (H + 1) * outputs > max_parameters
    )
    return next(too_wide) - 1


def init_for_long_memory(layer):
    """Initialise a layer as its own notebook found good for a long memory.

    A tanh RNN gets an orthogonal recurrent matrix (notebook 08); an LSTM a forget gate,
    and a GRU an update gate, that begin open, with a bias of 1 (notebooks 09 and 10).
    """
    H = layer.hidden_size
    with torch.no_grad():
        if isinstance(layer, RNN):
            nn.init.orthogonal_(layer.weight_hh_l0)
        else:  # the second block is f in an LSTM, z in a GRU
            layer.bias_ih_l0[H : 2 * H] += 1
