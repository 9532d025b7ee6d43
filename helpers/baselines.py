"""The forecasts to beat, and how every forecast is judged.

A forecaster is a function ``forecast(past, horizon)``: from the past of a series, (t,),
it returns the next ``horizon`` values, (horizon,). It never sees what it must forecast.
"""

import math

import torch


def persistence(past, horizon):
    """Forecast that the last value stays.

    Args:
        past: the series so far, (t,) with t ≥ 1.
        horizon: how many steps ahead, 1 or more.

    Returns:
        The next ``horizon`` values, (horizon,).
    """
    return past[-1:].repeat(horizon)


def mean(past, horizon):
    """Forecast the mean of all values so far, with persistence's arguments."""
    return past.mean().repeat(horizon)


def seasonal(period):
    """Return a forecaster that repeats the last season of ``period`` steps.

    Args:
        period: length of the season in steps, 1 or more.

    Returns:
        A forecaster; it raises a ValueError if its past is shorter than a season.
    """

    def forecast(past, horizon):
        if len(past) < period:
            raise ValueError(f"the past must hold {period} steps, got {len(past)}")
        return past[-period:].repeat(-(-horizon // period))[:horizon]

    return forecast


def rolling_errors(forecast, series, first, horizon, every=1):
    """Forecast from one origin after the other and return every error.

    Args:
        forecast: a forecaster, as above.
        series: the whole series, (T,).
        first: the first origin: ``series[:first]`` is the past of the first forecast.
        horizon: how many steps ahead each forecast goes.
        every: distance of neighbouring origins.

    Returns:
        Forecast minus truth, (origins, horizon): one row for each origin from which
        the whole horizon still lies in the series.

    Raises:
        ValueError: if not even one origin fits.

    Source: evaluation from a rolling origin, Tashman (2000).
    """
    origins = range(first, len(series) - horizon + 1, every)
    if first < 1 or not origins:
        fits = f"first must be from 1 to {len(series) - horizon}"
        raise ValueError(f"{fits} for a horizon of {horizon}, got {first}")
    forecasts = [forecast(series[:t], horizon) for t in origins]
    truth = [series[t : t + horizon] for t in origins]
    return torch.stack(forecasts) - torch.stack(truth)


def block_interval(statistic, *errors, length=11, draws=1000):
    """Return the interval that a statistic of errors moves in if other origins come.

    Neighbouring origins meet the same events, so their errors are no independent
    tests. Blocks of neighbours are drawn instead, with replacement, and the statistic
    is computed again and again. For horizons longer than a block the interval is
    still too narrow.

    Args:
        statistic: a function that reduces the first axis of its arguments.
        *errors: one argument of ``statistic`` each, (origins, ...). From all of them
            the same origins are drawn, so a difference of two is that of a pair.
        length: of a block, in origins.
        draws: how often blocks are drawn, always with the same seed.

    Returns:
        The 5 % and the 95 % quantile of the statistic, (2, ...).

    Raises:
        ValueError: if the errors differ in length or do not fill a block.

    Source: the moving-block bootstrap, Künsch (1989).
    """
    origins = len(errors[0])
    if length > origins or any(len(e) != origins for e in errors):
        found = [len(e) for e in errors]
        expected = f"as many origins for all, {length} or more"
        raise ValueError(f"errors must have {expected}, got {found}")
    generator = torch.Generator().manual_seed(0)
    shape = draws, math.ceil(origins / length)
    starts = torch.randint(origins - length + 1, shape, generator=generator)
    drawn = (starts[:, :, None] + torch.arange(length)).flatten(1)  # (draws, places)
    found = statistic(*(e[drawn].transpose(0, 1) for e in errors))
    return torch.quantile(found, found.new_tensor([0.05, 0.95]), dim=0)
