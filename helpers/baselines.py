"""The forecasts to beat, and how every forecast is judged.

A forecaster is a function ``forecast(past, horizon)``: from the past of a series, (t,),
it returns the next ``horizon`` values, (horizon,). It never sees what it must forecast.
"""

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
