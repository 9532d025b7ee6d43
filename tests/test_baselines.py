"""Baselines forecast from the past alone, and errors are taken at the right steps."""

import pytest
import torch

from helpers.baselines import (
    block_interval,
    mean,
    persistence,
    rolling_errors,
    seasonal,
)

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


def rmse(errors):
    return errors.square().mean(0).sqrt()


def test_an_interval_holds_most_of_what_other_blocks_would_give():
    """With independent errors it is as wide as theory says: 1.645 standard errors."""
    errors = torch.randn(2000, 3, generator=torch.Generator().manual_seed(0))
    low, high = block_interval(lambda e: e.mean(0), errors, length=5)
    half = (high - low) / 2
    expected = torch.full((3,), 1.645 / 2000**0.5)
    torch.testing.assert_close(half, expected, rtol=0.15, atol=0)
    assert ((low < errors.mean(0)) & (errors.mean(0) < high)).all()


def test_neighbours_that_agree_widen_the_interval():
    """Where eleven neighbours are one event, there are eleven times fewer of them."""
    apart = torch.randn(500, 1, generator=torch.Generator().manual_seed(0))
    together = apart[: 500 // 11].repeat_interleave(11, dim=0)
    widths = [
        (block_interval(lambda e: e.mean(0), e, length=33).diff(dim=0)).item()
        for e in (apart, together)
    ]
    assert widths[1] > 2 * widths[0]


def test_the_same_origins_are_drawn_for_all_errors():
    errors = torch.randn(60, 2, generator=torch.Generator().manual_seed(0))
    low, high = block_interval(lambda a, b: rmse(a) - rmse(b), errors + 1, errors + 1)
    assert low.tolist() == high.tolist() == [0, 0]


def test_errors_of_different_length_or_too_few_are_named():
    with pytest.raises(ValueError, match=r"11 or more, got \[5\]"):
        block_interval(rmse, torch.ones(5, 1))
    with pytest.raises(ValueError, match=r"got \[20, 21\]"):
        block_interval(lambda a, b: a.mean(0), torch.ones(20, 1), torch.ones(21, 1))
