"""Autoregressive models: the triangle, how many values, and how far ahead."""

import math

import numpy as np
import torch

from helpers.autoregressive import (
    cycle,
    fit_ar,
    forecaster,
    impulse_response,
    lag_matrix,
    roots,
)
from helpers.figures import (
    DATA,
    FAINT,
    LiveFigure,
    Menu,
    Slider,
    colour,
    subplots,
    zero_line,
)

SHOWN_STEPS = 41
HIGHEST = 2.5  # of the impulse response; what is larger is cut off


def draw_triangle(axes):
    """Draw the triangle of all stable AR(2) models, shaded where roots are complex.

    Args:
        axes: the axes to draw on; φ₁ runs to the right and φ₂ upwards.
    """
    phi_1 = np.linspace(-2, 2, 81)
    edge = -(phi_1**2) / 4  # below it the roots are complex
    axes.fill_between(phi_1, -1, edge, color=FAINT, alpha=0.5, linewidth=0)
    axes.plot([-2, 2, 0, -2], [-1, -1, 1, -1], color=DATA, linewidth=1.2)
    axes.text(0, -0.65, "complex roots", color=DATA, ha="center", va="center")
    axes.text(0, 0.3, "real roots", color=DATA, ha="center", va="center")
    axes.set(xlim=(-2.15, 2.15), ylim=(-1.25, 1.2), xlabel="φ₁", ylabel="φ₂")


def triangle_explorer(phi_1=1.35, phi_2=-0.65):
    """Move an AR(2) through the triangle and see its roots and what a shock leaves.

    Args:
        phi_1, phi_2: where to start, multiples of 0.05 from -2 to 2 and -1.2 to 1.

    Returns:
        A LiveFigure with a slider for each weight: the place in the triangle, the roots
        on the unit circle, and the impulse response.
    """
    figure, (left, middle, right) = subplots(
        1, 3, figsize=(9.6, 3), width_ratios=(1, 1, 1.35)
    )
    left.set_box_aspect(1)
    middle.set_box_aspect(1)
    draw_triangle(left)
    (place,) = left.plot([], [], "o", color=colour("h"), markersize=8)
    left.set_title("The weights")

    turn = np.linspace(0, 2 * np.pi, 181)
    middle.plot(np.cos(turn), np.sin(turn), color=DATA, linewidth=1.2)
    middle.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    middle.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
    (dots,) = middle.plot([], [], "o", color=colour("h"), markersize=8)
    middle.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
    middle.set(title="Their roots", xlabel="real part", ylabel="imaginary part")

    zero_line(right)
    (response,) = right.plot([], [], ".-", color=colour("h"), linewidth=1)
    right.set(xlim=(-1, SHOWN_STEPS), ylim=(-HIGHEST, HIGHEST), xlabel="steps after")
    right.set_ylabel("left of a shock of 1")

    def draw(phi_1, phi_2):
        weights = torch.tensor([phi_1, phi_2], dtype=torch.float64)
        found = roots(weights)
        place.set_data([phi_1], [phi_2])
        dots.set_data(found.real, found.imag)
        response.set_data(range(SHOWN_STEPS), impulse_response(weights, SHOWN_STEPS))
        words = _in_words(cycle(weights))
        right.set_title(words)
        return f"φ₁ = {phi_1}, φ₂ = {phi_2}: {words}."

    return LiveFigure(
        figure,
        draw,
        phi_1=Slider("weight φ₁", -2, 2, 0.05, value=phi_1),
        phi_2=Slider("weight φ₂", -1.2, 1, 0.05, value=phi_2),
    )


