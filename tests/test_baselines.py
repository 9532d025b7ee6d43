"""Baselines forecast from the past alone, and errors are taken at the right steps."""

import pytest
import torch

from helpers.baselines import mean, persistence, rolling_errors, seasonal

SERIES = torch.tensor([1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0])


def test_persistence_repeats_the_last_value():
    assert persistence(SERIES, 3).tolist() == [2, 2, 2]


def test_mean_forecasts_the_mean_of_the_past():
    assert mean(SERIES[:6], 2).tolist() == [2, 2]


@pytest.mark.parametrize("horizon", [1, 3, 7])
def test_seasonal_continues_a_perfect_season(horizon):
    truth = [3, 1, 2, 3, 1, 2, 3][:horizon]
    assert seasonal(3)(SERIES, horizon).tolist() == truth


def test_seasonal_asks_for_a_whole_season():
    with pytest.raises(ValueError, match="must hold 12 steps, got 8"):
        seasonal(12)(SERIES, 1)


def test_errors_are_forecast_minus_truth_at_every_origin():
    errors = rolling_errors(persistence, SERIES, first=5, horizon=2)
    assert errors.tolist() == [[-1, 1], [2, 1]]


def test_a_forecaster_never_sees_what_it_must_forecast():
    seen = []

    def forecast(past, horizon):
        seen.append(len(past))
        return past[:horizon]

    rolling_errors(forecast, SERIES, first=2, horizon=2, every=2)
    assert seen == [2, 4, 6]


@pytest.mark.parametrize("first", [0, 8])
def test_an_origin_that_does_not_fit_is_named(first):
    with pytest.raises(ValueError, match=f"from 1 to 6 .*, got {first}"):
        rolling_errors(persistence, SERIES, first, horizon=2)
