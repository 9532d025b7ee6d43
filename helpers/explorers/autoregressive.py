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
    BLANK,
    DATA,
    FAINT,
    LiveFigure,
    Menu,
    Slider,
    colour,
    label_line,
    show,
    stems,
    subplots,
    zero_line,
)
from helpers.tasks import autoregressive

SHOWN_STEPS = 41
HIGHEST = 2.5  # of the impulse response; what is larger is cut off

# --- one step ahead ------------------------------------------------------------------


def show_record(series, split):
    """Show a series, and the years that are held out.

    Args:
        series: a Series; its values from place ``split`` on are held out.
        split: how many values models are fitted to.

    Returns:
        The Picture.
    """
    years, end = series.time, series.time[split].item()
    figure, axes = subplots(figsize=(9, 3))
    axes.plot(years, series.values, color=DATA)
    axes.axvspan(end - 0.5, years[-1] + 1, color=FAINT, alpha=0.4, zorder=0)
    top = 1.12 * series.values.max().item()
    axes.text(
        years[split // 2], top, "what Yule knew", color=DATA, ha="center", va="top"
    )
    axes.text(end + 4, top, "test set", color=DATA, va="top")
    axes.set(xlim=(years[0] - 2, years[-1] + 1), ylim=(0, top))
    axes.set(xlabel="year", ylabel=series.unit)
    axes.set_title("Sunspots come and go, never twice alike")
    return show(
        figure,
        alt=f"Yearly sunspots from {years[0]:.0f} to {years[-1]:.0f}: 24 peaks of "
        "different height, between 46 and 190, with valleys near zero. The years from "
        f"{end:.0f} on are shaded as test set.",
    )


def show_directions(values):
    """Show next year's value against this year's, marked by where the series came from.

    Args:
        values: a series, (T,).

    Returns:
        The Picture.
    """
    before, now, after = values[:-2], values[1:-1], values[2:]
    rising = now > before
    figure, axes = subplots(figsize=(7, 3.4))
    axes.plot([0, 155], [0, 155], color=FAINT, zorder=0)
    axes.text(150, 157, "no change", color=DATA, ha="right")
    axes.plot(now[rising], after[rising], "o", color=colour("h"))
    axes.plot(now[~rising], after[~rising], "o", color=DATA, fillstyle="none")
    axes.text(3, 128, "● rising", color=colour("h"))
    axes.text(118, 25, "○ falling", color=DATA)
    axes.set(xlabel="sunspots this year", ylabel="sunspots next year")
    axes.set_title("On the way up the same number means more to come")
    above = [(after > now)[these].double().mean() for these in (rising, ~rising)]
    return show(
        figure,
        alt="Sunspots next year against this year, in two clouds. Of the years that "
        f"were rising {above[0]:.0%} were followed by a higher one, of those that were "
        f"falling {above[1]:.0%}.",
    )


def show_forecasts(series, split, forecasts, title):
    """Show forecasts made when the last known value was the one before ``split``.

    Args:
        series: a Series.
        split: how many of its values were known.
        forecasts: by name, AR(1) or AR(2), what was forecast, (H,).
        title: the message.

    Returns:
        The Picture.
    """
    years, values = series.time, series.values
    horizon = len(next(iter(forecasts.values())))
    shown = slice(split - 26, split + horizon)
    figure, axes = subplots(figsize=(8, 3))
    axes.plot(years[shown], values[shown], color=DATA)
    axes.axvline(years[split - 1], color=FAINT, zorder=0)
    for name, ahead in forecasts.items():
        times = years[split - 1 : split + horizon]
        known = values[split - 1].item()
        # in the gaps that the true values leave
        style, at, offset = (
            (".:", 3, (-8, -12)) if name == "AR(1)" else (".-", 6, (2, 9))
        )
        (line,) = axes.plot(times, [known, *ahead], style, color=colour("h"))
        label_line(line, name, at, offset)
    peak = split - 26 + values[split - 26 : split].argmax()
    axes.text(years[peak] + 1, values[peak], "true values", color=DATA, va="center")
    axes.set(ylim=(0, 165), xlim=(years[shown][0] - 1, years[shown][-1] + 4))
    axes.set(xlabel="year", ylabel=series.unit, title=title)
    truth = values[split : split + horizon]
    said = " ".join(
        f"{name} rises to {ahead.max():.0f} and ends at {ahead[-1]:.0f}."
        for name, ahead in forecasts.items()
    )
    return show(
        figure,
        alt=f"Sunspots in grey and forecasts from {years[split - 1]:.0f}. {said} The "
        f"truth swings between {truth.min():.0f} and {truth.max():.0f}.",
    )


# --- swings --------------------------------------------------------------------------


def show_spiral(root, steps=31):
    """Show the powers of a root, in the plane and over time.

    Args:
        root: a complex number inside the unit circle.
        steps: how many powers, beginning with the power 0.

    Returns:
        The Picture.
    """
    powers = torch.tensor([root**t for t in range(steps)])
    figure, (left, right) = subplots(1, 2, figsize=(9, 3.3), width_ratios=(1, 1.8))
    _unit_circle(left)
    left.plot(powers.real, powers.imag, ".-", color=colour("h"), linewidth=1)
    for t in (1, 2, 3):
        left.text(powers[t].real - 0.04, powers[t].imag + 0.07, f"$z^{t}$")
    left.set(aspect="equal", xlabel="real part", ylabel="imaginary part")
    left.set_title("Each step turns and shrinks")
    zero_line(right)
    right.plot(powers.real, ".-", color=colour("h"), linewidth=1)
    right.set(xlabel="time step t", ylabel="real part of $z^t$")
    right.set_title("Seen from the side, the spiral is a fading swing")
    return show(
        figure,
        alt="Left: the powers of the root spiral inwards inside the unit circle, "
        f"{math.degrees(math.atan2(root.imag, root.real)):.0f} degrees a step. Right: "
        "their real part over time, a swing that crosses zero and comes back after "
        "10.6 steps with a tenth of its height.",
    )


def show_simulations(series, model, seeds=(0, 1)):
    """Show a series above others that a model of it makes from random shocks.

    Args:
        series: a Series.
        model: an AR fitted to it.
        seeds: of the shocks, one for each imitation.

    Returns:
        The Picture.
    """
    figure, panels = subplots(
        1 + len(seeds), 1, figsize=(9, 4.2), sharex=True, sharey=True
    )
    panels[0].plot(series.time, series.values, color=DATA)
    panels[0].set_title(
        "Shocks keep a fading swing alive: sunspots, and two imitations"
    )
    level = model.intercept / (1 - model.weights.sum())
    for seed, axes in zip(seeds, panels[1:], strict=True):
        generator = torch.Generator().manual_seed(seed)
        noise = model.noise.item()
        y = autoregressive(model.weights, len(series.time), generator, noise)
        axes.plot(series.time, level + y, color=colour("h"))
    for axes in panels:
        axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    panels[1].set_ylabel(series.unit)
    panels[-1].set_xlabel("year")
    return show(
        figure,
        alt=f"Series of {len(series.time)} years. At the top the sunspots; below, two "
        "simulations of the AR(2), which swing irregularly too, more jaggedly, and "
        "fall below zero.",
    )


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

    _unit_circle(middle)
    middle.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    middle.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
    (dots,) = middle.plot([], [], "o", color=colour("h"), markersize=8)
    middle.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6))
    middle.set(title="Their roots", xlabel="real part", ylabel="imaginary part")

    zero_line(right)
    (response,) = right.plot([], [], ".-", color=colour("h"), linewidth=1)
    right.set(xlim=(-1, SHOWN_STEPS), ylim=(-HIGHEST, HIGHEST), xlabel="steps after")
    right.set_ylabel("what remains of a shock of 1")

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


