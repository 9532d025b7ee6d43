"""A network depends on its own seed alone, and a ratio comes with its interval."""

import pytest
import torch

from helpers import ablation as module
from helpers.ablation import ablation, times_worse
from helpers.explorers.lstm import (
    ablation_figure,
    race_figure,
    reach_figure,
    states_figure,
)


@pytest.fixture
def few_updates(monkeypatch):
    monkeypatch.setattr(module, "UPDATES", 3)


@pytest.mark.parametrize("task", ["drop", "keep"])
def test_a_network_trains_the_same_beside_others_as_alone(few_updates, task):
    together = ablation(task, "o", seeds=range(4))
    alone = torch.cat([ablation(task, "o", seeds=[seed]) for seed in range(4)])
    assert torch.allclose(together, alone, rtol=1e-3)
    assert not torch.allclose(together, ablation(task, seeds=range(4)), rtol=1e-3)


def test_the_global_generator_is_left_alone(few_updates):
    before = torch.random.get_rng_state()
    ablation("drop", seeds=range(2))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_ratio_of_pairs_has_the_interval_of_student():
    """Against a constant factor, and against the formula."""
    whole = torch.linspace(0.01, 0.1, 10)
    assert times_worse(2 * whole, whole) == pytest.approx((2, 2, 2))
    noise = torch.tensor([1.0, -1.0] * 5)
    ratio, low, high = times_worse(whole * noise.exp(), whole)
    half = 2.262 * (10 / 9) ** 0.5 / 10**0.5
    assert ratio == pytest.approx(1)
    assert (low, high) == pytest.approx((1 / high, torch.tensor(half).exp().item()))


def test_figures_show_every_seed_and_name_what_they_draw():
    losses = torch.linspace(0.1, 0.2, 10)
    rows = {"whole cell": losses, "no forget gate": 2 * losses}
    several = {"a": "one", "b": "other"}
    found, guesses = {"a": rows, "b": rows}, {"a": 1, "b": 1}
    figure = ablation_figure(found, several, guesses, several)
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert [len(line.get_xdata()) for line in dots] == [10, 10]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == list(rows)

    race = race_figure({"LSTM": ("c", [[20, 20, 40]])}, "A title").axes[0]
    assert [text.get_text() for text in race.texts] == ["LSTM: T = 40"]

    states = states_figure({name: row.numpy() for name, row in rows.items()}, "A title")
    assert len(states.axes) == 4

    lags = torch.zeros(51).numpy()
    reach = reach_figure(
        {"RNN": (lags, lags)} | {"GRU": (lags, lags)}, {"RNN": 20, "GRU": 40}, "A title"
    )
    marks = [text.get_text() for axes in reach.axes for text in axes.texts]
    assert {"T = 20", "T = 40", "before", "after"} == {*marks}
