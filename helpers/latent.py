"""Models whose whole memory is one summary, carried along and never growing.

The summary h_t stands for all inputs up to x_t. Two functions make a model of it: g
takes it one step on, h_t = g(h_{t-1}, x_t), and f reads a prediction from it,
x̂_{t+1} = f(h_t). Here are an exponential average, a linear state space and a hidden
Markov model; notebook 05 builds each in full view.
"""

import math
from typing import NamedTuple

import torch


def carry(g, f, h, series):
    """Predict every value of a series from the summary of those before it.

    Args:
        g: takes a summary and the value that came, and returns the next summary.
        f: takes a summary and returns the prediction of the next value, a tensor.
        h: the summary before the first value, of any kind that g and f understand.
        series: the values, (T,) or (T, I).

    Returns:
        The T predictions, stacked, and the summary after the last value. Each
        prediction is made before its value has been seen.
    """
    predictions = []
    for x in series:
        predictions.append(f(h))
        h = g(h, x)
    return torch.stack(predictions), h


# --- exponential average -------------------------------------------------------------


def exponential_average(series, a):
    """Return the average of the past, h_t = a h_{t-1} + (1 - a) x_t, at every step.

    Args:
        series: the values, (T,) with T ≥ 1.
        a: what is kept of the old average, from 0 (only the last value) up to 1.

    Returns:
        h_1 to h_T, (T,). The start is h_0 = x_1, so h_1 = x_1 too.

    Raises:
        ValueError: if a is below 0 or above 1.

    Source: exponential smoothing, Brown (1959) and Holt (1957).
    """
    if not 0 <= a <= 1:
        raise ValueError(f"a must be from 0 to 1, got {a}")
    h, averages = series[0], []
    for x in series:
        h = a * h + (1 - a) * x
        averages.append(h)
    return torch.stack(averages)


def exponential(a):
    """Return a forecaster, as in ``helpers.baselines``, that repeats the average.

    Args:
        a: what is kept of the old average, from 0 to 1.
    """

    def forecast(past, horizon):
        return exponential_average(past, a)[-1:].repeat(horizon)

    return forecast


# --- linear state space: the Kalman filter -------------------------------------------


class LinearGaussianModel(NamedTuple):
    """A hidden vector that moves linearly, and measurements of it, both with noise."""

    transition: torch.Tensor  # (H, H): the next vector is transition @ vector + noise
    transition_covariance: torch.Tensor  # (H, H), of that noise
    observation: torch.Tensor  # (I, H): a measurement is observation @ vector + noise
    observation_covariance: torch.Tensor  # (I, I), of that noise


class Belief(NamedTuple):
    """What is known of a hidden vector: a normal distribution."""

    mean: torch.Tensor  # (H,)
    covariance: torch.Tensor  # (H, H)


def local_level(level_variance, noise_variance):
    """Return the model of a level that wanders and is measured with noise.

    Args:
        level_variance: of the level's step, 0 or more, in squared units of the data.
        noise_variance: of a measurement around the level, above 0.

    Source: the local level model, Harvey (1989).
    """
    one = torch.ones(1, 1, dtype=torch.float64)
    return LinearGaussianModel(one, level_variance * one, one, noise_variance * one)


def kalman_update(belief, model, x):
    """Return the Belief after a measurement of the hidden vector has been seen.

    Args:
        belief: the Belief before.
        model: a LinearGaussianModel.
        x: the measurement, (I,).

    Source: Kalman (1960).
    """
    mean, covariance = belief
    shared = covariance @ model.observation.T  # (H, I)
    expected = model.observation @ shared + model.observation_covariance  # (I, I)
    gain = torch.linalg.solve(expected, shared.T).T  # (H, I)
    surprise = x - model.observation @ mean
    return Belief(mean + gain @ surprise, covariance - gain @ shared.T)


def kalman_predict(belief, model):
    """Return the Belief about the next hidden vector, before it is measured."""
    mean, covariance = belief
    moved = model.transition @ covariance @ model.transition.T
    return Belief(model.transition @ mean, moved + model.transition_covariance)


