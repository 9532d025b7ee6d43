"""Autoregressive models: the next value as a weighted sum of the last few.

An AR(τ) model reads x̂_t = c + φ₁ x_{t-1} + … + φ_τ x_{t-τ}. Weights always stand in the
order φ₁ to φ_τ, the most recent lag first. Numbers keep the dtype of the series.
"""

import math
from typing import NamedTuple

import torch


class AR(NamedTuple):
    """A fitted autoregressive model."""

    intercept: torch.Tensor  # c, ()
    weights: torch.Tensor  # φ₁ to φ_τ, (τ,)
    noise: torch.Tensor  # root mean squared error of the values it was fitted to, ()


class Direct(NamedTuple):
    """A fitted forecast of one value, several steps ahead, from the last few."""

    intercept: torch.Tensor  # ()
    weights: torch.Tensor  # (τ,), the most recent lag first
    noise: torch.Tensor  # root mean squared error of the values it was fitted to, ()
    ahead: int  # how many steps


class Cycle(NamedTuple):
    """How a model left alone swings."""

    period: float  # in steps; inf if it does not swing
    damping: float  # size of the swing from one step to the next, below 1 if it fades


def lag_matrix(series, order, first=None, ahead=1):
    """Return the last ``order`` values known before each value, and those values.

    Args:
        series: (T,).
        order: τ, how many values to look back, at least 1.
        first: the place of the first value to be explained, the earliest that has
            enough values before it if None. With one ``first`` for all, models of
            different order answer for the same values.
        ahead: how many steps after the most recent lag the value lies, at least 1.

    Returns:
        The lags, (T - first, τ), the most recent in column 0; and the values
        x_t for t = first to T - 1, (T - first,).

    Raises:
        ValueError: if an argument is out of range.
    """
    if order < 1 or ahead < 1:
        found = f"order {order} and ahead {ahead}"
        raise ValueError(f"order and ahead must both be 1 or more, got {found}")
    earliest = order + ahead - 1
    first = earliest if first is None else first
    if not earliest <= first < len(series):
        expected = f"{earliest} <= first < {len(series)}, the length of the series"
        raise ValueError(f"expected {expected}, got first {first}")
    places = range(first - ahead, first - ahead - order, -1)  # of the first row
    count = len(series) - first
    lags = [series[place : place + count] for place in places]
    return torch.stack(lags, dim=1), series[first:]


def fit_ar(series, order, first=None):
    """Fit an AR(τ) model by least squares.

    Args:
        series, order, first: as for ``lag_matrix``.

    Returns:
        The AR model whose one-step errors have the smallest sum of squares.

    Raises:
        ValueError: if an argument is out of range, or if there are fewer values than
            weights.

    Source: Yule (1927), who solved for two weights by hand.
    """
    return AR(*_regression(*lag_matrix(series, order, first)))


def fit_direct(series, order, ahead):
    """Fit by least squares a forecast that goes several steps ahead at once.

    Args:
        series, order, ahead: as for ``lag_matrix``.

    Returns:
        The Direct forecast with the smallest sum of squared errors; with one step ahead
        it has the weights of ``fit_ar``.

    Raises:
        ValueError: if an argument is out of range, or if there are fewer values than
            weights.
    """
    return Direct(*_regression(*lag_matrix(series, order, ahead=ahead)), ahead)


def _regression(lags, values):
    """Return intercept, weights and RMSE of the values regressed on their lags."""
    order = lags.shape[1]
    if len(values) < order + 1:
        raise ValueError(f"{order + 1} weights need as many values, got {len(values)}")
    design = torch.cat([torch.ones_like(lags[:, :1]), lags], dim=1)  # (N, 1 + τ)
    solution = torch.linalg.lstsq(design, values[:, None]).solution[:, 0]
    noise = (values - design @ solution).square().mean().sqrt()
    return solution[0], solution[1:], noise


