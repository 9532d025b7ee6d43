"""Layers that need no loop over time: scans, state spaces and attention.

Even the states of a tanh RNN can be found without one, by Newton's method.

Notebook 14 builds them in full view. Time is the first axis of scans and state spaces,
(T, ...), as in ``recurrent``; attention reads (..., T, H), as torch's does.
"""

import math

import torch
from torch import nn

# --- scans ---------------------------------------------------------------------------


def linear_recurrence(a, b):
    """Compute h_t = a_t h_{t-1} + b_t one step after the other, from h_0 = 0.

    Args:
        a, b: factors and inputs of the steps 1 to T, (T, ...), real or complex.

    Returns:
        The states h_1 to h_T, (T, ...).
    """
    h, states = torch.zeros_like(b[0]), []
    for a_t, b_t in zip(a, b, strict=True):
        h = a_t * h + b_t
        states.append(h)
    return torch.stack(states)


def combine(a, b, later_a, later_b):
    """Return the one step (a, b) that does what two steps do after each other.

    The order matters: the first step comes first.

    Args:
        a, b: of the earlier step or steps.
        later_a, later_b: of the later one, with the same shapes.
    """
    return later_a * a, later_a * b + later_b


def combine_matrices(a, b, later_a, later_b):
    """Do the same as ``combine`` where the factors are matrices.

    Args:
        a, b: of the earlier step or steps h -> a h + b, (..., H, H) and (..., H).
        later_a, later_b: of the later one, with the same shapes.
    """
    return later_a @ a, apply_matrices(later_a, b) + later_b


def apply_matrices(a, h):
    """Return the products of matrices, (..., H, H), and vectors, (..., H)."""
    return (a @ h.unsqueeze(-1)).squeeze(-1)


def scan_rounds(a, b, merge=combine):
    """Yield the steps before the first and after each of the ceil(log2 T) rounds.

    After round r every place holds its last 2^r steps, or all of them where there are
    fewer, combined into one.

    Args:
        a, b: factors and inputs of the steps 1 to T, (T, ...).
        merge: merges neighbouring steps, as ``combine`` or ``combine_matrices``.

    Yields:
        Pairs a, b, with the shapes of a and b.

    Source: Kogge & Stone (1973); as a scan, Hillis & Steele (1986).
    """
    yield a, b
    shift = 1
    while shift < len(a):
        both = merge(a[:-shift], b[:-shift], a[shift:], b[shift:])
        a, b = (
            torch.cat([old[:shift], new]) for old, new in zip((a, b), both, strict=True)
        )
        yield a, b
        shift *= 2


def hillis_steele_scan(a, b, merge=combine):
    """Compute h_t = a_t h_{t-1} + b_t for all t, in ceil(log2 T) rounds over all T.

    Args:
        a, b: factors and inputs of the steps 1 to T, (T, ...), real or complex.
        merge: merges neighbouring steps, as ``combine`` or ``combine_matrices``.

    Returns:
        The states h_1 to h_T, (T, ...), from h_0 = 0.

    Source: Kogge & Stone (1973); as a scan, Hillis & Steele (1986).
    """
    *_, (_, states) = scan_rounds(a, b, merge)
    return states


