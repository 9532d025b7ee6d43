"""The drawing of paths and the live figures of notebook 07 show what is true."""

import math
import re

import pytest
import torch

from helpers.diagrams import paths
from helpers.explorers.backpropagation import (
    cliff_explorer,
    parts_explorer,
    window_explorer,
)
from helpers.palette import colour

WINDOWS, LAGS = (1, 4, 16), (2, 8)


def texts(figure):
    """Return all texts of the only axes of a figure."""
    return [text.get_text() for text in figure.axes[0].texts]


def test_paths_are_cut_after_every_window():
    assert texts(paths(9, window=3)).count("detach") == 2
    assert texts(paths(6, highlight=(6, 2))).count("detach") == 0
    assert texts(paths(4)).count("$W$") == 4


@pytest.mark.parametrize(
    ("drawing", "uses"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"highlight": (7, 2)}, [2]),
        ({"highlight": (7, 2), "window": 4}, [5, 6, 7]),
        ({"highlight": (7, 6), "window": 4}, [6]),
    ],
    ids=str,
)
def test_the_uses_of_the_weight_that_are_reached_are_in_colour(drawing, uses):
    labels = [t for t in paths(8, **drawing).axes[0].texts if t.get_text() == "$W$"]
    lit = [t.get_position()[0] + 0.5 for t in labels if t.get_color() == colour("h")]
    assert sorted(lit) == uses


@pytest.mark.parametrize(
    "wrong",
    [{"steps": 1}, {"steps": 10}, {"window": 0}, {"highlight": (2, 3)}],
    ids=str,
)
def test_paths_refuses_what_it_cannot_draw(wrong):
    with pytest.raises(ValueError, match="must be"):
        paths(**wrong)


def test_parts_explorer_counts_and_compares_the_parts_of_each_window():
    parts = torch.ones(6, 6).tril()[:, :, None]
    live = parts_explorer(parts)
    for state in live.states():
        window = state["window"]
        sizes = [min(window, 6 - begin) for begin in range(0, 6, window)]
        left = sum(size * (size + 1) // 2 for size in sizes)
        alt = live.set(**state).alt
        assert f"{left} of 21 parts" in alt and "cosine 1.00" in alt
        assert f"ratio of norms {left / 21:.2f}" in alt


def test_window_explorer_counts_the_answers_that_reach_their_input():
    accuracy = torch.linspace(0.5, 1, 18).view(3, 2, 3)
    live = window_explorer(accuracy, accuracy[0], WINDOWS, LAGS, steps=32)
    for state in live.states():
        window, lag = state["window"], state["lag"]
        asked = range(lag, 32)
        reached = sum(t // window == (t - lag) // window for t in asked)
        assert f"{reached} of {len(asked)} answers" in live.set(**state).alt


def test_cliff_explorer_draws_both_descents_at_every_state():
    def descend(start, limit):
        far = min(5.0, limit)
        return [(start, 0.0), (start - far, 0.0)], [1.0, far / 10]

    live = cliff_explorer(
        lambda w, b: w * w + b * b, descend, [1.0, 1.5, 2.0], 1.5, (0.5, 2.0), b=0.0
    )
    assert live.values == {"start": 1.5, "limit": 2.0}
    for state in live.states():
        alt = live.set(**state).alt
        longest = [float(number) for number in re.findall(r"(\d+\.?\d*) with", alt)]
        assert math.isclose(longest[0], 5) and longest[1] == state["limit"]
