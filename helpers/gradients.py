"""How far back a gradient reaches: the Jacobian of the last state by every earlier one.

With s_t the state after step t (h_t, or for the LSTM h_t and c_t together), the chain
rule gives ∂s_T/∂s_t as a product of T - t one-step Jacobians:

    ∂s_T/∂s_t = J_T J_{T-1} ... J_{t+1},   J_k = ∂s_k/∂s_{k-1}

``gradient_flow`` forms every J_k by its formula and multiplies them from the end, in
float64. Every few steps the product is brought back to size 1 and the logarithm of its
size is kept, so that 1e-2000 and 1e+2000 are numbers like any other.

Axes: T time, I input_size, H hidden_size, S state: H, or 2H for the LSTM.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from helpers import recurrent

LARGEST_SLOPE = {"tanh": 1.0, "relu": 1.0, "sigmoid": 0.25, "identity": 1.0}
RESCALE_EVERY = 4  # steps; so one step may stretch or shrink by up to 1e38
STARTS = ("gaussian", "uniform", "orthogonal", "identity")


class GradientFlow(NamedTuple):
    """What ``gradient_flow`` found, as NumPy arrays in float64.

    The norms are decimal logarithms, -inf where the Jacobian is exactly zero. At
    t = T the Jacobian is the identity: the spectral norm is 1, the Frobenius norm is
    the square root of its size.
    """

    hidden: np.ndarray  # (T + 1,) log10 ‖∂h_T/∂h_t‖; LSTM: c_t held fixed
    cell: np.ndarray | None  # (T + 1,) log10 ‖∂c_T/∂c_t‖, h_t held fixed; LSTM only
    state: np.ndarray  # (T + 1,) log10 ‖∂s_T/∂s_t‖; hidden, unless there is a cell
    states: np.ndarray  # (T + 1, H) h_0 to h_T
    slopes: np.ndarray | None  # (T, H) of the nonlinearity at h_1 to h_T; RNN only


class Stretch(NamedTuple):
    """What ``stretch`` found for N networks at S scales, in float64."""

    log10: torch.Tensor  # (N, S, T + 1) of the length after 0 to T steps; 0 at first
    slopes: torch.Tensor  # (N, S, T) root mean square of the slopes at h_1 to h_T


class _Steps(NamedTuple):
    """Every one-step Jacobian, in as few numbers as it has."""

    states: np.ndarray  # (T + 1, H) h_0 to h_T
    by_h: torch.Tensor  # (T, S, H) ∂s_t/∂h_{t-1}
    by_c: tuple = ()  # (T, H) each: c_{t-1} reaches h_t and c_t unit by unit
    slopes: np.ndarray | None = None  # (T, H)


class Rate(NamedTuple):
    """By how much one step back multiplies the norm, predicted."""

    bound: float  # never exceeded by any step
    estimate: float  # what to expect over many steps


def gradient_flow(layer, x, hx=None, norm="frobenius"):
    """Return the norm of the last state's Jacobian by the state at every step.

    Args:
        layer: an RNN, LSTM or GRU of ``helpers.recurrent`` or ``torch.nn`` with one
            layer and one direction. Its weights are read in float64.
        x: one input sequence, (T, I).
        hx: the state before the first step as the layer takes it, (1, H) each;
            zeros if missing.
        norm: "frobenius", the root of the sum of squares; or "spectral", the largest
            singular value, several times slower.

    Returns:
        A GradientFlow.

    Raises:
        ValueError: for several layers or directions, a wrong x, hx or norm.
        OverflowError: if the states themselves leave float64.

    Source: Pascanu, Mikolov & Bengio (2013), for the product.
    """
    if norm not in ("frobenius", "spectral"):
        raise ValueError(f"norm must be 'frobenius' or 'spectral', got {norm!r}")
    steps = _steps(layer, x, hx)
    products, log10_scale = _products(steps.by_h.numpy(), *steps.by_c)
    h, c = slice(layer.hidden_size), slice(layer.hidden_size, None)
    hidden = log10_scale + _log10_norm(products[:, h, h], norm)
    if not steps.by_c:
        return GradientFlow(hidden, None, hidden, steps.states, steps.slopes)
    cell = log10_scale + _log10_norm(products[:, c, c], norm)
    state = log10_scale + _log10_norm(products, norm)
    return GradientFlow(hidden, cell, state, steps.states, None)


def step_jacobians(layer, x, hx=None):
    """Return the factors of which ``gradient_flow`` forms the product.

    Args:
        layer, x, hx: as for ``gradient_flow``.

    Returns:
        The array (T, S, S) of ∂s_{t+1}/∂s_t. For the LSTM h comes before c, in rows
        and columns. ``numpy.linalg.svd(..., compute_uv=False)`` tells how much each
        factor stretches.

    Raises:
        ValueError, OverflowError: as for ``gradient_flow``.
    """
    steps = _steps(layer, x, hx)
    by_c = [torch.diag_embed(torch.from_numpy(diagonal)) for diagonal in steps.by_c]
    columns = [steps.by_h, torch.cat(by_c, dim=1)] if by_c else [steps.by_h]
    return torch.cat(columns, dim=2).numpy()


def predicted_rate(weight_hh, nonlinearity, slopes):
    """Predict the factor by which each step back multiplies ‖∂h_T/∂h_t‖ in an RNN.

    The bound is the largest slope there is times the largest singular value. The
    estimate is the root mean square of the slopes met times the spectral radius: the
    growth rate for random independent weights, and for random rotations. It does not
    hold for the identity, where every unit goes its own way and the slowest is left.

    Args:
        weight_hh: (H, H).
        nonlinearity: "tanh", "relu", "sigmoid" or "identity".
        slopes: those met, (T, H), from ``gradient_flow``.

    Returns:
        A Rate, both numbers at least 0.

    Raises:
        ValueError: if the nonlinearity is unknown.

    Source: Pascanu, Mikolov & Bengio (2013) for the bound; Poole et al. (2016) for
    the mean of squares.
    """
    recurrent.check_nonlinearity(nonlinearity)
    weight_hh = torch.as_tensor(weight_hh, dtype=torch.float64).detach()
    largest = torch.linalg.matrix_norm(weight_hh, 2).item()
    root_mean_square = float(np.sqrt(np.mean(np.square(slopes))))
    return Rate(
        bound=LARGEST_SLOPE[nonlinearity] * largest,
        estimate=root_mean_square * spectral_radius(weight_hh),
    )


def recurrent_weight(hidden_size, start, scale, generator=None):
    """Draw a recurrent weight matrix of a given spectral radius.

    Args:
        hidden_size: H, at least 1.
        start: "gaussian", independent normal entries; "uniform", as torch starts its
            layers (there the radius is about 0.6); "orthogonal", a random rotation
            or reflection; "identity".
        scale: the spectral radius, exactly; at least 0.
        generator: a torch.Generator, or None for torch's own.

    Returns:
        The matrix, (H, H), float64.

    Raises:
        ValueError: if the start is unknown or the scale negative.

    Source: Saxe, McClelland & Ganguli (2014) for the orthogonal start, Le, Jaitly &
    Hinton (2015) for the identity.
    """
    if start not in STARTS:
        raise ValueError(f"start must be one of {', '.join(STARTS)}; got {start!r}")
    if not scale >= 0:
        raise ValueError(f"scale must be at least 0, got {scale}")

    weight = torch.eye(hidden_size, dtype=torch.float64)
    if start == "gaussian":
        weight.normal_(generator=generator)
    elif start == "uniform":
        weight.uniform_(-1, 1, generator=generator)
    elif start == "orthogonal":
        nn.init.orthogonal_(weight, generator=generator)
    return weight * (scale / spectral_radius(weight))


def random_networks(count, hidden_size, start, steps, input_size=4):
    """Draw many RNNs that have not been trained, and an input for each of them.

    Network k is drawn with the seed k: its recurrent weights by ``recurrent_weight``,
    its other parameters uniform, as torch does, and its inputs from a normal law.

    Args:
        count, hidden_size, steps, input_size: N, H, T and I, at least 1 each.
        start: as for ``recurrent_weight``.

    Returns:
        The recurrent weights of spectral radius 1, (N, H, H), and what the inputs and
        the biases add to the scores, (N, T, H); both float64.
    """
    weights, drives = [], []
    limit = hidden_size**-0.5
    for seed in range(count):
        generator = torch.Generator().manual_seed(seed)
        weights.append(recurrent_weight(hidden_size, start, 1.0, generator))
        others = torch.empty(input_size + 2, hidden_size, dtype=torch.float64)
        others.uniform_(-limit, limit, generator=generator)
        x = torch.empty(steps, input_size, dtype=torch.float64)
        x.normal_(generator=generator)
        drives.append(x @ others[:-2] + others[-2:].sum(0))
    return torch.stack(weights), torch.stack(drives)


def stretch(nonlinearity, weight_hh, drives, scales, centre=0.0):
    """Follow a small change of h_0 through many RNNs, and return how long it becomes.

    The change has a random direction v. Since the mean of ‖Jv‖² over all directions
    is ‖J‖² / H, the growth rate is that of ‖∂h_T/∂h_0‖, for a fraction 1 / H of the
    work.

    Args:
        nonlinearity: "tanh", "relu", "sigmoid" or "identity".
        weight_hh: of N networks, (N, H, H).
        drives: what inputs and biases add to their scores, (N, T, H).
        scales: what the weights are multiplied by, (S,).
        centre: what is taken off a state before the weights are applied to it; h_0
            is full of it. With ½ a sigmoid's states lie on both sides of zero.

    Returns:
        A Stretch. Its logarithms have no floor and no ceiling: -inf stands for a change
        that has become exactly zero.

    Raises:
        ValueError: if the nonlinearity is unknown.
    """
    recurrent.check_nonlinearity(nonlinearity)
    phi = recurrent.NONLINEARITIES[nonlinearity]
    N, T, H = drives.shape
    h = drives.new_full((N, H, len(scales)), centre)
    v = drives.new_empty(H).normal_(generator=torch.Generator().manual_seed(0))
    v = (v / v.norm())[:, None].expand_as(h)
    lengths, slopes = [], []
    for t in range(T):
        both = scales.repeat(2) * (weight_hh @ torch.cat((h - centre, v), dim=2))
        scores, v = both.chunk(2, dim=2)  # (N, H, S) each
        h = phi.apply(scores + drives[:, t, :, None])
        slope = phi.slope(h)
        v = slope * v
        lengths.append(v.norm(dim=1, keepdim=True))
        v = v / lengths[-1].clamp(min=torch.finfo(v.dtype).tiny)
        slopes.append(slope.square().mean(1).sqrt())
    log10 = torch.cat(lengths, dim=1).log10().cumsum(1).mT  # (N, S, T)
    return Stretch(nn.functional.pad(log10, (1, 0)), torch.stack(slopes, dim=2))


def spectral_radius(weight):
    """Return the largest absolute eigenvalue of a square matrix."""
    return torch.linalg.eigvals(weight).abs().max().item()


def _steps(layer, x, hx):
    x = torch.as_tensor(x, dtype=torch.float64, device="cpu")
    _check(layer, x)
    state = _initial_state(layer, hx)
    weights = [weight.detach().double().cpu() for weight in layer.all_weights[0]]
    if not layer.bias:
        weights += [torch.zeros(len(weights[0]), dtype=torch.float64)] * 2
    if isinstance(layer, nn.LSTM | recurrent.LSTM):
        steps = _lstm(x, *state, *weights)
    elif isinstance(layer, nn.GRU | recurrent.GRU):
        steps = _gru(x, *state, *weights)
    else:
        steps = _rnn(x, *state, *weights, layer.nonlinearity)
    _check_finite(steps.states)
    return steps


def _rnn(x, h, weight_ih, weight_hh, bias_ih, bias_hh, nonlinearity):
    """J_t = diag(slope at h_t) weight_hh."""
    scores = x @ weight_ih.T + bias_ih + bias_hh
    one = [1] * len(x)
    states = recurrent.RNNThroughTime.apply(scores, h, weight_hh, one, nonlinearity)
    slopes = recurrent.NONLINEARITIES[nonlinearity].slope(states)
    states = torch.cat([h, states]).numpy()
    return _Steps(states, slopes.unsqueeze(2) * weight_hh, slopes=slopes.numpy())


def _lstm(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    """J_t has four blocks: h_t and c_t (rows) by h_{t-1} and c_{t-1} (columns)."""
    scores = x @ weight_ih.T + bias_ih + bias_hh
    states, cells = _lstm_states(scores, h, c, weight_hh)

    # All steps at once, as if they were a batch: the state before each is known now.
    h_before, c_before = torch.cat([h, states[:-1]]), torch.cat([c, cells[:-1]])
    weights = weight_ih, weight_hh, bias_ih, bias_hh
    _, _, (i, f, g, o) = recurrent.lstm_step(x, h_before, c_before, *weights)
    squashed = cells.tanh()
    c_to_h = o * (1 - squashed * squashed)

    c_slopes = i * (1 - i) * g, f * (1 - f) * c_before, i * (1 - g * g)
    h_slopes = *(c_to_h * slope for slope in c_slopes), o * (1 - o) * squashed
    blocks = weight_hh.chunk(4)
    by_h = [_weighted(h_slopes, blocks), _weighted(c_slopes, blocks[:3])]
    by_c = (c_to_h * f).numpy(), f.numpy()
    return _Steps(torch.cat([h, states]).numpy(), torch.cat(by_h, dim=1), by_c)


def _lstm_states(scores, h, c, weight_hh):
    """Return the states and cells of all steps, (T, H) each.

    One sequence makes small arrays, on which NumPy is three times faster than torch.
    All gates are one tanh, since sigmoid(s) = (1 + tanh(s / 2)) / 2.
    """
    half = np.repeat([0.5, 0.5, 1.0, 0.5], h.shape[1])  # of i, f, o; not of g
    shift = 1 - half
    scores, weight_hh = scores.numpy() * half, weight_hh.numpy() * half[:, None]
    (h,), (c,) = h.numpy(), c.numpy()
    states, cells = np.empty((2, len(scores), len(h)))
    gates = np.empty_like(half)
    i, f, g, o = gates.reshape(4, -1)  # four views, filled anew at every step
    for t in range(len(scores)):
        np.matmul(weight_hh, h, out=gates)
        gates += scores[t]
        np.tanh(gates, out=gates)
        gates *= half
        gates += shift
        c = np.multiply(f, c, out=cells[t])
        c += i * g
        h = np.multiply(o, np.tanh(c), out=states[t])
    return torch.from_numpy(states), torch.from_numpy(cells)


def _gru(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    """J_t = diag(z) + what h_{t-1} does through the scores of r, z and n."""
    scores = x @ weight_ih.T + bias_ih
    states = _gru_states(scores, h, weight_hh, bias_hh)

    h_before = torch.cat([h, states[:-1]])  # all steps at once, as in _lstm
    weights = weight_ih, weight_hh, bias_ih, bias_hh
    _, (r, z, n) = recurrent.gru_step(x, h_before, *weights)
    weights_rzn = weight_hh.chunk(3)
    from_h = h_before @ weights_rzn[2].T + bias_hh.chunk(3)[2]  # what r is applied to

    n_slope = (1 - z) * (1 - n * n)
    slopes = r * (1 - r) * from_h * n_slope, z * (1 - z) * (h_before - n), r * n_slope
    by_h = _weighted(slopes, weights_rzn)
    by_h.diagonal(dim1=1, dim2=2).add_(z)
    return _Steps(torch.cat([h, states]).numpy(), by_h)


def _gru_states(scores, h, weight_hh, bias_hh):
    """Return the states of all steps, (T, H); as fast as ``_lstm_states``."""
    size = h.shape[1]
    scores, weight_hh, bias_hh = scores.numpy(), weight_hh.numpy(), bias_hh.numpy()
    (h,) = h.numpy()
    states = np.empty((len(scores), size))
    for t in range(len(scores)):
        from_h = weight_hh @ h + bias_hh
        r_z = scores[t, : 2 * size] + from_h[: 2 * size]
        r, z = (np.tanh(r_z * 0.5) * 0.5 + 0.5).reshape(2, -1)
        n = np.tanh(scores[t, 2 * size :] + r * from_h[2 * size :])
        states[t] = h = n + z * (h - n)
    return torch.from_numpy(states)


def _weighted(slopes, weights):
    """Return the sum of diag(slope) weight over the gates, (T, H, H)."""
    first, *rest = zip(slopes, weights, strict=True)
    total = first[0].unsqueeze(2) * first[1]
    for slope, weight in rest:
        total.addcmul_(slope.unsqueeze(2), weight)
    return total


def _products(by_h, c_to_h=None, c_to_c=None):
    """Multiply from the end, keeping the scale apart.

    Args:
        by_h, c_to_h, c_to_c: the one-step Jacobians, as in ``_Steps``.

    Returns:
        The products transposed, (T + 1, S, S), so rows belong to s_t and columns to
        s_T; and the log10 of what each is to be multiplied by, (T + 1,).
    """
    steps, size, hidden_size = by_h.shape
    h, c = slice(hidden_size), slice(hidden_size, size)  # the parts of the state
    products, scale = np.empty((steps + 1, size, size)), np.ones(steps + 1)
    products[steps] = np.eye(size)
    for t in reversed(range(steps)):
        after, now = products[t + 1], products[t]
        np.matmul(by_h[t].T, after, out=now[h])
        if c_to_h is not None:
            np.multiply(c_to_h[t, :, None], after[h], out=now[c])
            now[c] += c_to_c[t, :, None] * after[c]
        if t % RESCALE_EVERY == 0 and (largest := np.abs(now).max()) > 0:
            now /= largest
            scale[t] = largest
    return products, np.log10(scale)[::-1].cumsum()[::-1]


def _log10_norm(matrices, norm):
    if norm == "spectral":
        size = np.linalg.norm(matrices, 2, axis=(1, 2))
    else:
        size = np.sqrt(np.einsum("tij,tij->t", matrices, matrices))
    with np.errstate(divide="ignore"):  # the logarithm of zero is meant
        return np.log10(size)


def _initial_state(layer, hx):
    parts = 2 if isinstance(layer, nn.LSTM | recurrent.LSTM) else 1
    if hx is None:
        return [torch.zeros(1, layer.hidden_size, dtype=torch.float64)] * parts
    given = list(hx) if isinstance(hx, tuple | list) else [hx]
    found = [tuple(part.shape) for part in given]
    expected = [(1, layer.hidden_size)] * parts
    if found != expected:
        raise ValueError(f"hx must have the shapes {expected}, got {found}")
    return [part.detach().double().cpu() for part in given]


def _check(layer, x):
    if layer.num_layers != 1 or layer.bidirectional or layer.proj_size:
        raise ValueError(f"layer must be one plain layer in one direction, got {layer}")
    if x.dim() != 2 or x.shape[1] != layer.input_size or len(x) == 0:
        expected = f"(T, {layer.input_size}) with T at least 1"
        raise ValueError(f"x must be {expected}, got {tuple(x.shape)}")


def _check_finite(states):
    finite = np.isfinite(states).all(axis=1)
    if not finite.all():
        step, last = int(np.argmin(finite)), len(states) - 1
        raise OverflowError(
            f"states must stay finite, got inf at step {step} of {last}"
        )