def work_efficient_scan(a, b):
    """Compute the same states with less work: about 2 T combinations in all.

    Pairs of neighbours are combined, the half as long sequence is solved in the same
    way, and the places in between are filled in.

    Args:
        a, b: factors and inputs of the steps 1 to T, (T, ...), real or complex.

    Returns:
        The states h_1 to h_T, (T, ...), from h_0 = 0.

    Source: Blelloch (1990); for recurrent networks, Martin & Cundy (2018).
    """
    T = len(a)
    if T == 1:
        return b
    pairs = combine(a[: T - 1 : 2], b[: T - 1 : 2], a[1::2], b[1::2])
    second = work_efficient_scan(*pairs)  # the states 2, 4, ...
    between = a[2::2] * second[: (T - 1) // 2] + b[2::2]
    states = torch.empty_like(b)
    states[1::2] = second
    states[::2] = torch.cat([b[:1], between])
    return states


# --- nonlinear recurrences -----------------------------------------------------------


def one_step_earlier(states):
    """Return the states before each step, h_0 = 0 first, of the same shape (T, ...)."""
    return torch.cat([torch.zeros_like(states[:1]), states[:-1]])


def tangents(guess, weight_hh, inputs):
    """Return the linear recurrence that touches a tanh RNN at a guess of its states.

    Args:
        guess: what the states may be, (T, ..., H).
        weight_hh: W, (..., H, H).
        inputs: what is added before the tanh, W_x x_t and biases, (T, ..., H).

    Returns:
        Its factors, the Jacobians, (T, ..., H, H), and its inputs, (T, ..., H).
    """
    before = one_step_earlier(guess)
    reached = (apply_matrices(weight_hh, before) + inputs).tanh()
    a = (1 - reached**2).unsqueeze(-1) * weight_hh
    return a, reached - apply_matrices(a, before)


def newton_round(guess, weight_hh, inputs):
    """Improve a guess of all states of a tanh RNN at once, with one scan of matrices.

    Args:
        guess, weight_hh, inputs: as of ``tangents``.

    Returns:
        The states of the linear recurrence that touches the RNN at the guess, (T, ...,
        H). After r rounds at least the first r states are those of the RNN.

    Source: Lim et al. (2024).
    """
    a, b = tangents(guess, weight_hh, inputs)
    return hillis_steele_scan(a, b, combine_matrices)


def rounds_needed(weight_hh, inputs, newton, close=1e-10):
    """Count the rounds until the guessed states of a tanh RNN are those of its loop.

    The guess begins with zeros. Each linear recurrence is solved in a loop, which on
    one thread is quicker than a scan, and exact where a product of many matrices is
    too large for the digits of a float.

    Args:
        weight_hh: of S networks, (S, H, H).
        inputs: what each adds before its tanh, (T, S, H).
        newton: whether each round solves the tangents; else each state is computed
            from the guess of the state before.
        close: the error at which a network is done.

    Returns:
        For each network the number of rounds, (S,), at most T.
    """
    states, h = [], torch.zeros_like(inputs[0])
    for now in inputs:
        h = (apply_matrices(weight_hh, h) + now).tanh()
        states.append(h)
    states = torch.stack(states)

    guess, needed = torch.zeros_like(states), torch.zeros(len(weight_hh)).long()
    for _ in range(len(inputs)):
        wrong = (guess - states).abs().amax((0, 2)) > close  # (S,)
        if not wrong.any():
            break
        needed += wrong
        if newton:
            h, solved = torch.zeros_like(h), []
            for a, b in zip(*tangents(guess, weight_hh, inputs), strict=True):
                h = apply_matrices(a, h) + b
                solved.append(h)
            guess = torch.stack(solved)
        else:
            before = one_step_earlier(guess)
            guess = (apply_matrices(weight_hh, before) + inputs).tanh()
    return needed


# --- gates that read the input alone -------------------------------------------------


class MinGRU(nn.Module):
    """A gated unit whose gate and candidate read the input alone, so that it scans.

    With z near 1 keeping, as everywhere in this course, h_t = z_t h_{t-1} + (1 - z_t)
    n_t. The paper has z and 1 - z the other way round.

    Args:
        input_size, hidden_size: I and H.
        signed: whether the factor of the old state lies between -1 and 1, not 0 and 1.
        scan: what computes the states from factors and inputs.

    Source: Feng et al. (2024), without their logarithms; the signed factor, Grazzi et
    al. (2025).
    """

    def __init__(self, input_size, hidden_size, signed=False, scan=work_efficient_scan):  # noqa: D107
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.signed, self.scan = signed, scan
        self.gate = nn.Linear(input_size, hidden_size)
        self.candidate = nn.Linear(input_size, hidden_size)

    def forward(self, x, h=None):
        """Read sequences (T, B, I) and return the states (T, B, H) and the last one.

        Args:
            x: the inputs.
            h: the state before the first step, (B, H); zeros if missing.
        """
        z = self.gate(x).sigmoid()  # (T, B, H)
        a, b = (2 * z - 1 if self.signed else z), (1 - z) * self.candidate(x)
        if h is not None:
            b = torch.cat([b[:1] + a[:1] * h, b[1:]])
        states = self.scan(a, b)
        return states, states[-1]


# --- diagonal state space ------------------------------------------------------------


def zero_order_hold(A, B, step):
    """Turn h' = A h + B x into h_t = a h_{t-1} + b x_t, x constant within a step.

    Args:
        A: eigenvalues in continuous time, not 0, complex; below 0 in their real part
            where the state is to fade.
        B: weights of the input, like A.
        step: how much time a step takes, above 0; a number or like A.

    Returns:
        The factors a and the input weights b, like A.

    Source: as in S4D, Gu, Gupta, Goel & Ré (2022).
    """
    a = (step * A).exp()
    return a, (a - 1) / A * B


def ssm_kernel(a, b, c, steps):
    """Return what a diagonal state space answers to an impulse, step by step.

    Args:
        a, b, c: eigenvalues, none of them 0, input and output weights, (..., N)
            complex.
        steps: T, at least 1.

    Returns:
        The real part of the sum over n of c_n b_n a_n^k for k = 0 to T - 1, (T, ...).
    """
    exponents = torch.arange(steps).view(-1, *[1] * a.dim())
    powers = (exponents * a.log()).exp()  # several times faster than a**exponents
    return (c * b * powers).sum(-1).real


def causal_convolution(kernel, x):
    """Compute y_t = kernel_0 x_t + kernel_1 x_{t-1} + ... for all t, by FFT.

    Both are filled up with zeros to twice their length, so that the end of the
    sequence does not come round to its beginning.

    Args:
        kernel, x: real, (T, ...), of shapes that broadcast.

    Returns:
        The sums, (T, ...).
    """
    T = len(x)
    spectrum = torch.fft.rfft(kernel, 2 * T, dim=0) * torch.fft.rfft(x, 2 * T, dim=0)
    return torch.fft.irfft(spectrum, 2 * T, dim=0)[:T]


class DiagonalSSM(nn.Module):
    """For each of H channels N complex eigenvalues, read out as one number a step.

    Args:
        hidden_size: H.
        state_size: N.

    Source: S4D with its linear start, Gu, Gupta, Goel & Ré (2022).
    """

    def __init__(self, hidden_size, state_size):  # noqa: D107
        super().__init__()
        shape = hidden_size, state_size
        self.log_decay = nn.Parameter(torch.full(shape, math.log(0.5)))
        self.frequency = nn.Parameter(
            math.pi * torch.arange(1.0 * state_size).expand(shape).clone()
        )
        self.output = nn.Parameter(torch.randn(*shape, 2))
        low, high = math.log(1e-3), math.log(1e-1)
        self.log_step = nn.Parameter(low + (high - low) * torch.rand(hidden_size, 1))

    def discrete(self):
        """Return a, b and c of the recurrence, (H, N) each."""
        A = torch.complex(-self.log_decay.exp(), self.frequency)
        a, b = zero_order_hold(A, torch.ones_like(A), self.log_step.exp())
        return a, b, torch.view_as_complex(self.output)

    def forward(self, x):
        """Read sequences (T, B, H) and return as many outputs, (T, B, H)."""
        kernel = ssm_kernel(*self.discrete(), len(x))  # (T, H)
        return causal_convolution(kernel.unsqueeze(1), x)


# --- attention -----------------------------------------------------------------------


def attention_weights(q, k):
    """Return how much each step looks at each step up to itself, (..., T, T).

    Args:
        q, k: queries and keys, (..., T, H).
    """
    scores = q @ k.mT / math.sqrt(q.shape[-1])  # (..., T, T)
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return scores.masked_fill(later, -math.inf).softmax(-1)


def causal_attention(q, k, v):
    """Return for each step the mean of the values up to it, weighted by its query.

    Args:
        q, k: queries and keys, (..., T, H).
        v: values, (..., T, V).

    Returns:
        The means, (..., T, V).

    Source: Vaswani et al. (2017).
    """
    return attention_weights(q, k) @ v


def linear_attention(q, k, v):
    """Return the values up to each step, weighted by the plain products of q and k.

    This is a recurrence, with a matrix as its state: S_t = S_{t-1} + k_t v_t^T, from
    which a query reads q_t^T S_t.

    Args:
        q, k: queries and keys, (T, H).
        v: values, (T, V).

    Returns:
        The sums, (T, V), not divided by the sum of the weights.

    Source: Katharopoulos et al. (2020), without their feature map and denominator.
    """
    states = (k.unsqueeze(-1) * v.unsqueeze(-2)).cumsum(0)  # (T, H, V)
    return (q.unsqueeze(-2) @ states).squeeze(-2)
