"""RNN, LSTM and GRU: one step to be read, and layers equal to those of ``torch.nn``.

Three levels, each built from the one before and equal to it:

- ``rnn_step``, ``lstm_step``, ``gru_step``: the formulas, one time step.
- ``unroll``: a step in a plain loop over time; autograd finds the gradient.
- ``RNNThroughTime``, ``LSTMThroughTime``, ``GRUThroughTime``: the same loop with its
  backward written by hand (backpropagation through time), which is faster.

The layers ``RNN``, ``LSTM`` and ``GRU`` take the fast way. Set ``layer.fast = False``
to take the readable one and step through it. A layer takes it by itself where the fast
way cannot serve: inside a transform of ``torch.func``, in forward-mode differentiation,
and for gradients that are differentiated again or computed many at a time.

Against ``torch.nn`` on a CPU, an update takes about 0.6 to 0.9 of the time with RNN and
GRU, but about 1.5 to 2 times as long with LSTM, because ``torch.nn.LSTM`` is there one
fused oneDNN kernel; without oneDNN it is the slower one (measured in 2026, torch 2.13).

Inside a layer every input is packed: the rows of all steps lie below one another,
(N, I), step after step, the longest sequence first. ``batch_sizes[t]`` of the rows
belong to step t; a sequence that has ended has no rows any more.

Axes: B batch, T time, I input_size, H hidden_size, N rows = sum(batch_sizes).
"""

from collections.abc import Callable
from functools import partial
from itertools import accumulate
from typing import NamedTuple

import torch
from torch import nn
from torch.amp import is_autocast_available
from torch.autograd import Function, forward_ad
from torch.nn import functional as F
from torch.nn.utils.rnn import PackedSequence

# Two questions that torch answers under private names only; if they are gone, no is the
# answer. Function.apply asks the first before it refuses to run inside ``torch.func``.
_func_is_active = getattr(torch._C, "_are_functorch_transforms_active", lambda: False)
_is_batched = getattr(
    getattr(torch._C, "_functorch", None),
    "is_legacy_batchedtensor",
    lambda tensor: False,
)


class Nonlinearity(NamedTuple):
    """A nonlinearity of the RNN, and its slope as a function of its own output."""

    apply: Callable
    apply_: Callable  # the same in place, as torch's trailing underscore says
    slope: Callable


NONLINEARITIES = {
    "tanh": Nonlinearity(torch.tanh, torch.tanh_, lambda h: 1 - h * h),
    "relu": Nonlinearity(torch.relu, torch.relu_, lambda h: (h > 0).to(h.dtype)),
    "sigmoid": Nonlinearity(torch.sigmoid, torch.sigmoid_, lambda h: h * (1 - h)),
    "identity": Nonlinearity(torch.positive, torch.positive, torch.ones_like),
}


class LSTMGates(NamedTuple):
    """What an LSTM decided in one step, each (B, H)."""

    i: torch.Tensor  # input gate, 0..1
    f: torch.Tensor  # forget gate, 0..1
    g: torch.Tensor  # candidate, -1..1
    o: torch.Tensor  # output gate, 0..1


class GRUGates(NamedTuple):
    """What a GRU decided in one step, each (B, H)."""

    r: torch.Tensor  # reset gate, 0..1
    z: torch.Tensor  # update gate, 0..1; near 1 keeps
    n: torch.Tensor  # candidate, -1..1


def rnn_step(x, h, weight_ih, weight_hh, bias_ih, bias_hh, nonlinearity="tanh"):
    """Advance an RNN by one time step.

    Args:
        x: the input now, (B, I).
        h: hidden state from the step before, (B, H).
        weight_ih, weight_hh: (H, I) and (H, H).
        bias_ih, bias_hh: (H,) each; only their sum matters.
        nonlinearity: a key of ``NONLINEARITIES``.

    Returns:
        The new h, (B, H).

    Raises:
        ValueError: if h is not (B, H), or the nonlinearity is unknown.

    Source: Elman (1990), as in ``torch.nn.RNNCell``.
    """
    check_nonlinearity(nonlinearity)
    expected = (x.shape[0], weight_hh.shape[1])
    if h.shape != expected:
        raise ValueError(f"h must be {expected}, got {tuple(h.shape)}")

    scores = x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh  # (B, H)
    if nonlinearity != "tanh":
        return NONLINEARITIES[nonlinearity].apply(scores)
    return scores.tanh()