# --- how many values -----------------------------------------------------------------


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
    right.set_title("Forecast after the last year known, and the true values")
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


# --- how far ahead -------------------------------------------------------------------


def show_autocorrelation(measured, implied):
    """Show the autocorrelation of a series above what a model of it implies.

    Args:
        measured, implied: for the lags 0, 1, ..., (K + 1,).

    Returns:
        The Picture.
    """
    figure, axes = subplots(figsize=(8, 3.2))
    zero_line(axes)
    axes.plot(*stems(measured), color=DATA, linewidth=1.2)
    (dots,) = axes.plot(measured, "o", color=DATA)
    (line,) = axes.plot(implied, ".-", color=colour("h"), linewidth=1)
    label_line(dots, "the Sun", 10, (-6, 12), ha="center")
    label_line(line, "AR(2)", 14, (0, 12), ha="center")
    axes.set(xlim=(-0.5, len(measured) - 0.5), ylim=(-0.5, 1.05))
    axes.set(xlabel="lag (years)", ylabel="autocorrelation")
    axes.set_title("After one cycle the AR(2) has let go of the swing; the Sun has not")
    return show(
        figure,
        alt="Autocorrelation by lag. Sun and AR(2) agree at one and two years, "
        f"{measured[1]:.2f} and {measured[2]:.2f}. At ten and eleven years the Sun has "
        f"{measured[10]:.2f} and {measured[11]:.2f}, the AR(2) {implied[10]:.2f} and "
        f"{implied[11]:.2f}.",
    )


