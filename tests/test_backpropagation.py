"""Drawings of networks, and the live figures of notebook 07, show what is true."""

import io
import itertools
import math
import re

import numpy as np
import pytest
import torch
from PIL import Image

from helpers.explorers.backpropagation import (
    carry_figure,
    cliff_explorer,
    contributions_explorer,
    cosine_figure,
    window_explorer,
)
from helpers.figures import DATA, FAINT, HIDDEN, colour, dependencies, paths, unrolled
from helpers.figures.diagrams import hidden_markov, rolled_and_unrolled
from helpers.figures.palette import contrast, text_colour
from helpers.figures.still import png

WINDOWS, LAGS = (1, 4, 16), (2, 8)
DRAWINGS = {
    "naive": lambda: dependencies(["naive"], steps=6),
    "AR(1)": lambda: dependencies(["autoregressive"], order=1),
    "Markov": lambda: dependencies(["Markov"]),
    "naive, latent": lambda: dependencies(["naive", "latent"]),
    "four families": lambda: dependencies(
        ["naive", "autoregressive", "Markov", "latent"], steps=4
    ),
    "unrolled": lambda: unrolled(5, highlight=("x", "h", "forward")),
    "unrolled, gradient": lambda: unrolled(6, highlight=("x", "h", "gradient")),
    "pale": lambda: unrolled(2),
    "paths": lambda: paths(8, highlight=(7, 2), window=4),
    "rolled": rolled_and_unrolled,
    "hidden Markov": hidden_markov,
    "hidden Markov, long": lambda: hidden_markov("HTHHTTTH"),
    "rolled, states": lambda: rolled_and_unrolled("the", highlight=("h", "forward")),
}


def texts(figure):
    """Return all texts of the only axes of a figure."""
    return [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_edge_cuts_a_drawing(name):
    """The outermost pixels are paper, and titles are there."""
    figure = DRAWINGS[name]()
    picture = np.asarray(Image.open(io.BytesIO(png(figure))).convert("L"))
    inner = picture[4:-4, 4:-4]
    assert (inner < 250).any()
    assert (picture < 250).sum() == (inner < 250).sum()


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_letter_is_too_pale_and_none_touches_another(name):
    """What is not under discussion has pale lines, not pale words."""
    for axes in DRAWINGS[name]().axes:
        axes.figure.draw_without_rendering()
        assert all(contrast(text.get_color()) >= 4.5 for text in axes.texts)
        boxes = [text.get_window_extent() for text in axes.texts]
        pairs = itertools.combinations(boxes, 2)
        assert not any(one.overlaps(other) for one, other in pairs)


def test_what_is_random_is_dashed_and_what_is_computed_is_not():
    arrows = [a for a in hidden_markov("HTH").axes[0].patches]
    dashed = [arrow for arrow in arrows if arrow.get_linestyle() == "--"]
    assert len(dashed) == len(arrows) - len(dashed) == 5  # three down, two along
    with pytest.raises(ValueError, match="2 to 8 symbols, got 1"):
        hidden_markov("H")


def test_a_network_rolled_up_is_the_same_one_unrolled():
    """The same weights at every step, a letter below, and the next one above."""
    figure = rolled_and_unrolled("the qu")
    assert figure.get_figwidth() <= 9.4
    words = texts(figure)
    assert [words.count(f"$W_{{{name}}}$") for name in ("ih", "hh", "ho")] == [6, 6, 6]
    assert {f"$h_{{{t}}}$" for t in (*range(6), "t")} <= {*words}
    letters = {
        (round(x, 2), round(y, 1)): text.get_text()
        for text in figure.axes[0].texts
        for x, y in [text.get_position()]
        if len(text.get_text()) == 1 and text.get_text() != "="
    }
    rows = [y for _, y in letters]
    for y, read in ((min(rows), "the␣q"), (max(rows), "he␣qu")):
        assert (
            "".join(letters[place] for place in sorted(letters) if place[1] == y)
            == read
        )


@pytest.mark.parametrize(
    ("part", "ink", "marked"),
    [
        ("x", DATA, {"$x_t$", "t", "h", "$W_{ih}$"}),
        ("h", HIDDEN, {"$h_{0}$", "$h_{1}$", "$h_{2}$", "$h_{t}$"}),
        ("forward", HIDDEN, {"$W_{hh}$"}),
        ("y", DATA, {"$x_{t+1}$", "h", "e", "$W_{ho}$", "$\\hat y_{t}$"}),
    ],
)
def test_a_part_of_an_unrolled_network_can_be_lit_alone(part, ink, marked):
    pale = text_colour(FAINT)
    rows = {"reads", "hidden state", "read-out", "next letter", "="}
    drawn = rolled_and_unrolled("the", highlight=(part,)).axes[0].texts
    found = {t.get_text() for t in drawn if t.get_color() != pale} - rows
    assert marked <= found
    assert {t.get_color() for t in drawn if t.get_text() in found - rows} <= {ink, pale}


@pytest.mark.parametrize("wrong", [{"text": "to"}, {"text": "letters"}])
def test_a_text_that_is_read_has_three_to_six_letters(wrong):
    with pytest.raises(ValueError, match="text must have 3 to 6 letters"):
        rolled_and_unrolled(**wrong)


@pytest.mark.parametrize("draw", [rolled_and_unrolled, unrolled])
def test_unknown_highlights_are_named(draw):
    with pytest.raises(ValueError, match=r"among x, h, forward.*got \['c'\]"):
        draw(highlight=("c",))


def test_paths_are_cut_after_every_window():
    assert texts(paths(9, window=3)).count("detach") == 2
    assert texts(paths(6, highlight=(6, 2))).count("detach") == 0
    assert texts(paths(4)).count("$W_{hh}$") == 4


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
    found = paths(8, **drawing).axes[0].texts
    labels = [text for text in found if text.get_text() == "$W_{hh}$"]
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


def test_contributions_explorer_counts_and_compares_those_of_each_window():
    live = contributions_explorer(torch.ones(6, 6).tril()[:, :, None])
    for state in live.states():
        window = state["window"]
        sizes = [min(window, 6 - begin) for begin in range(0, 6, window)]
        left = sum(size * (size + 1) // 2 for size in sizes)
        alt = live.set(**state).alt
        assert f"{left} of 21 contributions" in alt and "cosine 1.00" in alt
        assert f"ratio of norms {left / 21:.2f}" in alt


def test_window_explorer_counts_the_answers_that_reach_their_input():
    accuracy = torch.linspace(0.5, 1, 18).view(3, 2, 3)
    live = window_explorer(accuracy, accuracy[0], WINDOWS, LAGS, steps=32)
    for state in live.states():
        window, lag = state["window"], state["lag"]
        asked = range(lag, 32)
        reached = sum(t // window == (t - lag) // window for t in asked)
        assert f"{reached} of {len(asked)} answers" in live.set(**state).alt


def test_each_network_is_a_dot_and_the_line_goes_through_the_medians():
    networks = [0.5, 0.6, 1, 1, 0], [0.4, 0.8, 1, 0.7, 1], [0.6, 0.9, 0.9, 0.8, 0]
    found, middle = torch.tensor(networks), [50, 80, 100, 80, 0]
    both = {"before": 100 * found.T, "after": 100 * found.T}
    for figure in carry_figure(found, found), cosine_figure(both, (1, 2, 4, 8, 16), 4):
        drawn = [line.get_ydata() for line in figure.axes[0].lines]
        medians = [y for y in drawn if len(y) == 5 and np.allclose(y, middle)]
        assert len(medians) == 2


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