def lstm_step(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    """Advance an LSTM by one time step.

    Args:
        x: the input now, (B, I).
        h, c: hidden state and cell state from the step before, each (B, H).
        weight_ih, weight_hh: (4H, I) and (4H, H), rows stacked i, f, g, o.
        bias_ih, bias_hh: (4H,) each; only their sum matters.

    Returns:
        The new h and c, each (B, H), and the LSTMGates of this step.

    Raises:
        ValueError: if h and c are not both (B, H).

    Source: Gers, Schmidhuber & Cummins (2000), as in ``torch.nn.LSTMCell``.
    """
    expected = (x.shape[0], weight_hh.shape[1])
    if h.shape != expected or c.shape != expected:
        found = tuple(h.shape), tuple(c.shape)
        raise ValueError(f"h and c must both be {expected}, got {found}")

    scores = x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh  # (B, 4H)
    i, f, g, o = scores.chunk(4, dim=1)  # (B, H) each
    gates = LSTMGates(i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid())

    c = gates.f * c + gates.i * gates.g
    h = gates.o * c.tanh()
    return h, c, gates


def gru_step(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    """Advance a GRU by one time step.

    Args:
        x: the input now, (B, I).
        h: hidden state from the step before, (B, H).
        weight_ih, weight_hh: (3H, I) and (3H, H), rows stacked r, z, n.
        bias_ih, bias_hh: (3H,) each; for n they differ, since r is applied to one.

    Returns:
        The new h, (B, H), and the GRUGates of this step.

    Raises:
        ValueError: if h is not (B, H).

    Source: Cho et al. (2014), with the reset after the product as in
    ``torch.nn.GRUCell``.
    """
    expected = (x.shape[0], weight_hh.shape[1])
    if h.shape != expected:
        raise ValueError(f"h must be {expected}, got {tuple(h.shape)}")

    x_r, x_z, x_n = (x @ weight_ih.T + bias_ih).chunk(3, dim=1)  # (B, H) each
    h_r, h_z, h_n = (h @ weight_hh.T + bias_hh).chunk(3, dim=1)  # (B, H) each
    r = (x_r + h_r).sigmoid()
    z = (x_z + h_z).sigmoid()
    n = (x_n + r * h_n).tanh()

    h = (1 - z) * n + z * h
    return h, GRUGates(r, z, n)


def unroll(step, x, state, weights):
    """Walk through time with a step function, in a plain loop.

    Args:
        step: ``rnn_step``, ``lstm_step``, ``gru_step``, or one like them: it takes
            x, the parts of the state and the weights; it returns the new state first.
        x: the inputs, (T, B, I), or T tensors (b_t, I) whose batches never grow.
        state: the parts of the state before the first step, (h,) or (h, c).
        weights: weight_ih, weight_hh, bias_ih, bias_hh.

    Returns:
        For each part of the state the list of its T values, each (b_t, H).
    """
    history = []
    for x_t in x:
        before = [part[: len(x_t)] for part in state]  # ended sequences drop out
        result = step(x_t, *before, *weights)
        state = result[: len(before)] if isinstance(result, tuple) else (result,)
        history.append(state)
    return tuple(list(part) for part in zip(*history, strict=True))


class RNNThroughTime(Function):
    """All steps of an RNN, with backpropagation through time written by hand.

    ``RNNThroughTime.apply(scores, h, weight_hh, batch_sizes, nonlinearity)`` takes
    scores = x @ weight_ih.T + bias_ih + bias_hh of all rows, (N, H), and h before the
    first step, (B, H). It returns the hidden states of all rows, (N, H).

    Source: Werbos (1990).
    """

    @staticmethod
    def forward(ctx, scores, h, weight_hh, batch_sizes, nonlinearity):  # noqa: D102
        apply_ = NONLINEARITIES[nonlinearity].apply_
        states = scores.clone()  # step by step, scores become states
        (now,) = _by_step(batch_sizes, states)
        before, weight = _before(h, now, batch_sizes), weight_hh.T
        for t in range(len(now)):
            apply_(now[t].addmm_(before[t], weight))

        ctx.nonlinearity, ctx.batch_sizes = nonlinearity, batch_sizes
        ctx.save_for_backward(scores, h, weight_hh, states)
        return states

    @staticmethod
    def backward(ctx, grad_states):  # noqa: D102
        *inputs, states = ctx.saved_tensors
        batch_sizes, nonlinearity = ctx.batch_sizes, ctx.nonlinearity
        if _needs_autograd(grad_states):
            step = partial(rnn_step, nonlinearity=nonlinearity)
            grads = _readable_backward(step, inputs, batch_sizes, grad_states)
            return *grads, None, None

        _, h, weight_hh = inputs
        slope = NONLINEARITIES[nonlinearity].slope(states)
        grad_h, grad_scores = torch.zeros_like(h), grad_states.clone()
        now, slope, states = _by_step(batch_sizes, grad_scores, slope, states)
        before = _before(grad_h, now, batch_sizes)
        for t in reversed(range(len(now))):
            now[t].mul_(slope[t])  # from h_t to its scores
            before[t].addmm_(now[t], weight_hh)  # from the scores to h_{t-1}

        grad_weight = grad_scores.T @ torch.cat(_before(h, states, batch_sizes))
        return grad_scores, grad_h, grad_weight, None, None


class LSTMThroughTime(Function):
    """All steps of an LSTM, with backpropagation through time written by hand.

    ``LSTMThroughTime.apply(scores, h, c, weight_hh, batch_sizes)`` takes
    scores = x @ weight_ih.T + bias_ih + bias_hh of all rows, (N, 4H), and h and c
    before the first step, (B, H) each. It returns the hidden states and the cell
    states of all rows, (N, H) each.

    Source: Graves & Schmidhuber (2005), who first used the full gradient.
    """

    @staticmethod
    def forward(ctx, scores, h, c, weight_hh, batch_sizes):  # noqa: D102
        H = h.shape[1]
        gates = scores.clone()  # step by step, scores become gates
        states = scores.new_empty(len(scores), H)
        cells = torch.empty_like(states)
        now, i_f, i, f, g, o, h_now, c_now = _by_step(
            batch_sizes,
            *(gates, gates[:, : 2 * H], *gates.chunk(4, dim=1)),
            *(states, cells),
        )
        h_before = _before(h, h_now, batch_sizes)
        c_before = _before(c, c_now, batch_sizes)
        weight = weight_hh.T
        for t in range(len(now)):
            now[t].addmm_(h_before[t], weight)
            i_f[t].sigmoid_()
            g[t].tanh_()
            o[t].sigmoid_()
            torch.mul(f[t], c_before[t], out=c_now[t]).addcmul_(i[t], g[t])
            torch.tanh(c_now[t], out=h_now[t]).mul_(o[t])

        ctx.batch_sizes = batch_sizes
        ctx.save_for_backward(scores, h, c, weight_hh, gates, states, cells)
        return states, cells

    @staticmethod
    def backward(ctx, grad_states, grad_cells):  # noqa: D102
        *inputs, gates, states, cells = ctx.saved_tensors
        batch_sizes = ctx.batch_sizes
        if _needs_autograd(grad_states, grad_cells):
            grads = grad_states, grad_cells
            return *_readable_backward(lstm_step, inputs, batch_sizes, *grads), None

        _, h, c, weight_hh = inputs
        h_steps, c_steps = _by_step(batch_sizes, states, cells)
        h_before = torch.cat(_before(h, h_steps, batch_sizes))
        c_before = torch.cat(_before(c, c_steps, batch_sizes))
        i, f, g, o = gates.chunk(4, dim=1)
        squashed = cells.tanh()

        # First the slopes, of all steps at once: of c_t by the scores of i, f and g,
        # of h_t by the score of o. The loop turns them into gradients.
        grad_scores = torch.empty_like(gates)
        slopes = grad_scores.unflatten(1, (4, -1))  # (N, 4, H), the same memory
        torch.mul(i * (1 - i), g, out=slopes[:, 0])
        torch.mul(f * (1 - f), c_before, out=slopes[:, 1])
        torch.mul(i, 1 - g * g, out=slopes[:, 2])
        torch.mul(o * (1 - o), squashed, out=slopes[:, 3])
        c_to_h = o * (1 - squashed * squashed)

        grad_h, grad_c = torch.zeros_like(h), torch.zeros_like(c)
        h_now, c_now, now, by_c, by_h, c_to_h, f = _by_step(
            batch_sizes,
            *(grad_states.clone(), grad_cells.clone(), grad_scores),
            *(slopes[:, :3], slopes[:, 3], c_to_h, f),
        )
        to_h = _before(grad_h, h_now, batch_sizes)
        to_c = _before(grad_c, c_now, batch_sizes)
        for t in reversed(range(len(now))):
            c_now[t].addcmul_(h_now[t], c_to_h[t])
            by_c[t].mul_(c_now[t].unsqueeze(1))
            by_h[t].mul_(h_now[t])
            to_h[t].addmm_(now[t], weight_hh)
            to_c[t].addcmul_(c_now[t], f[t])

        return grad_scores, grad_h, grad_c, grad_scores.T @ h_before, None


class GRUThroughTime(Function):
    """All steps of a GRU, with backpropagation through time written by hand.

    ``GRUThroughTime.apply(scores, h, weight_hh, bias_hh, batch_sizes)`` takes
    scores = x @ weight_ih.T + bias_ih of all rows, (N, 3H), and h before the first
    step, (B, H). It returns the hidden states of all rows, (N, H).

    Source: Cho et al. (2014) for the unit, Werbos (1990) for its gradient.
    """

    @staticmethod
    def forward(ctx, scores, h, weight_hh, bias_hh, batch_sizes):  # noqa: D102
        H = h.shape[1]
        gates = scores.clone()  # step by step, scores become gates
        gates[:, : 2 * H] += bias_hh[: 2 * H]
        from_h = bias_hh[2 * H :].repeat(len(scores), 1)  # what r is applied to
        states = torch.empty_like(from_h)
        r_z, r, z, n, h_n, now = _by_step(
            batch_sizes,
            *(gates[:, : 2 * H], *gates.chunk(3, dim=1)),
            *(from_h, states),
        )
        before = _before(h, now, batch_sizes)
        weight_rz, weight_n = weight_hh.T.split((2 * H, H), dim=1)
        for t in range(len(now)):
            r_z[t].addmm_(before[t], weight_rz).sigmoid_()
            h_n[t].addmm_(before[t], weight_n)
            n[t].addcmul_(r[t], h_n[t]).tanh_()
            torch.lerp(n[t], before[t], z[t], out=now[t])  # (1 - z) n + z h

        ctx.batch_sizes = batch_sizes
        ctx.save_for_backward(scores, h, weight_hh, bias_hh, gates, from_h, states)
        return states

    @staticmethod
    def backward(ctx, grad_states):  # noqa: D102
        *inputs, gates, from_h, states = ctx.saved_tensors
        batch_sizes = ctx.batch_sizes
        if _needs_autograd(grad_states):
            return *_readable_backward(gru_step, inputs, batch_sizes, grad_states), None

        _, h, weight_hh, _ = inputs
        (steps,) = _by_step(batch_sizes, states)
        h_before = torch.cat(_before(h, steps, batch_sizes))
        r, z, n = gates.chunk(3, dim=1)

        # First the slopes of h_t by what h_{t-1} adds to the scores of r, z and n, of
        # all steps at once. The loop turns them into gradients.
        n_slope = (1 - z) * (1 - n * n)
        grad_scores = torch.empty_like(gates)
        slopes = grad_scores.unflatten(1, (3, -1))  # (N, 3, H), the same memory
        torch.mul(r * (1 - r), from_h * n_slope, out=slopes[:, 0])
        torch.mul(z * (1 - z), h_before - n, out=slopes[:, 1])
        torch.mul(r, n_slope, out=slopes[:, 2])

        grad_h, grad_states = torch.zeros_like(h), grad_states.clone()
        h_now, now, by_h, z = _by_step(batch_sizes, grad_states, grad_scores, slopes, z)
        to_h = _before(grad_h, h_now, batch_sizes)
        for t in reversed(range(len(now))):
            by_h[t].mul_(h_now[t].unsqueeze(1))
            to_h[t].addcmul_(h_now[t], z[t]).addmm_(now[t], weight_hh)

        grad_weight, grad_bias = grad_scores.T @ h_before, grad_scores.sum(0)
        torch.mul(grad_states, n_slope, out=slopes[:, 2])  # x adds to n without r
        return grad_scores, grad_h, grad_weight, grad_bias, None


class RecurrentLayer(nn.RNNBase):
    """What RNN, LSTM and GRU share: the way of sequences through all layers.

    Arguments, names and start of the weights, and the checks of the input are those
    of ``torch.nn``, inherited, so that they cannot differ.
    """

    state_names = ("h_0",)
    fast = True  # False: unroll the step, and let autograd find the gradient

    def __init__(self, *args, **kwargs):  # noqa: D107
        super().__init__(*args, **kwargs)
        if self.proj_size != 0:
            raise ValueError(f"proj_size must be 0, got {self.proj_size}: not offered")

    def forward(self, input, hx=None):
        """Read whole sequences.

        Args:
            input: (T, B, I), or (B, T, I) if batch_first; (T, I) for one sequence;
                or a PackedSequence.
            hx: the state before the first step, h_0 or for the LSTM (h_0, c_0), each
                (L * D, B, H), without B for one sequence. Zeros if missing.
                L is num_layers; D is 2 if bidirectional, else 1.

        Returns:
            The hidden states of the last layer, like the input but D * H wide, and
            the state after the last step of each sequence, like hx.

        Raises:
            ValueError: if the input has the wrong number of dimensions or dtype.
            RuntimeError: if a size of the input or of hx is wrong.
            TypeError: if hx has the wrong number of parts.
        """
        if isinstance(input, PackedSequence):
            return self._read_packed(input, hx)
        if input.dim() == 2:
            output, state = self._read(input.unsqueeze(1), hx, batch=())
            return output.squeeze(1), self._join(part.squeeze(1) for part in state)
        if input.dim() != 3:
            raise ValueError(f"input must be 2D or 3D, got {input.dim()}D")
        if self.batch_first:
            input = input.transpose(0, 1)
        output, state = self._read(input, hx, batch=(input.shape[1],))
        return output.transpose(0, 1) if self.batch_first else output, self._join(state)

    def _read(self, x, hx, batch):
        """Read (T, B, I); hx has the axes ``batch`` between layer and H."""
        self.check_input(x, None)
        T, B, _ = x.shape
        if T == 0:
            raise RuntimeError("input must have at least one time step, got 0")
        state = self._split(x, hx, batch)
        if not batch:
            state = [part.unsqueeze(1) for part in state]
        rows, state = self._read_rows(x.flatten(0, 1), state, [B] * T)
        return rows.unflatten(0, (T, B)), state

    def _read_packed(self, packed, hx):
        rows, batch_sizes, longest_first, as_given = packed
        self.check_input(rows, batch_sizes)
        batch_sizes = batch_sizes.tolist()
        state = self._split(rows, hx, batch=(batch_sizes[0],))
        if longest_first is not None:
            state = [part.index_select(1, longest_first) for part in state]
        rows, state = self._read_rows(rows, state, batch_sizes, packed=True)
        if as_given is not None:
            state = [part.index_select(1, as_given) for part in state]
        return PackedSequence(rows, *packed[1:]), self._join(state)

    def _read_rows(self, x, state, batch_sizes, packed=False):
        """Send rows (N, I) and a state of (L * D, B, H) each through all layers.

        Under autocast everything is computed in the dtype that the result has.
        """
        device, weights = x.device.type, self.all_weights
        if not (is_autocast_available(device) and torch.is_autocast_enabled(device)):
            return self._through_layers(x, state, weights, batch_sizes)
        dtype = self._autocast_dtype(torch.get_autocast_dtype(device), state, packed)
        x, *state = [_cast(part, dtype) for part in (x, *state)]
        weights = [[_cast(part, dtype) for part in some] for some in weights]
        with torch.autocast(device, enabled=False):
            return self._through_layers(x, state, weights, batch_sizes)

    def _autocast_dtype(self, lower, state, packed):
        """Return the dtype of the result in torch.nn, if autocast asks for ``lower``.

        On a CPU only the products get that dtype, and what is added to them from the
        state before may be wider.
        """
        return torch.promote_types(lower, state[-1].dtype)

    def _through_layers(self, x, state, weights, batch_sizes):
        last = torch.tensor(_last_rows(batch_sizes), dtype=torch.long, device=x.device)
        turned = _turned(batch_sizes).to(x.device) if self.bidirectional else None
        starts, weights = zip(*state, strict=True), iter(weights)
        ends = []
        for layer in range(self.num_layers):
            outputs = []
            for reverse in (False, True) if self.bidirectional else (False,):
                steps = x[turned] if reverse else x
                history = self._run(steps, next(starts), next(weights), batch_sizes)
                ends.append([part.index_select(0, last) for part in history])
                outputs.append(history[0][turned] if reverse else history[0])
            x = torch.cat(outputs, dim=1) if self.bidirectional else outputs[0]
            if layer < self.num_layers - 1:
                x = F.dropout(x, self.dropout, self.training)
        if x.requires_grad:  # backward keeps the first, a caller may change the other
            x = x.clone()
        return x, [torch.stack(part) for part in zip(*ends, strict=True)]

    def _run(self, x, state, weights, batch_sizes):
        """Return the history of each part of the state, (N, H), in one direction."""
        if not self.bias:
            weights = [*weights, *[x.new_zeros(len(weights[0]))] * 2]
        if self.fast and not _is_transformed(x, *state, *weights):
            return self._through_time(x, state, weights, batch_sizes)
        history = unroll(self._step, x.split(batch_sizes), state, weights)
        return [torch.cat(part) for part in history]

    def _split(self, x, hx, batch):
        """Return the parts of hx, checked, or zeros like x."""
        layers = self.num_layers * (2 if self.bidirectional else 1)
        expected = (layers, *batch, self.hidden_size)
        if hx is None:
            return [x.new_zeros(expected) for _ in self.state_names]
        parts = hx if isinstance(hx, tuple | list) else (hx,)
        if len(parts) != len(self.state_names):
            wanted = ", ".join(self.state_names)
            raise TypeError(f"hx must be ({wanted}), got {len(parts)} part(s)")
        for name, part in zip(self.state_names, parts, strict=True):
            self.check_hidden_size(part, expected, f"{name} must be {{}}, got {{}}")
        return parts

    def _join(self, state):
        """Return the parts of a state as hx: one tensor, or a tuple of them."""
        state = tuple(state)
        return state if len(state) > 1 else state[0]


class RNN(RecurrentLayer):
    """An Elman network: ``torch.nn.RNN``, with more nonlinearities.

    Args:
        input_size, hidden_size, num_layers: as in ``torch.nn.RNN``.
        nonlinearity: "tanh", "relu", "sigmoid" or "identity".
        *args, **kwargs: bias, batch_first, dropout, bidirectional, device, dtype,
            as in ``torch.nn.RNN``.

    Raises:
        ValueError: if the nonlinearity is unknown, or proj_size is given.
    """

    def __init__(  # noqa: D107
        self,
        input_size,
        hidden_size,
        num_layers=1,
        nonlinearity="tanh",
        *args,
        **kwargs,
    ):
        check_nonlinearity(nonlinearity)
        super().__init__(
            "RNN_TANH", input_size, hidden_size, num_layers, *args, **kwargs
        )
        self.nonlinearity = nonlinearity

    def _autocast_dtype(self, lower, state, packed):
        return lower  # an RNN adds nothing but products

    def _step(self, x, h, *weights):
        return rnn_step(x, h, *weights, self.nonlinearity)

    def _through_time(self, x, state, weights, batch_sizes):
        weight_ih, weight_hh, bias_ih, bias_hh = weights
        scores = F.linear(x, weight_ih, bias_ih + bias_hh)
        args = (scores, *state, weight_hh, batch_sizes, self.nonlinearity)
        return [RNNThroughTime.apply(*args)]


class LSTM(RecurrentLayer):
    """A long short-term memory: ``torch.nn.LSTM`` without proj_size.

    Args:
        *args, **kwargs: as in ``torch.nn.LSTM``.

    Raises:
        ValueError: if proj_size is not 0.
    """

    state_names = ("h_0", "c_0")
    _step = staticmethod(lstm_step)

    def __init__(self, *args, **kwargs):  # noqa: D107
        super().__init__("LSTM", *args, **kwargs)

    def _autocast_dtype(self, lower, state, packed):
        if torch.backends.mkldnn.is_available() and not packed:
            return lower  # in torch.nn all of it is one oneDNN kernel
        return super()._autocast_dtype(lower, state, packed)

    def _through_time(self, x, state, weights, batch_sizes):
        weight_ih, weight_hh, bias_ih, bias_hh = weights
        scores = F.linear(x, weight_ih, bias_ih + bias_hh)
        return LSTMThroughTime.apply(scores, *state, weight_hh, batch_sizes)


class GRU(RecurrentLayer):
    """A gated recurrent unit: ``torch.nn.GRU``.

    Args:
        *args, **kwargs: as in ``torch.nn.GRU``.
    """

    _step = staticmethod(gru_step)

    def __init__(self, *args, **kwargs):  # noqa: D107
        super().__init__("GRU", *args, **kwargs)

    def _through_time(self, x, state, weights, batch_sizes):
        weight_ih, weight_hh, bias_ih, bias_hh = weights
        scores = F.linear(x, weight_ih, bias_ih)
        return [GRUThroughTime.apply(scores, *state, weight_hh, bias_hh, batch_sizes)]


def check_nonlinearity(nonlinearity):
    """Raise a ValueError that names the known ones if this nonlinearity is unknown."""
    if nonlinearity not in NONLINEARITIES:
        known = ", ".join(NONLINEARITIES)
        raise ValueError(f"nonlinearity must be one of {known}; got {nonlinearity!r}")


class SequenceModel(nn.Module):
    """A summary of the past, and a linear read-out of it at every step.

    Args:
        layer: turns inputs, (T, B, I), and a state into outputs, (T, B, H), and the
            next state; with the attributes ``input_size`` and ``hidden_size``.
        output_size: how many numbers are read out at a step, O.
        vocab_size: for symbols, how many there are, V: each gets a vector, (I,), that
            is learned. None for inputs that are vectors already.
        dropout: the share of hidden units left out in training, 0 to 1.

    Raises:
        ValueError: if the layer is batch_first or bidirectional.
    """

    def __init__(self, layer, output_size, vocab_size=None, dropout=0.0):  # noqa: D107
        check_time_first(layer)
        super().__init__()
        embedded = vocab_size is not None
        self.embedding = (
            nn.Embedding(vocab_size, layer.input_size) if embedded else None
        )
        self.layer = layer
        self.dropout = nn.Dropout(dropout)
        self.read_out = nn.Linear(layer.hidden_size, output_size)

    def forward(self, x, state=None):
        """Read inputs, and say something at every step.

        Args:
            x: vectors, (T, B, I), or symbols, (T, B) int64. Without an embedding, a
                symbol enters the layer as zeros and a one.
            state: as the layer's; None at the beginning.

        Returns:
            The outputs, (T, B, O), such as logits, and the state after the last step.
        """
        if self.embedding is not None:
            x = self.embedding(x)
        elif not x.is_floating_point():
            x = F.one_hot(x, self.layer.input_size).float()
        states, state = self.layer(x, state)
        return self.read_out(self.dropout(states)), state


def check_time_first(layer, input_size=None):
    """Raise a ValueError unless a layer reads (T, B, input_size) forwards.

    Args:
        layer: a layer with torch's attributes; one that lacks an attribute is trusted.
        input_size: the width of the input; any if None.

    Raises:
        ValueError: if the layer expects B before T or another width, or if it is
            bidirectional.
    """
    if getattr(layer, "batch_first", False):
        raise ValueError(
            "layer must read (T, B, I), that is batch_first=False, got "
            "batch_first=True: make the layer without batch_first"
        )
    if getattr(layer, "bidirectional", False):
        raise ValueError(
            "layer must read forwards only, because what it would read backwards is "
            "what it has to predict, got bidirectional=True: make the layer without "
            "bidirectional"
        )
    found = getattr(layer, "input_size", input_size)
    if input_size is not None and found != input_size:
        raise ValueError(
            f"layer must have input_size {input_size}, got {found}: make it with "
            f"{type(layer).__name__}({input_size}, hidden_size)"
        )


def _cast(tensor, dtype):
    """Return a tensor in this dtype, unless autocast would leave it alone."""
    alone = torch.float64 in (tensor.dtype, dtype) or not tensor.is_floating_point()
    return tensor if alone else tensor.to(dtype)


def _last_rows(batch_sizes):
    """Return the row of the last step of each sequence, B numbers."""
    starts = accumulate(batch_sizes, initial=0)
    steps = list(zip(starts, batch_sizes, [*batch_sizes[1:], 0], strict=False))
    return [
        start + sequence
        for start, going_on, going_further in reversed(steps)
        for sequence in range(going_further, going_on)
    ]


def _turned(batch_sizes):
    """Return the row to read, (N,), when every sequence is read from its end."""
    sizes = torch.tensor(batch_sizes).unsqueeze(1)  # (T, 1)
    sequence = torch.arange(batch_sizes[0])
    row = sizes.cumsum(0) - sizes + sequence  # (T, B), of step t and a sequence
    going_on = sequence < sizes  # (T, B)
    steps_left = going_on.sum(0) - 1 - torch.arange(len(sizes)).unsqueeze(1)
    return row.gather(0, steps_left.clamp(min=0))[going_on]


def _is_transformed(*tensors):
    """Tell whether ``torch.func`` or forward-mode differentiation is at work.

    The hand-written Functions, which write into tensors of their own, support neither.
    """
    duals = (forward_ad.unpack_dual(tensor) for tensor in tensors)
    return _func_is_active() or any(dual.tangent is not None for dual in duals)


def _needs_autograd(*grad_outputs):
    """Tell whether a backward must be recorded, or is one of many computed together.

    The first is ``create_graph=True``, the second ``is_grads_batched=True``.
    """
    if torch.is_grad_enabled() or _is_transformed(*grad_outputs):
        return True
    return not torch.compiler.is_compiling() and any(map(_is_batched, grad_outputs))


def _readable_backward(step, inputs, batch_sizes, *grad_outputs):
    """Return what a hand-written backward returns, found by autograd.

    The step is unrolled once more, so that torch can differentiate the gradients again.

    Args:
        step: as in ``unroll``.
        inputs: scores, the parts of the state, and weight_hh, as the Function got them;
            then bias_hh, if the scores do not hold it.
        batch_sizes: as the Function got them.
        grad_outputs: gradients of the history of each part of the state, (N, H) each.

    Returns:
        The gradients of the inputs, None where none is needed.
    """
    record = torch.is_grad_enabled()
    with torch.enable_grad():
        # Views, since one input may have been computed from another: where a state is
        # fed back as input, a derivative by h would go through the scores too.
        inputs = [part.view_as(part) for part in inputs]
        scores, *state = inputs[: 1 + len(grad_outputs)]
        weight_hh, *bias_hh = inputs[1 + len(grad_outputs) :]
        zero = scores.new_zeros(scores.shape[1])
        one = torch.eye(len(zero)).to(zero)  # the scores hold weight_ih already
        weights = one, weight_hh, zero, *(bias_hh or [zero])
        history = unroll(step, scores.split(batch_sizes), state, weights)
        outputs = [torch.cat(part) for part in history]

    needed = [part for part in inputs if part.requires_grad]
    found = torch.autograd.grad(outputs, needed, grad_outputs, create_graph=record)
    found = iter(found)
    return [next(found) if part.requires_grad else None for part in inputs]


def _by_step(batch_sizes, *buffers):
    """Return for each buffer, (N, ...), its T steps, views of (b_t, ...)."""
    return [buffer.split(batch_sizes) for buffer in buffers]


def _before(first, steps, sizes):
    """Return the T views from which each step starts: sequences that end drop out."""
    kept = zip(steps, sizes, sizes[1:], strict=False)
    return [first, *(rows if now == then else rows[:then] for rows, now, then in kept)]
