"""What a live figure draws and says is what an independent count finds."""

import re
from collections import Counter

import numpy as np
import pytest
import torch

from helpers.autoregressive import fit_ar, forecaster
from helpers.baselines import rolling_errors, seasonal
from helpers.data import ALPHABET, Series, encode
from helpers.explorers.autoregressive import (
    draw_triangle,
    horizon_explorer,
    order_explorer,
    triangle_explorer,
)
from helpers.explorers.gradients import (
    SCALES,
    edge_explorer,
    edge_of,
    factor_explorer,
    latch_explorer,
)
from helpers.explorers.ladder import forecast_explorer
from helpers.explorers.latent import belief_explorer, memory_explorer
from helpers.explorers.naive import context_explorer, naive_explorer
from helpers.explorers.recurrent import (
    names_figure,
    states_explorer,
    temperature_explorer,
    two_losses_figure,
)
from helpers.figures import subplots
from helpers.gradients import random_networks, stretch
from helpers.latent import HMM

YEARS = 60


def normal(*shape, seed=0):
    """Return normal numbers, the same for each seed."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


@pytest.fixture
def record():
    """Return the years from 1920 of a noisy cycle."""
    years = torch.arange(1920, 1920 + YEARS, dtype=torch.float64)
    values = 50 + 30 * (2 * torch.pi * years / 11).sin() + 5 * normal(YEARS)
    return Series(years, values.float(), "spots")


def axes_of(live):
    """Return the axes of a live figure, in the order they were made."""
    return live._stage.figure.axes


def numbers(text):
    """Return the numbers in a text."""
    return [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text)]


def off(found, truth):
    """Return the root of the mean square of what separates two rows of numbers."""
    missed = np.asarray(found) - np.asarray(truth)
    return np.sqrt(np.mean(missed**2))


# --- naive models --------------------------------------------------------------------


def test_a_context_votes_as_it_was_followed_in_the_text():
    learned, passage = "abacabab", "abbaadba"
    counts = [
        Counter(learned[i : i + n] for i in range(len(learned) - n + 1))
        for n in range(5)  # so the longest context has three letters
    ]
    live = context_explorer(counts, passage, [1, 0.9, 0.5, 0.2], [0.3, 0.6, 0.4, 0.4])
    alt = live.set(k=1, place=3).alt
    assert "after 'b' comes 'a'. This context: seen 2 times; its vote is right" in alt
    assert "Of all test contexts 90% were seen; 60% of all letters" in alt
    below = axes_of(live)[1]
    (bars,) = below.patches
    votes = dict(zip(ALPHABET, bars.get_data().values, strict=True))
    assert votes["a"] == 1 and sum(votes.values()) == 1
    alt = live.set(k=1, place=5).alt  # b, c, b and b followed an a, never a d
    assert "seen 4 times; its vote is wrong" in alt
    votes = dict(zip(ALPHABET, bars.get_data().values, strict=True))
    assert (votes["b"], votes["c"], votes["d"]) == (0.75, 0.25, 0)
    assert "never seen, so nobody votes" in live.set(k=2, place=6).alt


def least_squares(inputs, targets):
    """Return the weights of the best linear prediction, the constant first."""
    design = torch.cat([torch.ones(len(inputs), 1).double(), inputs], 1)
    return torch.linalg.lstsq(design, targets[:, None], driver="gelsd").solution[:, 0]


def test_a_predictor_for_every_step_errs_as_it_says(record):
    """On the windows it has learned from, and on every later value."""
    cut = 36
    live = naive_explorer({"record": (record, cut)}, least_squares, longest=8)
    x = record.values.double().numpy()
    for T in (2, 5):
        windows = np.array([x[i : i + T] for i in range(0, cut - T + 1, T)])
        design = np.column_stack([np.ones(len(windows)), windows[:, :-1]])
        weights = np.linalg.lstsq(design, windows[:, -1])[0]
        later = np.array([[1, *x[i - T + 1 : i]] for i in range(cut, YEARS)])
        expected = [
            off(later @ weights, x[cut:]),
            off(design @ weights, windows[:, -1]),
            off(x[cut - 1 : -1], x[cut:]),
        ]
        alt = live.set(T=T).alt
        assert f"{T} weights, {len(windows)} windows" in alt
        said = re.search(r"off by (\S+) on all .*, by (\S+) on .* off by (\S+) \(", alt)
        assert numbers(" ".join(said.groups())) == pytest.approx(expected, abs=0.5)


# --- autoregressive models -----------------------------------------------------------


def test_a_shock_leaves_what_the_recursion_leaves():
    live = triangle_explorer()
    _, circle, right = axes_of(live)
    for one, two in ((0.5, 0.3), (1.3, -0.6), (-1.0, 0.5)):
        left = [1.0, one]
        while len(left) < 41:
            left.append(one * left[-1] + two * left[-2])
        live.set(phi_1=one, phi_2=two)
        assert np.allclose(right.lines[-1].get_ydata(), left)
        dots = circle.lines[-1]
        found = [complex(*dot) for dot in np.transpose(dots.get_data())]
        expected = np.sort_complex(np.roots([1, -one, -two]))
        assert np.allclose(np.sort_complex(found), expected)
    assert "unstable" in live.set(phi_1=-1.0, phi_2=0.5).alt
    assert "unstable" not in live.set(phi_1=0.5, phi_2=0.3).alt


def test_the_triangle_separates_real_from_complex_roots():
    _, axes = subplots()
    draw_triangle(axes)
    (shade,) = axes.collections
    (path,) = shade.get_paths()
    for one, two in normal(200, 2).numpy():
        is_stable = np.abs(np.roots([1, -one, -two])).max() < 1
        is_complex = one**2 + 4 * two < 0
        if min(abs(one**2 + 4 * two), abs(1 + two)) > 0.02:
            assert path.contains_point((one, two)) == (is_stable and is_complex)


def test_an_order_has_the_errors_and_the_forecast_of_its_fit(record):
    split = 40
    live = order_explorer(record, split, largest=5, horizon=8)
    values = record.values.double()
    for order, last in ((1, 1959), (3, 1971)):
        model = fit_ar(values[:split], order, first=5)
        ahead = forecaster(model)(values[: last - 1919], 8)
        errors = rolling_errors(forecaster(model), values, split, 1)
        expected = model.noise.item(), errors.square().mean().sqrt().item()
        alt = live.set(order=order, last_known=last).alt
        said = "AR({}): one-step error {:.1f} in training, {:.1f} held out"
        assert said.format(order, *expected) in alt
        assert f"From {last} it forecasts {ahead[0]:.0f} spots" in alt
        assert f"between {ahead.min():.0f} and {ahead.max():.0f} later" in alt


def test_each_value_is_forecast_from_so_many_steps_before(record):
    split = 40
    baseline = seasonal(11)
    values = record.values.double()
    named = {f"AR({n})": forecaster(fit_ar(values[:split], n)) for n in (1, 2)}
    live = horizon_explorer(record, split, named, baseline, longest=6)
    for horizon, name in ((1, "AR(2)"), (4, "AR(1)"), (6, "AR(2)")):
        errors = []
        for forecast in (named[name], baseline):
            origins = range(split - horizon + 1, YEARS - horizon + 1)
            found = [forecast(values[:t], horizon)[-1] for t in origins]
            errors.append(off(torch.stack(found), values[split:]))
        alt = live.set(horizon=horizon, name=name).alt
        assert f"{name}: off by {errors[0]:.0f}, the season by {errors[1]:.0f}" in alt


def test_a_forecast_of_the_ladder_stands_beside_the_years_it_is_for(record):
    first, count, horizon = 30, 10, 20
    forecasts = 50 + normal(count, horizon)
    live = forecast_explorer({"AR": {"forecasts": forecasts}}, record, first)
    (axes,) = axes_of(live)
    for row, year in ((0, 1949), (9, 1958)):
        alt = live.set(year=year).alt
        line = axes.lines[-1]
        assert np.allclose(line.get_ydata(), forecasts[row])
        assert line.get_xdata()[0] == year + 1
        truth = record.values[first + row :][:horizon]
        assert f"root mean square {off(forecasts[row], truth):.0f} over" in alt


# --- latent models -------------------------------------------------------------------


def test_an_average_predicts_the_next_value(record):
    live = memory_explorer({"record": record})
    x = record.values.double().numpy()
    for a in (0.0, 0.5, 0.98):
        average, errors = x[0], []
        for value in x[1:]:
            errors.append(average - value)
            average = a * average + (1 - a) * value
        said = f"the last value weighs {1 - a:.2f}, the predictions are off by "
        assert said + f"{off(errors, 0):.3g} spots" in live.set(a=a).alt


def test_a_belief_is_that_of_all_symbols_read_so_far():
    model = HMM(
        torch.tensor([0.6, 0.4]).double(),
        torch.tensor([[0.9, 0.1], [0.2, 0.8]]).double(),
        torch.tensor([[0.5, 0.5], [0.1, 0.9]]).double(),
    )
    tosses = torch.tensor([1, 1, 0, 1])
    live = belief_explorer(model, tosses, "HT", 1, "the bent coin")
    belief = np.array([0.6, 0.4])
    for read, toss in enumerate(tosses.tolist(), start=1):
        before = belief[1]
        belief = belief * model.emission[:, toss].numpy()
        belief /= belief.sum()
        alt = live.set(read=read).alt
        assert f"the bent coin from {before:.2f} to {belief[1]:.2f}" in alt
        belief = belief @ model.transition.numpy()
        chances = belief @ model.emission.numpy()
        best = "HT"[chances.argmax()]
        assert f"{best} is the most likely to come next" in alt
        assert f"probability {chances.max():.2f}" in alt


# --- recurrent networks --------------------------------------------------------------


def test_the_distance_of_two_runs_is_that_of_their_states():
    def two_runs(activation, scale, steps):
        apart = scale ** torch.arange(steps, dtype=torch.float64)
        runs = torch.zeros(steps, 2, 3).double()
        runs[:, 0, -1], runs[:, 1, -1] = 0.97, 0.97 - apart
        return runs

    live = states_explorer(two_runs, longest=20)
    alt = live.set(steps=5).alt
    assert "the runs stay apart" in alt and "largest state shown is 0.97" in alt
    assert "their distance is 0.062 times" in live.set(scale=0.5, steps=5).alt
    right = axes_of(live)[1]
    expected = np.log10(0.5) * np.arange(5)
    assert np.allclose(right.lines[-1].get_ydata(), expected)
    alt = live.set(scale=0.1, steps=20).alt
    assert "come together" in alt and "distance is < 1e−15 times" in alt


def test_the_choice_of_a_letter_has_the_entropy_of_the_chances():
    temperatures = [0.5, 1.0]
    scores = {"a": torch.zeros(27), "to ": torch.zeros(27)}
    scores["to "][:2] = 50.0  # two letters, equally likely
    texts = {
        "a": torch.stack([encode("b be")[None]] * 2),
        "to ": torch.stack([encode("be c")[None], encode("x be")[None]]),
    }
    live = temperature_explorer(scores, texts, temperatures, words={"to", "be"})
    alt = live.set(beginning="a", temperature=1.0).alt
    assert f"a letter has {np.log2(27):.1f} bits" in alt
    alt = live.set(beginning="to ", temperature=0.5).alt
    assert "a letter has 1.0 bits; 100% of the words" in alt
    assert alt.endswith("The text: to be c")
    assert "50% of the words" in live.set(beginning="to ", temperature=1.0).alt


def test_every_loss_and_every_accuracy_is_drawn_and_named():
    rows = {"forced": [2, 2, 2], "free": [2, 5, 8], "forecast": [2, 3, 4]}
    (axes,) = two_losses_figure(*rows.values(), by_letters=4.1).axes
    for name, line in zip(rows, axes.lines, strict=False):
        assert line.get_ydata().tolist() == rows[name]
        assert any(name in text.get_text() for text in axes.texts)
    (axes,) = names_figure([0.2, 0.6, 0.9], [0.2, 0.5, 0.6], rival=0.7).axes
    assert [line.get_ydata()[-1] for line in axes.lines] == [0.9, 0.6, 0.7]
    assert len(axes.texts) == 3


# --- gradients -----------------------------------------------------------------------


def test_factors_are_multiplied_to_the_end():
    def factors(activation, w, steps):
        return [w * {"sigmoid": 0.25, "tanh": 0.5, "relu": 1.0}[activation]] * steps

    live = factor_explorer(factors, longest=30)
    alt = live.set(activation="tanh", w=1.0, steps=10).alt
    assert "mean factor 0.50, product 1e-3" in alt
    curve = axes_of(live)[1].lines[-1]
    assert np.allclose(curve.get_ydata(), np.log10(0.5) * np.arange(10, -1, -1))
    assert live.set(activation="relu").alt.endswith("product 1.")
    assert "product 1e-18" in live.set(activation="sigmoid", steps=30).alt


def test_the_frame_of_the_phase_diagram_is_where_the_curves_come_from():
    """Twenty networks of eight units, each followed once more by itself."""
    live = edge_explorer(sizes=(8,))
    where = dict(row="tanh", start="orthogonal", scale=2.0, steps=40)
    alt = live.set(**where).alt
    weights, drives = random_networks(20, 8, "orthogonal", 100)
    scales = torch.tensor([2.0], dtype=torch.float64)
    expected = stretch("tanh", weights, drives[:, :40], scales).log10[:, 0]
    assert f"in {(expected[:, -1] > 0).sum()} of 20 networks it has grown" in alt
    left, right = axes_of(live)[:2]
    curves = left.lines[1:21]
    assert np.allclose([c.get_ydata() for c in curves], expected[:, ::2])
    x, y = np.asarray(right.lines[-1].get_data())
    assert (x.min(), x.max()) == (23.5, 24.5)  # 2 is 24 eighths of an octave above ¼
    assert (y.min(), y.max()) == (45.5, 65.5)  # the third strip of twenty rows


def test_without_slopes_below_one_the_edge_of_a_rotation_is_at_one():
    networks = random_networks(3, 8, "orthogonal", 100)
    found = stretch("identity", *networks, SCALES)
    assert edge_of(found) in (1.0, pytest.approx(2**0.125))  # 1 itself, up to rounding
    assert edge_of(stretch("sigmoid", *networks, SCALES[:9])) == float("inf")


def test_a_latch_is_counted_by_the_sign_of_its_bit():
    def unit(w, x, bit):
        states = torch.stack([bit] * len(x) + [bit if w > 1 else -bit])
        return states, torch.full_like(bit, 10.0 ** -(w + 2.5))

    live = latch_explorer(unit, [0.5, 1.0, 1.5], runs=10, steps=4)
    assert "0% of the runs still have the sign" in live.set(w=0.5).alt
    alt = live.set(w=1.5).alt
    assert "after 4 steps 100% of the runs" in alt
    assert "1e-4 of the gradient is left" in alt
