"""AR models equal a statistics library, the textbook and their own simulation."""

import math

import numpy as np
import pytest
import torch
from statsmodels.regression.linear_model import OLS
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.arima_process import ArmaProcess
from statsmodels.tsa.stattools import acf

from helpers import data, tasks
from helpers.autoregressive import (
    AR,
    autocorrelation,
    cycle,
    direct,
    fit_ar,
    fit_direct,
    forecaster,
    impulse_response,
    is_stable,
    iterated,
    lag_matrix,
    roots,
)
from helpers.baselines import rolling_errors


def sunspots(first=1749, last=1924):
    series = data.sunspots_yearly()
    years = (series.time >= first) & (series.time <= last)
    return series.values[years].double()


def model(intercept, *weights):
    return AR(*(torch.tensor(x, dtype=torch.float64) for x in (intercept, weights, 0)))


def weights(*phi):
    return torch.tensor(phi, dtype=torch.float64)


def stable_weights(order, count=20):
    """Draw polynomials with all roots inside the circle, in pairs or real."""
    generator = np.random.default_rng(order)
    for _ in range(count):
        sizes = generator.uniform(0.1, 0.95, order // 2)
        turns = np.exp(1j * generator.uniform(0, np.pi, order // 2))
        real = generator.uniform(-0.95, 0.95, order % 2)
        every = [*(sizes * turns), *(sizes / turns), *real]
        yield weights(*(-np.poly(every).real[1:])), np.array(every)


def test_rows_of_the_lag_matrix_run_from_the_most_recent_lag_back():
    lags, values = lag_matrix(torch.arange(6.0), 3)
    assert lags.tolist() == [[2, 1, 0], [3, 2, 1], [4, 3, 2]]
    assert values.tolist() == [3, 4, 5]


def test_first_gives_all_orders_the_same_values():
    one, other = (lag_matrix(torch.arange(9.0), order, first=4) for order in (1, 4))
    assert one[1].tolist() == other[1].tolist() == [4, 5, 6, 7, 8]
    assert one[0].tolist() == other[0][:, :1].tolist()


def test_a_value_may_lie_several_steps_after_its_lags():
    lags, values = lag_matrix(torch.arange(6.0), 2, ahead=3)
    assert lags.tolist() == [[1, 0], [2, 1]]
    assert values.tolist() == [4, 5]
    lags, values = lag_matrix(torch.arange(6.0), 1, first=5, ahead=3)
    assert (lags.tolist(), values.tolist()) == ([[2]], [5])


@pytest.mark.parametrize("order", [1, 2, 5, 9, 30])
def test_the_fit_equals_that_of_statsmodels(order):
    series = sunspots()
    ours, theirs = fit_ar(series, order), AutoReg(series.numpy(), order).fit()
    found = [ours.intercept.item(), *ours.weights.tolist()]
    np.testing.assert_allclose(found, theirs.params, rtol=1e-8, atol=1e-9)
    assert ours.noise.item() == pytest.approx(theirs.sigma2**0.5)


@pytest.mark.parametrize("first", [9, 30])
def test_the_fit_from_a_later_first_value_equals_ordinary_least_squares(first):
    lags, values = lag_matrix(sunspots(), 9, first)
    design = np.column_stack([np.ones(len(values)), lags])
    theirs = OLS(values.numpy(), design).fit()
    ours = fit_ar(sunspots(), 9, first)
    found = [ours.intercept.item(), *ours.weights.tolist()]
    np.testing.assert_allclose(found, theirs.params, rtol=1e-8, atol=1e-9)


def test_sunspots_land_near_the_figures_yule_printed():
    found = fit_ar(sunspots(), 2).weights
    torch.testing.assert_close(found, weights(1.34254, -0.65504), atol=0.01, rtol=0)
    assert cycle(found).period == pytest.approx(10.6, abs=0.05)


def test_lynx_land_near_the_figures_moran_printed():
    found = fit_ar(data.lynx().values.double().log10(), 2).weights
    torch.testing.assert_close(found, weights(1.41, -0.77), atol=0.03, rtol=0)


def test_the_fit_finds_the_weights_that_made_a_long_series():
    true, generator = weights(0.5, -0.3, 0.2), torch.Generator().manual_seed(0)
    series = tasks.autoregressive(true, 100_000, generator, noise=2.0).double() + 10
    found = fit_ar(series, 3)
    torch.testing.assert_close(found.weights, true, atol=0.01, rtol=0)
    level = found.intercept / (1 - found.weights.sum())
    assert (level.item(), found.noise.item()) == pytest.approx((10, 2), abs=0.05)


@pytest.mark.parametrize("order", [1, 2, 7])
def test_forecasts_equal_those_of_statsmodels(order):
    series = sunspots()
    theirs = AutoReg(series.numpy(), order).fit().forecast(30)
    ours = forecaster(fit_ar(series, order))(series, 30)
    np.testing.assert_allclose(ours, theirs, rtol=1e-7)


def test_a_forecaster_can_be_rolled_over_a_series():
    series = sunspots(1700, 2008)
    found = fit_ar(series[:225], 2)
    errors = rolling_errors(forecaster(found), series, 225, 4)
    assert errors.shape == (81, 4)
    lags, values = lag_matrix(series, 2, first=225)
    one_step = found.intercept + lags @ found.weights - values
    torch.testing.assert_close(errors[:, 0], one_step[:81])


@pytest.mark.parametrize(("order", "ahead"), [(1, 1), (2, 10), (4, 3)])
def test_a_direct_fit_equals_ordinary_least_squares(order, ahead):
    x = sunspots().numpy()
    values = x[order + ahead - 1 :]
    lags = [x[order - k :][: len(values)] for k in range(1, order + 1)]
    theirs = OLS(values, np.column_stack([np.ones(len(values)), *lags])).fit()
    ours = fit_direct(sunspots(), order, ahead)
    found = [ours.intercept.item(), *ours.weights.tolist()]
    np.testing.assert_allclose(found, theirs.params, rtol=1e-8, atol=1e-9)
    assert ours.ahead == ahead


def test_direct_and_iterated_forecasts_differ_from_the_second_step_on():
    """One step ahead they are the same regression."""
    series = sunspots()
    one, other = direct(2)(series, 12), iterated(2)(series, 12)
    torch.testing.assert_close(one[0], other[0])
    torch.testing.assert_close(other, forecaster(fit_ar(series, 2))(series, 12))
    assert (one - other).abs().max() > 10
    far = fit_direct(series, 2, 12)
    torch.testing.assert_close(
        one[-1], far.intercept + far.weights @ series[-2:].flip(0)
    )


def test_a_direct_forecast_learns_from_its_own_past_only():
    series = sunspots(1700, 2008)
    spoiled = series.clone()
    spoiled[200:] = 1e6
    errors = rolling_errors(direct(2), series, 200, 5)[0] + series[200:205]
    spoiled = rolling_errors(direct(2), spoiled, 200, 5)[0] + spoiled[200:205]
    torch.testing.assert_close(errors, spoiled)


def test_the_autocorrelation_equals_that_of_statsmodels():
    theirs = acf(sunspots().numpy(), nlags=30)
    np.testing.assert_allclose(autocorrelation(sunspots(), 30), theirs, atol=1e-12)


def test_the_autocorrelation_of_a_long_ar_obeys_its_own_rule():
    phi, generator = weights(1.2, -0.6), torch.Generator().manual_seed(0)
    rho = autocorrelation(tasks.autoregressive(phi, 200_000, generator).double(), 12)
    torch.testing.assert_close(
        rho[2:], phi[0] * rho[1:-1] + phi[1] * rho[:-2], atol=0.01, rtol=0
    )


def test_dtype_is_that_of_the_series():
    series = data.sunspots_yearly().values
    found = fit_ar(series, 2)
    assert found.weights.dtype == torch.float32
    assert forecaster(found)(series, 3).dtype == torch.float32
    assert (
        direct(2)(series, 3).dtype == autocorrelation(series, 3).dtype == torch.float32
    )


@pytest.mark.parametrize("order", [1, 2, 3, 6])
def test_roots_are_those_the_weights_were_made_from(order):
    for phi, expected in stable_weights(order):
        found = roots(phi).numpy()
        np.testing.assert_allclose(
            np.sort_complex(found.round(9)), np.sort_complex(expected.round(9)), 1e-5
        )
        assert (np.diff(np.abs(found)) <= 1e-12).all()


def test_stability_is_that_of_the_triangle_and_of_statsmodels():
    generator = torch.Generator().manual_seed(0)
    for phi in 4 * torch.rand(500, 2, generator=generator, dtype=torch.float64) - 2:
        one, two = phi.tolist()
        inside = two > -1 and two + one < 1 and two - one < 1
        theirs = ArmaProcess(ar=[1, -one, -two]).isstationary
        assert is_stable(phi) == inside == theirs


def test_a_cycle_has_the_period_and_damping_of_the_closed_form():
    period, damping = cycle(weights(1.336, -0.65))
    assert damping == pytest.approx(0.65**0.5)
    assert period == pytest.approx(2 * math.pi / math.acos(1.336 / 2 / 0.65**0.5))


@pytest.mark.parametrize(
    ("phi", "expected"), [([0.9], (math.inf, 0.9)), ([-0.5], (2, 0.5))]
)
def test_real_roots_do_not_swing_or_change_sign_at_every_step(phi, expected):
    assert cycle(weights(*phi)) == pytest.approx(expected)


@pytest.mark.parametrize("order", [1, 2, 5])
def test_the_impulse_response_equals_that_of_statsmodels(order):
    for phi, _ in stable_weights(order, count=3):
        theirs = ArmaProcess(ar=[1, *(-phi)]).impulse_response(25)
        np.testing.assert_allclose(impulse_response(phi, 25), theirs, atol=1e-10)
    assert impulse_response(weights(0.5), 1).tolist() == [1]


def test_errors_say_what_was_expected_and_found():
    series = torch.arange(4.0)
    with pytest.raises(ValueError, match="1 or more, got order 0 and ahead 1"):
        lag_matrix(series, 0)
    with pytest.raises(ValueError, match="1 or more, got order 2 and ahead 0"):
        lag_matrix(series, 2, ahead=0)
    with pytest.raises(ValueError, match="2 <= first < 4, the length .* got first 1"):
        lag_matrix(series, 2, first=1)
    with pytest.raises(ValueError, match="4 <= first < 4, the length .* got first 4"):
        lag_matrix(series, 2, ahead=3)
    with pytest.raises(ValueError, match="longest must be from 0 to 3, got 4"):
        autocorrelation(series, 4)
    with pytest.raises(ValueError, match="4 weights need as many values, got 2"):
        fit_ar(torch.arange(5.0), 3)
    with pytest.raises(ValueError, match="the past must hold 2, got 1"):
        forecaster(model(0, 0.5, 0.1))(torch.ones(1), 1)