def show_horizons(errors, gap, interval):
    """Show errors by horizon, and how far asking directly beats iterating.

    Args:
        errors: by name, the RMSE for every horizon, (H,); among the names are
            "AR(2), iterated" and "direct, two values", all others are baselines.
        gap: the RMSE of the direct forecasts minus that of the iterated ones, (H,).
        interval: its 5 % and 95 % quantile, (2, H).

    Returns:
        The Picture.
    """
    figure, (left, right) = subplots(1, 2, figsize=(10, 3.8), width_ratios=(1.25, 1))
    ahead = range(1, len(gap) + 1)
    looks = {  # style, width, place of the label, and its offset
        "last value": (":", 1.2, 4, (6, 5), "left"),
        "mean": ("--", 1.2, 24, (0, 12), "center"),
        "season": ("-.", 1.2, 18, (4, -11), "left"),
        "AR(2), iterated": ("--", 2, 4, (4, 36), "center"),
        "direct, two values": ("-", 2, 10, (0, -26), "center"),
    }
    for name, found in errors.items():
        style, wide, at, offset, side = looks[name]
        ink = DATA if wide < 2 else colour("h")
        (line,) = left.plot(ahead, found, style, color=ink, linewidth=wide)
        arrow = {"arrowstyle": "-", "color": DATA} if offset[1] > 30 else None
        label_line(line, name, at, offset, ha=side, arrowprops=arrow, bbox=BLANK)
    left.set(xlim=(0, len(gap) + 1), ylim=(0, 82), xlabel="years ahead")
    left.set_ylabel("error (sunspots)")
    left.set_title("Asked directly, two values see one cycle ahead")

    zero_line(right)
    right.fill_between(ahead, *interval, color=colour("h"), alpha=0.15, linewidth=0)
    right.plot(ahead, gap, color=colour("h"))
    right.set(xlim=(0, len(gap) + 1), ylim=(-16, 8), xlabel="years ahead")
    right.set_ylabel("direct minus iterated")
    right.set_title("Below zero, direct is better")
    direct, by_steps = errors["direct, two values"], errors["AR(2), iterated"]
    clear = sum(high < 0 for high in interval[1])
    return show(
        figure,
        alt=f"Left: error against years ahead. At ten years the iterated AR(2) is off "
        f"by {by_steps[9]:.0f}, the direct forecast by {direct[9]:.0f}, like the "
        "season. Right: their difference, lowest at "
        f"{gap.argmin() + 1} years; its whole interval lies below zero at {clear} of "
        f"{len(gap)} horizons.",
    )


def horizon_explorer(series, split, forecasters, baseline, longest=30):
    """Show every held-out value and the forecast that was made for it h steps before.

    Args:
        series: a Series; the values from place ``split`` on are held out.
        split: the place of the first held-out value.
        forecasters: by name, forecasters as in ``baselines`` to choose from.
        baseline: a forecaster to compare the error with.
        longest: the largest horizon h, less than ``split``.

    Returns:
        A LiveFigure with a slider for the horizon and a menu of the forecasters.
    """
    values = series.values.double()
    errors = {
        name: _errors_by_target(forecast, values, split, longest)
        for name, forecast in forecasters.items()
    }
    rivals = _errors_by_target(baseline, values, split, longest).square().mean(1).sqrt()
    truth, years = values[split:], series.time[split:].numpy()

    figure, axes = subplots(figsize=(9, 3.3))
    axes.plot(years, truth, color=DATA, linewidth=1.2)
    (line,) = axes.plot([], [], ".-", color=colour("h"), linewidth=1.2)
    axes.set(xlim=(years[0] - 1, years[-1] + 1), xlabel="year", ylabel=series.unit)
    top = 1.25 * truth.max().item()
    axes.set(ylim=(-0.1 * top, top))
    _name_lines(axes)

    def draw(horizon, name):
        missed = errors[name][horizon - 1]
        line.set_data(years, truth + missed)
        error, rival = missed.square().mean().sqrt(), rivals[horizon - 1]
        message = f"{name}: off by {error:.0f}, the season by {rival:.0f}"
        steps = "1 year" if horizon == 1 else f"{horizon} years"
        axes.set_title(f"{steps} ahead · {message}")
        spread = (truth + missed).std()
        return (
            f"Forecasts {steps} ahead, {message}. The forecasts spread by "
            f"{spread:.0f} around their mean, the true values by {truth.std():.0f}."
        )

    return LiveFigure(
        figure,
        draw,
        horizon=Slider("years ahead h", 1, longest, play=250),
        name=Menu("forecast", list(forecasters)),
    )


# --- a second series -----------------------------------------------------------------


def show_one_step(series, split, forecasts):
    """Show the held-out values and the forecast made one step before each.

    Args:
        series: a Series of lynx, in powers of ten.
        split: the place of the first held-out value.
        forecasts: of all values from there on, (N,).

    Returns:
        The Picture.
    """
    figure, axes = subplots(figsize=(8, 2.9))
    axes.plot(series.time[50:], series.values[50:], color=DATA)
    times = series.time[split:]
    (line,) = axes.plot(times, forecasts, ".-", color=colour("h"), linewidth=1)
    label_line(line, "AR(2), one\nyear before")
    axes.set(xlim=(1870, 1942), xlabel="year", ylabel=series.unit)
    axes.set_title("Two values carry the lynx cycle as well")
    return show(
        figure,
        alt="Logarithm of lynx trapped from 1871 to 1934, a regular swing between 1.6 "
        "and 3.9. From 1901 on the forecasts made a year before follow it closely.",
    )


# --- parts ---------------------------------------------------------------------------


def _unit_circle(axes):
    turn = np.linspace(0, 2 * np.pi, 181)
    axes.plot(np.cos(turn), np.sin(turn), color=DATA, linewidth=1.2)


def _name_lines(axes):
    """Name truth and forecast in the corner at the top left."""
    corner = {"transform": axes.transAxes, "va": "top", "zorder": 0}
    axes.text(0.01, 0.98, "true values", color=DATA, **corner)
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