def forecaster(model):
    """Return a forecaster, as in ``baselines``, that feeds on its own forecasts.

    Args:
        model: an AR of order τ.

    Returns:
        A function of the past, (t,) with t ≥ τ, and a horizon of 1 or more; it returns
        the next values, (horizon,), and raises a ValueError if the past is too short.
    """
    intercept, weights = model.intercept.item(), model.weights.tolist()

    def forecast(past, horizon):
        if len(past) < len(weights):
            raise ValueError(f"the past must hold {len(weights)}, got {len(past)}")
        recent = past[-len(weights) :].flip(0).tolist()  # the most recent first
        found = []
        for _ in range(horizon):
            lagged = zip(weights, recent, strict=True)
            found.append(intercept + sum(phi * x for phi, x in lagged))
            recent = [found[-1], *recent[:-1]]
        return torch.tensor(found, dtype=past.dtype)

    return forecast


def iterated(order):
    """Return a forecaster that fits an AR(τ) and feeds on its own forecasts.

    Args:
        order: τ, how many values it reads, at least 1.

    Returns:
        A function of the past, (t,), and a horizon, as in ``baselines``. It is fitted
        anew to whatever past it is given, and raises a ValueError if that is too short.
    """

    def forecast(past, horizon):
        return forecaster(fit_ar(past, order))(past, horizon)

    return forecast


def direct(order):
    """Return a forecaster with a regression of its own for every horizon.

    Args:
        order: how many values it reads, at least 1.

    Returns:
        A function of the past, (t,), and a horizon, as in ``baselines``. It is fitted
        anew to whatever past it is given, and raises a ValueError if that is too short.

    Source: compared with ``iterated`` by Marcellino, Stock & Watson (2006).
    """

    def forecast(past, horizon):
        fits = [fit_direct(past, order, ahead) for ahead in range(1, horizon + 1)]
        recent = past[-order:].flip(0)  # the most recent first
        return torch.stack([fit.intercept + fit.weights @ recent for fit in fits])

    return forecast


def autocorrelation(series, longest):
    """Return how strongly a series is correlated with itself, 0 to some steps later.

    Args:
        series: (T,).
        longest: the largest lag, from 0 to T - 1.

    Returns:
        (longest + 1,), from -1 to 1; the first is 1. As usual, the products of all lags
        are divided by the sum of squares of the whole series, so that few products
        count for little.

    Raises:
        ValueError: if ``longest`` is out of range.

    Source: Box & Jenkins (1976).
    """
    T = len(series)
    if not 0 <= longest < T:
        raise ValueError(f"longest must be from 0 to {T - 1}, got {longest}")
    y = series - series.mean()
    products = [y[k:] @ y[: T - k] for k in range(longest + 1)]
    return torch.stack(products) / (y @ y)


def roots(weights):
    """Return the τ roots of z^τ = φ₁ z^(τ-1) + … + φ_τ, the largest first.

    They are the eigenvalues of the matrix that moves the last τ values on by one step.
    The model is stable if all of them lie inside the unit circle. Many books write the
    polynomial in 1/z, whose roots must lie outside.

    Args:
        weights: φ₁ to φ_τ, a (τ,) tensor.

    Returns:
        Complex numbers, (τ,), in order of falling absolute value.
    """
    order = len(weights)
    step = torch.diag(weights.new_ones(order - 1), diagonal=-1)  # (τ, τ): shift by one
    step[0] = weights
    found = torch.linalg.eigvals(step)
    return found[found.abs().argsort(descending=True)]


def is_stable(weights):
    """Return whether every swing of the model fades: all roots inside the circle."""
    return bool(roots(weights)[0].abs() < 1)


def cycle(weights):
    """Return the period and damping of the slowest swing to fade.

    Args:
        weights: φ₁ to φ_τ, a (τ,) tensor.

    Returns:
        The Cycle of the largest root. A positive real root does not swing: its period
        is inf. A negative one has the period 2.
    """
    largest = roots(weights)[0]
    angle = abs(largest.angle().item())
    period = 2 * math.pi / angle if angle > 0 else math.inf
    return Cycle(period, largest.abs().item())


def impulse_response(weights, steps):
    """Return what is left of a single shock of 1 after 0 to ``steps - 1`` steps.

    Args:
        weights: φ₁ to φ_τ, a (τ,) tensor.
        steps: how many values to return, at least 1.

    Returns:
        The response, (steps,); it begins with the shock itself, 1.
    """
    past, zero = weights.new_zeros(len(weights)), weights.new_zeros(())
    past[-1] = 1  # the shock, after a past of zeros
    later = forecaster(AR(zero, weights, zero))(past, steps - 1)
    return torch.cat([past[-1:], later])