def order_explorer(series, split, largest=30, horizon=30):
    """Choose how many values a model reads; see its errors and its forecasts.

    Args:
        series: a Series; the values from place ``split`` on are held out.
        split: how many values the models are fitted to, more than ``2 * largest``.
        largest: the largest order τ.
        horizon: how many steps to forecast.

    Returns:
        A LiveFigure with sliders for τ and for the last year known. Left, the one-step
        error on the training values and on the held-out ones; right, the forecast of
        the years after it and what came.
    """
    values = series.values.double()
    years = series.time.numpy()
    models = [fit_ar(values[:split], n, first=largest) for n in range(1, largest + 1)]
    train = [model.noise.item() for model in models]
    held_out = [_one_step_error(model, values, split) for model in models]
    forecasters = [forecaster(model) for model in models]

    figure, (left, right) = subplots(1, 2, figsize=(9.6, 3.4), width_ratios=(1, 1.5))
    orders = range(1, largest + 1)
    left.plot(orders, train, ".-", color=DATA, linewidth=1)
    left.plot(orders, held_out, ".-", color=colour("h"), linewidth=1)
    left.text(largest, train[-1] - 0.6, "training", color=DATA, ha="right", va="top")
    above = held_out[-1] + 1
    left.text(largest, above, "held out", color=colour("h"), ha="right", va="bottom")
    (marks,) = left.plot([], [], "o", color=colour("h"), markersize=9, fillstyle="none")
    left.set(xlabel="order τ", ylim=(0, 1.1 * max(held_out)))
    left.set_ylabel(f"one-step error ({series.unit})")

    right.plot(years, values, color=DATA, linewidth=1.2)
    (line,) = right.plot([], [], ".-", color=colour("h"), linewidth=1.2)
    (last_line,) = right.plot([], [], color=FAINT, linewidth=1.2, zorder=0)
    top = 1.1 * values.max().item()
    right.set(xlim=(years[split] - 22, years[-1] + 1), ylim=(-0.1 * top, top))
    right.set(xlabel="year", ylabel=series.unit)
    right.set_title("Forecast after the last year known, and what came")
    _name_lines(right)

    def draw(order, last_known):
        t = int(np.searchsorted(years, last_known)) + 1
        ahead = forecasters[order - 1](values[:t], horizon)
        line.set_data(last_known + np.arange(horizon + 1), [values[t - 1], *ahead])
        last_line.set_data([last_known, last_known], [0, top])
        errors = train[order - 1], held_out[order - 1]
        marks.set_data([order, order], errors)
        left.set_title(
            f"AR({order}): training {errors[0]:.1f}, held out {errors[1]:.1f}"
        )
        return (
            f"AR({order}): one-step error {errors[0]:.1f} in training, {errors[1]:.1f} "
            f"held out. From {last_known} it forecasts {ahead[0]:.0f} {series.unit} "
            f"next, and between {ahead.min():.0f} and {ahead.max():.0f} later."
        )

    first, last = int(years[split - 1]), int(years[-1 - horizon])
    return LiveFigure(
        figure,
        draw,
        order=Slider("order τ", 1, largest, value=2),
        last_known=Slider("last year known", first, last, value=first, play=150),
    )


def horizon_explorer(series, split, orders, baseline, longest=30):
    """Show every held-out value and the forecast that was made for it h steps before.

    Args:
        series: a Series; the values from place ``split`` on are held out.
        split: how many values the models are fitted to.
        orders: the orders of the models to choose from.
        baseline: a forecaster to compare the error with.
        longest: the largest horizon h, less than ``split``.

    Returns:
        A LiveFigure with a slider for the horizon and a menu for the order.
    """
    values = series.values.double()
    models = {n: forecaster(fit_ar(values[:split], n)) for n in orders}
    errors = {
        n: _errors_by_target(f, values, split, longest) for n, f in models.items()
    }
    rivals = _errors_by_target(baseline, values, split, longest).square().mean(1).sqrt()
    truth, years = values[split:], series.time[split:].numpy()

    figure, axes = subplots(figsize=(9, 3.3))
    axes.plot(years, truth, color=DATA, linewidth=1.2)
    (line,) = axes.plot([], [], ".-", color=colour("h"), linewidth=1.2)
    axes.set(xlim=(years[0] - 1, years[-1] + 1), xlabel="year", ylabel=series.unit)
    top = 1.1 * truth.max().item()
    axes.set(ylim=(-0.1 * top, top))
    _name_lines(axes)

    def draw(horizon, order):
        missed = errors[order][horizon - 1]
        line.set_data(years, truth + missed)
        error, rival = missed.square().mean().sqrt(), rivals[horizon - 1]
        message = f"AR({order}) is off by {error:.1f}, the season by {rival:.1f}"
        steps = "1 step" if horizon == 1 else f"{horizon} steps"
        axes.set_title(f"{steps} ahead: {message}")
        spread = (truth + missed).std()
        return (
            f"Forecasts {steps} ahead: {message}. The forecasts spread by "
            f"{spread:.0f} around their mean, the truth by {truth.std():.0f}."
        )

    return LiveFigure(
        figure,
        draw,
        horizon=Slider("steps ahead h", 1, longest, play=250),
        order=Menu("model", {f"AR({n})": n for n in orders}, value=2),
    )


def _name_lines(axes):
    """Name truth and forecast in the corner at the top left."""
    corner = {"transform": axes.transAxes, "va": "top", "zorder": 0}
    axes.text(0.01, 0.98, "what came", color=DATA, **corner)
    axes.text(0.01, 0.9, "forecast", color=colour("h"), **corner)


def _in_words(found):
    """Return a cycle as a short text."""
    period, damping = found
    pace = "no swing" if math.isinf(period) else f"period {period:.1f}"
    return f"{pace}, × {damping:.2f} a step" + ("" if damping < 1 else ": unstable")


def _one_step_error(model, values, split):
    lags, truth = lag_matrix(values, len(model.weights), first=split)
    missed = model.intercept + lags @ model.weights - truth
    return missed.square().mean().sqrt().item()


def _errors_by_target(forecast, values, split, longest):
    """Return the errors at each horizon for every held-out value, (longest, N)."""
    first = split - longest + 1  # the origin whose last step is the first such value
    ahead = [forecast(values[:t], longest) for t in range(first, len(values))]
    ahead = torch.stack(ahead)  # (origins, longest)
    count = len(values) - split
    by_target = [ahead[longest - h :, h - 1][:count] for h in range(1, longest + 1)]
    return torch.stack(by_target) - values[split:]