class Filtered(NamedTuple):
    """What a Kalman filter knew, and expected, at every step."""

    means: torch.Tensor  # (T, H), of the hidden vector after measurement t
    covariances: torch.Tensor  # (T, H, H), of the same
    forecasts: torch.Tensor  # (T, I), of measurement t before it was seen
    variances: torch.Tensor  # (T, I, I), of the forecasts
    log_likelihood: torch.Tensor  # of all measurements, natural logarithm


def kalman_filter(model, belief, series):
    """Run a linear model over a series: forecast, update, predict, and so on.

    Args:
        model: a LinearGaussianModel in float64.
        belief: the Belief about the hidden vector at the first step.
        series: the measurements, (T,) or (T, I).

    Returns:
        Filtered. The log-likelihood counts all T forecasts.
    """
    steps, log_likelihood = [], 0.0
    for x in series.reshape(len(series), -1):
        forecast = model.observation @ belief.mean
        variance = model.observation @ belief.covariance @ model.observation.T
        variance = variance + model.observation_covariance
        normal = torch.distributions.MultivariateNormal(forecast, variance)
        log_likelihood = log_likelihood + normal.log_prob(x)
        belief = kalman_update(belief, model, x)
        steps.append((*belief, forecast, variance))
        belief = kalman_predict(belief, model)
    return Filtered(*map(torch.stack, zip(*steps, strict=True)), log_likelihood)


# --- hidden Markov model -------------------------------------------------------------


class HMM(NamedTuple):
    """A chain of hidden states, each of which emits a symbol. Rows sum to 1.

    M models at once have one more axis M in front of every part.
    """

    initial: torch.Tensor  # (H,), of the first state
    transition: torch.Tensor  # (H, H), from row to column
    emission: torch.Tensor  # (H, V), symbol by state


def hmm_update(h, model, x):
    """Return the belief about the present state after its symbol has been seen.

    Args:
        h: probabilities of the states before, (H,).
        model: an HMM.
        x: the symbol, 0 to V - 1.
    """
    h = h * model.emission[:, x]
    return h / h.sum()


def hmm_predict(h, model):
    """Return the belief about the next state, (H,), before its symbol is seen."""
    return h @ model.transition


def hmm_filter(model, symbols):
    """Read symbols with one hidden Markov model and return what it believed.

    Args:
        model: an HMM.
        symbols: the symbols, (T,) int64.

    Returns:
        The belief about state t after symbol t, (T, H), and the logarithm of the
        probability that was given to symbol t before it was seen, (T,). The sum of
        these is the log-likelihood.

    Raises:
        ValueError: if a symbol is impossible for the model.

    Source: the forward algorithm, Baum et al. (1970), normalised at every step.
    """
    models = HMM(*(part[None] for part in model))
    _, beliefs, predicted = _forward(models, symbols[None])
    return torch.stack(beliefs)[:, 0, :, 0], torch.stack(predicted)[:, 0, 0, 0].log()


def bits_per_symbol(models, symbols):
    """Return how many bits M models need for a symbol, on average, (M,).

    Args:
        models: an HMM with an axis M in front.
        symbols: the symbols, (T,) int64, read from the first to the last.

    Raises:
        ValueError: if a symbol is impossible for a model.
    """
    return symbol_bits(models, symbols[None])[:, 0].mean(-1)


def symbol_bits(models, chunks):
    """Return how many bits M models need for each symbol of some chunks, (M, B, T).

    Args:
        models: an HMM with an axis M in front.
        chunks: symbols, (B, T) int64; each chunk begins with the initial distribution.

    Raises:
        ValueError: if a symbol is impossible for a model.
    """
    _, _, predicted = _forward(models, chunks)
    return -torch.stack(predicted, dim=-1)[:, 0].log2()


def random_hmms(count, states, symbols, generator, stay=None):
    """Draw hidden Markov models to start a fit from.

    Args:
        count: how many models, M.
        states, symbols: H and V.
        generator: a ``torch.Generator``.
        stay: probability that a state follows itself; every row of the transition
            matrix is random if None.

    Returns:
        An HMM in float64 with an axis M in front: a uniform initial distribution and a
        random emission.
    """

    def draw(*shape):
        uniform = torch.rand(*shape, generator=generator, dtype=torch.float64)
        return _normalised(-(1 - uniform).log())

    emission = draw(count, states, symbols)
    transition = draw(count, states, states)
    if stay is not None:
        others = (1 - stay) / max(1, states - 1)
        transition = torch.full_like(transition, others)
        transition.diagonal(dim1=1, dim2=2).fill_(stay if states > 1 else 1.0)
    return HMM(torch.full_like(emission[..., 0], 1 / states), transition, emission)


def sample_hmm(model, steps, generator):
    """Draw a path of hidden states, and the symbol that each of them emits.

    Args:
        model: an HMM.
        steps: T, 1 or more.
        generator: a ``torch.Generator``.

    Returns:
        The states and the symbols, (T,) int64 each.
    """
    row, states = model.initial, []
    for _ in range(steps):
        states.append(torch.multinomial(row, 1, generator=generator)[0])
        row = model.transition[states[-1]]
    states = torch.stack(states)
    symbols = torch.multinomial(model.emission[states], 1, generator=generator)
    return states, symbols[:, 0]


def baum_welch(models, chunks):
    """Improve M models by one step of expectation and maximisation.

    Every chunk is read by itself and begins with the initial distribution. A state
    that is never visited keeps its rows.

    Args:
        models: an HMM with an axis M in front.
        chunks: symbols, (B, T) int64.

    Returns:
        The next models, and the log-likelihood of all chunks under the models given,
        (M,). It never falls from one call to the next.

    Raises:
        ValueError: if a symbol is impossible for a model.

    Source: Baum et al. (1970).
    """
    evidence, beliefs, predicted = _forward(models, chunks)
    pairs = torch.zeros_like(models.transition)
    seen = torch.zeros_like(models.emission)
    later = torch.ones_like(beliefs[0])  # what the rest of the chunk says of state t
    for t in reversed(range(len(beliefs))):
        state = beliefs[t] * later  # (M, H, B), after all evidence
        seen.index_add_(2, chunks[:, t], state)
        if t:
            arriving = evidence[t] * later / predicted[t]
            pairs += beliefs[t - 1] @ arriving.mT
            later = models.transition @ arriving
    counts = state.sum(2), models.transition * pairs, seen
    log_likelihood = torch.stack(predicted).log().sum(dim=(0, 2, 3))
    return HMM(*map(_shares, counts, models)), log_likelihood


def fit_hmms(models, chunks, steps):
    """Improve M models by several steps of ``baum_welch``.

    Args:
        models: the start, an HMM with an axis M in front.
        chunks: symbols, (B, T) int64.
        steps: how many steps, 1 or more.

    Returns:
        The fitted models, and the bits per symbol of the chunks before every step,
        (steps, M).
    """
    history = []
    for _ in range(steps):
        models, log_likelihood = baum_welch(models, chunks)
        history.append(log_likelihood)
    return models, -torch.stack(history) / (chunks.numel() * math.log(2))


def _forward(models, chunks):
    """Filter chunks of symbols, (B, T), with M models.

    Returns:
        T times the probability of the symbol in each state, (M, H, B), the belief
        after it, (M, H, B), and its chance before it was seen, (M, 1, B).
    """
    forwards = models.transition.mT.contiguous()
    h = models.initial[..., None]  # (M, H, 1), the same for all chunks
    ones = torch.ones_like(h.mT)  # for few states quicker than a sum
    evidence, beliefs, predicted = [], [], []
    for x in chunks.T.contiguous():
        evidence.append(models.emission.index_select(2, x))
        h = h * evidence[-1]
        predicted.append(ones @ h)
        h = h / predicted[-1]
        beliefs.append(h)
        h = forwards @ h
    impossible = ~(torch.stack(predicted) > 0).flatten(1).all(1)  # (T,), nan counts too
    if impossible.any():
        t = impossible.nonzero()[0].item()
        raise ValueError(f"the symbol at place {t} has probability 0 in a model")
    return evidence, beliefs, predicted


def _shares(counts, before):
    """Divide the rows of counts by their sums; a row without counts stays as it was."""
    totals = counts.sum(-1, keepdim=True)
    return torch.where(totals > 0, counts / totals, before)


def _normalised(counts):
    return counts / counts.sum(-1, keepdim=True)
